"""The finished jobs that are kept: those that ended last, over all queues together."""

from collections.abc import Iterable, Iterator, Mapping

from batchtui.model.job import JobSummary

_SPAN_MS = 300_000  # a week has two thousand of them
_PART_MS = 1_000
_MANY = 4_000  # jobs of one span: more are not sorted together
_DROPPED_AT_ONCE = 1_000  # about 3 ms on the event loop


def ended_at(job: JobSummary) -> int:
    """When a finished job ended, in epoch milliseconds; its creation where AWS does not tell."""
    return job.stopped_at or job.created_at or 0


class _Span:
    """The jobs that ended within the same five minutes, or within the same second."""

    __slots__ = ("count", "end", "ids", "parts", "queues")

    def __init__(self, end: int) -> None:
        self.end = end
        self.count = 0
        # Side by side, not as pairs: 16 bytes a job. They may also name jobs that are no longer there.
        self.queues: list[str] = []
        self.ids: list[str] = []
        self.parts: dict[int, _Span] | None = None
        """By the second, once they are many and some of them must go."""

    def part(self, at: int) -> "_Span":
        """The span of this moment that holds ids."""
        if self.parts is None:
            return self
        part = self.parts.get(at // _PART_MS)
        if part is None:
            part = self.parts[at // _PART_MS] = _Span((at // _PART_MS + 1) * _PART_MS)
        return part

    def add(self, queue: str, job_id: str) -> None:
        """Takes a job in."""
        self.queues.append(queue)
        self.ids.append(job_id)
        self.count += 1


class FinishedWindow:
    """Knows of every five minutes which jobs ended then: so the oldest are found without looking at the others.

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
        self._spans: dict[int, _Span] = {}

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
        self._add(queue, job.job_id, ended_at(job))
        self.count += 1

    def remove(self, job: JobSummary) -> None:
        """The store has let go of a finished job. Its id stays here as long as others of its span do."""
        at = ended_at(job)
        span = self._spans[at // _SPAN_MS]
        if span.parts is not None:
            part = span.part(at)
            part.count -= 1
            if not part.count:
                del span.parts[at // _PART_MS]
        span.count -= 1
        if not span.count:
            del self._spans[at // _SPAN_MS]
        self.count -= 1

    def surplus(self) -> dict[str, list[str]]:
        """By queue the ids of the jobs that the store must now drop: those that ended longest ago.

        Jobs that ended in the same millisecond go together, for what is dropped is told by one moment.
        """
        if self.count <= self.most_for_now:
            return {}
        excess = self.count - self.most
        found: dict[str, list[str]] = {}
        for span in self._oldest_first(excess):
            there = self._there(span)
            last = span.end - 1
            if len(there) > excess:
                last = sorted(there)[excess - 1][0]
                span.queues = [queue for at, queue, _ in there if at > last]
                span.ids = [job_id for at, _, job_id in there if at > last]
            for at, queue, job_id in there:
                if at <= last:
                    found.setdefault(queue, []).append(job_id)
                    excess -= 1
            self.dropped_before = last + 1
            if excess <= 0:
                break
        return found

    def _add(self, queue: str, job_id: str, at: int) -> None:
        span = self._spans.get(at // _SPAN_MS)
        if span is None:
            span = self._spans[at // _SPAN_MS] = _Span((at // _SPAN_MS + 1) * _SPAN_MS)
        part = span.part(at)
        part.add(queue, job_id)
        if part is not span:
            span.count += 1

    def _oldest_first(self, excess: int) -> Iterator[_Span]:
        """The spans that hold ids; one that is many more than what must go is taken apart."""
        for number in sorted(self._spans):
            span = self._spans[number]
            if span.parts is None and span.count > max(_MANY, excess):
                there = self._there(span)
                del self._spans[number]
                taken_apart = self._spans[number] = _Span(span.end)
                taken_apart.parts = {}
                for at, queue, job_id in there:
                    self._add(queue, job_id, at)
                span = taken_apart
            if span.parts is None:
                yield span
            else:
                for second in sorted(span.parts):
                    yield span.parts[second]

    def _there(self, span: _Span) -> set[tuple[int, str, str]]:
        """When each of a span's jobs ended, its queue and its id."""
        there = set()
        for queue, job_id in zip(span.queues, span.ids, strict=True):
            job = self._jobs[queue].get(job_id) if queue in self._jobs else None
            if job is not None and not job.is_active and self._holder(ended_at(job)) is span:
                there.add((ended_at(job), queue, job_id))
        return there

    def _holder(self, at: int) -> _Span | None:
        span = self._spans.get(at // _SPAN_MS)
        return span.part(at) if span is not None else None
