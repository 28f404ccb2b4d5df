"""What AWS told of some jobs and of children of arrays, for figures about many: bounded samples of both."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from types import MappingProxyType
from typing import Final, Protocol

from batchtui.aws.gateway import JobPage
from batchtui.aws.limits import MAX_DESCRIBED_JOBS
from batchtui.insight.array_units import Families, Family, figures_of, is_in
from batchtui.insight.job_needs import JobNeeds
from batchtui.model.fields import Pairs
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail

MOST_DESCRIBED: Final = 20_000
"""Jobs of which figures are kept, some 10 MB."""
MOST_CHILDREN: Final = 20_000
"""Children of arrays of which figures are kept, some MB."""
_MOST_SHARED: Final = 4_096


class Describes(Protocol):
    """The gateway, as far as it is needed here."""

    def describe_jobs(self, job_ids: Sequence[str]) -> Awaitable[list[JobDetail]]: ...
    def list_children(
        self, job_id: str, job_status: str, *, is_array: bool, job_queue: str = "", urgent: bool = True
    ) -> AsyncGenerator[JobPage]: ...


class DescribedJobs:
    """Figures of the jobs that were described, at most ``MOST_DESCRIBED``."""

    def __init__(self, most: int = MOST_DESCRIBED) -> None:
        self._most = most
        self._needs: dict[str, JobNeeds] = {}
        self._tags: dict[Pairs, Pairs] = {}
        self.needs: Mapping[str, JobNeeds] = MappingProxyType(self._needs)
        """By id: a view, that grows."""
        self.unknown: set[str] = set()
        """Jobs that AWS was asked for and does not know any more: there is no use in asking again."""
        self._families: dict[str, Family] = {}
        self.families: Families = MappingProxyType(self._families)
        """Of arrays whose children were listed, by id: a view, that grows."""
        self.listed: dict[tuple[str, str], int] = {}
        """By array and status: how many children were in it when they were listed."""
        self.cut: set[tuple[str, str]] = set()
        """Those of them with more children than one page has: of the others nothing is known."""
        self._children = 0
        self.version = 0
        """Another one after each answer."""

    @property
    def room(self) -> int:
        """How many more can be kept."""
        return self._most - len(self._needs)

    @property
    def room_of_children(self) -> int:
        """Of how many more children figures can be kept."""
        return MOST_CHILDREN - self._children

    def keep(self, known: Callable[[str], bool]) -> None:
        """Forgets jobs that are no longer known, once there is little room left."""
        if self.room_of_children < MOST_CHILDREN // 10:
            for gone in [job_id for job_id in self._families if not known(job_id)]:
                self._children -= sum(each.listed for each in self._families.pop(gone).values())
            self.listed = {key: count for key, count in self.listed.items() if key[0] in self._families}
            self.cut &= self.listed.keys()
        if len(self.unknown) > self._most // 10:
            self.unknown = {job_id for job_id in self.unknown if known(job_id)}
        if self.room < self._most // 10:
            for gone in [job_id for job_id in self._needs if not known(job_id)]:
                del self._needs[gone]

    def add(self, details: Collection[JobDetail]) -> None:
        """Keeps the figures of these."""
        for detail in details:
            if self.room > 0 or detail.summary.job_id in self._needs:
                self._needs[detail.summary.job_id] = JobNeeds.of(detail, self._shared(detail.tags))
        self.version += 1

    def arrays_cut(self, find: Callable[[str], JobSummary | None], queue: str | None, status: str) -> int:
        """Of how many arrays more children are in one status than were looked at.

        Args:
            find: A job by its id; None where it is not known any more.
            queue: Only those in it; None for all.
            status: Only children in it, or ``active`` ones; all where it is empty.
        """
        ids = {job_id for job_id, its in self.cut if not status or is_in(its, status)}
        found = (find(job_id) for job_id in ids)
        return sum(1 for job in found if job is not None and queue in (None, job.job_queue))

    async def ask(self, gateway: Describes, job_ids: Sequence[str]) -> AsyncGenerator[int]:
        """Describes jobs, 100 a call, within the budget of calls; tells after each call how many are left.

        Raises:
            AwsError: AWS refused; what was told before is kept.
        """
        for start in range(0, len(job_ids), MAX_DESCRIBED_JOBS):
            part = job_ids[start : start + MAX_DESCRIBED_JOBS]
            details = await gateway.describe_jobs(part)
            self.add(details)
            self.unknown |= set(part) - {detail.summary.job_id for detail in details}
            yield len(job_ids) - start - len(part)

    async def ask_for_children(
        self, gateway: Describes, wanted: Sequence[tuple[JobSummary, str]]
    ) -> AsyncGenerator[int]:
        """Lists children of arrays in one status, 1,000 with a call; tells after each call how many are left.

        Raises:
            AwsError: AWS refused; what was told before is kept.
        """
        for place, (job, status) in enumerate(wanted):
            if self.room_of_children <= 0:
                break
            listing = gateway.list_children(
                job.job_id, status, is_array=True, job_queue=job.job_queue, urgent=False
            )
            async with aclosing(listing) as pages:
                async for page in pages:
                    self._take_children(job, status, page.jobs)
                    (self.cut.discard if page.is_last else self.cut.add)((job.job_id, status))
                    break
            yield len(wanted) - place - 1

    def _take_children(self, job: JobSummary, status: str, children: Sequence[JobSummary]) -> None:
        before = self._families.get(job.job_id, {})
        kept = {key: figures for key, figures in before.items() if key[0] != status}
        family = kept | figures_of(status, children)
        self._families[job.job_id] = family
        count = job.array_properties.count(status) if job.array_properties is not None else 0
        self.listed[job.job_id, status] = max(count, len(children))
        self._children += sum(each.listed for each in family.values())
        self._children -= sum(each.listed for each in before.values())
        self.version += 1

    def _shared(self, tags: Pairs) -> Pairs:
        """Most jobs have the tags of many others."""
        if len(self._tags) >= _MOST_SHARED:
            self._tags.clear()
        return self._tags.setdefault(tags, tags)
