"""From what is known to the fewest calls that keep it true: pure functions.

Three ways to keep one queue's jobs true:

- *sweep*: everything, once at the start and again as a repair every ten minutes or more. The newest page of
  all statuses comes first; where it is not the last one, the seven statuses follow in lifecycle order, so
  that a job that moves on meanwhile is seen twice, not missed. 1 call for a small queue, else 8 and a call for
  each further page.
- *watch*: one ListJobs of what was created since the newest known job, less an overlap, and DescribeJobs of
  the known active jobs, 100 at a time across all watched queues. For Q queues with N active jobs that is
  Q + ceil(N/100) calls.
- *list*: the same ListJobs call, the five active statuses (1000 a page), and DescribeJobs of those that
  vanished from them. Chosen for a queue where that takes fewer calls than describing its active jobs.

Queues of service jobs are asked with ListServiceJobs, and DescribeServiceJob describes one job a call. So they
are always listed while any of their jobs is active, which is seven calls, and the few that vanished from that are
described one by one; without an active job it is one call.

Which queues are due is told by ``pace``: all of them in each cycle where the budget allows that, which is the
bound of Q + ceil(N/100) calls a cycle; else those that a person looks at, and beside the cycles others by turns.
Repairs go beside the cycles too, one at a time, so that they hold nothing up.

The ListJobs call reads back to what the last look was sure to have seen: ``1 + floor(new / 100)`` calls a queue
for ``new`` jobs created since then. Two kinds of job can stay unseen until the repair: one that AWS lists later
than its neighbours, and one that a retry puts back to RUNNABLE while the listings of a sweep pass it by.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil, inf

from batchtui.sync.kinds import CONTAINER_JOBS, QueueKind
from batchtui.sync.pace import REPAIR_SECONDS, Cost, Pace, Turns, pace, quiet_seconds, total, turn

OVERLAP_MS = 120_000
"""ListJobs promises no consistency: look back so far behind the newest known job."""
BEGINNING_MS = 1_480_550_400_000
"""AWS Batch did not exist before December 2016: "created after" this means all jobs."""
TOPOLOGY_SECONDS = 30.0
"""Queues and compute environments change rarely; ctrl+r asks at once."""
SWEEPS_AT_ONCE = 4
_DUE = 0.9  # of the interval: a cycle that starts a little early must not pass a queue over
_NO_TURNS = Turns()


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
    kind: QueueKind = CONTAINER_JOBS
    sweep_calls: int = 1
    """Calls that a sweep takes, as far as is known."""


@dataclass(frozen=True, slots=True)
class Step:
    """One queue's part of a cycle."""

    queue: str
    way: Way
    created_after: int
    """Milliseconds for the filter AFTER_CREATED_AT."""
    kind: QueueKind = CONTAINER_JOBS


@dataclass(frozen=True, slots=True)
class Cycle:
    """The calls of one cycle."""

    steps: tuple[Step, ...]
    """Together: the cycle is over when they are done."""
    beside: tuple[Step, ...]
    """One after another, beside this cycle and the next ones, which do not wait for them."""
    expected_calls: int
    """Of ``steps``, as far as can be known before: without pages of jobs that are new."""
    is_more_waiting: bool
    """Whether queues are still waiting for their first sweep."""
    pace: Pace
    turns: Turns
    """For the next plan."""


def plan_cycle(
    queues: Sequence[QueueKnowledge],
    *,
    now: float,
    refresh: float,
    calls_per_second: float = inf,
    selected: str | None = None,
    looked_at: Collection[str] = (),
    spares_quiet: bool = False,
    turns: Turns = _NO_TURNS,
    is_free: bool = True,
    can_describe: bool = True,
) -> Cycle:
    """Chooses each queue's way.

    Args:
        queues: In the order in which they matter.
        now: The poller's clock.
        refresh: Seconds that may pass between two looks at one queue.
        calls_per_second: The budget.
        selected: The queue under the cursor goes first.
        looked_at: The queues that a person looks at, ``selected`` among them; none while all are shown together.
        spares_quiet: Whether queues in which nothing happens may be asked more rarely where others are looked at.
        turns: As the last plan left it.
        is_free: Whether nothing is under way beside the cycles.
        can_describe: Whether DescribeJobs answers: without it the active statuses are listed.
    """
    ready = [queue for queue in queues if queue.retry_at <= now]
    ready.sort(key=lambda queue: queue.name != selected)
    unswept = [queue for queue in ready if queue.swept_at is None]
    first = unswept[:SWEEPS_AT_ONCE]
    is_more_waiting = len(unswept) > len(first)
    costs = {queue.name: _cost(queue, can_describe=can_describe) for queue in queues}
    how_often = pace(
        list(costs.values()),
        looked_at,
        refresh=refresh,
        calls_per_second=calls_per_second,
        described_at_once=CONTAINER_JOBS.described_at_once,
    )
    repairs = _repair(ready, now) if is_free and not unswept and now >= turns.repair_at else []
    due = [
        queue
        for queue in ready
        if queue.swept_at is not None
        and queue not in repairs
        and (not is_more_waiting or queue.name == selected)  # the first look at all goes before a second at some
        and _is_due(queue, now, how_often.interval, looked_at, spares_quiet=spares_quiet)
    ]
    together, others = due, []
    if how_often.takes_turns:
        together = [queue for queue in due if queue.name in looked_at]
        if is_free and not unswept and now >= turns.others_at - how_often.interval * (1 - _DUE):
            others = _turn([queue for queue in due if queue.name not in looked_at], costs, how_often)
    chosen = [Step(queue.name, Way.SWEEP, BEGINNING_MS, queue.kind) for queue in first]
    chosen += [_refresh(queue, can_describe=can_describe) for queue in together]
    if others:
        calls = total([costs[queue.name] for queue in others], CONTAINER_JOBS.described_at_once)
        turns = turns.with_others(now, calls, how_often)
    for queue in repairs:
        turns = turns.with_repair(now, queue.sweep_calls, calls_per_second)
    by_name = {queue.name: queue for queue in queues}
    return Cycle(
        steps=tuple(sorted(chosen, key=lambda step: step.queue != selected)),
        beside=(
            *(_refresh(queue, can_describe=can_describe) for queue in others),
            *(Step(queue.name, Way.SWEEP, BEGINNING_MS, queue.kind) for queue in repairs),
        ),
        expected_calls=expected_calls(chosen, by_name),
        is_more_waiting=is_more_waiting,
        pace=how_often,
        turns=turns,
    )


def look_at(queue: QueueKnowledge, *, now: float, refresh: float, can_describe: bool = True) -> Step | None:
    """One more look at a queue to which a person has just come; None where it was looked at lately."""
    is_due = queue.swept_at is not None and queue.retry_at <= now and _is_due(queue, now, refresh)
    return _refresh(queue, can_describe=can_describe) if is_due else None


def way_to_refresh(active: Mapping[str, int], kind: QueueKind = CONTAINER_JOBS) -> Way:
    """Describing the active jobs, or listing the active statuses: whichever takes fewer calls.

    Where a call describes only one job there is no choice: how many are active changes from one cycle to the next.
    """
    if kind.described_at_once == 1:
        return Way.LIST if any(active.values()) else Way.WATCH
    return Way.LIST if _describe_calls(active, kind) > _listing_calls(active, kind) else Way.WATCH


def expected_calls(steps: Sequence[Step], queues: Mapping[str, QueueKnowledge]) -> int:
    """Calls that these steps take where nothing is new since the last cycle."""
    described = sum(sum(queues[s.queue].active.values()) for s in steps if s.way is Way.WATCH)
    calls = ceil(described / CONTAINER_JOBS.described_at_once)
    for step in steps:
        calls += 1
        if step.way is Way.LIST:
            calls += _listing_calls(queues[step.queue].active, step.kind)
        elif step.way is Way.SWEEP:
            calls += len(step.kind.statuses)
    return calls


def _is_due(
    queue: QueueKnowledge,
    now: float,
    interval: float,
    looked_at: Collection[str] = (),
    *,
    spares_quiet: bool = False,
) -> bool:
    if queue.refreshed_at is None:
        return True
    is_spared = spares_quiet and looked_at and queue.name not in looked_at and not any(queue.active.values())
    seconds = quiet_seconds(interval) if is_spared else interval
    return now - queue.refreshed_at >= seconds * _DUE


def _refresh(queue: QueueKnowledge, *, can_describe: bool) -> Step:
    way = way_to_refresh(queue.active, queue.kind) if can_describe or not queue.active else Way.LIST
    return Step(queue.name, way, _watermark(queue), queue.kind)


def _cost(queue: QueueKnowledge, *, can_describe: bool) -> Cost:
    step = _refresh(queue, can_describe=can_describe)
    if step.way is Way.LIST:
        return Cost(queue.name, 1 + _listing_calls(queue.active, queue.kind))
    return Cost(queue.name, 1, described=sum(queue.active.values()))


def _turn(waiting: Sequence[QueueKnowledge], costs: Mapping[str, Cost], how_often: Pace) -> list[QueueKnowledge]:
    """Those whose turn it is: longest ago first."""
    waiting = sorted(waiting, key=lambda queue: -inf if queue.refreshed_at is None else queue.refreshed_at)
    allowed = (how_often.left or 0.0) * how_often.interval
    taken = turn([costs[queue.name] for queue in waiting], allowed, CONTAINER_JOBS.described_at_once)
    return list(waiting[: len(taken)])


def _repair(ready: Sequence[QueueKnowledge], now: float) -> list[QueueKnowledge]:
    """The one queue whose last sweep is longest ago, if that is long enough: repairs never come all at once."""
    due = [queue for queue in ready if queue.swept_at is not None and now - queue.swept_at >= queue.repair_seconds]
    return sorted(due, key=lambda queue: queue.swept_at or 0.0)[:1]


def _watermark(queue: QueueKnowledge) -> int:
    newest = queue.newest_created_at
    return BEGINNING_MS if newest is None else max(BEGINNING_MS, newest - OVERLAP_MS)


def _describe_calls(active: Mapping[str, int], kind: QueueKind) -> int:
    return ceil(sum(active.values()) / kind.described_at_once)


def _listing_calls(active: Mapping[str, int], kind: QueueKind) -> int:
    return sum(max(1, ceil(active.get(status, 0) / kind.page_by_status)) for status in kind.active_statuses)
