"""How many jobs each queue had in each status over the session: the older, the coarser, so that it stays small."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.model.job import SERVICE_JOB_STATUSES
from batchtui.sync.snapshot import Snapshot, jobs_of

SLOT_SECONDS: Final = 5
"""How fine the newest points are; each level after the first is half as fine as the one before."""
POINTS: Final = 48
"""Of each level: four minutes of the finest, eight of the next, sixteen … a week takes twelve levels, 23 KB."""
_WIDTH: Final = len(SERVICE_JOB_STATUSES)
_PLACES: Final = {status: place for place, status in enumerate(SERVICE_JOB_STATUSES)}
_PATIENCE_SECONDS: Final = 40.0
"""Beyond twice what a queue waits for its turn: it is looked at more rarely below other screens."""


@dataclass(frozen=True, slots=True)
class Line:
    """One status from the beginning of the session until now."""

    status: str
    values: tuple[float | None, ...]
    """Mean counts of stretches of equal length, the oldest first; None where nothing is known."""
    least: int
    most: int
    now: int
    """The least, the greatest and the last count that was seen."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The trend of one queue."""

    since: float
    until: float
    """Epoch seconds."""
    lines: tuple[Line, ...]

    @property
    def has_gaps(self) -> bool:
        """Whether there are stretches of which nothing is known."""
        return any(value is None for line in self.lines for value in line.values)


class Trend:
    """One queue. A point is a slot of time and eight means; points of one level never overlap."""

    __slots__ = ("_levels", "_previous", "_slot", "least", "most", "patience", "since", "until")

    def __init__(self) -> None:
        self._levels: list[tuple[array[int], array[float]]] = []
        self._slot = -1
        self._previous: Sequence[int] = ()
        self.since = 0.0
        self.until = 0.0
        self.patience = 0.0
        self.least: list[int] = []
        self.most: list[int] = []

    @property
    def last(self) -> Sequence[int]:
        """The counts that were seen last."""
        return self._previous

    def __len__(self) -> int:
        return sum(len(slots) for slots, _ in self._levels)

    def note(self, moment: float, counts: Sequence[int], patience: float) -> None:
        """AWS told these counts.

        Args:
            moment: Epoch seconds; what is not later than what is known already is passed over.
            counts: In the order of ``SERVICE_JOB_STATUSES``.
            patience: So many seconds may lie between two answers until what lies between them is not known.
        """
        slot = int(moment // SLOT_SECONDS)
        self.patience = patience
        if not self._previous:
            self.since, self.least, self.most = moment, list(counts), list(counts)
        elif slot < self._slot or moment <= self.until:
            return
        else:
            if moment - self.until <= patience:
                for between in range(self._slot + 1, slot):
                    self._put(between, self._previous)
            self.least = [min(pair) for pair in zip(self.least, counts, strict=True)]
            self.most = [max(pair) for pair in zip(self.most, counts, strict=True)]
        if slot == self._slot:
            self._levels[0][1][-_WIDTH:] = array("f", counts)
        else:
            self._put(slot, counts)
        self._slot, self._previous, self.until = slot, counts, moment

    def points(self) -> Iterator[tuple[int, int, Sequence[float]]]:
        """Every point as its beginning and its length in slots, and its means; the oldest first."""
        for level in range(len(self._levels) - 1, -1, -1):
            length = 1 << level
            slots, means = self._levels[level]
            for place, slot in enumerate(slots):
                yield slot * length, length, means[place * _WIDTH : (place + 1) * _WIDTH]

    def _put(self, slot: int, counts: Sequence[float]) -> None:
        """Adds a point; where a level is full, its oldest goes on to the next, which is half as fine."""
        level, row = 0, array("f", counts)
        while True:
            if level == len(self._levels):
                self._levels.append((array("q"), array("f")))
            slots, means = self._levels[level]
            if slots and slots[-1] == slot:  # the other half of it
                means[-_WIDTH:] = array("f", map(_mean, means[-_WIDTH:], row))
            else:
                slots.append(slot)
                means.extend(row)
            if len(slots) <= POINTS:
                return
            slot, row = slots.pop(0) >> 1, means[:_WIDTH]
            del means[:_WIDTH]
            level += 1


def _mean(one: float, other: float) -> float:
    return (one + other) / 2


class Trends:
    """All queues."""

    def __init__(self) -> None:
        self._queues: dict[str, Trend] = {}

    def note(self, snapshot: Snapshot) -> None:
        """Takes in what is new in a snapshot; while polling is paused or fails there is nothing new."""
        patience = _PATIENCE_SECONDS + 2 * (snapshot.interval + snapshot.others_interval)
        for name, held in snapshot.jobs.items():
            state = snapshot.sources.get(jobs_of(name))
            if not held.is_complete or state is None or state.succeeded_at is None:
                continue
            trend = self._queues.get(name)
            if trend is None:
                trend = self._queues[name] = Trend()
            if state.succeeded_at > trend.until:
                trend.note(state.succeeded_at, _row(held.counts), patience)
        if snapshot.job_queues is not None:
            for name in self._queues.keys() - {queue.job_queue_name for queue in snapshot.job_queues}:
                del self._queues[name]

    def __len__(self) -> int:
        return len(self._queues)

    def lines(self, queue: str, width: int, now: float) -> Lines | None:
        """The trend of one queue, in so many stretches; None where nothing is known of it.

        Args:
            queue: Its name.
            width: How many stretches at most.
            now: Epoch seconds: what is later than the last answer is not known.
        """
        trend = self._queues.get(queue)
        if trend is None or not len(trend):
            return None
        return _lines(trend, width, max(now, trend.until))


def _row(counts: Mapping[str, int]) -> tuple[int, ...]:
    row = [0] * _WIDTH
    for status, count in counts.items():
        place = _PLACES.get(status)
        if place is not None:
            row[place] = count
    return tuple(row)


def _lines(trend: Trend, width: int, now: float) -> Lines:
    first = int(trend.since // SLOT_SECONDS)
    slots = int(now // SLOT_SECONDS) - first + 1
    step = max(1, -(-slots // max(1, width)))
    columns = -(-slots // step)
    sums = [[0.0] * columns for _ in range(_WIDTH)]
    weights = [0.0] * columns
    for begin, length, means in trend.points():
        _spread(sums, weights, (begin - first) / step, (begin + length - first) / step, means)
    if now - trend.until <= trend.patience:  # the next answer is not due yet
        last = int(trend.until // SLOT_SECONDS) + 1
        _spread(sums, weights, (last - first) / step, columns, trend.last)
    lines = []
    for status, place in _PLACES.items():
        if not trend.most[place]:
            continue
        values = tuple(
            total / weight if weight > 0 else None for total, weight in zip(sums[place], weights, strict=True)
        )
        lines.append(Line(status, values, trend.least[place], trend.most[place], trend.last[place]))
    return Lines(trend.since, now, tuple(lines))


def _spread(
    sums: list[list[float]], weights: list[float], begin: float, end: float, means: Sequence[float]
) -> None:
    """Adds a point to the columns that it lies in, by how much of it lies there."""
    for column in range(max(0, int(begin)), min(len(weights), int(end) + 1)):
        weight = min(end, column + 1) - max(begin, column)
        if weight <= 0:
            continue
        weights[column] += weight
        for place, mean in enumerate(means):
            sums[place][column] += mean * weight
