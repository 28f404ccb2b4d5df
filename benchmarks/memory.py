"""What is resident once an account is on the screen: of a small account, and of 100,000 jobs."""

import asyncio
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from batchtui.demo.endpoint import DemoEndpoint
from benchmarks import bare_pages, empty_app
from benchmarks.environment import ROOT, clean_environment
from benchmarks.fixed_account import account_process
from benchmarks.options import Options
from benchmarks.report import Row
from benchmarks.spread import Spread, interleaved
from benchmarks.terminal import Terminal

SMALL_AIM, LARGE_AIM = 90.0, 160.0
MANY = 100_000
_SETTLED_SECONDS = 10.0
_MOST_ROUNDS = 3  # what is resident hardly differs from one run to the next
_EMPTY, _SMALL, _LARGE, _BARE = "empty Textual app", "4 queues, 200 jobs", f"{MANY:,} jobs", "bare dicts"
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB$", re.MULTILINE)


async def measure(options: Options) -> list[Row]:
    """Our program on both accounts, and the peers, by turns, all as processes of their own."""
    async with AsyncExitStack() as held:
        small = await held.enter_async_context(account_process(queues=4, running=10, succeeded=30, failed=10))
        large = await held.enter_async_context(
            account_process(queues=1, running=1_000, succeeded=MANY - 5_000, failed=4_000)
        )
        return await asyncio.to_thread(_measure, small, large, min(options.repetitions, _MOST_ROUNDS))


def _measure(small: str, large: str, rounds: int) -> list[Row]:
    with TemporaryDirectory() as directory:
        home = Path(directory)
        subjects: dict[str, Callable[[], float]] = {
            _EMPTY: partial(_resident, home, [empty_app.__file__], empty_app.WORD),
            _SMALL: partial(_resident, home, _ours(small), "● live"),
            _LARGE: partial(_resident, home, _ours(large), "● live"),
            _BARE: partial(_resident, home, ["-m", "benchmarks.bare_pages", large, "queue-0"], bare_pages.WORD),
        }
        found = {name: Spread.of(amounts) for name, amounts in interleaved(subjects, rounds).items()}
    empty, few, many, bare = (found[name] for name in (_EMPTY, _SMALL, _LARGE, _BARE))
    per_job = (many.median - few.median) * 1e6 / MANY
    return [
        _row(
            f"resident, {_SMALL}",
            few,
            SMALL_AIM,
            f"{few / empty:.2f} × an {_EMPTY}'s {_text(empty)}; n={rounds}",
        ),
        _row(
            f"resident, {_LARGE} in one queue",
            many,
            LARGE_AIM,
            f"{many / bare:.2f} × bare Python with botocore's dicts of the same pages {_text(bare)}",
            f"{per_job:,.0f} bytes a job more than the small account; n={rounds}",
        ),
    ]


def _row(measure: str, resident: Spread, aim: float, *details: str) -> Row:
    return Row(
        measure,
        f"{resident.median:.0f} MB",
        f"≤ {aim:.0f} MB",
        resident.median <= aim,
        (_text(resident), *details),
    )


def _text(resident: Spread) -> str:
    return resident.text("MB", 1, 1)


def _ours(url: str) -> Sequence[str]:
    # What may be saved up is enough for all pages: how soon all is there is another measure's matter.
    pacing = ("--max-calls-per-second", "50")
    return ["-m", "batchtui", "--endpoint-url", url, "--region", "us-east-1", *pacing]


def _resident(home: Path, arguments: Sequence[str], word: str) -> float:
    """Megabytes, some seconds after a program has written a word, when all is quiet."""
    environment = {**clean_environment(home, _CREDENTIALS), "PYTHONPATH": str(ROOT)}
    with Terminal([sys.executable, *arguments], environment, home) as terminal:
        terminal.until(word)
        terminal.read_for(_SETTLED_SECONDS)
        status = Path(f"/proc/{terminal.process_id}/status").read_text(encoding="ascii")
    match = _RESIDENT.search(status)
    assert match is not None
    return int(match[1]) * 1024 / 1e6


_CREDENTIALS = DemoEndpoint("", region="us-east-1", access_key_id="benchmark", secret_access_key="benchmark")
