"""Every job of the account, found by id, and by queue and status in order of creation."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable

from .jobs import FAILED, STATUSES, SUCCEEDED, TERMINAL, Job
from .queues import JobQueue

_KEPT_MS = 24 * 3_600_000  # AWS lists finished jobs for at least a day


def _seq(job: Job) -> int:
    return job.seq


class QueueJobs:
    """The jobs of one queue, oldest first: all of them, and by status. Array children are not among them."""

    __slots__ = ("by_status", "everything")

    def __init__(self) -> None:
        self.everything: list[Job] = []
        self.by_status: dict[str, list[Job]] = {status: [] for status in STATUSES}


class JobIndex:
    """Jobs by id and by place; forgets the oldest finished ones once there are more than wanted."""

    __slots__ = ("_by_id", "_finished", "_queues", "wanted")

    def __init__(self, queues: Iterable[JobQueue], wanted: int) -> None:
        self._by_id: dict[str, Job] = {}
        self._queues = {queue.name: QueueJobs() for queue in queues}
        self._finished: deque[Job] = deque()
        self.wanted = wanted

    def __len__(self) -> int:
        return len(self._by_id)

    def jobs_of(self, queue: JobQueue) -> QueueJobs:
        """The jobs of one queue."""
        return self._queues[queue.name]

    def active_in(self, queue: JobQueue) -> int:
        """How many jobs of a queue are not over."""
        here = self._queues[queue.name]
        return len(here.everything) - sum(len(here.by_status[status]) for status in TERMINAL)

    @property
    def finished_count(self) -> int:
        """How many jobs are over."""
        return len(self._finished)

    def find(self, job_id: str) -> Job | None:
        """The job or array child (`id:index`) with this id; nodes (`id#index`) are their job's business."""
        found = self._by_id.get(job_id)
        if found is not None:
            return found
        base, colon, index = job_id.partition(":")
        parent = self._by_id.get(base) if colon else None
        if parent is None or parent.array is None or not (index.isdecimal() and index.isascii()):
            return None
        number = int(index)
        return parent.array.children(parent)[number] if number < parent.array.size else None

    def everything(self) -> Iterable[Job]:
        """All jobs but array children."""
        return self._by_id.values()

    def add(self, job: Job) -> None:
        """Take in a new job, the youngest so far."""
        here = self._queues[job.queue.name]
        self._by_id[job.job_id] = job
        here.everything.append(job)
        here.by_status[job.status].append(job)

    def add_history(self, jobs: list[Job]) -> None:
        """Take in jobs that were over before the account was looked at: older than all others, in order."""
        for job in jobs:
            self._by_id[job.job_id] = job
        fresh: dict[str, QueueJobs] = {}
        for job in jobs:
            here = fresh.setdefault(job.queue.name, QueueJobs())
            here.everything.append(job)
            here.by_status[job.status].append(job)
        for name, older in fresh.items():
            here = self._queues[name]
            here.everything[:0] = older.everything
            for status in TERMINAL:
                here.by_status[status][:0] = older.by_status[status]
        self._finished.extendleft(sorted(jobs, key=lambda job: (job.stopped, job.seq), reverse=True))

    def move(self, job: Job, status: str, now: int) -> None:
        """Give a job its new status."""
        old, job.status = job.status, status
        if job.parent is not None:
            array = job.parent.array
            assert array is not None
            array.counts[old] -= 1
            array.counts[status] += 1
            array.updated = now
            return
        by_status = self._queues[job.queue.name].by_status
        line = by_status[old]
        del line[bisect_left(line, job.seq, key=_seq)]
        line = by_status[status]
        line.insert(bisect_left(line, job.seq, key=_seq), job)
        if status in (SUCCEEDED, FAILED):
            self._finished.append(job)
            self.forget_surplus(self.wanted, now - _KEPT_MS)

    def forget_surplus(self, wanted: int, before: int) -> None:
        """Forget the jobs that finished first, while there are more jobs than wanted, but none that just did."""
        while len(self._by_id) > wanted and self._finished and self._finished[0].stopped <= before:
            job = self._finished.popleft()
            here = self._queues[job.queue.name]
            for line in (here.everything, here.by_status[job.status]):
                del line[bisect_left(line, job.seq, key=_seq)]
            del self._by_id[job.job_id]
