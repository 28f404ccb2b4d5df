"""The command line. Textual and aiobotocore are imported only after the options are understood."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchtui import __version__, garbage
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.commands.declared import SETTINGS, declare, profiles, themes
from batchtui.log_file import crashed, open_log_file, trouble
from batchtui.settings import (
    APPLICATION,
    COULD_NOT_START,
    CRASHED,
    LOG_LEVELS,
    NOTIFY_WAYS,
    ConfigError,
    Settings,
    StartError,
    default_config_file,
)

if TYPE_CHECKING:
    from batchtui.configuration.reading import Configuration
    from batchtui.context import Context

TEACHING = """\b
To begin with:
  batchtui --demo                    a simulated account on this machine
  batchtui                           yours, as the AWS CLI would find it
  batchtui doctor                    where that does not work: what to do
  batchtui --once --json             what there is now, for scripts

\b
On the screen:
  7 failed jobs   5 running   0 all      w why it failed or waits   l log
  enter details   / filter    esc back   : commands   ? all keys    q quit

Every option can also be set in the environment (BATCHTUI_REFRESH=10) or in config.toml (refresh = 10).
"""
_OF_ONE_CALL = ("config", "once", "as_json", "asked")
"""Options that are no settings."""
_WRONG_CONFIG = f"{APPLICATION}.wrong_config"
"""Under which it is kept in click's ``meta`` why the configuration file cannot be used."""
_WITHOUT_CONFIG = ("completion", "config", "demo-account")
"""Commands that a file that cannot be used does not stop; ``config`` judges it itself."""
_DUMB = "TERM is 'dumb', a terminal on which nothing can be placed: this is one look, as with --once."


def _load_config(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """Makes config.toml the source of defaults, below the environment and the flags.

    What is wrong with it is told later: some commands can do without it.
    """
    path = value or default_config_file()
    if value is not None or _is_there(path):  # most starts have no file, and each import delays the first frame
        from batchtui.configuration.reading import read_config

        try:
            context.obj = read_config(path)
        except ConfigError as error:
            context.meta[_WRONG_CONFIG] = error
        else:
            context.default_map = context.obj.defaults
    return value


def _refuse_wrong_config(context: click.Context) -> None:
    """Raises a ConfigError where the file cannot be used."""
    if (error := context.meta.get(_WRONG_CONFIG)) is not None:
        raise error


def _check_keys(settings: Settings) -> None:
    """What the file itself cannot tell of the keys that it binds; the monitor looks once more, at every screen."""
    if settings.keymap:
        from batchtui.ui.keymap import check_keymap

        check_keymap(settings)


def _is_there(path: Path) -> bool:
    """What cannot be looked at may protect an account: it must not go unnoticed."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def settings_of(context: click.Context) -> Settings:
    """The settings with which the program was called, for every subcommand too.

    Args:
        context: Of the group, or of a subcommand.
    """
    root = context.find_root()
    configuration: Configuration | None = root.obj
    options = {name: value for name, value in root.params.items() if name not in _OF_ONE_CALL}
    alone = configuration.alone if configuration else {}
    watched = _watched(root.params["asked"], alone.get("configured_contexts", ()), options)
    return Settings(**options, **alone, contexts=watched)


def _watched(
    asked: tuple[str, ...], configured: tuple["Context", ...], options: dict[str, Any]
) -> tuple["Context", ...]:
    """The contexts that are to be watched: those that were named, else those of the configuration."""
    place = (options["profile"], options["region"], options["endpoint_url"])
    if asked and options["demo"]:
        raise click.UsageError("--context does not go with --demo: that is one account in one region.")
    if options["demo"] or not (asked or configured) or (not asked and any(place)):
        return ()
    from batchtui.context import asked_for

    names = asked or [context.name for context in configured]
    return tuple(context.or_else(*place) for context in asked_for(names, configured))


@click.group(
    invoke_without_command=True,
    context_settings={"auto_envvar_prefix": "BATCHTUI", "help_option_names": ["--help", "-h"]},
    epilog=TEACHING,
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    is_eager=True,
    callback=_load_config,
    help=f"Configuration file. [default: {click.format_filename(str(default_config_file()), shorten=True)}"
    " in the platform's place for configurations]",
)
@click.option(
    "--profile",
    metavar="NAME",
    shell_complete=profiles,
    help="AWS profile. [default: AWS_PROFILE, then AWS's standard chain]",
)
@click.option("--region", metavar="NAME", help="AWS region. [default: AWS_REGION, then the profile's]")
@click.option("--endpoint-url", metavar="URL", help="Another endpoint for every service. [default: AWS's]")
@click.option(
    "--context",
    "asked",
    metavar="PROFILE@REGION",
    multiple=True,
    envvar="BATCHTUI_CONTEXT",
    help="An account and region to watch, also PROFILE, @REGION or a name of [contexts]; may be repeated.",
)
@click.option(
    "--queue",
    "queues",
    metavar="NAME",
    multiple=True,
    envvar="BATCHTUI_QUEUE",
    help="Only this job queue; may be repeated.",
)
@click.option(
    "--refresh",
    type=click.FloatRange(min=1),
    default=5,
    show_default=True,
    metavar="SECONDS",
    help="How fresh the view should be.",
)
@click.option(
    "--max-calls-per-second",
    type=click.FloatRange(min=0.1, max=50),
    default=4,
    show_default=True,
    metavar="N",
    help="The API budget: calls a second on average, with a burst of 12 seconds' worth at the start.",
)
@click.option("--read-only", is_flag=True, help="Nothing that changes anything exists.")
@click.option(
    "--history/--no-history",
    default=False,
    help="Remember in a file which jobs are seen, as AWS forgets them after seven days: :past lists them.",
)
@click.option(
    "--history-days",
    type=click.FloatRange(min=1, max=36_500),
    default=180,
    show_default=True,
    metavar="N",
    help="For how long jobs are remembered.",
)
@click.option(
    "--history-jobs",
    type=click.IntRange(1_000, 10_000_000),
    default=200_000,
    show_default=True,
    metavar="N",
    help="How many jobs are remembered at most.",
)
@click.option(
    "--notify",
    type=click.Choice(NOTIFY_WAYS),
    default="all",
    show_default=True,
    help="How the terminal is told that a watched job has ended: bell and notifications, or some of them.",
)
@click.option("--demo", is_flag=True, help="A simulated account on this machine; needs no AWS account.")
@click.option(
    "--demo-jobs",
    type=click.IntRange(10, 200_000),
    default=2000,
    show_default=True,
    metavar="N",
    help="How many jobs it has.",
)
@click.option(
    "--demo-seed", type=int, default=1, show_default=True, metavar="N", help="Another seed, another account."
)
@click.option("--once", is_flag=True, help="Look once, print as text and exit; so too where there is no terminal.")
@click.option(
    "--json", "as_json", is_flag=True, envvar="BATCHTUI_JSON", help="With --once: print the values as JSON."
)
@click.option("--fresh", is_flag=True, help="Start as if nothing was remembered, and remember nothing.")
@click.option(
    "--theme",
    metavar="NAME",
    shell_complete=themes,
    help="Colours: dark, light, high-contrast, colour-blind, ansi (the terminal's own), or a theme of Textual's.",
)
@click.option(
    "--plain",
    is_flag=True,
    help="For screen readers: words and numbers, no frames, bars or glyphs, and what has"
    " the focus in a sentence on the bottom line.",
)
@click.option("--log-file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to log.")
@click.option(
    "--log-level", type=click.Choice(LOG_LEVELS, case_sensitive=False), default="WARNING", show_default=True
)
@click.version_option(__version__, prog_name=APPLICATION)
@click.pass_context
def batchtui(
    context: click.Context, /, once: bool, as_json: bool, asked: tuple[str, ...], **options: Any
) -> int | None:
    """A monitor for AWS Batch: what runs, what waits and why, what failed, and what its log says."""
    if context.invoked_subcommand not in _WITHOUT_CONFIG:
        _refuse_wrong_config(context)
    settings = context.meta[SETTINGS] = settings_of(context)
    if context.invoked_subcommand not in _WITHOUT_CONFIG:
        _check_keys(settings)
    if context.invoked_subcommand is not None:
        return None
    open_log_file(settings)
    if as_json and not once and sys.stdout.isatty():
        raise click.UsageError("--json goes with --once.")
    # Keys come from stdin, Textual draws on stderr: without any of the three there is no screen.
    has_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    is_dumb = has_terminal and os.environ.get("TERM") == "dumb"
    if is_dumb and not once:
        click.echo(f"{APPLICATION}: {_DUMB}", err=True)
    if once or as_json or not has_terminal or is_dumb:
        if len(settings.contexts) > 1 and asked:
            raise click.UsageError("--once looks at one account in one region: name one --context.")
        from batchtui.once import look_once

        if trouble.sentence:
            click.echo(f"{APPLICATION}: {trouble.sentence}", err=True)
        try:
            return asyncio.run(look_once(settings, account_of(settings), as_json=as_json))
        except BrokenPipeError:  # `| head` has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    from batchtui.slow_link import spare_the_link

    spare_the_link(os.environ)
    from batchtui.ui.run import run_app

    return run_app(settings, account_of(settings))


@batchtui.command("demo-account", short_help="The simulated account for other clients.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1. [default: a free one]")
@click.option("--jobs", type=click.IntRange(10, 200_000), default=2000, show_default=True, help="Jobs.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another account.")
@click.option("--queues", type=click.IntRange(1, 100), default=6, show_default=True, help="Job queues.")
def demo_account(port: int, jobs: int, seed: int, queues: int) -> int:
    """The simulated account alone, for other AWS clients; ends with Ctrl-C."""
    from batchtui.demo.endpoint import DemoEndpoint
    from batchtui.demo.serving import serve

    def announce(endpoint: DemoEndpoint) -> None:
        click.echo(
            "# A simulated AWS account: Batch, CloudWatch Logs and STS. Ctrl-C ends it. To use it elsewhere:"
        )
        click.echo(f"export AWS_ENDPOINT_URL={endpoint.url} AWS_REGION={endpoint.region}")
        click.echo(f"export AWS_DEFAULT_REGION={endpoint.region}")
        click.echo(f"export AWS_ACCESS_KEY_ID={endpoint.access_key_id}")
        click.echo(f"export AWS_SECRET_ACCESS_KEY={endpoint.secret_access_key}")

    garbage.settle()
    try:
        asyncio.run(
            serve(port=port, jobs=jobs, seed=seed, queues=queues, announce=announce, ends_with_input=False)
        )
    except OSError as error:
        raise StartError(f"Port {port} on 127.0.0.1 cannot be used: {error.strerror}.") from error
    return 0


@batchtui.command("config", short_help="The settings and where each comes from.")
@click.option("--default", "is_default", is_flag=True, help="A file in which everything is commented out.")
@click.option("--path", "is_path", is_flag=True, help="Where the file is looked for.")
@click.option("--document", "is_document", is_flag=True, hidden=True, help="The page docs/configuration.md.")
@click.pass_context
def config_command(context: click.Context, is_default: bool, is_path: bool, is_document: bool) -> int:
    """What holds, and where it comes from: flag, environment, file or default. Checks the file, too."""
    from batchtui.config_command import printed_default, printed_document, printed_effective

    if is_path:
        click.echo(str(context.find_root().params["config"] or default_config_file()))
    elif is_default:
        click.echo(printed_default(), nl=False)
    elif is_document:
        click.echo(printed_document(), nl=False)
    else:
        _refuse_wrong_config(context)
        click.echo(printed_effective(context.find_root(), context.meta[SETTINGS]), nl=False)
    return 0


@asynccontextmanager
async def account_of(settings: Settings) -> AsyncIterator[ConnectionSettings]:
    """How to reach the account that was asked for; the demo account lives as long as this context."""
    if not settings.demo:
        place = settings.contexts[0].place if settings.contexts else None
        yield ConnectionSettings(*(place or (settings.profile, settings.region, settings.endpoint_url)))
        return
    from batchtui.demo.process import DemoStartError, demo_process

    async with AsyncExitStack() as stack:
        try:
            process = demo_process(jobs=settings.demo_jobs, seed=settings.demo_seed, service_jobs=True)
            demo = await stack.enter_async_context(process)
        except DemoStartError as error:
            raise StartError(str(error)) from error
        yield ConnectionSettings(
            region=demo.region,
            endpoint_url=demo.url,
            access_key_id=demo.access_key_id,
            secret_access_key=demo.secret_access_key,
        )


declare(batchtui, account_of)


def main(args: list[str] | None = None) -> None:
    """The entry point: exit status 0 ended by the user, 2 could not start, 1 crashed."""
    garbage.put_off()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a bar that an old terminal cannot show is no reason to crash
            stream.reconfigure(errors="replace")
    try:
        status = batchtui.main(args, prog_name=APPLICATION, standalone_mode=False)
    except click.exceptions.Exit as ending:
        status = ending.exit_code
    except click.Abort:
        status = 0
    except click.ClickException as error:
        click.echo(f"{APPLICATION}: {error.format_message()}", err=True)
        status = COULD_NOT_START
    except StartError as error:
        click.echo(f"{APPLICATION}: {error}", err=True)
        status = COULD_NOT_START
    except Exception as error:
        click.echo(crashed(error), err=True)
        status = CRASHED
    sys.exit(status or 0)
