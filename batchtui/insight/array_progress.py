"""How fast the children of an array end, and how long the rest will take: pure, and silent where nothing tells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from batchtui.model.job import FAILED, RUNNING, STARTING, SUCCEEDED, JobSummary

WINDOW_SECONDS: Final = 900.0
"""What was seen longer ago says little of what comes."""
STALLED_SECONDS: Final = 300.0
"""Where no child was seen to end for so long, nothing is foretold."""
MOST_ARRAYS: Final = 2_000
"""Arrays that are watched; beyond it those are forgotten that were seen first."""
_SPACING_SECONDS: Final = 10.0
_MOST_SIGHTS: Final = int(WINDOW_SECONDS / _SPACING_SECONDS) + 1
_LEAST_SEEN: Final = (20.0, 2)  # seconds and ends: less is chance
_LEAST_TOLD: Final = (60.0, 3)


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at an array: its children that had ended, at a moment (epoch seconds)."""

    at: float
    ended: int


@dataclass(frozen=True, slots=True)
class ArrayProgress:
    """How far an array has come."""

    size: int
    ok: int
    failed: int
    per_second: float | None = None
    """Children that end a second; None where that cannot be said."""
    is_seen: bool = False
    """Whether the rate is of what this session saw, not of the whole time since the array was created."""

    @property
    def ended(self) -> int:
        return self.ok + self.failed

    @property
    def seconds_left(self) -> float | None:
        """Until the last child ends, if the others go on like this; None where that cannot be said."""
        return (self.size - self.ended) / self.per_second if self.per_second else None


def progress_of(job: JobSummary, now: float, seen: Iterable[Sight] = ()) -> ArrayProgress | None:
    """How far an array parent has come; None of any other job, and where AWS told no counts.

    The rate is of the last quarter of an hour, as far as this session saw it; else of all children that ended
    since the array was created, which waiting makes too low rather than too high.

    Args:
        job: The parent.
        now: Epoch seconds.
        seen: What this session saw of it, the oldest first.
    """
    array = job.array_properties
    if array is None or not array.size or not array.status_summary:
        return None
    ok, failed = array.count(SUCCEEDED), array.count(FAILED)
    rate, is_seen = _rate(job, ok + failed, now, tuple(seen)) if job.is_active else (None, False)
    return ArrayProgress(array.size, ok, failed, rate, is_seen)


def _rate(job: JobSummary, ended: int, now: float, seen: tuple[Sight, ...]) -> tuple[float | None, bool]:
    array = job.array_properties
    if array is None or not array.size or ended >= array.size:
        return None, False
    if seen:
        base = _base(seen, now - WINDOW_SECONDS)
        seconds, more = now - base.at, ended - base.ended
        if seconds >= _LEAST_SEEN[0] and more >= _LEAST_SEEN[1]:
            return more / seconds, True
        if seconds >= STALLED_SECONDS:  # it was watched, and hardly anything came of it
            return None, False
    is_at_work = array.count(RUNNING) + array.count(STARTING) > 0
    since = now - job.created_at / 1000 if job.created_at is not None else 0.0
    if is_at_work and since >= _LEAST_TOLD[0] and ended >= _LEAST_TOLD[1]:
        return ended / since, False
    return None, False


def _base(seen: tuple[Sight, ...], since: float) -> Sight:
    """What had ended at the beginning of the window, or when the session first looked."""
    before = [sight for sight in seen if sight.at <= since]
    return Sight(since, before[-1].ended) if before else seen[0]


class ArraySights:
    """What this session saw of arrays: a few numbers of each, of so many at most."""

    def __init__(self) -> None:
        self._seen: dict[str, list[Sight]] = {}

    def look(self, jobs: Iterable[JobSummary], now: float) -> None:
        """Notes how many children of each array parent among these have ended."""
        for job in jobs:
            array = job.array_properties
            if array is None or not array.size or not array.status_summary:
                continue
            self._note(job.job_id, Sight(now, array.count(SUCCEEDED) + array.count(FAILED)))
        while len(self._seen) > MOST_ARRAYS:
            del self._seen[next(iter(self._seen))]

    def keep(self, known: Iterable[Mapping[str, JobSummary]]) -> None:
        """Forgets the arrays that are in none of these."""
        there = tuple(known)
        for gone in [job_id for job_id in self._seen if not any(job_id in jobs for jobs in there)]:
            del self._seen[gone]

    def of(self, job_id: str) -> tuple[Sight, ...]:
        """What was seen of an array, the oldest first."""
        return tuple(self._seen.get(job_id, ()))

    def _note(self, job_id: str, sight: Sight) -> None:
        seen = self._seen.setdefault(job_id, [])
        if seen and (sight.ended == seen[-1].ended or sight.at - seen[-1].at < _SPACING_SECONDS):
            return
        seen.append(sight)
        if len(seen) > _MOST_SIGHTS:
            del seen[0]
