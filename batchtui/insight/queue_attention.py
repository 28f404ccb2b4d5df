"""Which jobs of a queue want attention: those that wait longest, that run longest, and why the newest failed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from typing import Final

from batchtui.insight.job_cause import cause_of
from batchtui.model.job import FAILED, RUNNABLE, RUNNING, JobSummary

_MOST: Final = 6
NEWEST_FAILED: Final = 200
"""So many failures are looked at: what went wrong lately, in a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What wants attention; every list begins with what wants it most."""

    waiting: tuple[JobSummary, ...] = ()
    """RUNNABLE."""
    running: tuple[JobSummary, ...] = ()
    causes: tuple[tuple[str, int], ...] = ()
    """Why jobs failed, and how many of those that were looked at."""
    failed: int = 0
    """How many were looked at."""


def attention(jobs: Iterable[JobSummary]) -> Attention:
    """Looks for them; pure, and may run in a thread."""
    waiting: list[JobSummary] = []
    running: list[JobSummary] = []
    failed: list[JobSummary] = []
    by_status = {RUNNABLE: waiting, RUNNING: running, FAILED: failed}
    for job in jobs:
        if (found := by_status.get(job.status)) is not None:
            found.append(job)
    newest = nlargest(NEWEST_FAILED, failed, key=lambda job: job.stopped_at or job.created_at or 0)
    causes = Counter(map(cause_of, newest))
    return Attention(
        waiting=tuple(nsmallest(_MOST, waiting, key=lambda job: job.created_at or 0)),
        running=tuple(nsmallest(_MOST, running, key=lambda job: job.started_at or job.created_at or 0)),
        causes=tuple(causes.most_common(_MOST)),
        failed=len(newest),
    )
