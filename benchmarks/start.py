"""Time to the first frame, and until 4 queues and 2,000 jobs are on the screen."""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from batchtui.demo.endpoint import DemoEndpoint
from batchtui.demo.process import demo_process
from benchmarks import empty_app
from benchmarks.aws_cli import AwsCli, NoCliError
from benchmarks.environment import clean_environment
from benchmarks.options import Options
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread, interleaved
from benchmarks.terminal import Terminal

QUEUES, JOBS = 4, 2000
_FIRST_WORDS, _LAST_WORDS = "Job queues", "● live"
_OURS, _EMPTY, _CLI = "batchtui", "empty Textual app", "aws batch list-jobs"


async def measure(options: Options) -> list[Row]:
    """Our program, the empty app and the CLI by turns, all as processes of their own."""
    async with demo_process(jobs=JOBS, queues=QUEUES) as account:
        return await asyncio.to_thread(_measure, account, options.repetitions)


def _measure(account: DemoEndpoint, repetitions: int) -> list[Row]:
    with TemporaryDirectory() as directory:
        home = Path(directory)
        environment = clean_environment(home, account)
        subjects: dict[str, Callable[[], list[float]]] = {
            _EMPTY: partial(_first_frame_of_empty_app, home),
            _OURS: partial(_first_frame_and_all, account, home),
        }
        try:
            cli = AwsCli.installed(account.url, account.region, environment)
            subjects[_CLI] = lambda: [cli.seconds_of_one_call()]
            peer = f"{_CLI} ({cli.version})"
        except NoCliError as error:
            print(f"The AWS CLI could not be installed, so nothing is compared with it: {error}", file=sys.stderr)
        times = interleaved(subjects, repetitions)
    first, every = (Spread.of(column) for column in zip(*times[_OURS], strict=True))
    empty = Spread.of([seconds for (seconds,) in times[_EMPTY]])
    rows = [
        at_most(
            "first frame ÷ empty Textual app's",
            first / empty,
            1.25,
            f"{_OURS} {first.text()}, {_EMPTY} {empty.text()}, n={repetitions}",
        )
    ]
    if _CLI not in times:
        missing = ("first frame ÷ one CLI call", f"all of {QUEUES} queues, {JOBS:,} jobs ÷ one CLI call")
        return [*rows, *(Row(name, "not measured: no AWS CLI") for name in missing)]
    call = Spread.of([seconds for (seconds,) in times[_CLI]])
    return [
        *rows,
        at_most(
            "first frame ÷ one CLI call",
            first / call,
            1.0,
            f"{_OURS} {first.text()}, {peer} {call.text()}, n={repetitions}",
        ),
        at_most(
            f"all of {QUEUES} queues, {JOBS:,} jobs ÷ one CLI call",
            every / call,
            2.0,
            f"{_OURS} {every.text()}, {peer} {call.text()}, n={repetitions}",
        ),
    ]


def _first_frame_of_empty_app(home: Path) -> list[float]:
    with Terminal([sys.executable, empty_app.__file__], clean_environment(home), home) as terminal:
        return [terminal.until(empty_app.WORD)]


def _first_frame_and_all(account: DemoEndpoint, home: Path) -> list[float]:
    command = [sys.executable, "-m", "batchtui", "--endpoint-url", account.url, "--region", account.region]
    with Terminal(command, clean_environment(home, account), home) as terminal:
        return [terminal.until(_FIRST_WORDS), terminal.until(_LAST_WORDS)]
