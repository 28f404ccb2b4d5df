"""Asks AWS what the planner chose and publishes what it hears. It never overlaps itself and never dies."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from math import ceil

from batchtui.aws.errors import AwsError, MalformedAnswerError
from batchtui.model.job import TERMINAL_STATUSES, JobSummary
from batchtui.sync import planner
from batchtui.sync.account import Account
from batchtui.sync.describing import Describing
from batchtui.sync.kinds import kind_of, listings
from batchtui.sync.planner import QueueKnowledge, Step, Way
from batchtui.sync.snapshot import (
    CALLER_IDENTITY,
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

log = logging.getLogger(__name__)

LISTED_FOR_SECONDS = 24 * 3600
"""AWS lists finished jobs for at least a day: one that is younger is never dropped for not being listed."""
_QUEUES_AT_ONCE = 4
_SHORTEST_REST = 0.1
_PUBLISH_SECONDS = 0.25  # while pages come in quickly, the screen has no use for more


class Poller:
    """Keeps one snapshot true.

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
        self.snapshot = Snapshot(interval=refresh, refresh=refresh)
        self.sources = Sources(clock=clock, wall_clock=wall_clock, chance=chance)
        self._account = account
        self._refresh = refresh
        self._only = frozenset(only)
        self._on_snapshot = on_snapshot
        self._clock = clock
        self._wall_clock = wall_clock
        self._listings = listings(account)
        self._store = Store(most_finished)
        self._describing = Describing(account, self._store, self.sources, self._guarded)
        self._selected: str | None = None
        self._topology_at: float | None = None
        self._swept_at: dict[str, float] = {}
        self._refreshed_at: dict[str, float] = {}
        self._known_up_to: dict[str, int] = {}  # createdAt up to which a queue's jobs were all seen
        self._published_at = 0.0
        self._is_more_waiting = False
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Polls until it is cancelled."""
        while True:
            self._wake.clear()
            if not self.snapshot.is_paused:
                try:
                    await self.run_cycle()
                    self.sources.forget(OURSELVES)
                except Exception as error:  # it must not die: a mistake of ours is shown like any other error
                    log.exception("a polling cycle failed")
                    self._failed(OURSELVES, MalformedAnswerError(str(error), code=type(error).__name__))
                    self._publish()
            await self._rest()

    async def run_cycle(self) -> None:
        """Makes the calls that are due, once. No error of AWS leaves it."""
        started = self._clock()
        await self._refresh_topology()
        cycle = planner.plan_cycle(
            self._knowledge(),
            now=self._clock(),
            refresh=self.snapshot.interval,
            selected=self._selected,
            can_describe=self.sources.is_ready(DESCRIBED_JOBS),
        )
        vanished: dict[Step, list[str]] = {}
        gate = asyncio.Semaphore(_QUEUES_AT_ONCE)

        async def run(step: Step) -> None:
            async with gate:
                await self._run_step(step, started, vanished)

        await asyncio.gather(*(run(step) for step in cycle.steps))
        await self._describing.run(cycle.steps, vanished)
        if not any(step.way is Way.SWEEP for step in cycle.steps):
            interval = planner.stretched(self._refresh, cycle.expected_calls, self._account.budget.rate)
            self.snapshot = replace(self.snapshot, interval=interval)
        self._is_more_waiting = cycle.is_more_waiting
        self._publish()

    def wake(self, *, everything: bool = False, topology: bool = False) -> None:
        """Polls now.

        Args:
            everything: Also what is not due: queues, compute environments and sources in backoff.
            topology: Also queues and compute environments, for somebody has just changed one.
        """
        if topology:
            self._topology_at = None
        if everything:
            self.sources.forgive()
            self._topology_at = None
            self._refreshed_at.clear()
        self._wake.set()

    def pause(self, is_paused: bool) -> None:
        """Stops polling after the call that is under way, or goes on."""
        self.snapshot = replace(self.snapshot, is_paused=is_paused)
        self._publish()
        self._wake.set()

    def select(self, queue: str | None) -> None:
        """Says which queue a person looks at: it goes first."""
        self._selected = queue

    async def _rest(self) -> None:
        if self.snapshot.is_paused:
            await self._wake.wait()
            return
        wait = self.snapshot.interval
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

    async def _refresh_topology(self) -> None:
        """Job queues and compute environments, each with its own fate."""
        now = self._clock()
        is_due = self._topology_at is None or now - self._topology_at >= planner.TOPOLOGY_SECONDS
        asked = [
            self._guarded(source, ask)
            for source, ask in (
                (JOB_QUEUES, self._refresh_job_queues),
                (COMPUTE_ENVIRONMENTS, self._refresh_compute_environments),
            )
            if (is_due or source in self.sources.failing()) and self.sources.is_ready(source)
        ]
        if not asked:
            return
        if is_due:
            self._topology_at = now
        await asyncio.gather(*asked)
        if self.snapshot.account is None and self.snapshot.job_queues is not None:
            await self._find_account()
        self._publish()

    async def _refresh_job_queues(self) -> None:
        found = await self._account.describe_job_queues()
        wanted = [queue for queue in found if not self._only or queue.job_queue_name in self._only]
        wanted.sort(key=lambda queue: (-(queue.priority or 0), queue.job_queue_name))
        names = {queue.job_queue_name for queue in wanted}
        self._store.keep_queues(names)
        self._describing.untold &= names
        for moments in (self._swept_at, self._refreshed_at, self._known_up_to):
            for name in moments.keys() - names:  # one that comes back under the same name is another queue
                del moments[name]
        self.sources.keep(lambda source: not source.startswith(jobs_of("")) or source[len(jobs_of("")) :] in names)
        unknown = tuple(sorted(self._only - names))
        self.snapshot = replace(self.snapshot, job_queues=tuple(wanted), unknown_queues=unknown)

    async def _refresh_compute_environments(self) -> None:
        found = await self._account.describe_compute_environments()
        found.sort(key=lambda environment: environment.compute_environment_name)
        self.snapshot = replace(self.snapshot, compute_environments=tuple(found))

    async def _find_account(self) -> None:
        """Every ARN holds the account's number; only an account without any costs a call."""
        arns = [queue.job_queue_arn for queue in self.snapshot.job_queues or ()]
        arns += [e.compute_environment_arn for e in self.snapshot.compute_environments or ()]
        numbers = (arn.split(":")[4] for arn in arns if arn and arn.count(":") >= 5)
        account = next((number for number in numbers if number), None)
        if account is None:
            await self._guarded(CALLER_IDENTITY, self._ask_for_account)
        else:
            self.sources.keep(lambda source: source != CALLER_IDENTITY)  # no trouble any more
            self.snapshot = replace(self.snapshot, account=account)

    async def _ask_for_account(self) -> None:
        self.snapshot = replace(self.snapshot, account=(await self._account.get_caller_identity()).account)

    def _knowledge(self) -> list[QueueKnowledge]:
        return [
            QueueKnowledge(
                name=queue.job_queue_name,
                active=self._store.active_by_status(queue.job_queue_name),
                newest_created_at=self._store.newest_created_at(queue.job_queue_name),
                swept_at=self._swept_at.get(queue.job_queue_name),
                refreshed_at=self._refreshed_at.get(queue.job_queue_name),
                retry_at=self.sources.retry_at(jobs_of(queue.job_queue_name)),
                repair_seconds=(
                    planner.SOON_SECONDS
                    if queue.job_queue_name in self._describing.untold
                    else planner.REPAIR_SECONDS
                ),
                kind=kind_of(queue),
            )
            for queue in self.snapshot.job_queues or ()
        ]

    async def _run_step(self, step: Step, started: float, vanished: dict[Step, list[str]]) -> None:
        """One queue's listings; the ids of what they no longer show go to ``vanished``."""

        async def look() -> None:
            seen: set[str] = set()
            if step.way is Way.SWEEP:
                await self._sweep(step, seen)
            else:
                await self._look_for_new(step)
            if step.way is Way.LIST:
                await self._list(step, step.kind.active_statuses, seen)
            if step.way is not Way.WATCH:
                active = self._store.active_jobs(step.queue)
                vanished[step] = [job.job_id for job in active if job.job_id not in seen]
            self._refreshed_at[step.queue] = started

        await self._guarded(jobs_of(step.queue), look)

    async def _sweep(self, step: Step, seen: set[str]) -> None:
        started, queue = self._clock(), step.queue
        async with aclosing(self._listings[step.kind].created_after(queue, step.created_after)) as pages:
            newest = await anext(pages)
        self._observe(queue, newest.jobs, seen)
        known_up_to = self._store.newest_created_at(queue)
        is_whole = newest.is_last or await self._list(step, step.kind.statuses, seen)
        self._known_up_to[queue] = known_up_to or 0
        self._swept_at[queue] = started
        self._describing.untold.discard(queue)
        self._store.complete(queue)
        if is_whole:
            self._forget_unlisted(queue, seen)

    def _forget_unlisted(self, queue: str, seen: set[str]) -> None:
        long_ago = (self._wall_clock() - LISTED_FOR_SECONDS) * 1000
        self._store.forget(
            queue,
            [
                job.job_id
                for job in self._store.jobs(queue).values()
                if not job.is_active
                and job.job_id not in seen
                and (job.stopped_at or job.created_at or 0) < long_ago
            ],
        )

    async def _look_for_new(self, step: Step) -> None:
        """Reads back, newest first, to what the last look was sure to have seen.

        A job that AWS shows later than its neighbours, and that is not on the first page, is left to the
        repair sweep.
        """
        known_up_to: int | None = None
        async with aclosing(self._listings[step.kind].created_after(step.queue, step.created_after)) as pages:
            async for page in pages:
                self._observe(step.queue, page.jobs)
                if known_up_to is None:  # later pages are older: this one tells up to where all is known then
                    known_up_to = self._store.newest_created_at(step.queue) or 0
                if page.jobs and (page.jobs[-1].created_at or 0) <= self._known_up_to.get(step.queue, 0):
                    break
        self._known_up_to[step.queue] = known_up_to or 0

    async def _list(self, step: Step, statuses: Sequence[str], seen: set[str]) -> bool:
        """The jobs of these statuses; answers whether it read all of them.

        An account can list millions of finished jobs. A listing of them ends with the first page on which every
        job ended before what the store keeps, and at the latest after as many pages as it can keep. AWS promises
        no order here: where a listing does not begin with the newest jobs, those behind that page are only known
        if a cycle saw them while they were new or active, as it does with all but a few.
        """
        kept = self._store.finished
        most_pages = ceil(kept.most_for_now / step.kind.page_by_status) + 1  # so many fill what is kept
        is_whole = True
        for status in statuses:
            is_bounded = status in TERMINAL_STATUSES
            pages_read = 0
            async with aclosing(self._listings[step.kind].by_status(step.queue, status)) as pages:
                async for page in pages:
                    self._observe(step.queue, page.jobs, seen)
                    pages_read += 1
                    if is_bounded and not page.is_last and (kept.is_beyond(page.jobs) or pages_read == most_pages):
                        is_whole = False
                        break
        return is_whole

    def _observe(self, queue: str, jobs: Iterable[JobSummary], seen: set[str] | None = None) -> None:
        """Takes in a page. Children of arrays and nodes are not the queue's, though some endpoints list them."""
        own = [job for job in jobs if ":" not in job.job_id and "#" not in job.job_id]
        if seen is not None:
            seen.update(job.job_id for job in own)
        self._store.observe(queue, own)
        if self._clock() - self._published_at >= _PUBLISH_SECONDS:
            self._publish()

    async def _guarded(self, source: str, look: Callable[[], Awaitable[None]]) -> None:
        """Runs one source's calls; its failure is its own."""
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
        done = sum(1 for name in names if name in self._swept_at)
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
