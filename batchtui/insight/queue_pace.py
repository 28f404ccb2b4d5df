"""How quickly a queue goes on: throughput, and how long jobs waited and ran, of what happened lately."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from batchtui.insight.queue_tally import Span, Tally

ENOUGH: Final = 20
"""So many events say something; a longer span is looked at where there are fewer."""
SHARES_OF_WAITS: Final = (0.5, 0.9, 0.99)
_SORTED: Final = 8_192  # values that are sorted at a time: longer sorts would keep the event loop waiting


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Lengths of time, in seconds: half, nine of ten and 99 of a hundred took no longer."""

    p50: float
    p90: float
    p99: float
    count: int
    """Of how many jobs."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What happened in a queue lately."""

    seconds: float
    """How far back that is, for what came and ended."""
    ended: tuple[float, ...]
    came: tuple[float, ...]
    """Jobs and children of arrays, part by part, the oldest first."""
    failed: float
    waits: Percentiles | None
    waits_seconds: float
    """How far back the starts are that these are of."""
    runs: Percentiles | None
    runs_seconds: float

    @property
    def ended_an_hour(self) -> float:
        return sum(self.ended) * 3600 / self.seconds

    @property
    def came_an_hour(self) -> float:
        return sum(self.came) * 3600 / self.seconds


def pace(found: Tally) -> Generator[None, None, Pace]:
    """The shortest span in which enough has happened, for each figure; in steps of some milliseconds."""
    flow = telling(found.spans, lambda span: sum(span.ended))
    waits = telling(found.spans, lambda span: len(span.waits))
    runs = telling(found.spans, lambda span: len(span.runs))
    waits_in_order = yield from in_order(waits.waits)
    runs_in_order = yield from in_order(runs.runs)
    return Pace(
        flow.length / 1000,
        tuple(flow.ended),
        tuple(flow.came),
        sum(flow.failed),
        percentiles(waits_in_order),
        waits.length / 1000,
        percentiles(runs_in_order),
        runs.length / 1000,
    )


def telling(spans: Sequence[Span], count: Callable[[Span], float]) -> Span:
    """The shortest span with enough in it, else the shortest that has all that the longest has."""
    most = count(spans[-1])
    return next(span for span in spans if count(span) >= min(ENOUGH, most))


def percentiles(milliseconds: Sequence[int]) -> Percentiles | None:
    """By nearest rank, so that each is the time of a job that was there; None where there are none.

    Args:
        milliseconds: The least first.
    """
    if not milliseconds:
        return None
    ranks = (max(0, ceil(share * len(milliseconds)) - 1) for share in SHARES_OF_WAITS)
    p50, p90, p99 = (milliseconds[rank] / 1000 for rank in ranks)
    return Percentiles(p50, p90, p99, len(milliseconds))


def in_order(values: Sequence[int]) -> Generator[None, None, list[int]]:
    """Sorted in short steps: the last one only merges what is in order already."""
    merged: list[int] = []
    for start in range(0, len(values), _SORTED):
        merged += sorted(values[start : start + _SORTED])
        yield
    merged.sort()
    yield
    return merged
