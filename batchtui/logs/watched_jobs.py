"""The jobs whose logs are looked at: those that were asked for, or the children and nodes they stand for."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from typing import Final

from batchtui.aws.limits import MAX_DESCRIBED_JOBS
from batchtui.logs.account import Account
from batchtui.logs.places import LogPlaces, is_array_parent, is_elsewhere, log_places, number_of_nodes
from batchtui.logs.training import TrainingLogs
from batchtui.model.job import FAILED, RUNNING, STARTING, SUCCEEDED, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail

MOST_JOBS: Final = 20
"""Jobs that are looked at together: at one call a second for each of them, five seconds of the usual budget."""

_CHILDREN_FIRST: Final = (FAILED, RUNNING, SUCCEEDED, STARTING)
_TAKE_PLACES: Final = frozenset((FAILED, RUNNING))
"""Children that are worth the place of one that succeeded and has nothing more to tell."""


class WatchedJobs:
    """What AWS last said of them.

    Args:
        account: The gateway.
        job_ids: Jobs, array children (``id:3``), nodes (``id#0``) or service jobs.
        is_service_job: Whether an id is that of a service job.
    """

    def __init__(
        self, account: Account, job_ids: Sequence[str], *, is_service_job: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._account = account
        self._asked = tuple(dict.fromkeys(job_ids))
        self._is_service_job = is_service_job
        self._training = TrainingLogs(account)
        self._known: dict[str, JobDetail | ServiceJobDetail] = {}
        self._chosen: dict[str, list[str]] = {}  # by parent: the children or nodes that are looked at
        self._past: dict[str, list[str]] = {}  # by parent: the children that gave up their places
        self._settled: set[str] = set()  # parents that are over and whose children were chosen since
        self._is_told = False
        self.is_over = False
        """Whether nothing can change any more."""

    @property
    def jobs(self) -> list[JobDetail | ServiceJobDetail]:
        """The jobs that have logs of their own, at most ``MOST_JOBS``."""
        ids = [each for job_id in self._asked for each in (self._chosen.get(job_id) or (job_id,))]
        return [self._known[job_id] for job_id in ids if job_id in self._known][:MOST_JOBS]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The ids that AWS does not know."""
        asked = self._asked[:MOST_JOBS] if self._is_told else ()
        return tuple(job_id for job_id in asked if job_id not in self._known)

    @property
    def is_single(self) -> bool:
        """Whether it is one job, so that each of its attempts matters."""
        return len(self._asked) == 1 and not self._chosen

    @property
    def is_alone(self) -> bool:
        """Whether there is but the job that was asked for: also an array none of whose children has started."""
        return len(self._asked) == 1 and not any(self._chosen.values())

    @property
    def more(self) -> int:
        """How many jobs there are beside those that have or had a place; of children, those that have started."""
        count = sum(map(self._places_wanted, self._asked)) if self._is_told else 0
        return max(0, count - len(self.jobs) - len(self.unknown))

    @property
    def is_growing(self) -> bool:
        """Whether an array is under way: more of its children can come."""
        return any(
            is_array_parent(job.summary) and job.summary.is_active and self._is_readable(job)
            for job in map(self._known.get, self._chosen)
            if job is not None
        )

    @property
    def expects_more(self) -> bool:
        """Whether a log can begin or go on: not that of an unknown job, nor one that goes elsewhere."""
        return not self._is_told or any(
            self._can_change(job_id) and self._is_readable(job) for job_id, job in self._known.items()
        )

    async def refresh(self, ended: Collection[str] = ()) -> None:
        """Asks about all that can still change.

        Args:
            ended: Jobs with nothing more to tell: those of them that are children that succeeded give up their
                places where others run or failed.

        Raises:
            AwsError: A call failed; what is known stays.
        """
        chosen = [each for children in self._chosen.values() for each in children]
        unsettled = [each for each in (*self._asked[:MOST_JOBS], *chosen) if self._can_change(each)]
        await self._describe(unsettled)
        for job_id in self._asked:
            job = self._known.get(job_id)
            if job is not None and is_array_parent(job.summary):
                await self._choose_children(job.summary, ended)
            elif job is not None and (nodes := number_of_nodes(job.summary)):
                self._chosen[job_id] = [f"{job_id}#{node}" for node in range(min(nodes, MOST_JOBS))]
        await self._describe(
            [each for children in self._chosen.values() for each in children if each not in self._known]
        )
        self._is_told = True
        self.is_over = bool(self._known) and not any(map(self._can_change, self._known))

    def places(self, job: JobDetail | ServiceJobDetail, *, eks_cluster: str | None) -> LogPlaces:
        """Where the log of one of ``jobs`` is."""
        if isinstance(job, ServiceJobDetail):
            return self._training.places(job)
        return log_places(job, eks_cluster=eks_cluster)

    @staticmethod
    def _is_readable(job: JobDetail | ServiceJobDetail) -> bool:
        return isinstance(job, ServiceJobDetail) or not is_elsewhere(job)

    def _can_change(self, job_id: str) -> bool:
        job = self._known.get(job_id)
        if isinstance(job, ServiceJobDetail):
            return self._training.can_change(job)
        return job is None or job.summary.is_active

    async def _describe(self, job_ids: Sequence[str]) -> None:
        together = []
        for job_id in job_ids:
            if not self._is_service_job(job_id):
                together.append(job_id)
            elif (service_job := await self._training.look(job_id, urgent=not self._known)) is not None:
                self._known[job_id] = service_job
        for start in range(0, len(together), MAX_DESCRIBED_JOBS):
            part = together[start : start + MAX_DESCRIBED_JOBS]
            for job in await self._account.describe_jobs(part, urgent=not self._known):
                self._known[job.summary.job_id] = job

    async def _choose_children(self, parent: JobSummary, ended: Collection[str]) -> None:
        """Gives places to children, failed ones first: those that are free, then those of ``ended`` ones.

        A child that failed keeps its place, for it is what a person looks for. An array that is over is looked at
        once more: children may have failed since the last time.
        """
        job_id, array = parent.job_id, parent.array_properties
        if job_id in self._settled:
            return
        chosen, past = self._chosen.setdefault(job_id, []), self._past.setdefault(job_id, [])
        giving = [child for child in chosen if child in ended and self._status(child) == SUCCEEDED]
        ours = Counter(map(self._status, (*chosen, *past)))
        told = dict(array.status_summary) if array else {}
        for status in _CHILDREN_FIRST:
            room = MOST_JOBS - len(chosen) + (len(giving) if status in _TAKE_PLACES else 0)
            if not room or (told and told.get(status, 0) <= ours[status]):
                continue  # a call that would tell nothing new
            listing = self._account.list_children(job_id, status, is_array=True, page_size=MOST_JOBS)
            async with aclosing(listing):
                children = (await anext(listing)).jobs
            new = [child.job_id for child in children if child.job_id not in chosen and child.job_id not in past]
            for child in new[:room]:
                if len(chosen) == MOST_JOBS:
                    past.append(giving.pop(0))
                    chosen.remove(past[-1])
                chosen.append(child)
        if not parent.is_active:
            self._settled.add(job_id)

    def _status(self, job_id: str) -> str | None:
        job = self._known.get(job_id)
        return None if job is None else job.summary.status

    def _places_wanted(self, job_id: str) -> int:
        """How many places the job would fill, were there enough: its nodes, or its children that have started."""
        job = self._known.get(job_id)
        if job is None or job_id not in self._chosen:
            return 1
        array = job.summary.array_properties
        if array is None or array.size is None:
            return number_of_nodes(job.summary)
        started = sum(map(array.count, _CHILDREN_FIRST)) if array.status_summary else array.size
        return max(started - len(self._past.get(job_id, ())), len(self._chosen[job_id]), 1)
