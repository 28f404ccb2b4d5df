"""What the jobs of a queue that have not ended come to: what they hold, how many wait, and which one is stuck."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from batchtui.insight.blocked import is_blocked_head
from batchtui.model.job import RUNNABLE, RUNNING, STARTING, ArrayProperties, JobSummary

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
        if before is not None:
            self._count(before, -1)
            if before.job_id in self._heads and (after is None or not is_blocked_head(after)):
                del self._heads[before.job_id]
        if after is not None:
            self._count(after, 1)

    def _count(self, job: JobSummary, sign: int) -> None:
        """Of one job; plain comparisons, for it is done with every job that comes."""
        array, status = job.array_properties, job.status
        if array is not None and array.size is not None:
            if job.is_active:
                self._vcpus += sign * _held_by_children(job, array)
                self._runnable += sign * array.count(RUNNABLE)
        elif status in PLACED:
            self._vcpus += sign * (job.vcpus or 0.0)
            if (job.created_at or 0) > self._newest_placed:
                self._newest_placed = job.created_at or 0
        elif status == RUNNABLE:
            self._runnable += sign
            if job.status_reason and sign > 0 and is_blocked_head(job):
                self._heads[job.job_id] = job

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


def _held_by_children(job: JobSummary, array: ArrayProperties) -> float:
    """Lists have no array children: a parent counts for those of its children that are placed."""
    return (job.vcpus or 0.0) * sum(how_many for status, how_many in array.status_summary if status in PLACED)


def has_waiting(job: JobSummary) -> bool:
    """Whether it, or a child of it, waits for a machine."""
    array = job.array_properties
    return job.status == RUNNABLE if array is None or array.size is None else array.count(RUNNABLE) > 0
