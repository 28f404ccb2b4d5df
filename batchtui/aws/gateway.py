"""One typed asynchronous method for each AWS operation that reads, paced, paged to the end, errors mapped."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from batchtui.aws.answers import a_list, a_text
from batchtui.aws.caller import Caller, OnError, tell_nobody
from batchtui.aws.connection import Connection
from batchtui.aws.dependency_gateway import DependencyGateway
from batchtui.aws.ec2_gateway import Ec2Gateway
from batchtui.aws.ecs_gateway import EcsGateway
from batchtui.aws.errors import AccessDeniedError, AwsError, InvalidRequestError
from batchtui.aws.lists_gateway import ListsGateway
from batchtui.aws.logs_gateway import LogsGateway
from batchtui.aws.pacing import CallBudget
from batchtui.aws.paging import Page, pages
from batchtui.aws.queue_gateway import QueueGateway
from batchtui.model import fields
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.fields import Api, arn_name
from batchtui.model.job import JobSummary
from batchtui.model.job_definition import ACTIVE, JobDefinition, latest_active
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.listed_job import from_listed
from batchtui.model.service_job import ServiceJobDetail

PAGE_BY_STATUS: Final = 1000
"""ListJobs by status gives at most so many jobs a page."""
PAGE_BY_FILTER: Final = 100
"""ListJobs with a filter gives at most so many jobs a page."""
PAGE_OF_SERVICE_JOBS: Final = 100
"""ListServiceJobs gives at most so many jobs a page, whatever is asked."""
_PAGE_OF_DESCRIBED: Final = 100
_ENVELOPE: Final = "ResponseMetadata"
_SLICE: Final = 500  # jobs made into values without a breath between: about 1 ms
_SLICE_OF_DEFINITIONS: Final = 20


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """Who asks: GetCallerIdentity of STS."""

    account: str | None
    arn: str | None


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of ListJobs or of ListServiceJobs."""

    jobs: list[JobSummary]
    is_last: bool


class Gateway:
    """Reads of one account in one region. Every method may raise an AwsError; none retries.

    It cannot change anything: see ``control_gateway`` for what can.
    """

    def __init__(
        self,
        connection: Connection,
        budget: CallBudget,
        *,
        on_error: OnError = tell_nobody,
    ) -> None:
        self.connection = connection
        self.budget = budget
        self.on_error = on_error
        """Told of every call that failed; what else makes calls for this session tells it too."""
        self._call = Caller(connection, budget, on_error=on_error).call
        self.logs = LogsGateway(self._call)
        """CloudWatch Logs, within the same budget."""
        self.queue = QueueGateway(self._call)
        """What is asked of one queue, within the same budget."""
        allowed = Caller(connection, budget, on_error=_but_denials(on_error)).call
        self.ecs = EcsGateway(allowed)
        """Where a job runs: a monitor need not be allowed to know, so that a denial is no error of the session."""
        self.ec2 = Ec2Gateway(allowed)
        """The machine below that, in the same way."""
        self.lists = ListsGateway(self._call, self.queue.describe_scheduling_policies)
        """Scheduling policies, consumable resources, service environments, revisions; the same."""
        self.dependencies = DependencyGateway(self._call)
        """What many jobs wait for, within the same budget."""
        self._turn = asyncio.Lock()

    async def describe_job_queues(self) -> list[JobQueueDetail]:
        """All job queues (DescribeJobQueues)."""
        pages = self._pages("DescribeJobQueues", "jobQueues", {"maxResults": _PAGE_OF_DESCRIBED})
        return [JobQueueDetail.from_api(item) async for page in pages for item in page.items]

    async def describe_compute_environments(self) -> list[ComputeEnvironmentDetail]:
        """All compute environments (DescribeComputeEnvironments)."""
        params = {"maxResults": _PAGE_OF_DESCRIBED}
        pages = self._pages("DescribeComputeEnvironments", "computeEnvironments", params)
        return [ComputeEnvironmentDetail.from_api(item) async for page in pages for item in page.items]

    def list_jobs(self, job_queue: str, job_status: str) -> AsyncGenerator[JobPage]:
        """A queue's jobs of one status, at most 1000 a page (ListJobs).

        Array children and nodes are not among them.
        """
        return self._job_pages("ListJobs", job_queue, {"jobStatus": job_status, "maxResults": PAGE_BY_STATUS})

    def list_jobs_created_after(self, job_queue: str, created_after: int) -> AsyncGenerator[JobPage]:
        """A queue's jobs of every status, newest first, at most 100 a page.

        This is ListJobs with the filter AFTER_CREATED_AT, which makes AWS ignore the status.

        Args:
            job_queue: Name or ARN.
            created_after: Milliseconds since the epoch.
        """
        only = {"filters": _created_after(created_after), "maxResults": PAGE_BY_FILTER}
        return self._job_pages("ListJobs", job_queue, only)

    def list_service_jobs(self, job_queue: str, job_status: str) -> AsyncGenerator[JobPage]:
        """The service jobs of one status in a queue that takes them, at most 100 a page (ListServiceJobs)."""
        only = {"jobStatus": job_status, "maxResults": PAGE_OF_SERVICE_JOBS}
        return self._job_pages("ListServiceJobs", job_queue, only)

    def list_service_jobs_created_after(self, job_queue: str, created_after: int) -> AsyncGenerator[JobPage]:
        """The same of every status, newest first, as ``list_jobs_created_after``."""
        only = {"filters": _created_after(created_after), "maxResults": PAGE_OF_SERVICE_JOBS}
        return self._job_pages("ListServiceJobs", job_queue, only)

    async def describe_service_job(self, job_id: str, *, urgent: bool = False) -> ServiceJobDetail | None:
        """One service job (DescribeServiceJob takes one id a call); None where AWS does not know it.

        Args:
            job_id: Its id.
            urgent: A person waits for it.
        """
        try:
            params, check = {"jobId": job_id}, a_text("jobId")
            answer = await self._call("batch", "DescribeServiceJob", params, urgent=urgent, check=check)
        except InvalidRequestError:  # there is nothing in the request but the id that could be wrong
            return None
        # The answer is the job: what botocore adds to every answer is none of it.
        return ServiceJobDetail.from_api({key: value for key, value in answer.items() if key != _ENVELOPE})

    async def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> list[JobDetail]:
        """Details of at most 100 jobs (DescribeJobs).

        An id that AWS does not know, or not yet, is simply absent.

        Args:
            job_ids: Ids of jobs, array children (``id:3``) or nodes (``id#0``).
            urgent: A person waits for it.
        """
        return [JobDetail.from_api(item) for item in await self._described(job_ids, urgent=urgent)]

    async def list_children(
        self,
        job_id: str,
        job_status: str,
        *,
        is_array: bool,
        job_queue: str = "",
        page_size: int = PAGE_BY_STATUS,
        urgent: bool = True,
    ) -> AsyncGenerator[JobPage]:
        """An array's children, or a multi-node job's nodes, in one status (ListJobs).

        Args:
            job_id: The parent.
            job_status: AWS lists one status at a time.
            is_array: Whether it is an array, not a multi-node job.
            job_queue: The name of the parent's queue, which ListJobs does not tell.
            page_size: At most so many a page, and at most 1000.
            urgent: A person waits for them.
        """
        parent = {"arrayJobId" if is_array else "multiNodeJobId": job_id}
        params = {**parent, "jobStatus": job_status, "maxResults": max(1, min(page_size, PAGE_BY_STATUS))}
        async for page in self._pages("ListJobs", "jobSummaryList", params, urgent=urgent):
            yield JobPage(await self._summaries(page.items, job_queue), page.is_last)

    async def describe_job_definition(self, definition: str) -> Api | None:
        """One revision of a job definition by its ARN or ``name:revision`` (DescribeJobDefinitions).

        None where AWS does not know it.
        """
        found = await self._definitions([definition])
        return found[0] if found else None

    async def describe_job_definitions(self, definitions: Sequence[str]) -> list[JobDefinition]:
        """At most 100 revisions by their ARNs (DescribeJobDefinitions); what AWS does not know is absent."""
        return [JobDefinition.from_api(item) for item in await self._definitions(definitions)]

    async def latest_revision(self, name: str) -> JobDefinition | None:
        """The revision that AWS takes where a request names none: the highest that is ACTIVE.

        Args:
            name: A job definition's name, without a revision.
        """
        params = {"jobDefinitionName": name, "status": ACTIVE, "maxResults": _PAGE_OF_DESCRIBED}
        latest: JobDefinition | None = None
        async for page in self._pages("DescribeJobDefinitions", "jobDefinitions", params, urgent=True):
            revisions = map(JobDefinition.from_api, page.items)
            latest = latest_active([*revisions, *([latest] if latest else [])])
        return latest

    async def list_jobs_named(self, job_queue: str, job_name: str, created_after: int) -> list[JobSummary]:
        """A queue's jobs of one name in every status, newest first (ListJobs with the filter JOB_NAME).

        Args:
            job_queue: Name or ARN.
            job_name: The whole name; AWS compares it without case, this with.
            created_after: Milliseconds since the epoch. AWS takes one filter only: older ones are left out here.
        """
        only = {"filters": [{"name": "JOB_NAME", "values": [job_name]}], "maxResults": PAGE_BY_FILTER}
        found: list[JobSummary] = []
        async for page in self._pages("ListJobs", "jobSummaryList", {"jobQueue": job_queue, **only}, urgent=True):
            jobs = await self._summaries(page.items, arn_name(job_queue))
            young = [each for each in jobs if (each.created_at or created_after) >= created_after]
            found += (each for each in young if each.job_name == job_name)
            if len(young) < len(jobs):
                break
        return found

    async def list_job_definitions(self) -> AsyncGenerator[list[JobDefinition]]:
        """Every ACTIVE revision of every job definition, page by page (DescribeJobDefinitions); a person waits.

        An account can have thousands of them: whoever has seen enough closes the generator.
        """
        params = {"status": ACTIVE, "maxResults": _PAGE_OF_DESCRIBED}
        async for page in self._pages("DescribeJobDefinitions", "jobDefinitions", params, urgent=True):
            definitions: list[JobDefinition] = []
            for start in range(0, len(page.items), _SLICE_OF_DEFINITIONS):
                await asyncio.sleep(0)
                part = page.items[start : start + _SLICE_OF_DEFINITIONS]
                definitions += (JobDefinition.from_api(item) for item in part)
            yield definitions

    async def summarize_jobs(self, job_ids: Sequence[str]) -> list[JobSummary]:
        """The same call for a poller, which has no use for containers and attempts."""
        return [JobSummary.from_api(item) for item in await self._described(job_ids)]

    async def get_caller_identity(self) -> CallerIdentity:
        """Account and identity (GetCallerIdentity), which needs no permission."""
        answer = await self._call("sts", "GetCallerIdentity", {}, check=a_text("Account"))
        return CallerIdentity(account=fields.text(answer, "Account"), arn=fields.text(answer, "Arn"))

    async def _definitions(self, definitions: Sequence[str]) -> tuple[Api, ...]:
        params, check = {"jobDefinitions": list(definitions)}, a_list("jobDefinitions")
        answer = await self._call("batch", "DescribeJobDefinitions", params, urgent=True, check=check)
        return fields.structures(answer, "jobDefinitions")

    async def _described(self, job_ids: Sequence[str], *, urgent: bool = False) -> tuple[Api, ...]:
        params, check = {"jobs": list(job_ids)}, a_list("jobs")
        answer = await self._call("batch", "DescribeJobs", params, urgent=urgent, check=check)
        await asyncio.sleep(0)
        return fields.structures(answer, "jobs")

    async def _job_pages(self, operation: str, job_queue: str, params: dict[str, Any]) -> AsyncGenerator[JobPage]:
        async for page in self._pages(operation, "jobSummaryList", {"jobQueue": job_queue, **params}):
            yield JobPage(await self._summaries(page.items, job_queue), page.is_last)

    async def _summaries(self, items: Sequence[Api], job_queue: str) -> list[JobSummary]:
        """A page as values, a part at a time and one page after another, so that the screen answers meanwhile."""
        jobs: list[JobSummary] = []
        async with self._turn:
            for start in range(0, len(items), _SLICE):
                await asyncio.sleep(0)
                part = items[start : start + _SLICE]
                jobs += [from_listed(item, job_queue) for item in part]
        return [job for job in jobs if job.job_id]

    def _pages(
        self, operation: str, member: str, params: dict[str, Any], *, urgent: bool = False
    ) -> AsyncGenerator[Page]:
        return pages(self._call, operation, member, params, urgent=urgent)


def _but_denials(on_error: OnError) -> OnError:
    def tell(error: AwsError) -> None:
        if not isinstance(error, AccessDeniedError):
            on_error(error)

    return tell


def _created_after(moment: int) -> list[dict[str, Any]]:
    return [{"name": "AFTER_CREATED_AT", "values": [str(moment)]}]
