"""How the API budget is divided between queues that a person looks at and the others: pure functions.

``REFRESH_SHARE`` of the budget is for looking at queues again, ``REPAIR_SHARE`` for sweeping them again.

- Where one look at every queue in each refresh interval fits into the first, that is what happens.
- Else the queues that are looked at keep the refresh interval, or, where they alone need more than
  ``LOOKED_AT_SHARE`` of it, the shortest one for which they do not. The others take turns with what is left, the
  one that waits longest first. A whole round of C calls takes C / left seconds on average (``Pace.others``), and
  no queue waits longer than twice that and two intervals, but for the time of a repair that goes before it.
- While all queues are shown together nothing is specially looked at: all take turns with all of it.

A queue without a job that could change, which nobody looks at while another is looked at, is asked every third
time, though at least every 30 s: a quota that is shared with others should be spared.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import ceil

REFRESH_SHARE = 0.8
"""Of the budget, for looking at queues again."""
REPAIR_SHARE = 0.2
"""Of the budget, at most, for sweeping them again."""
LOOKED_AT_SHARE = 0.75
"""Of the former, at most, for the queues that are looked at where there are others: those must get on too."""
REPAIR_SECONDS = 600.0
"""From one sweep of a queue to the next, at least."""
SOON_SECONDS = 60.0
"""The same for a queue whose jobs vanished without DescribeJobs having told their end."""
_REPAIR_CREDIT_SECONDS = 60.0
_QUIET_REFRESHES = 3
_QUIET_SECONDS_AT_MOST = 30.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Calls of looking at a queue again; DescribeJobs calls are shared with others."""

    queue: str
    calls: int
    described: int = 0
    """Jobs to be described, so many a call."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often queues are looked at."""

    interval: float
    """Seconds between two cycles, which are two looks at a queue that is looked at."""
    others: float
    """Seconds between two looks at another one, on average."""
    left: float | None = None
    """Calls a second with which the others take turns; None where all are looked at in each cycle."""

    @property
    def takes_turns(self) -> bool:
        """Whether not all queues are looked at in each cycle."""
        return self.left is not None


@dataclass(frozen=True, slots=True)
class Turns:
    """Until when what was done beside the cycles has used up its shares; moments of the poller's clock."""

    others_at: float = 0.0
    repair_at: float = 0.0

    def with_others(self, now: float, calls: int, pace: Pace) -> "Turns":
        """After so many calls for others, with the credit of at most one interval."""
        left = pace.left or 1.0
        return replace(self, others_at=max(self.others_at, now - pace.interval) + calls / left)

    def with_repair(self, now: float, calls: int, calls_per_second: float) -> "Turns":
        """After a sweep of so many calls, with the credit of at most a minute."""
        since = max(self.repair_at, now - _REPAIR_CREDIT_SECONDS)
        return replace(self, repair_at=since + calls / (REPAIR_SHARE * calls_per_second))


def total(costs: Sequence[Cost], described_at_once: int) -> int:
    """Calls of looking at these queues together."""
    return sum(cost.calls for cost in costs) + ceil(sum(cost.described for cost in costs) / described_at_once)


def pace(
    costs: Sequence[Cost],
    looked_at: Collection[str],
    *,
    refresh: float,
    calls_per_second: float,
    described_at_once: int,
) -> Pace:
    """Divides the budget.

    Args:
        costs: Of every queue.
        looked_at: The names of those that a person looks at; none while all are shown together.
        refresh: Seconds that may pass between two looks at a queue, if the budget allows.
        calls_per_second: The budget.
        described_at_once: Jobs that one call describes.
    """
    affordable = calls_per_second * REFRESH_SHARE
    if total(costs, described_at_once) <= affordable * refresh:
        return Pace(refresh, refresh)
    seen = total([cost for cost in costs if cost.queue in looked_at], described_at_once)
    rest = total([cost for cost in costs if cost.queue not in looked_at], described_at_once)
    if not rest:
        interval = seen / affordable
        return Pace(interval, interval)
    interval = max(refresh, seen / (affordable * LOOKED_AT_SHARE))
    left = affordable - seen / interval
    return Pace(interval, max(refresh, rest / left), left)


def turn(waiting: Sequence[Cost], allowed: float, described_at_once: int) -> list[Cost]:
    """The first of those that wait, as many as may be afforded, and always one."""
    taken: list[Cost] = []
    for cost in waiting:
        if taken and total([*taken, cost], described_at_once) > allowed:
            break
        taken.append(cost)
    return taken


def quiet_seconds(refresh: float) -> float:
    """Seconds between two looks at a queue in which nothing happens and that nobody looks at."""
    return max(refresh, min(_QUIET_SECONDS_AT_MOST, refresh * _QUIET_REFRESHES))


def repair_seconds(calls: int, calls_per_second: float, *, is_soon: bool = False) -> float:
    """From one sweep of a queue to the next.

    Args:
        calls: Those of sweeping every queue once: the more, the rarer, so that sweeps take no more than their
            share. At 4 calls a second that begins with 480 calls, of which 100,000 jobs in one queue need 108 and
            200,000 in 40 queues 520.
        calls_per_second: The budget.
        is_soon: Whether it is known that something is missing.
    """
    return max(SOON_SECONDS if is_soon else REPAIR_SECONDS, calls / (REPAIR_SHARE * calls_per_second))
