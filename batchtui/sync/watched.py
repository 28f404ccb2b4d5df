"""Jobs whose end somebody waits for: what became of them, from one look at the account after the other; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice, zip_longest
from typing import Final

from batchtui.model.job import FAILED, JobSummary
from batchtui.query.filter import FilterError
from batchtui.sync.snapshot import QueueJobs

MOST_WATCHES: Final = 50
"""So many are under way at most; as many that are over are remembered."""
MOST_JOBS: Final = 10_000
"""Of one watch: what comes beyond is not taken in."""
MOST_KEPT: Final = 100
"""Of the jobs of one watch that failed, and as many of the others: these are handed on when it is over."""
_MOST_TESTED: Final = 500  # jobs that are new to a filter in one look: a millisecond or two
_ABSENT_TWICE: Final = 2  # a job that AWS does not know may only be too young


class Event(Enum):
    """What is told of a watch."""

    FAILED = "failed"
    """The first of several jobs has failed, and others go on."""
    ENDED = "ended"
    """All have ended."""


@dataclass(frozen=True, slots=True)
class News:
    """Something to be told."""

    watch: "Watch"
    event: Event
    jobs: tuple[JobSummary, ...]
    """Those that it is about: failed ones first, at most twice ``MOST_KEPT``."""


@dataclass(eq=False, slots=True)
class Watch:
    """One job, or several together, until all have ended.

    Attributes:
        title: What a person calls it.
        context: Account and region: looks at others say nothing of it.
        began_at: Epoch seconds.
        is_of_one: Whether it is about one job alone.
        matches: Which jobs belong to it that are seen later; None where it is about certain jobs.
        queue: Only those of this queue; None for all.
        grows: Whether jobs that are seen later may belong to it.
    """

    title: str
    context: tuple[str | None, str | None]
    began_at: float
    is_of_one: bool
    matches: Callable[[JobSummary], bool] | None = None
    queue: str | None = None
    grows: bool = False
    waiting: dict[str, dict[str, JobSummary]] = field(default_factory=dict)
    """Those that have not ended, by queue and id."""
    failed: int = 0
    succeeded: int = 0
    forgotten: int = 0
    """Those that AWS does not know any more: how they ended nobody can tell."""
    is_full: bool = False
    """Whether there were more than ``MOST_JOBS``."""
    ended_at: float | None = None
    """Epoch seconds: when it was seen that all have ended."""
    failures: list[JobSummary] = field(default_factory=list)
    successes: list[JobSummary] = field(default_factory=list)
    _has_told_failure: bool = False
    changes: int = 0
    """Grows whenever there are others in ``waiting``."""
    _active: dict[str, Mapping[str, JobSummary]] = field(default_factory=dict)
    _untested: dict[str, dict[str, None]] = field(default_factory=dict)
    _looked_at: dict[str, QueueJobs] = field(default_factory=dict)
    _missing: dict[str, int] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """How many have not ended."""
        return sum(map(len, self.waiting.values()))

    @property
    def ended(self) -> int:
        """How many have."""
        return self.failed + self.succeeded + self.forgotten

    @property
    def total(self) -> int:
        """How many belong to it by now."""
        return self.open + self.ended

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for any more."""
        return self.ended_at is not None

    @property
    def missing(self) -> list[str]:
        """Jobs of which the lists know nothing, such as children of arrays: AWS must be asked.

        Those that were not asked for the longest come first.
        """
        return list(self._missing)

    def add(self, jobs: Iterable[JobSummary]) -> None:
        """Takes jobs in that have not ended."""
        room = MOST_JOBS - self.total
        for job in jobs:
            held = self.waiting.setdefault(job.job_queue, {})
            if job.job_id not in held:
                if room <= 0:
                    self.is_full = True
                    return
                room -= 1
                self.changes += 1
                self._looked_at.pop(job.job_queue, None)
            held[job.job_id] = job

    def look(self, jobs: Mapping[str, QueueJobs], now: float) -> list[News]:
        """What is to be told after a look at the account: each end once, however long after it was.

        Args:
            jobs: By queue, as the newest snapshot knows them.
            now: Epoch seconds.
        """
        for queue, held in jobs.items():
            self._join(queue, held)
        for queue, waiting in self.waiting.items():
            known = jobs.get(queue)
            if known is not None and self._looked_at.get(queue) is known:
                continue  # most looks bring news of few queues
            found = known.jobs if known is not None else {}
            for job_id in [each for each in self._missing if each in waiting and each in found]:
                del self._missing[job_id]
            for job_id in [each for each, before in waiting.items() if found.get(each) is not before]:
                job = found.get(job_id)
                if job is None:
                    self._missing.setdefault(job_id, 0)
                else:
                    self._take(job)
            if known is not None:
                self._looked_at[queue] = known
        return self._news(now)

    def told(self, asked: Sequence[str], found: Iterable[JobSummary], now: float) -> list[News]:
        """What is to be told after AWS was asked for jobs of which the lists know nothing.

        Args:
            asked: Their ids.
            found: What AWS knows of them; those that are not among them it does not know.
            now: Epoch seconds.
        """
        queues = {job_id: queue for queue, waiting in self.waiting.items() for job_id in waiting}
        known = {job.job_id: job for job in found}
        for job_id in asked:
            queue = queues.get(job_id)
            if queue is None:
                continue
            absent = self._missing.pop(job_id, 0) + 1
            if (job := known.get(job_id)) is not None:
                absent = 0
                self._take(job, queue)
            elif absent >= _ABSENT_TWICE:
                self._let_go(queue, job_id)
                self.forgotten += 1
            if job_id in self.waiting[queue]:
                self._missing[job_id] = absent  # at the end: it is the others' turn
        return self._news(now)

    def _join(self, queue: str, held: QueueJobs) -> None:
        """Jobs that have come to match since the last look; what does not fit into one look waits for the next."""
        if self.matches is None or self.queue not in (None, queue):
            return
        active, before = held.active, self._active.get(queue, {})
        untested = self._untested.setdefault(queue, {})
        if active is not before:
            self._active[queue] = active
            waiting = self.waiting.get(queue, {})
            changed = (each for each, job in active.items() if before.get(each) is not job and each not in waiting)
            untested.update(dict.fromkeys(changed))
        found = []
        try:
            for job_id in list(islice(untested, _MOST_TESTED)):
                del untested[job_id]
                if (job := active.get(job_id)) is not None and self.matches(job):
                    found.append(job)
        except FilterError:  # an expression that takes too long: those that were found are watched
            self.matches = None
        self.add(found)

    def _take(self, job: JobSummary, queue: str | None = None) -> None:
        queue = job.job_queue if queue is None else queue
        if job.is_active:
            self.waiting[queue][job.job_id] = job
            return
        self._let_go(queue, job.job_id)
        is_failed = job.status == FAILED
        kept = self.failures if is_failed else self.successes
        if len(kept) < MOST_KEPT:
            kept.append(job)
        if is_failed:
            self.failed += 1
        else:
            self.succeeded += 1

    def _let_go(self, queue: str, job_id: str) -> None:
        self.waiting[queue].pop(job_id, None)
        self._missing.pop(job_id, None)
        self.changes += 1

    def _news(self, now: float) -> list[News]:
        if self.is_over:
            return []
        if not self.open:
            self.ended_at = now
            self.waiting, self._active, self._untested, self._looked_at, self._missing = {}, {}, {}, {}, {}
            return [News(self, Event.ENDED, (*self.failures, *self.successes))]
        if self.failed and not self._has_told_failure:
            self._has_told_failure = True
            return [News(self, Event.FAILED, tuple(self.failures[:1]))]
        return []


class Watches:
    """Those that are under way, and the last that are over."""

    def __init__(self) -> None:
        self._all: list[Watch] = []
        self._ids: frozenset[str] = frozenset()
        self._ids_as_of: list[tuple[Watch, int]] = []

    @property
    def under_way(self) -> list[Watch]:
        """The newest first."""
        return [watch for watch in reversed(self._all) if not watch.is_over]

    @property
    def over(self) -> list[Watch]:
        """The same of those that are over."""
        return [watch for watch in reversed(self._all) if watch.is_over]

    @property
    def has_room(self) -> bool:
        """Whether one more may begin."""
        return len(self.under_way) < MOST_WATCHES

    def begin(self, watch: Watch) -> None:
        """One more."""
        self._all.append(watch)
        for old in self.over[MOST_WATCHES:]:
            self._all.remove(old)

    def take_off(self, watch: Watch) -> None:
        """Nobody waits for it any more."""
        if watch in self._all:
            self._all.remove(watch)

    def of_one(self, job_id: str) -> Watch | None:
        """The watch that is about this job alone."""
        mine = (watch for watch in self.under_way if watch.is_of_one)
        return next((watch for watch in mine if any(job_id in held for held in watch.waiting.values())), None)

    def ids(self) -> frozenset[str]:
        """Every job whose end is waited for."""
        under_way = self.under_way
        as_of = [(watch, watch.changes) for watch in under_way]
        if as_of != self._ids_as_of:
            self._ids = frozenset().union(*(held for watch in under_way for held in watch.waiting.values()))
            self._ids_as_of = as_of
        return self._ids


def to_ask(watches: Sequence[Watch], most: int) -> tuple[str, ...]:
    """Jobs of which the lists know nothing, so many at most: each watch has its turn, and of it each job."""
    waiting = (watch.missing[:most] for watch in watches)
    in_turn = (job_id for job_ids in zip_longest(*waiting) for job_id in job_ids if job_id is not None)
    return tuple(islice(dict.fromkeys(in_turn), most))
