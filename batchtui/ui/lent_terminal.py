"""A program that has the terminal for a while; the app's own screen comes back afterwards."""

import asyncio
import logging
import os
import signal
import sys
import termios
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

log = logging.getLogger(__name__)

_LAST_WORDS_SECONDS = 2.0
TYPED_SIGNALS = (signal.SIGINT, signal.SIGQUIT)
"""What ctrl+c and ctrl+\\ send to everything in the foreground: meant for the program alone."""


class TerminalError(Exception):
    """The terminal could not be lent, or the program not be started; the message is a sentence for people."""


async def run_in_terminal(
    app: App[Any],
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    for_program: Sequence[signal.Signals] = TYPED_SIGNALS,
    afterwards: Callable[[int], Awaitable[None]] | None = None,
) -> int:
    """The exit status of a program that has the terminal for so long; negative where a signal ended it.

    Args:
        app: Gives the terminal away, and goes on with everything else.
        command: The program and its arguments.
        environment: Its environment; this program's own where that is None.
        for_program: Signals of keys that are meant for the program alone.
        afterwards: Told the exit status while the terminal is still lent.

    Raises:
        TerminalError: It could not be started, or there is no terminal to lend.
    """
    failure: BaseException | None = None
    status = -1
    with app.batch_update(), _lent(app, for_program) as given:
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=given, stdout=given, stderr=given, env=environment
            )
            try:
                status = await process.wait()
            finally:
                await _end(process)
            if afterwards is not None and given is None:
                await afterwards(status)
        except BaseException as error:
            failure = error
            if (
                not app.is_running
            ):  # it ends: the driver has restored the terminal already: it must not be taken back
                raise
    app.screen.refresh(layout=True)
    if isinstance(failure, OSError):
        raise TerminalError(f"{Path(command[0]).name} could not be started: {failure.strerror}.") from failure
    if failure is not None:
        raise failure
    if status:
        log.info("%s ended with status %s", Path(command[0]).name, status)
    return status


@contextmanager
def _lent(app: App[Any], for_program: Sequence[signal.Signals]) -> Iterator[int | None]:
    """The terminal without the app: no key is read, nothing is written, and signals from keys are let pass.

    Yields:
        What the program gets as its standard streams: the terminal, or nothing where there is none.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(app.suspend())
        except SuspendNotSupported as error:
            if not app.is_headless:
                raise TerminalError("There is no terminal to lend.") from error
            yield asyncio.subprocess.DEVNULL
            return
        stack.enter_context(_modes_kept())
        # While it is suspended Textual would let prints through to the terminal.
        nothing = stack.enter_context(Path(os.devnull).open("w"))
        stack.enter_context(redirect_stdout(nothing))
        stack.enter_context(redirect_stderr(nothing))
        for number in for_program:
            # A handler, for what is ignored would be ignored by the program as well.
            before = signal.signal(number, lambda *_: None)
            stack.callback(signal.signal, number, before)
        yield None


@contextmanager
def _modes_kept() -> Iterator[None]:
    """A program that dies may leave the terminal without echo or lines: the app would take that for its own."""
    stream = sys.__stdin__
    try:
        if stream is None:
            raise ValueError
        descriptor = stream.fileno()
        modes = termios.tcgetattr(descriptor)
    except (ValueError, OSError, termios.error):
        yield
        return
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, modes)


async def _end(process: asyncio.subprocess.Process) -> None:
    """A program must not outlive the app that lent it the terminal."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _LAST_WORDS_SECONDS)
        except (TimeoutError, asyncio.CancelledError):
            process.kill()
