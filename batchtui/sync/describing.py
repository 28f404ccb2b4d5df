"""What became of jobs, by describing them: the active ones that are watched, and those that left a listing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from batchtui.model.job import JobSummary
from batchtui.sync import planner
from batchtui.sync.account import Account
from batchtui.sync.kinds import CONTAINER_JOBS
from batchtui.sync.planner import Step, Way
from batchtui.sync.snapshot import DESCRIBED_JOBS, DESCRIBED_SERVICE_JOBS
from batchtui.sync.sources import Sources
from batchtui.sync.store import Store

SINGLY_A_CYCLE = 20
"""So many service jobs are described in a cycle, at a call each; the others are still missing in the next one."""
_ABSENT_TWICE = 2  # a job that AWS does not know may only be too young: ask again before believing it

Vanished = Mapping[Step, Sequence[str]]
"""The ids that a queue's listing no longer shows."""


class Describing:
    """The second half of a cycle.

    Args:
        account: The gateway.
        store: Takes what is told.
        sources: Which of them may be asked.
        guarded: Runs one source's calls, so that its failure stays its own.
        going: Waits while nothing is to be asked.
    """

    def __init__(
        self,
        account: Account,
        store: Store,
        sources: Sources,
        guarded: Callable[[str, Callable[[], Awaitable[None]]], Awaitable[None]],
        going: Callable[[], Awaitable[object]],
    ) -> None:
        self._account = account
        self._store = store
        self._sources = sources
        self._guarded = guarded
        self._going = going
        self._absent: dict[tuple[str, str], int] = {}  # by queue and id: how often AWS did not know it
        self.untold: set[str] = set()
        """Queues with jobs that vanished without anything telling their end: they are swept soon."""

    async def run(self, steps: Sequence[Step], vanished: Vanished) -> None:
        """What became of the active jobs of watched queues, and of those that vanished from a listing.

        A sweep alone does not tell the vCPUs: the first one is completed here where that takes few calls.
        """
        together: dict[str, str] = {}
        singly: dict[str, str] = {}
        for step in steps:
            gone = dict.fromkeys(vanished.get(step, ()), step.queue)
            if step.kind.described_at_once > 1:
                together |= gone | dict.fromkeys(self._watched(step), step.queue)
            else:
                singly |= gone
        lost = {step.queue for step, job_ids in vanished.items() if job_ids and step.kind is CONTAINER_JOBS}
        await self._ask(DESCRIBED_JOBS, together, self._describe_together, lost)
        await self._ask(DESCRIBED_SERVICE_JOBS, singly, self._describe_singly, set(singly.values()))
        self._forget_absent()

    def _watched(self, step: Step) -> list[str]:
        active = self._store.active_jobs(step.queue)
        if step.way is Way.SWEEP:
            few = planner.way_to_refresh(self._store.active_by_status(step.queue), step.kind) is Way.WATCH
            active = [job for job in active if job.vcpus is None] if few else []
        return [job.job_id for job in active] if step.way is not Way.LIST else []

    async def _ask(
        self,
        source: str,
        queue_of: Mapping[str, str],
        describe: Callable[[Mapping[str, str]], Awaitable[None]],
        lost: set[str],
    ) -> None:
        """Describes these jobs, each with its queue; ``lost`` are the queues that no listing will tell of."""
        if not queue_of:
            return
        if self._sources.is_ready(source):
            await self._guarded(source, lambda: describe(queue_of))
        if source in self._sources.failing() or (
            source == DESCRIBED_SERVICE_JOBS and len(queue_of) > SINGLY_A_CYCLE
        ):
            self.untold |= lost

    async def _describe_together(self, queue_of: Mapping[str, str]) -> None:
        ids, most = list(queue_of), CONTAINER_JOBS.described_at_once
        for start in range(0, len(ids), most):
            await self._going()
            part = ids[start : start + most]
            told = {job.job_id: job for job in await self._account.summarize_jobs(part)}
            for job_id in part:
                self._take(job_id, queue_of[job_id], told.get(job_id))

    async def _describe_singly(self, queue_of: Mapping[str, str]) -> None:
        for job_id in list(queue_of)[:SINGLY_A_CYCLE]:
            await self._going()
            job = await self._account.describe_service_job(job_id)
            self._take(job_id, queue_of[job_id], job.summary if job else None)

    def _take(self, job_id: str, queue: str, told: JobSummary | None) -> None:
        times = self._absent.pop((queue, job_id), 0)
        if told is not None:
            self._store.observe(queue, [replace(told, job_queue=queue)])
        elif times + 1 < _ABSENT_TWICE:
            self._absent[queue, job_id] = times + 1
        else:
            self._store.forget(queue, [job_id])

    def _forget_absent(self) -> None:
        """Nobody asks again for a job that a listing has shown to be over meanwhile."""
        for queue, job_id in list(self._absent):
            job = self._store.jobs(queue).get(job_id)
            if job is None or not job.is_active:
                del self._absent[queue, job_id]
