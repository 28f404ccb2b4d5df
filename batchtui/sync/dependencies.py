"""What a job waits for, and what waits for it, as far as so many calls tell.

What a job waits for never changes, so it is asked for once, however far one walks. What waits for a job is found
among the jobs that the lists know: only those that were created after it can, and those that have not begun most
probably do.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from batchtui.aws.dependency_gateway import JobLinks
from batchtui.insight.dependency_graph import (
    MOST_DEPTH,
    DependencyGraph,
    TreeLine,
    waited_for_tree,
    waits_for_tree,
)
from batchtui.model.children import parent_of, size_of
from batchtui.model.job import FAILED, PENDING, SUBMITTED, SUCCEEDED, JobSummary
from batchtui.model.job_detail import JobDependency
from batchtui.sync.snapshot import Snapshot

MOST_SEARCHED: Final = 3_000
"""Jobs among which is looked for what waits for one: thirty calls."""
MOST_ABOVE: Final = 500
"""Jobs that are described for what a job waits for."""
MOST_KEPT: Final = 20_000
"""Jobs of which is remembered what they wait for."""
A_CALL: Final = 100
_MOST_TOLD: Final = 200  # statuses asked for again in a round: two calls
_DEPENDENT: Final = "Dependent Job failed"
_WAITING: Final = (PENDING, SUBMITTED)


class LinkReads(Protocol):
    """The gateway, as far as it is needed here."""

    def links_of(self, job_ids: Sequence[str], *, urgent: bool = False) -> Awaitable[list[JobLinks]]: ...


@dataclass(frozen=True, slots=True)
class Search:
    """How far it was looked for what waits for a job."""

    candidates: int = 0
    """Known jobs that could wait for it."""
    looked_at: int = 0
    queues: int = 0
    """Queues whose jobs were candidates."""


def candidates(snapshot: Snapshot, centre: JobSummary | None) -> list[str]:
    """The ids of the jobs that may wait for one: those first that most probably do; pure.

    These are the active jobs that were created after it and, unless it has ended well, those that failed with
    what they waited for.

    Args:
        snapshot: The lists.
        centre: The one; None where nothing is known of it.
    """
    waiting: list[str] = []
    failed: list[str] = []
    others: list[str] = []
    since = (centre.created_at if centre else None) or 0
    is_well = centre is not None and centre.status == SUCCEEDED
    for held in snapshot.jobs.values():
        for job in held.active.values():
            if not job.is_service_job and (job.created_at is None or job.created_at >= since):
                (waiting if job.status in _WAITING else others).append(job.job_id)
        if held.counts.get(FAILED) and not is_well:
            failed += (
                job.job_id
                for job in held.jobs.values()
                if job.status == FAILED and job.status_reason == _DEPENDENT and (job.created_at or since) >= since
            )
    return [*waiting, *failed, *others]


class DependencyBook:
    """What is known of jobs, and of what each waits for.

    Args:
        reads: The gateway.
    """

    def __init__(self, reads: LinkReads) -> None:
        self._reads = reads
        self._depends_on: dict[str, tuple[JobDependency, ...]] = {}
        self._absent: set[str] = set()
        self.jobs: dict[str, JobSummary] = {}
        """By id, as they were told last."""
        self.search = Search()
        """Of the last look."""
        self._graph: DependencyGraph | None = None

    @property
    def graph(self) -> DependencyGraph:
        """The links as they are known now."""
        if self._graph is None:
            sizes = {job_id: size for job_id, job in self.jobs.items() if (size := size_of(job))}
            self._graph = DependencyGraph(self._depends_on, sizes)
        return self._graph

    def is_absent(self, job_id: str) -> bool:
        """Whether AWS was asked for a job and does not know it, or not any more."""
        return job_id in self._absent

    def know(self, jobs: Iterable[JobSummary]) -> None:
        """Takes in what a list tells."""
        for job in jobs:
            if job.job_id in self.jobs or job.job_id in self._depends_on:
                self.jobs[job.job_id] = job

    async def look(self, centre: str, snapshot: Snapshot) -> AsyncGenerator[None]:
        """Asks for everything about one job; yields whenever more is known.

        Raises:
            AwsError: AWS did not answer; what was known stays.
        """
        self._forget_surplus()
        self._absent.discard(centre)
        await self._ask(list(dict.fromkeys((centre, parent_of(centre)))), urgent=True)
        yield
        async for _ in self._above(centre):
            yield
        # An account may have a hundred thousand jobs: the screen answers meanwhile.
        possible = await asyncio.to_thread(candidates, snapshot, self.jobs.get(parent_of(centre)))
        new = [job_id for job_id in possible if job_id not in self._depends_on and job_id not in self._absent]
        looked_at = len(possible) - len(new)
        queues = len(snapshot.jobs)
        self.search = Search(len(possible), looked_at, queues)
        for start in range(0, min(len(new), MOST_SEARCHED), A_CALL):
            part = new[start : start + A_CALL]
            await self._ask(part, urgent=start == 0)
            looked_at += len(part)
            self.search = Search(len(possible), looked_at, queues)
            yield
        await self._tell_unknown(centre)
        yield

    async def tell_again(self, job_ids: Iterable[str]) -> None:
        """Asks how those of these jobs stand that have not ended, at most 200 of them.

        Raises:
            AwsError: AWS did not answer.
        """
        active = [each for each in dict.fromkeys(job_ids) if (job := self.jobs.get(each)) and job.is_active]
        for start in range(0, min(len(active), _MOST_TOLD), A_CALL):
            await self._ask(active[start : start + A_CALL], urgent=False)

    async def _above(self, centre: str) -> AsyncGenerator[None]:
        """Level by level what it waits for: one call for up to a hundred jobs of a level."""
        asked = 0
        for _ in range(MOST_DEPTH):
            lines = waits_for_tree(self.graph, centre)
            wanted = self._untold(lines)[: MOST_ABOVE - asked]
            if not wanted:
                return
            for start in range(0, len(wanted), A_CALL):
                await self._ask(wanted[start : start + A_CALL], urgent=True)
                yield
            asked += len(wanted)

    def _untold(self, lines: Iterable[TreeLine]) -> list[str]:
        """What AWS has not told of yet; of a child its parent as well, which tells what the child waits for."""
        shown = [line.job_id for line in lines if line.job_id]
        every = dict.fromkeys((*shown, *map(parent_of, shown)))
        return [each for each in every if each not in self.jobs and each not in self._absent]

    async def _tell_unknown(self, centre: str) -> None:
        """Children that only the graph has named have no status yet."""
        wanted = self._untold(waited_for_tree(self.graph, centre))[:_MOST_TOLD]
        for start in range(0, len(wanted), A_CALL):
            await self._ask(wanted[start : start + A_CALL], urgent=False)

    async def _ask(self, job_ids: Sequence[str], *, urgent: bool) -> None:
        told = await self._reads.links_of(job_ids, urgent=urgent)
        self._graph = None
        for each in told:
            self.jobs[each.summary.job_id] = each.summary
            self._depends_on[each.summary.job_id] = each.depends_on
        self._absent |= set(job_ids) - {each.summary.job_id for each in told}

    def _forget_surplus(self) -> None:
        """What was learned first goes first."""
        self._graph = None
        for held in (self._depends_on, self.jobs):
            while len(held) > MOST_KEPT:
                del held[next(iter(held))]
        if len(self._absent) > MOST_KEPT:
            self._absent.clear()
