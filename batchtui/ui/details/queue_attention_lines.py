"""Jobs of a queue that want attention, as lines: what a wide terminal has room for besides the figures."""

from collections.abc import Sequence
from typing import Final

from batchtui.format import Cell, Span, duration, plain, ran, status_style, waited
from batchtui.insight.queue_attention import Attention
from batchtui.model.job import JobSummary
from batchtui.model.text import clean
from batchtui.ui.details.lines import section
from batchtui.ui.widgets.columns import fill

_NAME: Final = 34
_AGE: Final = 6


def attention_lines(found: Attention, width: int, now: float) -> list[Cell]:
    """Nothing of what there is none of.

    Args:
        found: The jobs.
        width: In cells.
        now: Epoch seconds.
    """
    causes: list[Cell] = [
        ((f"{count:>{_AGE},}  ", "failed"), *fill(plain(clean(cause)), max(10, width - _AGE - 2)))
        for cause, count in found.causes
    ]
    jobs = "failure" if found.failed == 1 else f"newest {found.failed:,} failures"
    return [
        *section(f"Causes of the {jobs}, by what the lists know", causes),
        *section("RUNNABLE longest", _jobs(found.waiting, width, now, has_run=False)),
        *section("RUNNING longest", _jobs(found.running, width, now, has_run=True)),
    ]


def _jobs(jobs: Sequence[JobSummary], width: int, now: float, *, has_run: bool) -> list[Cell]:
    lines: list[Cell] = []
    for job in jobs:
        seconds = ran(job, now) if has_run else waited(job, now)
        head: Span = (f"{duration(seconds):>{_AGE}}  ", status_style(job.status))
        name = fill(plain(clean(job.job_name or job.job_id)), min(_NAME, max(10, width - _AGE - 2)))
        vcpus = f"  {job.vcpus:g} vCPU" if job.vcpus is not None else ""
        lines.append((head, *name, (vcpus, "muted")))
    return lines
