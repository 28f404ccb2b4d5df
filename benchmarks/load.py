"""Until the first rows of a large account are on the screen, and until all of it is known."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from batchtui.demo.endpoint import DemoEndpoint
from benchmarks.aws_cli import AwsCli, NoCliError
from benchmarks.environment import ROOT, clean_environment
from benchmarks.large_account import large_account
from benchmarks.options import Options
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread, interleaved
from benchmarks.terminal import Terminal

SMALL = (4, 2_000)
LARGE = ((1, 100_000), (40, 200_000))
"""Queues and jobs."""
_FIRST_ROW, _LIVE = "align-sample-", "● live"


async def measure(options: Options) -> list[Row]:
    """All by turns, each run a process of its own."""
    async with AsyncExitStack() as held:
        accounts = {
            size: await held.enter_async_context(large_account(queues=size[0], jobs=size[1]))
            for size in (SMALL, *LARGE)
        }
        return await asyncio.to_thread(_measure, accounts, options.repetitions)


def _measure(accounts: dict[tuple[int, int], DemoEndpoint], repetitions: int) -> list[Row]:
    with TemporaryDirectory() as directory:
        home = Path(directory)
        subjects: dict[str, Callable[[], list[float]]] = {}
        for (queues, jobs), account in accounts.items():
            subjects[f"batchtui {jobs}"] = partial(_ours, account, home, jobs)
            if (queues, jobs) != SMALL:
                subjects[f"floor {jobs}"] = partial(_floor, account, home)
        try:
            cli = AwsCli.installed(accounts[LARGE[0]], clean_environment(home, accounts[LARGE[0]]))
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


def _ours(account: DemoEndpoint, home: Path, jobs: int) -> list[float]:
    command = [sys.executable, "-m", "batchtui", "--endpoint-url", account.url, "--region", account.region]
    command += ["--max-calls-per-second", "50"]
    with Terminal(command, clean_environment(home, account), home) as terminal:
        return [terminal.until(_FIRST_ROW), terminal.until(_LIVE, f" {jobs} ─╯")]


def _floor(account: DemoEndpoint, home: Path) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.floor", account.url, "--region", account.region]
    with Terminal(command, clean_environment(home, account), ROOT) as terminal:
        return [terminal.until("listed")]
