"""The commands as click knows them; what they do is imported when one of them is run."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from signal import SIGINT, SIGPIPE
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import click

from batchtui.log_file import open_log_file, trouble
from batchtui.settings import APPLICATION, Settings

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from batchtui.commands.session import AccountContext

P = ParamSpec("P")
R = TypeVar("R")

SETTINGS: Final = f"{APPLICATION}.settings"
"""Under which the group leaves its settings for its commands, in click's ``meta``."""
_CONNECTION: Final = ("profile", "region", "endpoint_url")

AccountOf = Callable[[Settings], "AccountContext"]

_OPTIONS = (
    click.option("--profile", metavar="NAME", help="AWS profile. [default: as for the monitor]"),
    click.option("--region", metavar="NAME", help="AWS region."),
    click.option("--endpoint-url", metavar="URL", help="Another endpoint for every service."),
    click.option("--demo", is_flag=True, help="The simulated account."),
)
_COMPLETION: Final = """What your shell needs to complete the options and commands.

\b
bash: echo 'eval "$(batchtui completion bash)"' >> ~/.bashrc
zsh:  echo 'eval "$(batchtui completion zsh)"' >> ~/.zshrc     (below compinit)
fish: batchtui completion fish > ~/.config/fish/completions/batchtui.fish
"""
_JSON_LINES: Final = "One JSON object a line instead of text."


def profiles(context: click.Context, parameter: click.Parameter, typed: str) -> "list[CompletionItem]":
    """The profiles of AWS's files that begin so."""
    from batchtui.commands.completion import profiles

    return profiles(typed)


def themes(context: click.Context, parameter: click.Parameter, typed: str) -> "list[CompletionItem]":
    """Our own themes that begin so."""
    from batchtui.commands.completion import themes

    return themes(typed)


def connected(command: Callable[P, R]) -> Callable[P, R]:
    """Gives a command the options that say which account is meant."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def settings_of(context: click.Context, options: dict[str, Any], *, changes: bool = False) -> Settings:
    """The group's settings, with what was said after the command's name; the log file is open then.

    Args:
        context: Of the command.
        options: Its own; those that say which account is meant are taken out of them.
        changes: Whether it changes something: then nobody guesses which of several accounts is meant.
    """
    settings: Settings = context.meta[SETTINGS]
    said: dict[str, Any] = {name: options.pop(name) for name in _CONNECTION}
    said |= {name: options.pop(name, False) or None for name in ("demo", "read_only")}
    said = {name: value for name, value in said.items() if value is not None}
    settings = replace(_in_one_context(context, settings, said, changes=changes), **said)
    open_log_file(settings)
    if trouble.sentence:
        click.echo(f"{APPLICATION}: {trouble.sentence}", err=True)
    return settings


def _in_one_context(
    context: click.Context, settings: Settings, said: dict[str, Any], *, changes: bool
) -> Settings:
    """The settings of the one account that is meant: a command looks at no more than one.

    Args:
        context: Of the command.
        settings: The group's.
        said: The options after the command's name that were given.
        changes: Whether the command changes something.

    Raises:
        click.UsageError: Several are meant.
    """
    is_named, watched = bool(context.find_root().params["asked"]), settings.contexts
    if is_named and "demo" in said:
        raise click.UsageError("--context does not go with --demo: that is one account in one region.")
    if not watched or (said.keys() - {"read_only"} and not is_named):
        return replace(settings, contexts=())
    names = ", ".join(each.name for each in watched)
    if len(watched) > 1 and (is_named or changes):
        raise click.UsageError(
            f"{context.info_name} is about one account in one region: name one with --context or --profile"
            f" instead of {names}."
        )
    first = watched[0]
    if len(watched) > 1:
        click.echo(
            f"{APPLICATION}: this is {first.name}, the first of {names}; --context names another.", err=True
        )
    return replace(
        settings, contexts=(), profile=first.profile, region=first.region, endpoint_url=first.endpoint_url
    )


def run(work: Coroutine[Any, Any, int]) -> int:
    """Runs a command to its end, whatever becomes of its output."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:  # before its own handlers were there
        return 128 + SIGINT
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + SIGPIPE


def declare(group: click.Group, account_of: AccountOf) -> None:
    """Adds the commands to the command line.

    Args:
        group: The command line.
        account_of: How to reach the account that settings ask for.
    """
    for command in (_doctor, _watch, _submit):
        command(group, account_of)
    _completion(group)


def _doctor(group: click.Group, account_of: AccountOf) -> None:
    @group.command(
        "doctor",
        short_help="Check credentials and permissions.",
        epilog="Exit status: 0 batchtui can start, 2 it could show nothing.",
    )
    @connected
    @click.option("--json", "as_json", is_flag=True, help="The findings as one JSON object.")
    @click.pass_context
    def doctor(context: click.Context, /, as_json: bool, **options: Any) -> int:
        """What works here and what does not: credentials, region, account, permissions, terminal, files.

        Nothing is changed: what would change something is not tried.
        """
        from batchtui.commands.doctor import diagnose

        origins = _origins(context, options)
        settings = settings_of(context, options)
        config = context.find_root().params["config"]
        work = diagnose(settings, account_of(settings), config=config, origins=origins, as_json=as_json)
        return run(work)


def _watch(group: click.Group, account_of: AccountOf) -> None:
    @group.command(
        "watch",
        short_help="Tell of a job and its log until it ends.",
        epilog="Exit status: 0 the job SUCCEEDED; the container's exit code where it FAILED with one, else 1; "
        "2 it could not be watched; 130 you left with Ctrl-C, 143 SIGTERM. The job goes on when you leave.",
    )
    @click.argument("job")
    @connected
    @click.option("--read-only", is_flag=True, help="Ctrl-C never offers to stop the job.")
    @click.option("--no-logs", is_flag=True, help="Status changes alone.")
    @click.option("--no-timestamps", is_flag=True, help="Log lines without their time.")
    @click.option("--json", "as_json", is_flag=True, help=_JSON_LINES)
    @click.pass_context
    def watch(
        context: click.Context, /, job: str, no_logs: bool, no_timestamps: bool, as_json: bool, **options: Any
    ) -> int:
        """Tell of JOB until it ends: status changes, and its log from the first line on.

        JOB is an id, an ARN, ID:INDEX of an array's child or ID#NODE of a multi-node job. Of an array the counts
        of its children are told. Lines that begin with ── tell of the job, all others are its log. On a terminal
        Ctrl-C asks whether to leave the job running or to stop it.
        """
        from batchtui.commands.job_name import named_job, settings_for

        named = named_job(job)
        settings = settings_for(named, settings_of(context, options))
        from batchtui.commands.printer import JsonPrinter, TextPrinter
        from batchtui.commands.session import session_of
        from batchtui.commands.watch import Watched
        from batchtui.commands.watch import watch as follow

        async def work() -> int:
            printer = JsonPrinter() if as_json else TextPrinter(has_times=not no_timestamps)
            async with session_of(settings, account_of(settings)) as session:
                return await follow(session, Watched(named, has_logs=not no_logs), printer)

        return run(work())


def _submit(group: click.Group, account_of: AccountOf) -> None:
    text: dict[str, Any] = {"default": "", "show_default": False}

    @group.command(
        "submit",
        short_help="Submit a job and print its id.",
        epilog="Exit status: 0 submitted; 2 nothing was submitted; 3 no answer came, and what was found is "
        "said, or the job cannot be watched. With --watch that of the job, as for batchtui watch.",
    )
    @click.argument("definition")
    @connected
    @click.option("--job-queue", required=True, metavar="NAME", help="The queue, by name or ARN.")
    @click.option("--job-name", metavar="NAME", **text, help="[default: the definition's name]")
    @click.option(
        "--command", metavar="TEXT", **text, help="Taken apart as a shell does, or a JSON list of words."
    )
    @click.option("--array-size", metavar="N", **text, help="An array of so many jobs.")
    @click.option(
        "--depends-on", metavar="ID", multiple=True, help="A job that must end first; ID:N_TO_N, SEQUENTIAL."
    )
    @click.option("--env", metavar="NAME=VALUE", multiple=True, help="A variable; may be repeated.")
    @click.option("--parameter", metavar="NAME=VALUE", multiple=True, help="For Ref::NAME; may be repeated.")
    @click.option("--vcpus", metavar="N", **text, help="vCPUs of a container.")
    @click.option("--memory", metavar="MIB", **text, help="Its memory in MiB.")
    @click.option("--gpus", metavar="N", **text, help="Its GPUs.")
    @click.option("--share-identifier", metavar="NAME", **text, help="Where the queue has a scheduling policy.")
    @click.option("--scheduling-priority", metavar="N", **text, help="Within the share.")
    @click.option("--attempts", metavar="N", **text, help="At most so many, 1 to 10.")
    @click.option("--timeout", metavar="TIME", **text, help="Of one attempt: 90 (seconds), 30m, 2h.")
    @click.option("--tag", metavar="NAME=VALUE", multiple=True, help="A tag; may be repeated.")
    @click.option("--dry-run", is_flag=True, help="Print the request and send nothing.")
    @click.option("--watch", "is_watched", is_flag=True, help="Tell of the job until it ends.")
    @click.option("--no-logs", is_flag=True, help="With --watch: status changes alone.")
    @click.option("--no-timestamps", is_flag=True, help="With --watch: log lines without their time.")
    @click.option("--json", "as_json", is_flag=True, help=_JSON_LINES)
    @click.option("--read-only", is_flag=True, help="Nothing is submitted.")
    @click.pass_context
    def submit(
        context: click.Context,
        /,
        dry_run: bool,
        is_watched: bool,
        no_logs: bool,
        no_timestamps: bool,
        as_json: bool,
        **options: Any,
    ) -> int:
        """Submit a job of DEFINITION (a name, NAME:REVISION or an ARN) once, and print its id.

        What is not said stays as the job definition has it. A submission is never repeated by itself.
        """
        settings = settings_of(context, options, changes=True)
        from batchtui.commands.new_request import Asked
        from batchtui.commands.printer import JsonPrinter, Printer, TextPrinter
        from batchtui.commands.session import session_of
        from batchtui.commands.submit import Submitting
        from batchtui.commands.submit import submit as send

        async def work() -> int:
            printer: Printer | None = None
            if is_watched:
                printer = JsonPrinter() if as_json else TextPrinter(has_times=not no_timestamps)
            how = Submitting(is_dry_run=dry_run, as_json=as_json, printer=printer, has_logs=not no_logs)
            async with session_of(settings, account_of(settings)) as session:
                return await send(session, Asked(**options), how)

        return run(work())


def _origins(context: click.Context, options: dict[str, Any]) -> dict[str, str]:
    """Where the options that say which account is meant come from, in words."""
    found, root = {}, context.find_root()
    settings: Settings = context.meta[SETTINGS]
    watched = settings.contexts[0] if settings.contexts else None
    for name in _CONNECTION:
        option = f"--{name.replace('_', '-')}"
        source = root.get_parameter_source(name)
        if options.get(name) is not None:
            found[name] = option
        elif watched is not None and getattr(watched, name) not in (None, root.params[name]):
            found[name] = f"context {watched.name}"
        elif source is click.core.ParameterSource.COMMANDLINE:
            found[name] = option
        elif source is click.core.ParameterSource.ENVIRONMENT:
            found[name] = f"BATCHTUI_{name.upper()}"
        elif source is click.core.ParameterSource.DEFAULT_MAP:
            found[name] = "config.toml"
    return found


def _completion(group: click.Group) -> None:
    @group.command("completion", help=_COMPLETION, short_help="Make your shell complete all of this.")
    @click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
    def completion(shell: str) -> int:
        from batchtui.commands.completion import script

        click.echo(script(shell, group, APPLICATION))
        return 0
