"""What the jobs of a queue that have not ended come to: what they hold, how many wait, and which one is stuck."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from batchtui.insight.blocked import is_blocked_head
from batchtui.model.job import RUNNABLE, RUNNING, STARTING, JobSummary

PLACED: Final = (STARTING, RUNNING)
"""In these a job holds its vCPUs."""
_DIGITS: Final = 6
"""Of a sum of vCPUs: tenths of them, added and taken away, leave crumbs."""


@dataclass(frozen=True, slots=True)
class Load:
    """One queue."""

    vcpus: float = 0.0
    """That are held at least: jobs whose vCPUs are not known count as nothing."""
    runnable: int = 0
    """Jobs that wait for a machine, array children among them."""
    head: JobSummary | None = None
    """A job of which AWS says that it is at the head and cannot be placed."""
    newest_placed: int = 0
    """When the newest job was created that ever was seen to have a place, in milliseconds since the epoch."""


class LoadCount:
    """Keeps a load true while jobs come, change and go: there may be 100,000 of them, too many to count anew."""

    def __init__(self) -> None:
        self._vcpus = 0.0
        self._runnable = 0
        self._heads: dict[str, JobSummary] = {}
        self._newest_placed = 0

    def change(self, before: JobSummary | None, after: JobSummary | None) -> None:
        """One job is not any more what it was; None where it was not there, or is no longer."""
        for job, sign in ((before, -1), (after, 1)):
            if job is not None and job.is_active:
                self._vcpus += sign * _held(job)
                self._runnable += sign * _waiting(job)
        if after is not None and after.status in PLACED and (after.created_at or 0) > self._newest_placed:
            self._newest_placed = after.created_at or 0
        if after is not None and is_blocked_head(after):
            self._heads[after.job_id] = after
        elif before is not None:
            self._heads.pop(before.job_id, None)

    @property
    def load(self) -> Load:
        """As it stands; of several that are stuck (there is one for each share) the first that was seen."""
        head = next(iter(self._heads.values()), None)
        return Load(round(self._vcpus, _DIGITS), self._runnable, head, self._newest_placed)


def load_of(jobs: Iterable[JobSummary]) -> Load:
    """The load of these jobs."""
    counted = LoadCount()
    for job in jobs:
        counted.change(None, job)
    return counted.load


def _held(job: JobSummary) -> float:
    """Lists have no array children: a parent counts for those of its children that are placed."""
    vcpus, array = job.vcpus, job.array_properties
    if vcpus is None:
        return 0.0
    if array is None or array.size is None:
        return vcpus if job.status in PLACED else 0.0
    return vcpus * sum(how_many for status, how_many in array.status_summary if status in PLACED)


def _waiting(job: JobSummary) -> int:
    array = job.array_properties
    if array is None or array.size is None:
        return int(job.status == RUNNABLE)
    return array.count(RUNNABLE)


def has_waiting(job: JobSummary) -> bool:
    """Whether it, or a child of it, waits for a machine."""
    return _waiting(job) > 0
