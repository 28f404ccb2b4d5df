"""Reads the lists of one queue into the store, page by page, each only as far as it tells something."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from contextlib import aclosing
from math import ceil

from batchtui.model.job import TERMINAL_STATUSES, JobSummary
from batchtui.sync.kinds import Listing, QueueKind
from batchtui.sync.planner import Step
from batchtui.sync.store import Store

LISTED_FOR_SECONDS = 24 * 3600
"""AWS lists finished jobs for at least a day: one that is younger is never dropped for not being listed."""


class QueueReader:
    """What the ways of the planner come to. An AwsError of a page leaves it; what was read before stays.

    Args:
        listings: How each kind of queue is listed.
        store: Takes the jobs in.
        wall_clock: Epoch seconds.
        going: Waits while nothing is to be asked.
        on_page: Called after each page, with whether it had jobs.
    """

    def __init__(
        self,
        listings: Mapping[QueueKind, Listing],
        store: Store,
        *,
        wall_clock: Callable[[], float],
        going: Callable[[], Awaitable[object]],
        on_page: Callable[[bool], None],
    ) -> None:
        self._listings = listings
        self._store = store
        self._wall_clock = wall_clock
        self._going = going
        self._on_page = on_page
        self._known_up_to: dict[str, int] = {}  # createdAt up to which a queue's jobs were all seen

    def keep(self, names: Set[str]) -> None:
        """Forgets the other queues."""
        for name in self._known_up_to.keys() - names:
            del self._known_up_to[name]

    async def sweep(self, step: Step, seen: set[str]) -> None:
        """Everything; the ids of what is listed go to ``seen``."""
        queue = step.queue
        async with aclosing(self._listings[step.kind].created_after(queue, step.created_after)) as pages:
            newest = await anext(pages)
        self._take(queue, newest.jobs, seen)
        known_up_to = self._store.newest_created_at(queue)
        is_whole = newest.is_last or await self.list(step, step.kind.statuses, seen)
        self._known_up_to[queue] = known_up_to or 0
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

    async def look_for_new(self, step: Step) -> None:
        """Reads back, newest first, to what the last look was sure to have seen.

        A job that AWS shows later than its neighbours, and that is not on the first page, is left to the
        repair sweep.
        """
        known_up_to: int | None = None
        async with aclosing(self._listings[step.kind].created_after(step.queue, step.created_after)) as pages:
            async for page in pages:
                self._take(step.queue, page.jobs)
                await self._going()
                if known_up_to is None:  # later pages are older: this one tells up to where all is known then
                    known_up_to = self._store.newest_created_at(step.queue) or 0
                if page.jobs and (page.jobs[-1].created_at or 0) <= self._known_up_to.get(step.queue, 0):
                    break
        self._known_up_to[step.queue] = known_up_to or 0

    async def list(self, step: Step, statuses: Sequence[str], seen: set[str]) -> bool:
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
            await self._going()
            is_bounded = status in TERMINAL_STATUSES
            pages_read = 0
            async with aclosing(self._listings[step.kind].by_status(step.queue, status)) as pages:
                async for page in pages:
                    self._take(step.queue, page.jobs, seen)
                    pages_read += 1
                    if is_bounded and not page.is_last and (kept.is_beyond(page.jobs) or pages_read == most_pages):
                        is_whole = False
                        break
                    await self._going()
        return is_whole

    def _take(self, queue: str, jobs: Iterable[JobSummary], seen: set[str] | None = None) -> None:
        """Takes in a page. Children of arrays and nodes are not the queue's, though some endpoints list them."""
        own = [job for job in jobs if ":" not in job.job_id and "#" not in job.job_id]
        if seen is not None:
            seen.update(job.job_id for job in own)
        self._store.observe(queue, own)
        self._on_page(bool(own))
