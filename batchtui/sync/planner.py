"""From what is known to the fewest calls that keep it true: pure functions.

Three ways to keep one queue's jobs true:

- *sweep*: everything, once at the start and again as a repair every ``REPAIR_SECONDS``. The newest page of
  all statuses comes first; where it is not the last one, the seven statuses follow in lifecycle order, so
  that a job that moves on meanwhile is seen twice, not missed. 1 call for a small queue, else 8 and a call for
  each further page.
- *watch*: one ListJobs of what was created since the newest known job, less an overlap, and DescribeJobs of
  the known active jobs, 100 at a time across all watched queues. For Q queues with N active jobs that is
  Q + ceil(N/100) calls.
- *list*: the same ListJobs call, the five active statuses (1000 a page), and DescribeJobs of those that
  vanished from them. Chosen for a queue where that takes fewer calls than describing its active jobs.

The ListJobs call reads back to what the last look was sure to have seen: ``1 + floor(new / 100)`` calls a queue
for ``new`` jobs created since then. Two kinds of job can stay unseen until the repair: one that AWS lists later
than its neighbours, and one that a retry puts back to RUNNABLE while the listings of a sweep pass it by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil

from batchtui.aws.gateway import PAGE_BY_STATUS
from batchtui.aws.limits import MAX_DESCRIBED_JOBS
from batchtui.model.job import JOB_STATUSES, TERMINAL_STATUSES

ACTIVE_STATUSES = tuple(status for status in JOB_STATUSES if status not in TERMINAL_STATUSES)

OVERLAP_MS = 120_000
"""ListJobs promises no consistency: look back so far behind the newest known job."""
BEGINNING_MS = 1_480_550_400_000
"""AWS Batch did not exist before December 2016: "created after" this means all jobs."""
REPAIR_SECONDS = 600.0
SOON_SECONDS = 60.0
"""Until the repair of a queue whose jobs vanished without DescribeJobs having told their end."""
TOPOLOGY_SECONDS = 30.0
"""Queues and compute environments change rarely; ctrl+r asks at once."""
SWEEPS_AT_ONCE = 4
_DUE = 0.9  # of the interval: a cycle that starts a little early must not pass a queue over


class Way(Enum):
    """How one queue's jobs are kept true in one cycle."""

    SWEEP = "sweep"
    WATCH = "watch"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class QueueKnowledge:
    """What is known of one queue's jobs. Moments are those of the poller's clock."""

    name: str
    active: Mapping[str, int]
    """Jobs that can still change, by status."""
    newest_created_at: int | None = None
    """AWS's own milliseconds."""
    swept_at: float | None = None
    refreshed_at: float | None = None
    retry_at: float = 0.0
    """A source that failed is not asked before this moment."""
    repair_seconds: float = REPAIR_SECONDS
    """How long after a sweep the next one is due."""


@dataclass(frozen=True, slots=True)
class Step:
    """One queue's part of a cycle."""

    queue: str
    way: Way
    created_after: int
    """Milliseconds for the filter AFTER_CREATED_AT."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """The calls of one cycle."""

    steps: tuple[Step, ...]
    expected_calls: int
    """As far as can be known before: without pages of jobs that are new."""
    is_more_waiting: bool
    """Whether queues are still waiting for their first sweep."""


def plan_cycle(
    queues: Sequence[QueueKnowledge],
    *,
    now: float,
    refresh: float,
    selected: str | None = None,
    can_describe: bool = True,
) -> Cycle:
    """Chooses each queue's way.

    Args:
        queues: In the order in which they matter.
        now: The poller's clock.
        refresh: Seconds that may pass between two looks at one queue.
        selected: The queue that a person looks at goes first.
        can_describe: Whether DescribeJobs answers: without it the active statuses are listed.
    """
    ready = [queue for queue in queues if queue.retry_at <= now]
    ready.sort(key=lambda queue: queue.name != selected)
    unswept = [queue for queue in ready if queue.swept_at is None]
    sweeps = unswept[:SWEEPS_AT_ONCE] or _repair(ready, now)
    is_more_waiting = len(unswept) > len(sweeps)
    due = [
        queue
        for queue in ready
        if queue.swept_at is not None
        and queue not in sweeps
        and (not is_more_waiting or queue.name == selected)  # the first look at all goes before a second at some
        and (queue.refreshed_at is None or now - queue.refreshed_at >= refresh * _DUE)
    ]
    chosen = [Step(queue.name, Way.SWEEP, BEGINNING_MS) for queue in sweeps]
    for queue in due:
        way = way_to_refresh(queue.active) if can_describe or not queue.active else Way.LIST
        chosen.append(Step(queue.name, way, _watermark(queue)))
    by_name = {queue.name: queue for queue in queues}
    return Cycle(
        steps=tuple(sorted(chosen, key=lambda step: step.queue != selected)),
        expected_calls=expected_calls(chosen, by_name),
        is_more_waiting=is_more_waiting,
    )


def way_to_refresh(active: Mapping[str, int]) -> Way:
    """Describing the active jobs, or listing the active statuses: whichever takes fewer calls."""
    return Way.LIST if _describe_calls(active) > _listing_calls(active) else Way.WATCH


def expected_calls(steps: Sequence[Step], queues: Mapping[str, QueueKnowledge]) -> int:
    """Calls that these steps take where nothing is new since the last cycle."""
    described = sum(sum(queues[s.queue].active.values()) for s in steps if s.way is Way.WATCH)
    calls = ceil(described / MAX_DESCRIBED_JOBS)
    for step in steps:
        calls += 1
        if step.way is Way.LIST:
            calls += _listing_calls(queues[step.queue].active)
        elif step.way is Way.SWEEP:
            calls += len(JOB_STATUSES)
    return calls


def stretched(refresh: float, calls: int, calls_per_second: float) -> float:
    """Seconds between cycles: as wished, or as many as the API budget needs for so many calls."""
    return max(refresh, calls / calls_per_second)


def _repair(ready: Sequence[QueueKnowledge], now: float) -> list[QueueKnowledge]:
    """The one queue whose last sweep is longest ago, if that is long enough: repairs never come all at once."""
    due = [queue for queue in ready if queue.swept_at is not None and now - queue.swept_at >= queue.repair_seconds]
    return sorted(due, key=lambda queue: queue.swept_at or 0.0)[:1]


def _watermark(queue: QueueKnowledge) -> int:
    newest = queue.newest_created_at
    return BEGINNING_MS if newest is None else max(BEGINNING_MS, newest - OVERLAP_MS)


def _describe_calls(active: Mapping[str, int]) -> int:
    return ceil(sum(active.values()) / MAX_DESCRIBED_JOBS)


def _listing_calls(active: Mapping[str, int]) -> int:
    return sum(max(1, ceil(active.get(status, 0) / PAGE_BY_STATUS)) for status in ACTIVE_STATUSES)
