"""How long a key takes until the terminal hears of it, in a list of 100,000 jobs."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import answering_app, datatable_app, numbers_app
from benchmarks.environment import ROOT, clean_environment, with_credentials
from benchmarks.fixed_account import REGION, account_process, everyday
from benchmarks.options import Options
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread, percentile
from benchmarks.terminal import Terminal

JOBS, FEW = 100_000, 2_000
AIM = 1.5
_ROUNDS, _MOST_REPEATED = 8, 4
"""So many rounds are asked for; so many times as many are made where the host of the machine disturbs."""
_BEGINNING = b"g"
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
_OF_DATA_TABLE = ("cursor", "page")
_SETTLED_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Programs:
    """Each in its terminal, ready for a key.

    Attributes:
        ours: The monitor on many jobs.
        few: The same on few.
        floor: The smallest Textual app that does what the key asks for.
        word: The smallest that answers a key.
        table: A stock DataTable of the many jobs.
    """

    ours: Terminal
    few: Terminal
    floor: Terminal
    word: Terminal
    table: Terminal


async def measure(options: Options) -> list[Row]:
    """All programs each in one terminal, key by key by turns."""
    async with account_process(**everyday(1, JOBS)) as many, account_process(**everyday(1, FEW)) as few:
        return await asyncio.to_thread(_measure, many, few)


def _measure(many: str, few: str) -> list[Row]:
    with TemporaryDirectory() as directory, ExitStack() as held:
        home = Path(directory)
        programs = Programs(
            ours=held.enter_context(_batchtui(many, JOBS, home)),
            few=held.enter_context(_batchtui(few, FEW, home)),
            floor=held.enter_context(_smallest(numbers_app.__file__, numbers_app.WORD, home)),
            word=held.enter_context(_smallest(answering_app.__file__, answering_app.WORD, home)),
            table=held.enter_context(_data_table(many, home)),
        )
        return [row for name, keys in KEYS.items() for row in _rows(name, keys, programs)]


def _rows(name: str, keys: tuple[bytes, ...], programs: Programs) -> list[Row]:
    taken, on_few, floor, word, table = (list[float]() for _ in range(5))
    is_filter = name.startswith("letters")
    wanted, left_out = _ROUNDS * len(keys), 0

    def time(terminal: Terminal, key: bytes, times: list[float]) -> None:
        nonlocal left_out
        seconds = terminal.answer_to(key)
        if terminal.was_disturbed:
            left_out += 1
        elif len(times) < wanted:
            times.append(seconds)

    for _ in range(_ROUNDS * _MOST_REPEATED):
        if min(map(len, (taken, on_few, floor, word))) == wanted:
            break
        for terminal in (programs.ours, programs.few, programs.floor) if is_filter else ():
            terminal.answer_to(b"/")
        for key in keys:
            time(programs.ours, key, taken)
            time(programs.few, key, on_few)
            time(programs.floor, key, floor)
            time(programs.word, b"x", word)
            if name in _OF_DATA_TABLE:
                time(programs.table, key, table)
        for terminal in (programs.ours, programs.few, programs.floor):
            if is_filter:
                terminal.answer_to(_ESCAPE)
            elif name == "page":  # the few rows are but so many pages
                terminal.answer_to(_BEGINNING)
    p95 = percentile(taken, 95)
    details = [f"p95 {p95 * 1000:.1f} ms of {Spread.of(taken).text(digits=1)}, {len(taken)} keys"]
    if left_out:
        details.append(f"{left_out} answers left out: the host had the processor meanwhile")
    peers = {
        "the empty list": floor,
        "an app of one word": word,
        "a stock DataTable of the same jobs": table,
        f"{FEW:,} rows": on_few,
    }
    for peer, others in peers.items():
        if others:
            spread, others_p95 = Spread.of(others).text(digits=1), percentile(others, 95)
            details.append(f"{p95 / others_p95:.2f} × {peer}: p95 {others_p95 * 1000:.1f} ms of {spread}")
    return [
        at_most(f"{name}, p95 in {JOBS:,} rows ÷ an empty list's", p95 / percentile(floor, 95), AIM, *details),
        at_most(f"{name}, p95 in {JOBS:,} rows ÷ {FEW:,} rows", p95 / percentile(on_few, 95), AIM),
    ]


@contextmanager
def _batchtui(url: str, jobs: int, home: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "batchtui", "--endpoint-url", url, "--region", REGION]
    command += ["--max-calls-per-second", "50"]
    with Terminal(command, with_credentials(home), home) as terminal:
        terminal.until_all(jobs)
        terminal.until_quiet()
        terminal.answer_to(_TAB)
        terminal.answer_to(_TAB)
        yield terminal


@contextmanager
def _smallest(program: str, word: str, home: Path) -> Iterator[Terminal]:
    with Terminal([sys.executable, program], clean_environment(home), home) as terminal:
        terminal.until(word)
        terminal.until_quiet()
        yield terminal


@contextmanager
def _data_table(url: str, home: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "benchmarks.datatable_app", "--endpoint-url", url, "--refresh", "3600"]
    with Terminal(command, with_credentials(home), ROOT) as terminal:
        terminal.until(datatable_app.LIVE)
        terminal.until_quiet(_SETTLED_SECONDS)
        yield terminal
