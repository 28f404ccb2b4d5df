"""What DescribeJobs told of some jobs, for figures about many: bounded samples, a few figures of each kept."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from batchtui.aws.limits import MAX_DESCRIBED_JOBS
from batchtui.insight.job_needs import JobNeeds
from batchtui.model.fields import Pairs
from batchtui.model.job_detail import JobDetail

MOST_DESCRIBED: Final = 20_000
"""Jobs of which figures are kept, some 10 MB."""
_MOST_SHARED: Final = 4_096


class Describes(Protocol):
    """The gateway, as far as it is needed here."""

    def describe_jobs(self, job_ids: Sequence[str]) -> Awaitable[list[JobDetail]]: ...


class DescribedJobs:
    """Figures of the jobs that were described, at most ``MOST_DESCRIBED``."""

    def __init__(self, most: int = MOST_DESCRIBED) -> None:
        self._most = most
        self._needs: dict[str, JobNeeds] = {}
        self._tags: dict[Pairs, Pairs] = {}
        self.needs: Mapping[str, JobNeeds] = MappingProxyType(self._needs)
        """By id: a view, that grows."""
        self.version = 0
        """Another one after each answer."""

    @property
    def room(self) -> int:
        """How many more can be kept."""
        return self._most - len(self._needs)

    def keep(self, known: Callable[[str], bool]) -> None:
        """Forgets jobs that are no longer known, once there is little room left."""
        if self.room < self._most // 10:
            for gone in [job_id for job_id in self._needs if not known(job_id)]:
                del self._needs[gone]

    def add(self, details: Collection[JobDetail]) -> None:
        """Keeps the figures of these."""
        for detail in details:
            if self.room > 0 or detail.summary.job_id in self._needs:
                self._needs[detail.summary.job_id] = JobNeeds.of(detail, self._shared(detail.tags))
        self.version += 1

    async def ask(self, gateway: Describes, job_ids: Sequence[str]) -> AsyncGenerator[int]:
        """Describes jobs, 100 a call, within the budget of calls; tells after each call how many are left.

        Raises:
            AwsError: AWS refused; what was told before is kept.
        """
        for start in range(0, len(job_ids), MAX_DESCRIBED_JOBS):
            part = job_ids[start : start + MAX_DESCRIBED_JOBS]
            self.add(await gateway.describe_jobs(part))
            yield len(job_ids) - start - len(part)

    def _shared(self, tags: Pairs) -> Pairs:
        """Most jobs have the tags of many others."""
        if len(self._tags) >= _MOST_SHARED:
            self._tags.clear()
        return self._tags.setdefault(tags, tags)
