"""Asks AWS what the planner chose and publishes what it hears. It never overlaps itself and never dies."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import inf

from batchtui.aws.errors import AwsError, MalformedAnswerError
from batchtui.sync import pace, planner
from batchtui.sync.account import Account
from batchtui.sync.attention import Attention
from batchtui.sync.describing import Describing
from batchtui.sync.kinds import listings
from batchtui.sync.knowledge import Looks, knowledge
from batchtui.sync.planner import Cycle, QueueKnowledge, Step, Way
from batchtui.sync.queue_reader import QueueReader
from batchtui.sync.snapshot import (
    COMPUTE_ENVIRONMENTS,
    DESCRIBED_JOBS,
    JOB_QUEUES,
    OURSELVES,
    Progress,
    Snapshot,
    jobs_of,
)
from batchtui.sync.sources import Sources
from batchtui.sync.store import MOST_FINISHED, Store
from batchtui.sync.topology import Topology

log = logging.getLogger(__name__)

UNSEEN_SECONDS = 30.0
"""Between two cycles, at least, while another screen lies above the lists."""
STIRRED_SECONDS = 60.0
"""So long after somebody has acted here, anything may begin in any queue: none counts as quiet."""
_QUEUES_AT_ONCE = 4
_SHORTEST_REST = 0.1
_PUBLISH_SECONDS = 0.25  # while pages come in quickly, the screen has no use for more


class Poller:
    """Keeps one snapshot true.

    Three things run: the cycles; one after another, what takes long or has time, beside them; and a look at the
    queue to which a person has just come. A queue is never looked at twice at once.

    Args:
        account: The gateway.
        refresh: Seconds that may pass between two looks at a queue.
        only: Names of the queues to show; all where empty.
        most_finished: So many finished jobs are kept over all queues, those that ended last: see ``Store``.
        on_snapshot: Called on the event loop with each new snapshot.
        clock: Seconds that only ever grow.
        wall_clock: Epoch seconds.
        chance: Numbers between 0 and 1, for the jitter of the backoff.
    """

    def __init__(
        self,
        account: Account,
        *,
        refresh: float = 5.0,
        only: Sequence[str] = (),
        most_finished: int = MOST_FINISHED,
        on_snapshot: Callable[[Snapshot], None] = lambda snapshot: None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.snapshot = Snapshot(interval=refresh, others_interval=refresh, refresh=refresh)
        self.sources = Sources(clock=clock, wall_clock=wall_clock, chance=chance)
        self.seconds_to_rest = refresh
        """From one cycle to the next."""
        self._account = account
        self._refresh = refresh
        self._on_snapshot = on_snapshot
        self._clock = clock
        self._wall_clock = wall_clock
        self._store = Store(most_finished, wall_clock=wall_clock)
        self._topology = Topology(account, self.sources, self._guarded, only=only, clock=clock)
        self._going = asyncio.Event()
        self._going.set()
        self._describing = Describing(account, self._store, self.sources, self._guarded, self._going.wait)
        self._reader = QueueReader(
            listings(account), self._store, wall_clock=wall_clock, going=self._going.wait, on_page=self._take_page
        )
        self._attention = Attention(clock)
        self._is_seen = True
        self._is_away = self._is_pause_wanted = False
        self._stirred_at = -inf
        self._looks = Looks()
        self._beside: asyncio.Task[None] | None = None
        self._turns = pace.Turns()
        self._published_at = 0.0
        self._started_at = clock()
        self._is_more_waiting = False
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Polls until it is cancelled."""
        following = asyncio.create_task(self._follow_attention())
        try:
            while True:
                self._wake.clear()
                if not self.snapshot.is_paused:
                    await self._surviving(self._cycle)
                await self._rest()
        finally:
            for task in (following, self._beside):
                if task is not None:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    async def run_cycle(self) -> None:
        """Makes the calls that are due, once, with what ``run`` would not wait for. No error of AWS leaves it."""
        await self._cycle()
        if self._beside is not None:
            await self._beside

    def wake(self, *, everything: bool = False, topology: bool = False) -> None:
        """Polls now what a person looks at, for somebody has just done something.

        Args:
            everything: Also what is not due: queues, compute environments and sources in backoff.
            topology: Also queues and compute environments, for somebody has just changed one.
        """
        self._stirred_at = self._clock()
        if everything:
            self.sources.forgive()
        if everything or topology:
            self._topology.ask_soon()
        looked_at = () if everything else self._attention.looked_at()
        for name in looked_at or tuple(self._looks.refreshed_at):
            self._looks.refreshed_at.pop(name, None)
        self._wake.set()

    def pause(self, is_paused: bool) -> None:
        """Stops polling after the calls that are under way, or goes on."""
        self._is_pause_wanted = is_paused
        self._go_or_rest()

    def go_away(self, is_away: bool) -> None:
        """The same while nobody can see anything, and as it was when somebody can."""
        self._is_away = is_away
        self._go_or_rest()

    def select(self, queue: str | None) -> None:
        """Says which queue a person looks at: it goes first, and is looked at now; None for all of them."""
        self._attention.select(queue)

    def see(self, is_seen: bool) -> None:
        """Says whether the lists are in sight: what nobody sees is kept true more slowly, and caught up with."""
        if is_seen and not self._is_seen:
            self._wake.set()
        self._is_seen = is_seen

    def forget(self) -> None:
        """Lets go of every job, once it has ended: what else still holds this must not hold them."""
        self._store.keep_queues(())
        self.snapshot = Snapshot()

    def _go_or_rest(self) -> None:
        is_paused = self._is_pause_wanted or self._is_away
        if is_paused == self.snapshot.is_paused:
            return
        self.snapshot = replace(self.snapshot, is_paused=is_paused)
        (self._going.clear if is_paused else self._going.set)()
        self._publish()
        self._wake.set()

    async def _cycle(self) -> None:
        """One cycle; what goes beside it is only begun."""
        self._started_at = self._clock()
        if await self._topology.refresh():
            self._take_topology()
        cycle = self._plan()
        self._turns = cycle.turns
        if cycle.beside:
            self._beside = asyncio.create_task(self._surviving(partial(self._run_steps, cycle.beside, at_once=1)))
        if not any(step.way is Way.SWEEP for step in cycle.steps):
            self._take_pace(cycle)
        await self._run_steps(cycle.steps, at_once=_QUEUES_AT_ONCE)
        self._is_more_waiting = cycle.is_more_waiting

    def _plan(self) -> Cycle:
        is_calm = self._clock() - self._stirred_at > STIRRED_SECONDS
        return planner.plan_cycle(
            self._knowledge(),
            now=self._clock(),
            refresh=self._refresh if self._is_seen else max(self._refresh, UNSEEN_SECONDS),
            calls_per_second=self._account.budget.rate,
            selected=self._attention.selected,
            looked_at=self._attention.looked_at(),
            spares_quiet=is_calm,
            turns=self._turns,
            is_free=self._beside is None or self._beside.done(),
            can_describe=self._can_describe,
        )

    def _take_pace(self, cycle: Cycle) -> None:
        self.seconds_to_rest = cycle.pace.interval
        others = cycle.pace.others
        if self._is_seen:
            interval = cycle.pace.interval if self._attention.looked_at() else others
            self.snapshot = replace(self.snapshot, interval=interval, others_interval=others, unseen_interval=0.0)
        else:  # slower than need be: what is said of the pace is what it would be for who looks
            self.snapshot = replace(self.snapshot, unseen_interval=max(cycle.pace.interval, others))

    async def _follow_attention(self) -> None:
        """A look at each queue to which a person comes, at once, whatever the cycle is at."""
        while True:
            name = await self._attention.next()
            if name is not None and not self.snapshot.is_paused:
                await self._surviving(partial(self._look_at, name))

    async def _look_at(self, name: str) -> None:
        now = self._clock()
        for queue in self._knowledge():
            step = planner.look_at(queue, now=now, refresh=self._refresh, can_describe=self._can_describe)
            if queue.name == name and step is not None:
                await self._run_steps([step], at_once=1)

    @property
    def _can_describe(self) -> bool:
        """What is denied is made up for with more calls, by listing the active jobs; what is throttled is not."""
        return self.sources.is_ready(DESCRIBED_JOBS) or self.sources.is_throttled(DESCRIBED_JOBS)

    async def _surviving(self, work: Callable[[], Awaitable[None]]) -> None:
        """It must not die: a mistake of ours is shown like any other error."""
        try:
            await work()
            self.sources.forget(OURSELVES)
        except Exception as error:
            log.exception("a polling cycle failed")
            self._failed(OURSELVES, MalformedAnswerError(str(error), code=type(error).__name__))
            self._publish()

    async def _rest(self) -> None:
        if self.snapshot.is_paused:
            await self._wake.wait()
            return
        wait = max(_SHORTEST_REST, self._started_at + self.seconds_to_rest - self._clock())
        asked_alone = (JOB_QUEUES, COMPUTE_ENVIRONMENTS, *map(jobs_of, self.snapshot.jobs))
        for source, retry_at in self.sources.failing().items():
            if source in asked_alone:  # the others are asked in the course of a cycle
                wait = min(wait, max(_SHORTEST_REST, retry_at - self._clock()))
        if self._is_more_waiting:
            wait = 0.0
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _take_topology(self) -> None:
        told = self._topology
        if told.job_queues is not None:
            names = set(told.names)
            self._store.keep_queues(names)
            self._describing.untold &= names
            self._looks.keep(names)
            self._reader.keep(names)
        self.snapshot = replace(
            self.snapshot,
            job_queues=told.job_queues,
            compute_environments=told.compute_environments,
            account=told.account,
            unknown_queues=told.unknown_queues,
        )
        self._publish()

    def _knowledge(self) -> list[QueueKnowledge]:
        return knowledge(
            self.snapshot.job_queues or (),
            self._looks,
            self._store,
            self.sources,
            jobs=self.snapshot.jobs,
            untold=self._describing.untold,
            calls_per_second=self._account.budget.rate,
        )

    async def _run_steps(self, steps: Sequence[Step], *, at_once: int) -> None:
        """In their order, some at a time, and then what became of the jobs that only DescribeJobs tells."""
        started = self._clock()
        vanished: dict[Step, list[str]] = {}
        gate = asyncio.Semaphore(at_once)

        async def run(step: Step) -> None:
            async with gate:
                await self._run_step(step, started, vanished)

        await asyncio.gather(*(run(step) for step in steps))
        await self._describing.run(steps, vanished)
        self._publish()

    async def _run_step(self, step: Step, started: float, vanished: dict[Step, list[str]]) -> None:
        """One queue's listings; the ids of what they no longer show go to ``vanished``."""

        async def look() -> None:
            seen: set[str] = set()
            if step.way is Way.SWEEP:
                await self._sweep(step, seen)
            else:
                await self._reader.look_for_new(step)
            if step.way is Way.LIST:
                await self._reader.list(step, step.kind.active_statuses, seen)
            if step.way is not Way.WATCH:
                active = self._store.active_jobs(step.queue)
                vanished[step] = [job.job_id for job in active if job.job_id not in seen]
            self._looks.refreshed_at[step.queue] = started

        if step.queue in self._looks.busy or self._looks.refreshed_at.get(step.queue, -inf) > started:
            return  # somebody came to it meanwhile
        self._looks.busy.add(step.queue)
        try:
            await self._guarded(jobs_of(step.queue), look)
        finally:
            self._looks.busy.discard(step.queue)

    async def _sweep(self, step: Step, seen: set[str]) -> None:
        started = self._clock()
        await self._reader.sweep(step, seen)
        self._looks.swept_at[step.queue] = started
        self._describing.untold.discard(step.queue)
        self._store.complete(step.queue)

    def _take_page(self, has_jobs: bool) -> None:
        is_first = has_jobs and not any(each.jobs for each in self.snapshot.jobs.values())
        if is_first or self._clock() - self._published_at >= _PUBLISH_SECONDS:
            self._publish()

    async def _guarded(self, source: str, look: Callable[[], Awaitable[None]]) -> None:
        """Runs one source's calls; its failure is its own. What is paused does not begin."""
        await self._going.wait()
        try:
            await look()
        except AwsError as error:
            self._failed(source, error)
        else:
            self.sources.succeeded(source)

    def _failed(self, source: str, error: AwsError) -> None:
        log.warning("%s: %s (%s, request %s)", source, error, error.code, error.request_id)
        self.sources.failed(source, error)

    def _publish(self) -> None:
        self._published_at = self._clock()
        queues = self.snapshot.job_queues
        names = [queue.job_queue_name for queue in queues or ()]
        done = sum(1 for name in names if name in self._looks.swept_at)
        is_loading = queues is None or done < len(names)
        sources = self.sources.freeze()
        answered = (state.succeeded_at for state in sources.values() if state.succeeded_at is not None)
        self.snapshot = replace(
            self.snapshot,
            jobs=self._store.publish(),
            dropped_before=self._store.finished.dropped_before,
            sources=sources,
            progress=Progress(done, len(names)) if is_loading else None,
            refreshed_at=max(answered, default=None),
        )
        self._on_snapshot(self.snapshot)
