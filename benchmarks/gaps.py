"""The longest gap of the event loop during the first sweep."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from batchtui.demo.endpoint import DemoEndpoint
from batchtui.demo.process import demo_process
from benchmarks.environment import ROOT, clean_environment
from benchmarks.fixed_account import REGION, account_process, everyday
from benchmarks.options import Options
from benchmarks.report import Row
from benchmarks.spread import Spread, percentile
from benchmarks.terminal import Terminal, TerminalError

JOBS = (2000, 20_000)
"""In 4 queues of the demo account."""
MANY = 100_000
"""In one queue of an account that does not move."""
QUEUES = 4
AIM_SECONDS = 0.050


@dataclass(frozen=True, slots=True)
class Run:
    """What one run's probe found."""

    late: tuple[float, ...]
    """By how many seconds each of its wake-ups was late."""
    blamed: tuple[str, ...]

    @property
    def longest(self) -> float:
        return max(self.late)

    @property
    def p99(self) -> float:
        return percentile(self.late, 99)

    @property
    def seconds(self) -> float:
        """How long it was probed."""
        return sum(self.late) + len(self.late) * 0.001


async def measure(options: Options) -> list[Row]:
    """The app and an idle one by turns, each run a process of its own: an import happens once in a process."""
    rows: list[Row] = []
    for jobs in JOBS:
        async with AsyncExitStack() as held:
            account = await held.enter_async_context(demo_process(jobs=jobs, queues=QUEUES))
            rows.append(await asyncio.to_thread(_measure, account, jobs, options))
    async with account_process(**everyday(1, MANY)) as url:
        account = DemoEndpoint(url, REGION, "benchmark", "benchmark")
        rows.append(await asyncio.to_thread(_measure, account, MANY, options))
    return rows


def _measure(account: DemoEndpoint, jobs: int, options: Options) -> Row:
    ours: list[Run] = []
    idle: list[Run] = []
    with TemporaryDirectory() as directory:
        for turn, (subject, peer) in enumerate(_turns(account, Path(directory), options)):
            if turn:  # the first fills the caches of files and bytecode
                ours.append(subject)
                idle.append(peer)
    if options.blame:
        _print_blame(jobs, ours)
    longest, peer_longest = (Spread.of([run.longest for run in runs]) for runs in (ours, idle))
    p99, peer_p99 = (Spread.of([run.p99 for run in runs]) for runs in (ours, idle))
    over = sum(1 for run in ours for late in run.late if late > AIM_SECONDS)
    over_idle = sum(1 for run in idle for late in run.late if late > AIM_SECONDS)
    return Row(
        f"longest event-loop gap, first sweep of {jobs:,} jobs",
        f"{longest.most * 1000:.0f} ms; median {longest / peer_longest:.1f} ×",
        f"≤ {AIM_SECONDS * 1000:.0f} ms",
        longest.most <= AIM_SECONDS,
        (
            f"longest {longest.text(digits=1)}, p99 {p99.text(digits=1)}, "
            f"{over} gaps over {AIM_SECONDS * 1000:.0f} ms in n={len(ours)} sweeps "
            f"of {Spread.of([run.seconds for run in ours]).text('s', 1, 1)}",
            f"idle app for the same time: longest {peer_longest.text(digits=1)}, p99 {peer_p99.text(digits=1)}, "
            f"{over_idle} gaps over {AIM_SECONDS * 1000:.0f} ms",
        ),
    )


def _turns(account: DemoEndpoint, directory: Path, options: Options) -> Iterator[tuple[Run, Run]]:
    for _ in range(options.repetitions + 1):
        blame = ("--blame",) if options.blame else ()
        subject = _run(directory, account, "--url", account.url, "--region", account.region, *blame)
        yield subject, _run(directory, account, "--seconds", f"{subject.seconds:.3f}")


def _run(directory: Path, account: DemoEndpoint, *arguments: str) -> Run:
    file = directory / "found.json"
    file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.gap_run", str(file), *arguments]
    with Terminal(command, clean_environment(directory, account), ROOT) as terminal:
        terminal.until_end()
        if not file.exists():
            raise TerminalError(f"the run ended without a result; it wrote: {terminal.written[-2000:]}")
    found = json.loads(file.read_text(encoding="utf-8"))
    return Run(tuple(found["seconds"]), tuple(found["blamed"]))


def _print_blame(jobs: int, runs: list[Run]) -> None:
    for number, run in enumerate(runs, 1):
        for text in run.blamed:
            print(f"--- {jobs:,} jobs, run {number}: {text}\n")
