"""From a key to the view of what is neither job nor queue: each asks AWS for it, and for what belongs to it."""

from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from batchtui.aws.errors import AwsError
from batchtui.model.consumable_resource import ConsumingJob
from batchtui.model.fields import arn_name
from batchtui.model.scheduling_policy import QuotaShareDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.consumable_resource import all_consuming, consumable_view
from batchtui.ui.details.lines import Relation
from batchtui.ui.details.scheduling_policy import policy_view
from batchtui.ui.details.service_environment import service_environment_view
from batchtui.ui.details.views import View

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway

_MOST_QUEUES_ASKED = 3
"""Of so many queues at most the quota shares are asked for: a call each."""


async def scheduling_policy(gateway: "Gateway", snapshot: Snapshot, arn: str) -> View | None:
    """A scheduling policy by its ARN; None where AWS does not know it.

    Raises:
        AwsError: AWS did not tell the policy itself.
    """
    found = await gateway.queue.describe_scheduling_policies([arn])
    if not found:
        return None
    policy = found[0]
    queues = [queue for queue in snapshot.job_queues or () if queue.scheduling_policy_arn == arn]
    relations = [
        Relation("queue", queue.job_queue_name, f"queue, priority {queue.priority}", queue.state or "")
        for queue in queues
    ]
    shares: list[QuotaShareDetail] = []
    trouble = ""
    if policy.is_by_quota:
        try:
            for queue in queues[:_MOST_QUEUES_ASKED]:
                shares += await gateway.queue.list_quota_shares(queue.job_queue_name)
        except AwsError as error:
            trouble = str(error)
    return replace(policy_view(policy, relations, shares, trouble), is_partial=bool(trouble))


async def consumable_resource(gateway: "Gateway", snapshot: Snapshot, key: str) -> View | None:
    """A consumable resource by its name or ARN; None where AWS does not know it.

    Raises:
        AwsError: AWS did not tell the resource itself.
    """
    resource = await gateway.lists.describe_consumable_resource(key)
    if resource is None:
        return None
    list_jobs = partial(gateway.lists.list_jobs_by_consumable_resource, key)
    jobs: list[ConsumingJob] = []
    trouble = ""
    try:
        async with aclosing(list_jobs()) as pages:
            async for page in pages:
                jobs = page
                break
    except AwsError as error:
        trouble = str(error)
    view = consumable_view(resource, jobs, partial(all_consuming, list_jobs), trouble)
    return replace(view, is_partial=bool(trouble))


async def service_environment(gateway: "Gateway", snapshot: Snapshot, key: str) -> View | None:
    """A service environment by its name or ARN; None where AWS does not know it.

    Raises:
        AwsError: AWS did not tell it.
    """
    found = await gateway.queue.describe_service_environments([arn_name(key)])
    return service_environment_view(found[0], snapshot) if found else None
