"""A person's own editor on a text, while this app lends it the terminal."""

import os
import shlex
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.app import App

from batchtui.ui.lent_terminal import TerminalError, run_in_terminal

_VARIABLES = ("VISUAL", "EDITOR")
_LARGEST_FILE = 4 * 1024 * 1024
"""Bytes; a request may have far fewer, but what somebody wrote shall be shown back to them."""


class EditorError(Exception):
    """The editor could not do its work; the message is a sentence for people."""


def editor_command(environ: Mapping[str, str]) -> list[str] | None:
    """The editor of ``$VISUAL``, else of ``$EDITOR``; None where neither names a program that is there."""
    for command in _commands(environ):
        if shutil.which(command[0], path=environ.get("PATH")) is not None:
            return command
    return None


def missing_editor(environ: Mapping[str, str]) -> str | None:
    """What is set as an editor but is not there; None where nothing is set."""
    named = (environ.get(variable, "").strip() for variable in _VARIABLES)
    return next((name for name in named if name), None) if editor_command(environ) is None else None


def _commands(environ: Mapping[str, str]) -> Iterator[list[str]]:
    for variable in _VARIABLES:
        with suppress(ValueError):  # a quotation without an end
            command = shlex.split(environ.get(variable, ""))
            if command:
                yield command


async def edit_in_terminal(app: App[Any], command: Sequence[str], text: str, suffix: str = ".yaml") -> str | None:
    """Lets a person edit a text; the app's own screen comes back afterwards.

    Args:
        app: Gives the terminal away for so long, and goes on with everything else.
        command: The editor; the file's path is its last argument.
        text: What stands in the file at first.
        suffix: By which an editor knows the kind of text.

    Returns:
        The text, bytes that are no UTF-8 as lone surrogates; None where the editor ended with a failure, as
        vim does on ``:cq``, or the file is gone: nothing shall come of it.

    Raises:
        EditorError: The editor could not be started, or there is no terminal to lend, or no place for the file.
    """
    try:
        directory = Path(tempfile.mkdtemp(prefix="batchtui-"))  # for its owner alone; swap files too
    except OSError as error:
        raise EditorError(f"There is no place for the text: {error.strerror}.") from error
    try:
        path = directory / f"request{suffix}"
        _write(path, text)
        status = await _run(app, [*command, str(path)])
        return _read(path) if status == 0 else None
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    data = text.encode(errors="surrogateescape")
    try:
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data)
    except OSError as error:
        raise EditorError(f"The text could not be written: {error.strerror}.") from error


def _read(path: Path) -> str | None:
    try:
        # O_NONBLOCK: what an editor left may be no file, and a pipe would be waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(_LARGEST_FILE + 1)
    except OSError:
        return None
    if len(data) > _LARGEST_FILE:
        raise EditorError("The text has more than 4 MiB: it is not read.")
    return data.decode(errors="surrogateescape")


async def _run(app: App[Any], command: Sequence[str]) -> int:
    try:
        return await run_in_terminal(app, command)
    except TerminalError as error:
        raise EditorError(str(error)) from error
