"""How quickly a queue goes on: throughput, and how long jobs waited and ran, of what happened lately."""

from collections.abc import Callable, Iterable, Sequence
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


def pace(found: Tally) -> Pace:
    """The shortest span in which enough has happened, for each figure."""
    flow = telling(found.spans, lambda span: sum(span.ended))
    waits = telling(found.spans, lambda span: len(span.waits))
    runs = telling(found.spans, lambda span: len(span.runs))
    return Pace(
        flow.length / 1000,
        tuple(flow.ended),
        tuple(flow.came),
        sum(flow.failed),
        percentiles(waits.waits),
        waits.length / 1000,
        percentiles(runs.runs),
        runs.length / 1000,
    )


def telling(spans: Sequence[Span], count: Callable[[Span], float]) -> Span:
    """The shortest span with enough in it, else the shortest that has all that the longest has."""
    most = count(spans[-1])
    return next(span for span in spans if count(span) >= min(ENOUGH, most))


def percentiles(milliseconds: Sequence[int]) -> Percentiles | None:
    """By nearest rank, so that each is the time of a job that was there; None where there are none."""
    if not milliseconds:
        return None
    values = in_order(milliseconds)
    p50, p90, p99 = (values[max(0, ceil(share * len(values)) - 1)] / 1000 for share in SHARES_OF_WAITS)
    return Percentiles(p50, p90, p99, len(values))


def in_order(values: Iterable[int]) -> list[int]:
    """Sorted in short turns: Python merges what is in order already quickly."""
    found = list(values)
    if len(found) <= _SORTED:
        return sorted(found)
    merged: list[int] = []
    for start in range(0, len(found), _SORTED):
        merged += sorted(found[start : start + _SORTED])
    merged.sort()
    return merged
