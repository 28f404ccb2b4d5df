"""Bytes that come through a terminal at the other end of an SSH connection, beside a stock ``DataTable``."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.environment import ROOT, over_ssh
from benchmarks.fixed_account import account_process, change_one_job
from benchmarks.options import Options
from benchmarks.report import Row
from benchmarks.spread import Spread
from benchmarks.terminal import Terminal

QUEUES, RUNNING, SUCCEEDED, FAILED = 4, 100, 300, 100
SMALL, LARGE = (80, 24), (120, 35)
_REFRESH_SECONDS = 5.0
_SEEN_SECONDS = _REFRESH_SECONDS + 2.0
"""By then a change was asked for and drawn."""
_QUIET_SECONDS = 0.6
_SETTLED_SECONDS = 7.0
_MINUTE = 60.0
_OURS = ("batchtui", "--region", "us-east-1", "--endpoint-url")
_PEER = ("benchmarks.datatable_app", "--endpoint-url")
_DOWN, _PAGE_DOWN = b"\x1b[B", b"\x1b[6~"

IDLE, REFRESH, CHANGE, PAGE, ROW = "idle minute", "refresh, nothing new", "one job changed", "page", "row"


@dataclass(slots=True)
class Found:
    """Bytes of each kind of thing, of each time that it was done."""

    of: dict[str, list[int]] = field(default_factory=dict)

    def note(self, what: str, count: int) -> None:
        """Takes one in."""
        self.of.setdefault(what, []).append(count)


async def measure(options: Options) -> list[Row]:
    """Ours and the peer at the same time: bytes do not depend on how busy a machine is."""
    times = options.repetitions
    mix = {"queues": QUEUES, "running": RUNNING, "succeeded": SUCCEEDED, "failed": FAILED}
    async with AsyncExitStack() as held:
        # An account each: what changes for one must not change for the other at another moment.
        urls = [await held.enter_async_context(account_process(**mix)) for _ in range(3)]
        with TemporaryDirectory() as directory:
            environment = over_ssh(Path(directory))

            def start(program: Sequence[str], url: str, size: tuple[int, int]) -> Terminal:
                return Terminal([sys.executable, "-m", *program, url], environment, ROOT, size)

            ours, peer, wide = await asyncio.gather(
                asyncio.to_thread(_ours, lambda: start(_OURS, urls[0], SMALL), urls[0], times),
                asyncio.to_thread(_peer, lambda: start(_PEER, urls[1], SMALL), urls[1], times),
                asyncio.to_thread(_ours, lambda: start(_OURS, urls[2], LARGE), None, times),
            )
    jobs = QUEUES * (RUNNING + SUCCEEDED + FAILED)
    return [
        _row(f"bytes of an idle minute, {jobs:,} jobs, 80x24", ours, IDLE, 5000, peer),
        _row(f"… of {_REFRESH_SECONDS:.0f} s with a refresh that changes nothing", ours, REFRESH, None, peer),
        _row(f"… of {_SEEN_SECONDS:.0f} s in which one job changed", ours, CHANGE, 400, peer),
        _row("… of the next page of jobs", ours, PAGE, 8000, peer),
        _row("… of the next row", ours, ROW, None, peer),
        _row("… of tab to the next pane", ours, "tab", 3000),
        _row("… of z, and of z again", ours, "z", 8000),
        _row("… of details, and of coming back", ours, "details", None),
        _row("… of tab at 120x35", wide, "tab", None),
        _row("… of z at 120x35", wide, "z", None),
    ]


def _ours(start: Callable[[], Terminal], url: str | None, repetitions: int) -> Found:
    """Everything; where no account is given, only what keys cost."""
    found = Found()
    with start() as terminal:
        terminal.until("● live")
        terminal.read_for(_SETTLED_SECONDS)
        if url is not None:
            _note_passing(terminal, url, repetitions, found)
        for _ in range(repetitions):
            for _ in range(3):
                found.note("tab", _bytes_of(terminal, b"\t"))
            for _ in range(2):
                found.note("z", _bytes_of(terminal, b"z"))
        _bytes_of(terminal, b"0")  # the jobs
        _note_moves(terminal, repetitions, found)
        for _ in range(repetitions):
            for key in (b"\r", b"\x1b"):
                found.note("details", _bytes_of(terminal, key))
    return found


def _peer(start: Callable[[], Terminal], url: str, repetitions: int) -> Found:
    found = Found()
    with start() as terminal:
        terminal.until("live")
        terminal.read_for(_SETTLED_SECONDS)
        _note_passing(terminal, url, repetitions, found)
        _note_moves(terminal, repetitions, found)
    return found


def _note_passing(terminal: Terminal, url: str, repetitions: int, found: Found) -> None:
    found.note(IDLE, terminal.read_for(_MINUTE))
    for _ in range(repetitions):
        found.note(REFRESH, terminal.read_for(_REFRESH_SECONDS))
    for _ in range(repetitions):
        change_one_job(url)
        found.note(CHANGE, terminal.read_for(_SEEN_SECONDS))


def _note_moves(terminal: Terminal, repetitions: int, found: Found) -> None:
    _bytes_of(terminal, _PAGE_DOWN)  # from the first line to the last one: nothing is scrolled
    for _ in range(repetitions):
        found.note(PAGE, _bytes_of(terminal, _PAGE_DOWN))
    _bytes_of(terminal, b"\x1b[A" * 5)
    for _ in range(min(repetitions, 4)):
        found.note(ROW, _bytes_of(terminal, _DOWN))


def _bytes_of(terminal: Terminal, keys: bytes) -> int:
    terminal.press(keys)
    return terminal.until_quiet(_QUIET_SECONDS)


def _row(measure: str, found: Found, what: str, aim: int | None, peer: Found | None = None) -> Row:
    ours = Spread.of(found.of[what])
    details = [f"{ours.text('B', 1)}, n={len(found.of[what])}"]
    if peer is not None:
        theirs = Spread.of(peer.of[what])
        details.append(f"{ours / theirs:.2f} × a stock DataTable's {theirs.text('B', 1)}")
    return Row(
        measure,
        f"{ours.most:,.0f}",
        "–" if aim is None else f"< {aim:,}",
        None if aim is None else ours.most < aim,
        tuple(details),
    )
