"""The finished jobs that are kept: those that ended last, over all queues together."""

from collections.abc import Iterable, Mapping

from batchtui.model.job import JobSummary

_MINUTE_MS = 60_000
_DROPPED_AT_ONCE = 1_000  # about 3 ms on the event loop


def ended_at(job: JobSummary) -> int:
    """When a finished job ended, in epoch milliseconds; its creation where AWS does not tell."""
    return job.stopped_at or job.created_at or 0


class _Minute:
    """The jobs that ended within one minute."""

    __slots__ = ("count", "ids", "queues")

    def __init__(self) -> None:
        self.count = 0
        # Side by side, not as pairs: 16 bytes a job. They may also name jobs that are no longer there.
        self.queues: list[str] = []
        self.ids: list[str] = []


class FinishedWindow:
    """Knows by the minute which jobs ended when, so that the oldest are found without looking at the others.

    Args:
        jobs: The jobs by queue and id, as the store holds them.
        most: So many finished jobs are kept. Only when there are 5 % more, or 1,000, does ``surplus`` name any:
            so a job costs a few microseconds, and those that are dropped together a few milliseconds.
    """

    def __init__(self, jobs: Mapping[str, Mapping[str, JobSummary]], most: int) -> None:
        self.count = 0
        """How many finished jobs are held."""
        self.most = most
        self.most_for_now = most + min(most // 20, _DROPPED_AT_ONCE)
        """Never more than so many, between two times at which the oldest are dropped."""
        self.dropped_before: int | None = None
        """Epoch milliseconds: jobs that ended before were dropped, and are never taken in again."""
        self._jobs = jobs
        self._minutes: dict[int, _Minute] = {}

    def is_too_old(self, job: JobSummary) -> bool:
        """Whether a job ended before what is kept."""
        return self.dropped_before is not None and not job.is_active and ended_at(job) < self.dropped_before

    def is_beyond(self, jobs: Iterable[JobSummary]) -> bool:
        """Whether all of these ended before what is kept."""
        return self.dropped_before is not None and all(map(self.is_too_old, jobs))

    def note(self, queue: str, known: JobSummary | None, job: JobSummary) -> None:
        """The store holds a job, in place of what was known of it."""
        if job.is_active:
            return
        if known is not None and not known.is_active:
            if ended_at(known) == ended_at(job):
                return
            self.remove(known)
        minute = ended_at(job) // _MINUTE_MS
        ended = self._minutes.get(minute)
        if ended is None:
            ended = self._minutes[minute] = _Minute()
        ended.queues.append(queue)
        ended.ids.append(job.job_id)
        ended.count += 1
        self.count += 1

    def remove(self, job: JobSummary) -> None:
        """The store has let go of a finished job. Its id stays here as long as others of its minute do."""
        minute = ended_at(job) // _MINUTE_MS
        self._minutes[minute].count -= 1
        if not self._minutes[minute].count:
            del self._minutes[minute]
        self.count -= 1

    def surplus(self) -> dict[str, list[str]]:
        """By queue the ids of the jobs that the store must now drop: those that ended longest ago.

        Jobs that ended in the same millisecond go together, for what is dropped is told by one moment.
        """
        if self.count <= self.most_for_now:
            return {}
        excess = self.count - self.most
        found: dict[str, list[str]] = {}
        for minute in sorted(self._minutes):
            ended = self._minutes[minute]
            there = self._there(minute, ended)
            last = (minute + 1) * _MINUTE_MS - 1
            if len(there) > excess:
                last = sorted(there)[excess - 1][0]
                ended.queues = [queue for at, queue, _ in there if at > last]
                ended.ids = [job_id for at, _, job_id in there if at > last]
            for at, queue, job_id in there:
                if at <= last:
                    found.setdefault(queue, []).append(job_id)
                    excess -= 1
            self.dropped_before = last + 1
            if excess <= 0:
                break
        return found

    def _there(self, minute: int, ended: _Minute) -> set[tuple[int, str, str]]:
        """When each of a minute's jobs ended, its queue and its id."""
        there = set()
        for queue, job_id in zip(ended.queues, ended.ids, strict=True):
            job = self._jobs[queue].get(job_id) if queue in self._jobs else None
            if job is not None and not job.is_active and ended_at(job) // _MINUTE_MS == minute:
                there.add((ended_at(job), queue, job_id))
        return there
