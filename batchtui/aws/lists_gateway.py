"""What is asked for lists of other things than jobs, queues and compute environments; a person waits for them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Final

from batchtui.aws.answers import a_text
from batchtui.aws.caller import Call
from batchtui.aws.errors import InvalidRequestError
from batchtui.aws.paging import pages
from batchtui.model import fields
from batchtui.model.consumable_resource import ConsumableResource, ConsumingJob
from batchtui.model.fields import Api
from batchtui.model.job_definition import JobDefinition
from batchtui.model.scheduling_policy import SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail

_A_PAGE: Final = 100
"""None of these listings gives more a page, and DescribeSchedulingPolicies takes no more ARNs."""
_SLICE_OF_DEFINITIONS: Final = 20  # made into values without a breath between

DescribePolicies = Callable[[Sequence[str]], Awaitable[list[SchedulingPolicyDetail]]]


class ListsGateway:
    """Reads within the budget of all calls. Every method may raise an AwsError; none retries.

    An account can have thousands of each: whoever has seen enough of a listing closes its generator.

    Args:
        call: Asks AWS.
        describe_policies: Describes at most 100 scheduling policies by their ARNs.
    """

    def __init__(self, call: Call, describe_policies: DescribePolicies) -> None:
        self._call = call
        self._describe_policies = describe_policies

    async def list_revisions(self, name: str) -> AsyncGenerator[list[JobDefinition]]:
        """Every revision of one job definition, whatever its status (DescribeJobDefinitions).

        Args:
            name: Without a revision.
        """
        params = {"jobDefinitionName": name, "maxResults": _A_PAGE}
        async for page in pages(self._call, "DescribeJobDefinitions", "jobDefinitions", params, urgent=True):
            definitions: list[JobDefinition] = []
            for start in range(0, len(page.items), _SLICE_OF_DEFINITIONS):
                await asyncio.sleep(0)
                part = page.items[start : start + _SLICE_OF_DEFINITIONS]
                definitions += (JobDefinition.from_api(item) for item in part)
            yield definitions

    async def list_scheduling_policies(self) -> AsyncGenerator[list[SchedulingPolicyDetail]]:
        """All scheduling policies: ListSchedulingPolicies tells only ARNs, which are described page by page."""
        params = {"maxResults": _A_PAGE}
        listing = pages(self._call, "ListSchedulingPolicies", "schedulingPolicies", params, urgent=True)
        async for page in listing:
            arns = [arn for item in page.items if (arn := fields.text(item, "arn"))]
            yield await self._describe_policies(arns) if arns else []

    async def list_consumable_resources(self) -> AsyncGenerator[list[ConsumableResource]]:
        """All consumable resources with what is in use of them (ListConsumableResources)."""
        params = {"maxResults": _A_PAGE}
        listing = pages(self._call, "ListConsumableResources", "consumableResources", params, urgent=True)
        async for page in listing:
            yield [ConsumableResource.from_api(item) for item in page.items]

    async def describe_consumable_resource(self, resource: str) -> ConsumableResource | None:
        """One by its name or ARN (DescribeConsumableResource); None where AWS does not know it."""
        operation = "DescribeConsumableResource"
        try:
            params = {"consumableResource": resource}
            check = a_text("consumableResourceName")
            answer = await self._call("batch", operation, params, urgent=True, check=check)
        except InvalidRequestError:  # there is nothing in the request but the name that could be wrong
            return None
        return ConsumableResource.from_api(_of_aws(answer))

    async def list_jobs_by_consumable_resource(self, resource: str) -> AsyncGenerator[list[ConsumingJob]]:
        """The jobs that require a resource (ListJobsByConsumableResource), at most 100 a page.

        Args:
            resource: Its name or ARN.
        """
        params = {"consumableResource": resource, "maxResults": _A_PAGE}
        async for page in pages(self._call, "ListJobsByConsumableResource", "jobs", params, urgent=True):
            jobs = [ConsumingJob.from_api(item) for item in page.items]
            yield [each for each in jobs if each.job.job_id]

    async def list_service_environments(self) -> AsyncGenerator[list[ServiceEnvironmentDetail]]:
        """All service environments (DescribeServiceEnvironments)."""
        params = {"maxResults": _A_PAGE}
        listing = pages(self._call, "DescribeServiceEnvironments", "serviceEnvironments", params, urgent=True)
        async for page in listing:
            yield [ServiceEnvironmentDetail.from_api(item) for item in page.items]


def _of_aws(answer: Api) -> Api:
    """The answer without what botocore adds to every one."""
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}
