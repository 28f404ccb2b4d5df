"""Jobs between *asked to stop* and *seen to have stopped*: pure, for the store only ever holds what AWS said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from batchtui.model.job import JobSummary

FOLLOW_SECONDS: Final = 120.0
"""A job that shows nothing of the stop for so long has not followed."""


@dataclass(frozen=True, slots=True)
class AskedToStop:
    """One job that AWS was asked to stop."""

    job_id: str
    asked_at: float
    """Epoch seconds."""


@dataclass(frozen=True, slots=True)
class StopWatch:
    """What has become of the jobs that were asked to stop; every one of them is in one set."""

    stopping: frozenset[str] = frozenset()
    """Active, and asked not long ago or known to AWS as cancelled or terminated: marked ``stopping…``."""
    followed: frozenset[str] = frozenset()
    """Ended, or no longer listed."""
    not_followed: frozenset[str] = frozenset()
    """Active, without a sign of the stop for too long: try again."""


def watch_stops(
    asked: Iterable[AskedToStop],
    job_of: Callable[[str], JobSummary | None],
    *,
    now: float,
    patience: float = FOLLOW_SECONDS,
) -> StopWatch:
    """Looks for each job that was asked to stop.

    Args:
        asked: The jobs; where one was asked several times, the last time counts.
        job_of: What the newest snapshot knows of a job; None where it does not know it (a child, perhaps).
        now: Epoch seconds.
        patience: Seconds until a job without a sign of the stop has not followed.
    """
    stopping: set[str] = set()
    followed: set[str] = set()
    not_followed: set[str] = set()
    last: dict[str, float] = {}
    for one in asked:
        last[one.job_id] = max(one.asked_at, last.get(one.job_id, one.asked_at))
    for job_id, asked_at in last.items():
        job = job_of(job_id)
        if job is not None and not job.is_active:
            followed.add(job_id)
        elif now - asked_at < patience or (job is not None and (job.is_cancelled or job.is_terminated)):
            stopping.add(job_id)
        elif job is None:
            followed.add(job_id)
        else:
            not_followed.add(job_id)
    return StopWatch(frozenset(stopping), frozenset(followed), frozenset(not_followed))


def job_lookup(snapshots: Iterable[Mapping[str, JobSummary]]) -> Callable[[str], JobSummary | None]:
    """Looks a job up in one mapping after another, such as those of a snapshot's queues."""
    known = tuple(snapshots)

    def find(job_id: str) -> JobSummary | None:
        return next((jobs[job_id] for jobs in known if job_id in jobs), None)

    return find
