"""What the jobs of one queue come to: how many came, started and ended when, and what there is left to do.

An array counts as its children, for they are the work. Lists tell no moments of children: those that ended are
spread evenly over the time for which their parent has been at it.
"""

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from batchtui.insight.blocked import is_blocked_head
from batchtui.insight.queue_load import PLACED
from batchtui.model.job import FAILED, RUNNABLE, SUCCEEDED, JobSummary

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
SPANS_MS: Final = (HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS)
"""How far back one looks: AWS lists jobs that ended for at least a day."""
PARTS: Final = 12
"""Each span in so many parts, to see how much it goes up and down."""
_MOST_SHARES: Final = 1_000
_STEP: Final = 256  # jobs that are looked at in one step
_NO_SHARE: Final = ""


@dataclass(slots=True)
class Span:
    """What happened in one stretch of time up to now. Counts are of jobs, and of the children of arrays."""

    begin: int
    length: int
    """Both in milliseconds."""
    succeeded: list[float] = field(default_factory=lambda: [0.0] * PARTS)
    failed: list[float] = field(default_factory=lambda: [0.0] * PARTS)
    came: list[float] = field(default_factory=lambda: [0.0] * PARTS)
    started: int = 0
    waits: list[int] = field(default_factory=list)
    """Milliseconds from creation to start of the jobs that started; arrays are not among them."""
    runs: list[int] = field(default_factory=list)
    """Milliseconds from start to end of the jobs that ended; arrays are not among them."""

    @property
    def ended(self) -> list[float]:
        """How many ended, part by part."""
        return [ok + failed for ok, failed in zip(self.succeeded, self.failed, strict=True)]

    @property
    def hours(self) -> float:
        """How long it is."""
        return self.length / HOUR_MS

    def put(self, parts: list[float], moment: int) -> None:
        """Counts one in its part; what was before, or is yet to come, is left out."""
        place = (moment - self.begin) * PARTS // self.length
        if 0 <= place < PARTS:
            parts[place] += 1
        elif place == PARTS:  # this very millisecond
            parts[-1] += 1

    def spread(self, parts: list[float], units: float, begun: int, until: int) -> None:
        """Counts so many that ended some time between two moments."""
        if not units:
            return
        whole = max(1, until - begun)
        part = self.length / PARTS
        first = int(max(0, begun - self.begin) // part)
        for place in range(first, PARTS):
            start = self.begin + place * part
            if start >= until:
                break
            within = min(until, start + part) - max(begun, start)
            if within > 0:
                parts[place] += units * within / whole


@dataclass(slots=True)
class Tally:
    """One queue at one moment."""

    now: int
    spans: tuple[Span, ...]
    """The shortest first."""
    jobs: int = 0
    left: int = 0
    """Jobs, and children of arrays, that have not ended."""
    runnable: int = 0
    placed: int = 0
    """Those of them that wait for a place, and those that have one."""
    last_ended: int | None = None
    last_started: int | None = None
    arrays: int = 0
    """Arrays that have not ended."""
    head: JobSummary | None = None
    """The job that blocks the queue, where AWS says that one does."""
    vcpus: float = 0.0
    """What the jobs that are placed hold at least: of some it may not be known."""
    waiting_by_share: Counter[str] = field(default_factory=Counter)
    placed_by_share: Counter[str] = field(default_factory=Counter)


def tally(jobs: Iterable[JobSummary], now: int, dropped_before: int | None = None) -> Generator[None, None, Tally]:
    """Looks at every job once, in steps of less than a millisecond.

    Args:
        jobs: Those of one queue.
        now: Milliseconds since the epoch.
        dropped_before: Finished jobs that ended before are not among them; None where all are there.
    """
    known = jobs if isinstance(jobs, Sequence) else list(jobs)
    yield
    oldest = now
    for start in range(0, len(known), _STEP):
        part = known[start : start + _STEP]
        oldest = min(oldest, min((job.created_at for job in part if job.created_at is not None), default=now))
        yield
    found = Tally(now, _spans(now, _reach(now, oldest, dropped_before)), jobs=len(known))
    begin = found.spans[-1].begin
    for start in range(0, len(known), _STEP):
        for job in known[start : start + _STEP]:
            array = job.array_properties
            if array is not None and array.size is not None and array.index is None:
                _array(found, job, array.size, array.count(SUCCEEDED), array.count(FAILED))
            else:
                _single(found, job, begin)
        yield
    return found


def _reach(now: int, oldest: int, dropped_before: int | None) -> int:
    """How long jobs have been known here, in milliseconds: before that there was nothing to count."""
    begin = oldest if dropped_before is None else max(oldest, dropped_before)
    return max(MINUTE_MS, now - begin)


def _spans(now: int, reach: int) -> tuple[Span, ...]:
    lengths = [length for length in SPANS_MS if length < reach]
    if len(lengths) < len(SPANS_MS):
        lengths.append(reach)
    return tuple(Span(now - length, length) for length in lengths)


def _single(found: Tally, job: JobSummary, oldest: int) -> None:
    created, started, stopped = job.created_at, job.started_at, job.stopped_at
    if job.is_active:
        _active(found, job, 1, job.status == RUNNABLE, job.status in PLACED)
        stopped = None
        if job.vcpus is not None and job.status in PLACED:
            found.vcpus += job.vcpus
        if found.head is None and is_blocked_head(job):
            found.head = job
    if stopped is not None and stopped > (found.last_ended or -inf):
        found.last_ended = stopped
    if started is not None and started > (found.last_started or -inf):
        found.last_started = started
    if max(created or 0, started or 0, stopped or 0) < oldest:
        return
    for span in found.spans:
        begin = span.begin
        if created is not None and created >= begin:
            span.put(span.came, created)
        if started is not None and started >= begin:
            span.started += 1
            if created is not None:
                span.waits.append(max(0, started - created))
        if stopped is not None and stopped >= begin:
            span.put(span.failed if job.status == FAILED else span.succeeded, stopped)
            if started is not None:
                span.runs.append(max(0, stopped - started))


def _array(found: Tally, job: JobSummary, size: int, succeeded: int, failed: int) -> None:
    if job.is_active:
        left = max(0, size - succeeded - failed)
        array = job.array_properties
        placed = sum(array.count(status) for status in PLACED) if array is not None else 0
        found.arrays += 1
        _active(found, job, left, False, False)
        runnable = array.count(RUNNABLE) if array is not None else 0
        share = _share(found, job)
        found.runnable += runnable
        found.placed += placed
        found.waiting_by_share[share] += runnable
        found.placed_by_share[share] += placed
        if job.vcpus is not None:
            found.vcpus += job.vcpus * placed
    elif not succeeded and not failed:  # the list has forgotten how its children ended
        succeeded, failed = (size, 0) if job.status == SUCCEEDED else (0, size)
    begun = job.started_at or job.created_at
    until = found.now if job.is_active or job.stopped_at is None else job.stopped_at
    for span in found.spans:
        if job.created_at is not None and job.created_at >= span.begin:
            span.spread(span.came, size, job.created_at, job.created_at + 1)
        if begun is not None and until >= span.begin:
            span.spread(span.succeeded, succeeded, begun, until)
            span.spread(span.failed, failed, begun, until)


def _active(found: Tally, job: JobSummary, units: int, is_runnable: bool, is_placed: bool) -> None:
    found.left += units
    if is_runnable:
        found.runnable += units
        found.waiting_by_share[_share(found, job)] += units
    elif is_placed:
        found.placed += units
        found.placed_by_share[_share(found, job)] += units


def _share(found: Tally, job: JobSummary) -> str:
    """Whose it is; of thousands of shares only the first are told apart."""
    share = job.share_identifier or _NO_SHARE
    waiting, placed = found.waiting_by_share, found.placed_by_share
    has_room = len(waiting) + len(placed) < _MOST_SHARES
    return share if has_room or share in waiting or share in placed else _NO_SHARE
