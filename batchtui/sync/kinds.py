"""What AWS Batch lets one ask of the two kinds of job queue, and with which operations."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from math import ceil

from batchtui.aws.gateway import PAGE_BY_FILTER, PAGE_BY_STATUS, PAGE_OF_SERVICE_JOBS, JobPage
from batchtui.aws.limits import MAX_DESCRIBED_JOBS
from batchtui.model.job import JOB_STATUSES, SERVICE_JOB_STATUSES, TERMINAL_STATUSES
from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.account import Account


@dataclass(frozen=True, slots=True)
class QueueKind:
    """What the jobs of a queue can be asked for.

    Attributes:
        statuses: Those that its jobs have, in lifecycle order.
        page_by_status: Jobs of one status come at most so many a page.
        described_at_once: Ids that one call describes; with 1 the active jobs are always listed, never described.
    """

    statuses: tuple[str, ...]
    page_by_status: int
    described_at_once: int

    @property
    def active_statuses(self) -> tuple[str, ...]:
        """The statuses that a job can still leave."""
        return tuple(status for status in self.statuses if status not in TERMINAL_STATUSES)

    def sweep_calls(self, counts: Mapping[str, int]) -> int:
        """Calls that list everything in a queue with so many jobs by status; see ``planner``."""
        if sum(counts.values()) <= PAGE_BY_FILTER:
            return 1
        return 1 + sum(max(1, ceil(counts.get(status, 0) / self.page_by_status)) for status in self.statuses)


CONTAINER_JOBS = QueueKind(JOB_STATUSES, PAGE_BY_STATUS, MAX_DESCRIBED_JOBS)
"""ListJobs and DescribeJobs."""
SERVICE_JOBS = QueueKind(SERVICE_JOB_STATUSES, PAGE_OF_SERVICE_JOBS, 1)
"""ListServiceJobs and DescribeServiceJob."""


@dataclass(frozen=True, slots=True)
class Listing:
    """How the jobs of one kind of queue are listed.

    Attributes:
        by_status: From a queue and a status.
        created_after: From a queue and epoch milliseconds: every status, newest first.
    """

    by_status: Callable[[str, str], AsyncGenerator[JobPage]]
    created_after: Callable[[str, int], AsyncGenerator[JobPage]]


def kind_of(queue: JobQueueDetail) -> QueueKind:
    """The kind of a queue."""
    return SERVICE_JOBS if queue.takes_service_jobs else CONTAINER_JOBS


def listings(account: Account) -> dict[QueueKind, Listing]:
    """The operations for each kind."""
    return {
        CONTAINER_JOBS: Listing(account.list_jobs, account.list_jobs_created_after),
        SERVICE_JOBS: Listing(account.list_service_jobs, account.list_service_jobs_created_after),
    }
