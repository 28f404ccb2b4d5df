"""The log of one job, or of several together, for as long as somebody looks at it."""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from batchtui.aws.errors import AwsError
from batchtui.logs import saving, status
from batchtui.logs.account import Account
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.follower import FIRST_INTERVAL, Follower
from batchtui.logs.places import LogSource
from batchtui.logs.reasons import Reason, name_of, with_names
from batchtui.logs.showing import Choice, Showing
from batchtui.logs.status import LOOKED_AT, SourceStatus
from batchtui.logs.watched_jobs import WatchedJobs
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail

log = logging.getLogger(__name__)

JOBS_SECONDS = 10.0
"""How often unfinished jobs are described anew while there is something to show."""
JOBS_WAITING_SECONDS = 5.0
"""The same while there is nothing to show yet."""
_JOBS_SECONDS_AT_MOST = 60.0  # where no log is to be expected
MOST_SOURCES = 20
"""Streams that are followed together: with half of the usual budget each is looked at every ten seconds."""
MOST_REMEMBERED = 200
"""Streams of several jobs that a person can choose from: then children of an array keep their places."""
_SHARE_OF_BUDGET = 0.5  # the rest is the poller's
_MOST_EMPTY_PAGES = 10  # of one source
_NONE_EMPTY: Mapping[int, int] = MappingProxyType({})


class LogSession:
    """Finds the log of jobs and keeps a buffer of it up to date.

    The sources of one job are the containers of its attempts; of an array or multi-node parent, or of several
    jobs, they are those of the latest attempt of each job. The latest attempt's are chosen until a person chooses.

    Args:
        account: The gateway.
        job_ids: Jobs, array children (``id:3``), nodes (``id#0``) or service jobs.
        is_service_job: Whether an id is that of a service job.
        eks_cluster: The EKS cluster behind a job queue (by its name), where that is known.
        on_change: Called on the event loop when anything that is public here has changed.
        wall_clock: Epoch seconds.
        clock: Seconds that only ever grow.
        chance: Numbers between 0 and 1, for the jitter of the backoff.
        new_buffer: Makes the buffer of a choice of sources.
    """

    def __init__(
        self,
        account: Account,
        job_ids: Sequence[str],
        *,
        is_service_job: Callable[[str], bool] = lambda job_id: False,
        eks_cluster: Callable[[str], str | None] = lambda job_queue: None,
        on_change: Callable[[], None] = lambda: None,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        new_buffer: Callable[[], LogBuffer] = LogBuffer,
    ) -> None:
        self._account = account
        self._watched = WatchedJobs(account, job_ids, is_service_job=is_service_job)
        self._eks_cluster = eks_cluster
        self._on_change = on_change
        self._wall_clock = wall_clock
        self._clock = clock
        self._chance = chance
        self._new_buffer = new_buffer
        self._sources: list[LogSource] = []
        self._reasons: list[Reason] = []
        self._view = Showing(new_buffer())
        self._choice = Choice.LATEST
        self._jobs_due_at = 0.0
        self._jobs_failures = 0
        self._looks_in_vain = 0
        self._jobs_error: AwsError | None = None
        self._wake = asyncio.Event()

    @property
    def jobs(self) -> list[JobDetail | ServiceJobDetail]:
        """The jobs whose logs are looked at, as AWS last described them."""
        return self._watched.jobs

    @property
    def sources(self) -> tuple[LogSource, ...]:
        """Every source found so far; one keeps its index."""
        return tuple(self._sources)

    @property
    def selected(self) -> tuple[int, ...]:
        """The indexes of the sources that are shown."""
        return tuple(sorted(self._view.followers))

    @property
    def buffer(self) -> LogBuffer:
        """The lines; another object after another choice of sources."""
        return self._view.buffer

    @property
    def states(self) -> Mapping[int, SourceStatus]:
        """How each source is doing, by its index."""
        followers = self._view.followers
        return {
            index: followers[index].status if index in followers else status.IDLE
            for index in range(len(self._sources))
        }

    @property
    def headline(self) -> str:
        """One sentence: what there is to see, or why there is nothing."""
        if self._jobs_error is not None and not self._sources:
            return str(self._jobs_error)
        if self._choice is Choice.ONE:  # who looks at one log does not ask how many others there are
            return status.headline(self.states, self.selected, self._told_reasons())
        more = self._watched.more + len(set(self._wanted()) - set(self.selected))
        is_growing = self._watched.is_growing
        return status.headline(self.states, self.selected, self._told_reasons(), more=more, is_growing=is_growing)

    @property
    def is_following(self) -> bool:
        """Whether more is looked for: in the streams that are shown, or for others that join them."""
        if self._choice is not Choice.ONE and self._watched.expects_more:
            return True
        return any(follower.status.state in LOOKED_AT for follower in self._view.followers.values())

    @property
    def has_older(self) -> bool:
        """Whether ``load_older`` can find anything."""
        return not self.buffer.is_full and bool(self._reaching_back())

    @property
    def has_unread(self) -> bool:
        """Whether older lines are left unread because the buffer is full, as far as is known.

        How many they are nobody knows: ``dropped_before`` of the buffer does not count them.
        """
        return self.buffer.is_full and bool(self._reaching_back())

    def close(self) -> None:
        """Lets go of all lines; nothing is looked at any more."""
        self._view = Showing(self._new_buffer())

    async def run(self) -> None:
        """Looks at jobs and streams until it is cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.look()
            except Exception as error:  # it must not die: a mistake of ours is shown like any other error
                log.exception("a look at the log failed")
                self._jobs_error = AwsError(str(error), code=type(error).__name__)
                self._jobs_due_at = self._clock() + JOBS_SECONDS
                self._on_change()
            await self._rest()

    async def look(self) -> None:
        """Makes the calls that are due, once. No error of AWS leaves it."""
        if self._clock() >= self._jobs_due_at:
            await self._look_at_jobs()
        followers = list(self._view.followers.values())
        now = self._clock()
        shortest = max(FIRST_INTERVAL, len(followers) / (self._account.budget.rate * _SHARE_OF_BUDGET))
        await asyncio.gather(*(each.look(shortest) for each in followers if each.due_at <= now))
        self._fill()

    def wake(self) -> None:
        """Looks at once, also at what waits after an error."""
        self._jobs_due_at = 0.0 if not self._watched.is_over else self._jobs_due_at
        for follower in self._view.followers.values():
            follower.forgive()
        self._wake.set()

    def select(self, index: int) -> None:
        """Shows one source."""
        if 0 <= index < len(self._sources):
            self._choice = Choice.ONE
            self._show((index,))

    def select_all(self) -> None:
        """Shows all sources together, merged by time: some now, the others as soon as they have ended."""
        self._choice = Choice.ALL
        self._fill()

    def step(self, by: int) -> None:
        """Shows the next source, or with -1 the one before; from several together the first, or the last."""
        if self._sources:
            last = len(self._sources) - 1
            if len(self.selected) == 1:
                self.select(max(0, min(last, self.selected[0] + by)))
            else:  # from several together to the first, or backwards to the last
                self.select(0 if by > 0 else last)

    async def load_older(self) -> int:
        """Takes one page of what is older, of the source that reaches back least: so their times meet.

        Lines that others have of that time are there already; the new ones are put among them.

        Returns:
            How many lines came; 0 at the start, when the buffer is full, or after an error (see ``states``).
        """
        empty: Counter[int] = Counter()
        while (read := await self._read_older(empty)) is not None:
            index, taken = read
            if taken:
                return taken
            empty[index] += 1
        return 0

    async def load_all(self, on_progress: Callable[[int], None] = lambda lines: None) -> int:
        """Takes everything that is older, until the start, until the buffer is full or until an error.

        Args:
            on_progress: Called with the number of lines taken so far.

        Returns:
            How many lines came.
        """
        total, view = 0, self._view
        # However many pages are empty: each source needs one to prove its start.
        while view is self._view and (read := await self._read_older()) is not None:
            if read[1]:
                total += read[1]
                on_progress(total)
        return total

    async def save(
        self,
        path: Path,
        on_progress: Callable[[int], None] = lambda lines: None,
        *,
        written: Callable[[str], str] = str,
    ) -> int:
        """Writes the selected sources from their heads to a file, as ``saving.save`` does.

        Returns:
            How many lines were written; a stream whose name is not known yet has none.
        """
        readable = {index: follower.readable() for index, follower in self._view.followers.items()}
        chosen = {index: source for index, source in readable.items() if source is not None}
        return await saving.save(self._account.logs, chosen, path, on_progress, written=written)

    def suggested_name(self) -> str:
        """A file name for ``save``."""
        return saving.suggested_name([self._sources[index] for index in self.selected])

    async def _look_at_jobs(self) -> None:
        try:
            await self._watched.refresh(self._ended_jobs())
        except AwsError as error:
            self._jobs_error = error.kept()
            self._jobs_failures += 1
            wait = min(60.0, 2.0**self._jobs_failures) * (0.5 + self._chance() / 2)
        else:
            self._jobs_error, self._jobs_failures = None, 0
            self._find_sources()
            wait = self._jobs_interval()
        self._jobs_due_at = (
            float("inf") if self._watched.is_over and not self._jobs_error else self._clock() + wait
        )
        self._on_change()

    def _jobs_interval(self) -> float:
        """Seconds until jobs are described anew: more and more where no log is to be expected of them."""
        if self._watched.expects_more:
            self._looks_in_vain = 0
            return JOBS_SECONDS if self._view.followers else JOBS_WAITING_SECONDS
        self._looks_in_vain += 1
        return min(_JOBS_SECONDS_AT_MOST, JOBS_WAITING_SECONDS * 2.0 ** min(self._looks_in_vain - 1, 16))

    def _find_sources(self) -> None:
        reasons: list[Reason] = []
        known = {source.key: index for index, source in enumerate(self._sources)}
        for job in self._watched.jobs:
            places = self._watched.places(job, eks_cluster=self._eks_cluster(job.summary.job_queue))
            summary = job.summary
            reasons += (Reason(summary.job_id, name_of(summary), text) for text in places.reasons)
            for source in places.sources:
                index = known.get(source.key)
                if index is not None:
                    self._sources[index] = source
                    if index in self._view.followers:
                        self._view.followers[index].describe(source)
                elif self._watched.is_single or (
                    source.is_latest and not source.is_init and len(self._sources) < MOST_REMEMBERED
                ):
                    self._sources.append(source)
        self._reasons = reasons
        self._fill()

    def _told_reasons(self) -> tuple[str, ...]:
        """Why there is nothing of some jobs; where a person has chosen one, only what is about that one."""
        if self._choice is Choice.ONE:
            chosen = {self._sources[index].job_id for index in self.selected}
            return tuple(reason.text for reason in self._reasons if reason.job_id in chosen)
        unknown = tuple(f"AWS does not know job {job_id}, or no longer" for job_id in self._watched.unknown)
        if self._watched.is_alone:
            return (*(reason.text for reason in self._reasons), *unknown)
        return (*with_names(self._reasons, len(self._watched.jobs)), *unknown)

    def _ended_jobs(self) -> list[str]:
        """The jobs with nothing more to read, as many as may give up their places to others."""
        room = max(0, MOST_REMEMBERED - len(self._sources))
        followers = self._view.followers
        unread = {
            source.job_id
            for index, source in enumerate(self._sources)
            if index not in followers or followers[index].status.state in LOOKED_AT
        }
        ids = [job.summary.job_id for job in self._watched.jobs]
        return [job_id for job_id in ids if job_id not in unread][:room]

    def _wanted(self) -> tuple[int, ...]:
        """What there is to show, unless a person has chosen one."""
        return tuple(
            index
            for index, source in enumerate(self._sources)
            if self._choice is Choice.ALL or (source.is_latest and not source.is_init)
        )

    def _fill(self) -> None:
        """Shows as many sources as can be looked at together; one that has ended makes room for the next."""
        if self._choice is Choice.ONE:
            return
        wanted = self._wanted()
        if self._watched.is_single and self._choice is Choice.LATEST:
            # Of one job the new attempt takes the old one's place; among several it joins them.
            self._show(wanted[:MOST_SOURCES])
            return
        kept = self.selected
        looked_at = sum(1 for each in self._view.followers.values() if each.status.state in LOOKED_AT)
        waiting = [index for index in wanted if index not in self._view.followers]
        self._show((*kept, *waiting[: max(0, MOST_SOURCES - looked_at)]))

    def _show(self, chosen: tuple[int, ...]) -> None:
        shown = self._view.followers.keys()
        if set(chosen) == shown:
            return
        if not shown or not shown <= set(chosen):
            self._view = Showing(self._new_buffer())
        for index in chosen:
            if index not in self._view.followers:
                self._view.followers[index] = Follower(
                    index,
                    self._sources[index],
                    self._account.logs,
                    self._view.buffer,
                    clock=self._clock,
                    wall_clock=self._wall_clock,
                    chance=self._chance,
                    on_change=self._on_change,
                )
        self._wake.set()
        self._on_change()

    async def _read_older(self, empty: Mapping[int, int] = _NONE_EMPTY) -> tuple[int, int] | None:
        """Takes one page of the source that reaches back least.

        Args:
            empty: How many empty pages each source has had in a row: one with too many is left alone.

        Returns:
            The source's index and how many lines came, or None where there is nothing to read or after an error.
        """
        reaching = [each for each in self._reaching_back() if empty.get(each.index, 0) < _MOST_EMPTY_PAGES]
        if not reaching or self.buffer.is_full:
            return None
        follower = max(reaching, key=lambda each: each.tail.oldest or 0)
        try:
            return follower.index, await follower.load_older()
        except AwsError as error:
            follower.fail(error)
            return None

    def _reaching_back(self) -> list[Follower]:
        """The followers that have something older to read."""
        return [each for each in self._view.followers.values() if each.has_older]

    async def _rest(self) -> None:
        due = min([self._jobs_due_at, *(each.due_at for each in self._view.followers.values())])
        wait = due - self._clock()
        try:
            async with asyncio.timeout(None if wait == float("inf") else max(0.0, wait)):
                await self._wake.wait()
        except TimeoutError:
            pass
