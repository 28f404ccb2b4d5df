"""Until the first rows of a large account are on the screen, and until all of it is known."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.aws_cli import AwsCli, NoCliError
from benchmarks.environment import ROOT, with_credentials
from benchmarks.fixed_account import NEWEST_JOB, REGION, account_process, everyday
from benchmarks.options import Options
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread, interleaved
from benchmarks.terminal import Terminal

SMALL = (4, 2_000)
LARGE = ((1, 100_000), (40, 200_000))
"""Queues and jobs."""


async def measure(options: Options) -> list[Row]:
    """All by turns, each run a process of its own."""
    async with AsyncExitStack() as held:
        accounts = {
            size: await held.enter_async_context(account_process(**everyday(*size))) for size in (SMALL, *LARGE)
        }
        return await asyncio.to_thread(_measure, accounts, options.repetitions)


def _measure(accounts: dict[tuple[int, int], str], repetitions: int) -> list[Row]:
    with TemporaryDirectory() as directory:
        home = Path(directory)
        subjects: dict[str, Callable[[], list[float]]] = {}
        for (queues, jobs), url in accounts.items():
            subjects[f"batchtui {jobs}"] = partial(_ours, url, home, jobs)
            if (queues, jobs) != SMALL:
                subjects[f"floor {jobs}"] = partial(_floor, url, home)
        try:
            cli = AwsCli.installed(accounts[LARGE[0]], REGION, with_credentials(home))
            subjects["cli"] = lambda: [cli.seconds_of_one_call("SUCCEEDED")]
        except NoCliError as error:
            print(f"The AWS CLI could not be installed, so nothing is compared with it: {error}", file=sys.stderr)
        times = interleaved(subjects, repetitions)
    small = Spread.of([first for first, _ in times[f"batchtui {SMALL[1]}"]])
    rows: list[Row] = []
    for queues, jobs in LARGE:
        first, every = (Spread.of(column) for column in zip(*times[f"batchtui {jobs}"], strict=True))
        floor = Spread.of([seconds for (seconds,) in times[f"floor {jobs}"]])
        where = f"{jobs:,} jobs in {'one queue' if queues == 1 else f'{queues} queues'}"
        rows.append(
            at_most(
                f"first rows, {where} ÷ {SMALL[1]:,} jobs",
                first / small,
                1.5,
                f"{first.text()}, small account {small.text()}, n={repetitions}",
            )
        )
        rows.append(
            at_most(
                f"all of {where} ÷ bare aiobotocore",
                every / floor,
                1.3,
                f"{every.text()}, floor {floor.text()}, both from the start of the process, n={repetitions}",
            )
        )
        if "cli" in times and (queues, jobs) == LARGE[0]:
            call = Spread.of([seconds for (seconds,) in times["cli"]])
            rows.append(
                at_most(
                    f"all of {where} ÷ aws batch list-jobs of the succeeded",
                    every / call,
                    1.0,
                    f"{every.text()}, CLI {call.text()}, n={repetitions}",
                )
            )
    return rows


def _ours(url: str, home: Path, jobs: int) -> list[float]:
    command = [sys.executable, "-m", "batchtui", "--endpoint-url", url, "--region", REGION]
    command += ["--max-calls-per-second", "50"]
    with Terminal(command, with_credentials(home), home) as terminal:
        return [terminal.until(NEWEST_JOB), terminal.until_all(jobs)]


def _floor(url: str, home: Path) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.floor", url, "--region", REGION]
    with Terminal(command, with_credentials(home), ROOT) as terminal:
        return [terminal.until("listed")]
