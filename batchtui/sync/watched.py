"""Jobs whose end somebody waits for: what became of them, from one look at the account after the other; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
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
    _tested: dict[str, dict[str, JobSummary]] = field(default_factory=dict)
    _looked_at: dict[str, QueueJobs] = field(default_factory=dict)
    _missing: dict[str, int] = field(default_factory=dict)
    _unfinished: set[str] = field(default_factory=set)

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
        """Jobs of which the lists know nothing, such as children of arrays: AWS must be asked."""
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
            held[job.job_id] = job

    def look(self, jobs: Mapping[str, QueueJobs], now: float) -> list[News]:
        """What is to be told after a look at the account: each end once, however long after it was.

        Args:
            jobs: By queue, as the newest snapshot knows them.
            now: Epoch seconds.
        """
        for queue, held in jobs.items():
            if self._looked_at.get(queue) is not held or queue in self._unfinished:
                self._looked_at[queue] = held
                self._join(queue, held)
        for queue, waiting in self.waiting.items():
            known = jobs.get(queue)
            for job_id in list(waiting):
                job = known.jobs.get(job_id) if known is not None else None
                if job is None:
                    self._missing.setdefault(job_id, 0)
                else:
                    self._missing.pop(job_id, None)
                    self._take(job)
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
            if (job := known.get(job_id)) is not None:
                self._missing[job_id] = 0
                self._take(job, queue)
                continue
            self._missing[job_id] = self._missing.get(job_id, 0) + 1
            if self._missing[job_id] >= _ABSENT_TWICE:
                self._let_go(queue, job_id)
                self.forgotten += 1
        return self._news(now)

    def _join(self, queue: str, held: QueueJobs) -> None:
        """Jobs that have come to match since the last look; what does not fit into one look waits for the next."""
        self._unfinished.discard(queue)
        if self.matches is None or self.queue not in (None, queue):
            return
        tested, waiting = self._tested.get(queue, {}), self.waiting.get(queue, {})
        now_tested: dict[str, JobSummary] = {}
        room = _MOST_TESTED
        found = []
        for job_id, job in held.active.items():
            if tested.get(job_id) is not job and job_id not in waiting:
                if not room:
                    self._unfinished.add(queue)
                    break
                room -= 1
                try:
                    if self.matches(job):
                        found.append(job)
                except FilterError:  # an expression that takes too long: those that were found are watched
                    self.matches = None
                    break
            now_tested[job_id] = job
        self._tested[queue] = now_tested
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

    def _news(self, now: float) -> list[News]:
        if self.is_over:
            return []
        if not self.open:
            self.ended_at = now
            self.waiting, self._tested, self._looked_at, self._missing = {}, {}, {}, {}
            return [News(self, Event.ENDED, (*self.failures, *self.successes))]
        if self.failed and not self._has_told_failure:
            self._has_told_failure = True
            return [News(self, Event.FAILED, tuple(self.failures[:1]))]
        return []


class Watches:
    """Those that are under way, and the last that are over."""

    def __init__(self) -> None:
        self._all: list[Watch] = []

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
        return frozenset(job_id for watch in self.under_way for held in watch.waiting.values() for job_id in held)
