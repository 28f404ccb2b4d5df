"""How one queue stands, kept true for as long as its details show it."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Final

from batchtui.format import Cell
from batchtui.insight.queue_attention import Attention, attention
from batchtui.insight.queue_standing import Counted, Standing, count, standing
from batchtui.insight.quick import load_rules
from batchtui.model.job_queue import JobQueueDetail
from batchtui.query.steps import at_once
from batchtui.sync.patience import Patience
from batchtui.sync.queue_reads import SNAPSHOT, Told, look, trouble
from batchtui.sync.snapshot import QueueJobs
from batchtui.ui.arranging import MANY, in_pauses
from batchtui.ui.aside import aside
from batchtui.ui.details.queue_attention_lines import attention_lines
from batchtui.ui.details.queue_insight import insight_lines, trend_columns
from batchtui.ui.details.side_by_side import side_by_side
from batchtui.ui.reach import Reach

_DENIED_SECONDS: Final = 300.0
"""What is denied is asked for again that rarely, unless a person asks."""
_SOON: Final = 0.9
"""Of the time between two calls: the timers of screens are not exact."""
_COUNTED_SECONDS: Final = 30.0
"""So long figures that are of *lately* stay true while no job changes."""
_REST: Final = 10.0
"""Where there are very many jobs, counting takes a tenth of the time at most."""


class LiveInsight:
    """Counts the queue's jobs, and asks AWS for its snapshot: one call each time that is due.

    Args:
        reach: The program around it.
        name: The queue.
        least_seconds: No sooner is AWS asked again, however fresh the view should be.
    """

    def __init__(self, reach: Reach, name: str, *, least_seconds: float = 0.0) -> None:
        self._reach = reach
        self._name = name
        self._least_seconds = least_seconds
        self._told = Told()
        self._patience = Patience()
        self._asked_at: float | None = None
        self._counted: Counted | None = None
        self._attention = Attention()
        self._counted_of: QueueJobs | None = None
        self._counted_at = 0.0
        self._cost = 0.0
        """Seconds that the last counting took by itself."""
        self._is_asking = False

    async def update(self, is_asked: bool) -> None:
        """Counts, and asks AWS if it is time to.

        Args:
            is_asked: A person has just asked for it.
        """
        await self._count()
        queue, gateway = self._queue(), self._reach.gateway()
        if queue is None or gateway is None or not (is_asked or self._is_due()):
            return
        self._asked_at = monotonic()
        self._is_asking = True
        try:
            self._told = await look(gateway, queue, self._told, anew=is_asked)
            self._patience.note(failed=self._told.snapshot_error is not None)
        finally:
            self._is_asking = False

    @property
    def trouble(self) -> str:
        """Why AWS does not tell what is in use; empty where it does."""
        error = self._told.snapshot_error
        return trouble(SNAPSHOT, error) if error is not None else ""

    def standing(self) -> Standing | None:
        """The same as a value; None where there is no such queue."""
        queue = self._queue()
        return None if queue is None else self._standing(queue)

    def lines(self, width: int, now: float, digit: int) -> Sequence[Cell]:
        """All that is known by now; see ``insight_lines``."""
        queue = self._queue()
        if queue is None:
            return []
        told, is_paused, why_not = self._told, self._reach.seconds() is None, self.trouble
        if is_paused and self._asked_at is None:
            why_not = "Polling is paused, so AWS was not asked: ctrl+r asks once."
        found, is_asking = self._standing(queue), self._is_asking or (self._asked_at is None and not is_paused)

        def lines(room: int) -> Sequence[Cell]:
            more = attention_lines(self._attention, room, now) if room < width else []  # there is room for more
            return figures(room) + more

        def figures(room: int) -> list[Cell]:
            return insight_lines(
                found,
                self._reach.trends.lines(self._name, trend_columns(room), now),
                room,
                now,
                trouble=why_not,
                share_troubles=told.troubles,
                is_asking=is_asking,
                digit=digit,
            )

        return side_by_side(lines, width)

    def _standing(self, queue: JobQueueDetail) -> Standing:
        snapshot, told = self._reach.snapshot(), self._told
        return standing(
            queue,
            self._counted,
            snapshot=told.snapshot,
            policy=told.policy,
            quota_shares=told.quota_shares or (),
            environments=snapshot.compute_environments,
            queues=snapshot.job_queues,
        )

    def _is_due(self) -> bool:
        """Never while polling is paused."""
        seconds = self._reach.seconds()
        if seconds is None:
            return False
        if self._asked_at is None:
            return True
        if self._told.is_denied:
            seconds = max(seconds, _DENIED_SECONDS)
        return monotonic() - self._asked_at >= max(seconds, self._least_seconds, self._patience.seconds) * _SOON

    async def _count(self) -> None:
        """Anew only where a job has changed, or where what happened lately is no longer lately."""
        snapshot, now = self._reach.snapshot(), self._reach.clock()
        held = snapshot.jobs.get(self._name)
        if held is None or not (held.is_complete or held.jobs):
            return
        age = now - self._counted_at
        if age < (_COUNTED_SECONDS if held is self._counted_of else self._cost * _REST):
            return
        jobs = held.jobs
        steps = count(jobs.values(), int(now * 1000), snapshot.dropped_before)
        counted, cost = (at_once(steps), 0.0) if len(jobs) <= MANY else await in_pauses(steps)
        if counted.tally.head is not None:
            await asyncio.to_thread(load_rules)
        self._counted, self._cost = counted, cost
        self._attention = await aside(len(jobs), attention, list(jobs.values()))
        self._counted_of, self._counted_at = held, now

    def _queue(self) -> JobQueueDetail | None:
        queues = self._reach.snapshot().job_queues or ()
        return next((queue for queue in queues if queue.job_queue_name == self._name), None)
