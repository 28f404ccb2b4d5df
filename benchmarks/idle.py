"""What it costs to sit and watch: processor time while nobody touches a key, and keys on a crowded core."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.environment import ROOT, with_credentials
from benchmarks.fixed_account import account_process
from benchmarks.options import Options
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread
from benchmarks.terminal import Terminal

SECONDS = 30.0
SMALL = {"queues": 4, "running": 10, "succeeded": 30, "failed": 10}
LARGE = {"queues": 1, "running": 2000, "succeeded": 88_000, "failed": 10_000}
AIM_RATIO, AIM_SHARE = 2.0, 0.03
_SETTLED_SECONDS = 12.0
"""After the first sweep: two refreshes, and what the app puts off until it has time."""
_MOST_ROUNDS = 3
"""A round takes a minute and a half, and one hardly differs from the next."""
_KEYS = 10
_QUIET_SECONDS = 0.3
_CROWDED = (
    "import os, sys; os.sched_setaffinity(0, {%d}); os.nice(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"
)
_NICEST = "19"


@dataclass(frozen=True, slots=True)
class Program:
    """What is run.

    Attributes:
        command: A module and its arguments.
        ready: The text that says that it is ready.
        keys: Each is answered with something on the screen.
        answer: What the answer to each of them has.
    """

    command: tuple[str, ...]
    ready: str
    keys: tuple[bytes, bytes]
    answer: str


CLOCK = Program(("benchmarks.clock_app",), ":", (b"j", b"k"), "key")


def ours(url: str) -> Program:
    """Batchtui on an account: each key moves the cursor, so that two queues are drawn."""
    command = ("batchtui", "--region", "us-east-1", "--endpoint-url", url)
    return Program(command, "● live", (b"j", b"k"), "queue-")


async def measure(options: Options) -> list[Row]:
    """A clock, a small account and a large one, each a process of its own, idle during the same seconds."""
    async with AsyncExitStack() as held:
        small = ours(await held.enter_async_context(account_process(**SMALL)))
        large = ours(await held.enter_async_context(account_process(**LARGE)))
        with TemporaryDirectory() as directory:
            environment = with_credentials(Path(directory))
            rounds = min(_MOST_ROUNDS, options.repetitions)
            programs = (CLOCK, small, large)
            idle = [await asyncio.to_thread(_idle, programs, environment) for _ in range(rounds)]
            answers = [await asyncio.to_thread(_answers, (CLOCK, small), environment) for _ in range(rounds)]
    clock, few, many = (Spread.of(shares) for shares in zip(*idle, strict=True))
    peer, keys = (Spread.of([seconds for run in runs for seconds in run]) for runs in zip(*answers, strict=True))
    return [
        at_most(
            f"processor time of an idle small account ({_jobs(SMALL)} jobs) ÷ a clock's",
            few / clock,
            AIM_RATIO,
            f"{_share(few)} of a core, a Textual app with a clock only {_share(clock)}; n={rounds}",
        ),
        Row(
            f"processor time of {_jobs(LARGE)} jobs, {LARGE['running']:,} of them active",
            f"{many.median:.1%}",
            f"< {AIM_SHARE:.0%}",
            many.median < AIM_SHARE,
            (f"{_share(many)} of a core, {many / clock:.1f} × the clock's; the same {SECONDS:.0f} s",),
        ),
        Row(
            f"a key, under nice {_NICEST} on a core that another keeps busy",
            f"{keys.median * 1000:.0f} ms",
            "answered",
            True,  # else it would have been waited for until an error
            (f"{keys / peer:.2f} × a clock app's; {keys.text()}, clock app {peer.text()}; n={rounds * _KEYS}",),
        ),
    ]


def _jobs(mix: Mapping[str, int]) -> str:
    return f"{mix['queues'] * (mix['running'] + mix['succeeded'] + mix['failed']):,}"


def _share(spread: Spread) -> str:
    return spread.text("%", 100, 2)


def _idle(programs: Sequence[Program], environment: Mapping[str, str]) -> list[float]:
    """Of each program the share of a core, over the same seconds."""
    with ExitStack() as held, ThreadPoolExecutor(len(programs)) as at_once:
        terminals = [held.enter_context(_started(program, environment)) for program in programs]
        for program, terminal in zip(programs, terminals, strict=True):
            terminal.until(program.ready)
        list(at_once.map(lambda terminal: terminal.read_for(_SETTLED_SECONDS), terminals))
        return list(at_once.map(_share_of_a_core, terminals))


def _share_of_a_core(terminal: Terminal) -> float:
    before = _processor_seconds(terminal.process_id)
    terminal.read_for(SECONDS)
    return (_processor_seconds(terminal.process_id) - before) / SECONDS


def _processor_seconds(process_id: int) -> float:
    """Of all threads, by Linux's own book-keeping in nanoseconds."""
    threads = Path(f"/proc/{process_id}/task").iterdir()
    return sum(int((thread / "schedstat").read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9


def _answers(programs: Sequence[Program], environment: Mapping[str, str]) -> list[list[float]]:
    """Of each program the seconds from keys to their answers, where it gets what is left of one core."""
    core = max(os.sched_getaffinity(0))
    return [_answers_of(program, environment, core) for program in programs]


def _answers_of(program: Program, environment: Mapping[str, str], core: int) -> list[float]:
    with _started(program, environment, sys.executable, "-c", _CROWDED % core, _NICEST) as terminal:
        terminal.until(program.ready)
        with _busy(core):
            return [_answer(terminal, program, turn) for turn in range(_KEYS)]


def _answer(terminal: Terminal, program: Program, turn: int) -> float:
    terminal.until_quiet(_QUIET_SECONDS)
    so_far, began = len(terminal.written), perf_counter()
    terminal.press(program.keys[turn % 2])
    terminal.until(program.answer, after=so_far)
    return perf_counter() - began


@contextmanager
def _busy(core: int) -> Iterator[None]:
    """Something that would take all of a core."""
    program = f"import os; os.sched_setaffinity(0, {{{core}}})\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", program]) as process:
        try:
            yield
        finally:
            process.kill()


def _started(program: Program, environment: Mapping[str, str], *before: str) -> Terminal:
    return Terminal([*before, sys.executable, "-m", *program.command], environment, ROOT)
