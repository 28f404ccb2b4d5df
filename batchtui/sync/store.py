"""The jobs as they are known, written by the poller alone and published as immutable snapshots."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from batchtui.insight.queue_load import LoadCount
from batchtui.model.job import PENDING, STARTING, TERMINAL_STATUSES, WAITS, JobSummary
from batchtui.sync.snapshot import QueueJobs
from batchtui.sync.window import FinishedWindow

MOST_FINISHED = 250_000
"""Finished jobs that are kept over all queues; beyond it those that ended longest ago are dropped."""


def merge(known: JobSummary, seen: JobSummary) -> JobSummary:
    """What is known of a job after one more answer; the same object where nothing is new.

    A job never leaves SUCCEEDED or FAILED, so that an answer that says otherwise is older than what is
    known. ListJobs does not tell vCPUs, memory, attempts, tags, dependencies and consumable resources,
    DescribeJobs does not tell ``scheduledAt``: what one does not tell stays as the other told it.
    """
    if seen.is_active and not known.is_active:
        return known
    if seen.vcpus is None and known.vcpus is not None:
        seen = replace(seen, vcpus=known.vcpus, memory=known.memory, attempts=known.attempts)
    if seen.tags is None and known.tags is not None:
        seen = replace(seen, tags=known.tags)
    if seen.depends_on is None and known.depends_on is not None and seen.status == PENDING:
        seen = replace(seen, depends_on=known.depends_on)
    if seen.consumables is None and known.consumables is not None and seen.status in WAITS:
        seen = replace(seen, consumables=known.consumables)
    if seen.scheduled_at is None and known.scheduled_at is not None:
        seen = replace(seen, scheduled_at=known.scheduled_at)
    return known if seen == known else seen


class Store:
    """Jobs by queue: all that are active, and those of the others that ended last.

    Args:
        most_finished: So many jobs that are SUCCEEDED or FAILED are kept over all queues, and for a while some
            more (5 %, at most 1,000). Beyond it those are dropped that ended longest ago (``stoppedAt``, else
            ``createdAt``), and no job that ended before them is taken in any more. Active jobs are never dropped.
        wall_clock: Epoch seconds.
    """

    def __init__(self, most_finished: int = MOST_FINISHED, *, wall_clock: Callable[[], float] = time.time) -> None:
        self._jobs: dict[str, dict[str, JobSummary]] = {}
        self._active: dict[str, dict[str, JobSummary]] = {}
        self.finished = FinishedWindow(self._jobs, most_finished)
        self._starting: dict[str, dict[str, int]] = {}
        self._wall_clock = wall_clock
        self._counts: dict[str, Counter[str]] = {}
        self._loads: dict[str, LoadCount] = {}
        self._newest: dict[str, int] = {}
        self._complete: set[str] = set()
        self._published: dict[str, QueueJobs] = {}
        self._touched: set[str] = set()

    def keep_queues(self, names: Iterable[str]) -> None:
        """Forgets the jobs of queues that are no longer there, and makes room for the others."""
        wanted = set(names)
        for name in self._jobs.keys() - wanted:
            self.forget(name, list(self._jobs[name]))
            for held in (
                self._jobs,
                self._active,
                self._starting,
                self._counts,
                self._loads,
                self._newest,
                self._published,
            ):
                held.pop(name, None)
            self._complete.discard(name)
            self._touched.discard(name)
        for name in wanted - self._jobs.keys():
            self._jobs[name] = {}
            self._active[name] = {}
            self._starting[name] = {}
            self._counts[name] = Counter()
            self._loads[name] = LoadCount()
            self._touched.add(name)

    def observe(self, queue: str, jobs: Iterable[JobSummary]) -> None:
        """Takes in jobs as AWS just told them."""
        held, counts = self._jobs.get(queue), self._counts.get(queue)
        if held is None or counts is None:
            return
        active, finished, newest = self._active[queue], self.finished, self._newest.get(queue, 0)
        starting, now = self._starting[queue], int(self._wall_clock() * 1000)
        load = self._loads[queue]
        for seen in jobs:
            known = held.get(seen.job_id)
            job = seen if known is None else merge(known, seen)
            if job is known:
                continue
            # Of a job that is not taken in, too: else all that was ever created would be read again and again.
            if job.created_at is not None and job.created_at > newest:
                newest = self._newest[queue] = job.created_at
            if finished.dropped_before is not None and finished.is_too_old(job):
                self.forget(queue, [job.job_id])
                continue
            if known is not None:
                counts[known.status] -= 1
            counts[job.status] += 1
            held[job.job_id] = job
            if job.is_active:
                load.change(known, job)
                active[job.job_id] = job
            else:
                if known is not None:
                    load.change(known, None)
                active.pop(job.job_id, None)
                finished.note(queue, known, job)
            if job.status == STARTING:
                starting.setdefault(job.job_id, now)
            elif starting:
                starting.pop(job.job_id, None)
            self._touched.add(queue)
        for name, job_ids in finished.surplus().items():
            self.forget(name, job_ids)

    def forget(self, queue: str, job_ids: Iterable[str]) -> None:
        """Drops jobs, such as those that AWS no longer knows."""
        held = self._jobs.get(queue, {})
        for job_id in job_ids:
            if (job := held.pop(job_id, None)) is not None:
                self._active[queue].pop(job_id, None)
                self._starting[queue].pop(job_id, None)
                if not job.is_active:
                    self.finished.remove(job)
                self._counts[queue][job.status] -= 1
                self._loads[queue].change(job, None)
                self._touched.add(queue)

    def complete(self, queue: str) -> None:
        """Notes that every status of a queue was listed to its end."""
        if queue not in self._complete and queue in self._jobs:
            self._complete.add(queue)
            self._touched.add(queue)

    def jobs(self, queue: str) -> Mapping[str, JobSummary]:
        """A queue's jobs by id, as they are now: a view, to be read before the next change."""
        return self._jobs.get(queue, {})

    def active_by_status(self, queue: str) -> dict[str, int]:
        """How many jobs of a queue can still change, by status."""
        sample = self._counts.get(queue, Counter())
        return {status: count for status, count in sample.items() if count > 0 and status not in TERMINAL_STATUSES}

    def active_jobs(self, queue: str) -> list[JobSummary]:
        """The jobs of a queue that can still change."""
        return list(self._active.get(queue, {}).values())

    def newest_created_at(self, queue: str) -> int | None:
        """The greatest ``createdAt`` that AWS ever told of this queue, in its own milliseconds."""
        return self._newest.get(queue) or None

    def publish(self) -> Mapping[str, QueueJobs]:
        """Everything as immutable values; queues without a change are the same objects as last time."""
        for queue in sorted(self._touched):  # a set has another order in each process
            self._published[queue] = QueueJobs(
                # dict() would take five times as long where jobs were dropped.
                jobs=MappingProxyType(self._jobs[queue].copy()),
                active=MappingProxyType(self._active[queue].copy()),
                counts=MappingProxyType({s: n for s, n in self._counts[queue].items() if n}),
                is_complete=queue in self._complete,
                starting_since=MappingProxyType(self._starting[queue].copy()),
                load=self._loads[queue].load,
            )
        self._touched.clear()
        return MappingProxyType(dict(self._published))
