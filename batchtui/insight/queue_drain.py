"""When a queue will be empty, with how sure that is, and why it cannot be said where it cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import sqrt
from typing import Final

from batchtui.insight.phrases import duration
from batchtui.insight.queue_pace import Pace
from batchtui.insight.queue_tally import Tally

SURE: Final = 1.28
"""Standard deviations to either side: eight times of ten it lies between."""
_LONGEST_SECONDS: Final = 30 * 86_400.0
_QUIET_SECONDS: Final = 600.0
_QUIET_GAPS: Final = 6
LATE: Final = 3
"""Parts at the end of what was counted: where they differ from those before by more than chance makes them, the
pace is another one by now, as after a large array has ended."""
_BEYOND_CHANCE: Final = 4.0
"""Standard deviations."""


class Outcome(Enum):
    """What can be said."""

    EMPTY = "empty"
    ENDS = "ends"
    GROWS = "grows"
    """As many come as end, or more."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Range:
    """Seconds from now: most likely, at the soonest, and at the latest; None where there may be no end."""

    likely: float | None
    soonest: float
    latest: float | None


@dataclass(frozen=True, slots=True)
class Drain:
    """An estimate."""

    outcome: Outcome
    left: int
    """Jobs, and children of arrays, that have not ended."""
    with_arrivals: Range | None = None
    """If jobs come as they came lately."""
    without: Range | None = None
    """If none came any more."""
    late_ended_an_hour: float | None = None
    """How many ended of late, where that is another pace than before: then it is what counts."""
    why_not: str = ""
    """Why it cannot be said."""


def drain(found: Tally, lately: Pace, *, takes_no_more: bool = False, blocked_since: int | None = None) -> Drain:
    """When it will be empty.

    Args:
        found: What there is left to do.
        lately: How quickly it went on.
        takes_no_more: It is disabled: no jobs come, those that are there go on.
        blocked_since: Since when, in milliseconds, its head cannot be placed, as far as is known; None where
            it can.
    """
    if not found.left:
        return Drain(Outcome.EMPTY, 0)
    if why_not := _stands_still(found, lately, blocked_since):
        return Drain(Outcome.UNKNOWN, found.left, why_not=why_not)
    hours = lately.seconds / 3600
    late = _late(lately.ended)
    ended, ended_off = _rate(late or lately.ended, hours * (len(late) / len(lately.ended) if late else 1))
    came, came_off = (0.0, 0.0) if takes_no_more else _rate(lately.came, hours)
    without = _range(found.left, ended, ended_off)
    with_arrivals = _range(found.left, ended - came, sqrt(ended_off**2 + came_off**2))
    outcome = Outcome.GROWS if with_arrivals is None or with_arrivals.likely is None else Outcome.ENDS
    return Drain(outcome, found.left, with_arrivals, without, ended if late else None)


def _stands_still(found: Tally, lately: Pace, blocked_since: int | None) -> str:
    """Why no pace can be counted on; empty where one can."""
    started, ended = found.last_started, found.last_ended
    is_blocked = blocked_since is not None and found.now - blocked_since > _QUIET_SECONDS * 1000
    if is_blocked and (started is None or started < (blocked_since or 0)):
        return "its head is blocked, and nothing has started since"
    total = sum(lately.ended)
    if not total:
        return f"nothing has ended in the last {duration(lately.seconds)}"
    if found.arrays or ended is None:
        return ""  # of their children no moments are told
    quiet = (found.now - ended) / 1000
    gap = lately.seconds / total
    if quiet > max(_QUIET_SECONDS, _QUIET_GAPS * gap):
        return f"nothing has ended for {duration(quiet)}, after one every {duration(gap)}"
    return ""


def _late(parts: Sequence[float]) -> Sequence[float]:
    """The last parts, where another pace is seen in them than before; empty where it is the same."""
    before, late = parts[:-LATE], parts[-LATE:]
    if len(before) < LATE:
        return ()
    mean = sum(before) / len(before)
    variance = max(mean, sum((part - mean) ** 2 for part in before) / (len(before) - 1), 1.0)
    off = sqrt(variance * (1 / len(late) + 1 / len(before)))
    return late if abs(sum(late) / len(late) - mean) > _BEYOND_CHANCE * off else ()


def _rate(parts: Sequence[float], hours: float) -> tuple[float, float]:
    """How many an hour, and by how much that is off: chance alone is off by the root of what was counted.

    Where the parts differ by more than chance makes them, it is off by more.
    """
    total = sum(parts)
    mean = total / len(parts)
    variance = sum((part - mean) ** 2 for part in parts) / (len(parts) - 1)
    spread = max(1.0, variance / mean) if mean else 1.0
    return total / hours, sqrt(max(1.0, total) * spread) / hours


def _range(left: int, rate: float, off: float) -> Range | None:
    """None where it never ends at this pace, or in no time that means anything."""
    soonest = _seconds(left, rate + SURE * off)
    if soonest is None:
        return None
    return Range(_seconds(left, rate), soonest, _seconds(left, rate - SURE * off))


def _seconds(left: int, an_hour: float) -> float | None:
    seconds = left / an_hour * 3600 if an_hour > 0 else None
    return seconds if seconds is not None and seconds <= _LONGEST_SECONDS else None
