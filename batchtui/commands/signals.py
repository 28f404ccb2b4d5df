"""Ctrl-C and the other ways in which a command is asked to end, as values that one can wait for."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """The signals that came, in their order."""

    def __init__(self) -> None:
        self._came: asyncio.Queue[int] = asyncio.Queue()

    async def next(self) -> int:
        """Waits for one."""
        return await self._came.get()

    def note(self, number: int) -> None:
        """One came."""
        self._came.put_nowait(number)


@contextmanager
def signals() -> Iterator[Signals]:
    """From now on they end nothing by themselves; afterwards all is as before."""
    loop, found = asyncio.get_running_loop(), Signals()
    before = {number: signal.getsignal(number) for number in _ENDINGS}
    for number in _ENDINGS:
        if before[number] is not signal.SIG_IGN:  # nohup stays nohup
            loop.add_signal_handler(number, found.note, number)
    try:
        yield found
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            if handler is not None:  # one that C has made stays gone
                signal.signal(number, handler)


def status_of(number: int) -> int:
    """The exit status of a program that a signal has ended."""
    return 128 + number


def can_ask() -> bool:
    """Whether there is a person at a terminal who can be asked: no pipe, no file, not another job's terminal."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        return False
    with suppress(OSError):  # it is nobody's terminal: reading stops nobody
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    return True


async def ask(question: str) -> str:
    """Asks on the terminal.

    Returns:
        What was typed, without blanks, in small letters; empty at the input's end too.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()
    descriptor = sys.stdin.fileno()

    def read() -> None:
        try:
            text = os.read(descriptor, 4096).decode(errors="replace")
        except OSError:
            text = ""
        if not answer.done():
            answer.set_result(text.strip().lower())

    sys.stderr.write(question)
    sys.stderr.flush()
    loop.add_reader(descriptor, read)
    try:
        return await answer
    finally:
        loop.remove_reader(descriptor)
