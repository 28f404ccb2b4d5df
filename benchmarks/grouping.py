"""Putting 100,000 jobs together, compared with the plainest loop that folds the digits of each name."""

import asyncio
import re
from collections.abc import Callable, Sequence
from time import perf_counter

from batchtui.insight.group_keys import By
from batchtui.insight.groups import grouped
from batchtui.model.job import JobSummary
from batchtui.query.steps import at_once
from benchmarks.options import Options
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread, interleaved

MANY = 100_000
AIM = 15.0
"""Times the plain loop, which knows no tool, no cause, no median."""
LONGEST_STEP_SECONDS = 0.050
_NAMES = (
    "s-{:04d}-align",
    "nf-NFCORE_SAREK_BWAMEM_{}",
    "rna-2026-{:03d}-star",
    "mira-EmbedFlow-17{:014d}-train-1-0",
)
_BEGINNING_MS = 1_760_000_000_000
_NOW = 1_770_000_000.0
_DIGITS = re.compile(r"[0-9]+")


async def measure(options: Options) -> list[Row]:
    """Both by turns, in this process."""
    return await asyncio.to_thread(_measure, options.repetitions)


def _measure(repetitions: int) -> list[Row]:
    jobs = [_job(number) for number in range(MANY)]
    steps: list[float] = []
    subjects: dict[str, Callable[[], float]] = {
        "step": lambda: _timed(lambda: at_once(grouped(jobs, By.STEP, now=_NOW))),
        "cause": lambda: _timed(lambda: at_once(grouped(jobs, By.CAUSE, now=_NOW))),
        "plain": lambda: _timed(lambda: _plain(jobs)),
        "longest": lambda: _longest(jobs, steps),
    }
    found = {name: Spread.of(seconds) for name, seconds in interleaved(subjects, repetitions).items()}
    plain, longest = found["plain"], found["longest"]
    return [
        *(
            at_most(
                f"{MANY:,} jobs by {name} ÷ a plain loop over their names",
                found[name] / plain,
                AIM,
                f"{found[name].text()}, plain loop {plain.text()}, n={repetitions}",
            )
            for name in ("step", "cause")
        ),
        Row(
            f"longest step of grouping {MANY:,} jobs, between which keys are answered",
            longest.text(digits=1),
            f"≤ {LONGEST_STEP_SECONDS * 1000:.0f} ms",
            longest.most <= LONGEST_STEP_SECONDS,
        ),
    ]


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _longest(jobs: Sequence[JobSummary], steps: list[float]) -> float:
    steps.clear()
    before = perf_counter()
    for _ in grouped(jobs, By.STEP, now=_NOW):
        now = perf_counter()
        steps.append(now - before)
        before = now
    return max(steps)


def _plain(jobs: Sequence[JobSummary]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for job in jobs:
        counts = found.setdefault(_DIGITS.sub("*", job.job_name), [0, 0])
        counts[0] += 1
        counts[1] += job.status == "FAILED"
    return found


def _job(number: int) -> JobSummary:
    created = _BEGINNING_MS + number * 1000
    has_failed = number % 12 == 0
    return JobSummary(
        f"job-{number}",
        _NAMES[number % len(_NAMES)].format(number),
        "queue",
        "FAILED" if has_failed else "SUCCEEDED",
        status_reason=f"Host EC2 (instance i-{number:017x}) terminated." if number % 24 == 0 else None,
        created_at=created,
        started_at=created + number * 7919 % 900_000,
        stopped_at=created + 900_000 + number * 104_729 % 3_600_000,
        exit_code=137 if has_failed and number % 24 else None,
        job_definition="arn:aws:batch:us-east-1:111122223333:job-definition/work:1",
    )
