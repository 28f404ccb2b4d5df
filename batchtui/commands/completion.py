"""What a shell offers behind ``batchtui``: made by click, with the names of profiles from AWS's own files."""

from contextlib import suppress
from typing import Final

import click
from click.shell_completion import CompletionItem, get_completion_class

from batchtui.aws.errors import AwsError

THEMES: Final = ("dark", "light", "high-contrast", "colour-blind", "ansi")
"""Ours: to ask Textual for its own would cost what a shell that waits would feel."""


def script(shell: str, command: click.Command, program: str) -> str:
    """What a shell evaluates to know the completions."""
    kind = get_completion_class(shell)
    if kind is None:
        raise LookupError(f"click does not know {shell}")
    # Not click's own source(), which runs bash to ask for its version: since 4.4 of 2016 all of them know this.
    made = kind(command, {}, program, f"_{program.upper()}_COMPLETE")
    return made.source_template % made.source_vars()


def profiles(typed: str) -> list[CompletionItem]:
    """The profiles of the shared AWS configuration and credentials files that begin so."""
    from batchtui.aws.profiles import read_profiles

    with suppress(AwsError):  # a shell that completes has no place for what is wrong
        return [CompletionItem(each.name) for each in read_profiles() if each.name.startswith(typed)]
    return []


def themes(typed: str) -> list[CompletionItem]:
    """The names of our own themes that begin so."""
    return [CompletionItem(each) for each in THEMES if each.startswith(typed)]
