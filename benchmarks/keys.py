"""How long a key takes until the terminal hears of it, in a list of 100,000 jobs."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import answering_app
from benchmarks.environment import clean_environment, with_credentials
from benchmarks.fixed_account import REGION, account_process
from benchmarks.options import Options
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread, percentile
from benchmarks.terminal import Terminal

JOBS = 100_000
_ROUNDS = 6
_DOWN, _PAGE, _TAB, _ESCAPE = b"\x1b[B", b"\x1b[6~", b"\t", b"\x1b"
_FILTER: Final = "align-001"
KEYS: Final[Mapping[str, tuple[bytes, ...]]] = {
    "cursor": (_DOWN,) * 10,
    "page": (_PAGE,) * 10,
    "end and beginning": (b"G", b"g") * 5,
    "sort": (b"s",) * 10,
    "letters of a filter": tuple(letter.encode() for letter in _FILTER),
}
"""What is pressed in each round."""


async def measure(options: Options) -> list[Row]:
    """The monitor and the smallest app that answers, each in one terminal, key by key by turns."""
    async with account_process(
        queues=1, running=JOBS // 50, succeeded=JOBS - JOBS // 10, failed=JOBS // 10 - JOBS // 50
    ) as url:
        return await asyncio.to_thread(_measure, url)


def _measure(url: str) -> list[Row]:
    with TemporaryDirectory() as directory:
        home = Path(directory)
        with _batchtui(url, home) as ours, _answering(home) as peer:
            return [_row(name, keys, ours, peer) for name, keys in KEYS.items()]


def _row(name: str, keys: tuple[bytes, ...], ours: Terminal, peer: Terminal) -> Row:
    taken: list[float] = []
    floor: list[float] = []
    for _ in range(_ROUNDS):
        if name.startswith("letters"):
            ours.answer_to(b"/")
        for key in keys:
            taken.append(ours.answer_to(key))
            floor.append(peer.answer_to(b"x"))
        if name.startswith("letters"):
            ours.answer_to(_ESCAPE)
    p95, p95_of_floor = percentile(taken, 95), percentile(floor, 95)
    return at_most(
        f"{name}, p95 in {JOBS:,} rows ÷ empty app's",
        p95 / p95_of_floor,
        1.5,
        f"p95 {p95 * 1000:.1f} ms of {Spread.of(taken).text(digits=1)}, "
        f"floor {p95_of_floor * 1000:.1f} ms of {Spread.of(floor).text(digits=1)}, {len(taken)} keys",
    )


@contextmanager
def _batchtui(url: str, home: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "batchtui", "--endpoint-url", url, "--region", REGION]
    command += ["--max-calls-per-second", "50"]
    with Terminal(command, with_credentials(home), home) as terminal:
        terminal.until("● live", f" {JOBS} ─╯")
        terminal.until_quiet()
        terminal.answer_to(_TAB)
        terminal.answer_to(_TAB)
        yield terminal


@contextmanager
def _answering(home: Path) -> Iterator[Terminal]:
    with Terminal([sys.executable, answering_app.__file__], clean_environment(home), home) as terminal:
        terminal.until(answering_app.WORD)
        terminal.until_quiet()
        yield terminal
