"""The operations of AWS Batch that list scheduling policies and consumable resources."""

from __future__ import annotations

from collections.abc import Callable

from .account import Account
from .consumables import ConsumableResource
from .definitions import JSON
from .errors import client_error
from .identity import name_from
from .jobs import STATUSES, Job
from .paging import page_size, paged, position, token

MOST_LISTED = 100


class ListApi:
    """Answers these requests out of an account."""

    __slots__ = ("_account", "operations")

    def __init__(self, account: Account) -> None:
        self._account = account
        self.operations: dict[str, tuple[str, Callable[[JSON], JSON]]] = {
            "listschedulingpolicies": ("ListSchedulingPolicies", self.list_scheduling_policies),
            "listconsumableresources": ("ListConsumableResources", self.list_consumable_resources),
            "describeconsumableresource": ("DescribeConsumableResource", self.describe_consumable_resource),
            "listjobsbyconsumableresource": ("ListJobsByConsumableResource", self.list_jobs_by_resource),
        }

    def list_scheduling_policies(self, request: JSON) -> JSON:
        """ListSchedulingPolicies: the ARNs of all, that of the queue for service jobs among them."""
        service = self._account.service_jobs
        of_service = service.queue.describe().get("schedulingPolicyArn") if service is not None else None
        arns = sorted({*self._account.policies, *([of_service] if of_service else ())})
        page, more = paged([{"arn": arn} for arn in arns], request, ("policies",))
        return {"schedulingPolicies": page, **more}

    def list_consumable_resources(self, request: JSON) -> JSON:
        """ListConsumableResources: all, or those whose names a filter lets through."""
        filters = request.get("filters")
        matches = _by_name(filters, "CONSUMABLE_RESOURCE_NAME") if filters else lambda name: True
        chosen = [each for name, each in sorted(self._account.consumables.items()) if matches(name)]
        page, more = paged(chosen, request, ("consumables", filters))
        return {"consumableResources": [resource.summary() for resource in page], **more}

    def describe_consumable_resource(self, request: JSON) -> JSON:
        """DescribeConsumableResource, by name or ARN."""
        return self._resource(request).describe()

    def list_jobs_by_resource(self, request: JSON) -> JSON:
        """ListJobsByConsumableResource: jobs of every status, the newest first; children are not among them."""
        resource, filters = self._resource(request), request.get("filters")
        matches = _of_jobs(filters) if filters else lambda job: True
        listing = ("jobs by consumable", resource.name, filters)
        after = position(listing, request.get("nextToken"))
        taken = [(job, much) for job, much in resource.taken_by(self._account.index.everything()) if matches(job)]
        taken.sort(key=lambda entry: -entry[0].seq)
        found = [entry for entry in taken if after is None or entry[0].seq < after]
        page = found[: page_size(request.get("maxResults"), MOST_LISTED)]
        answer: JSON = {"jobs": [_summary(job, quantity) for job, quantity in page]}
        if len(page) < len(found):
            answer["nextToken"] = token(listing, page[-1][0].seq)
        return answer

    def _resource(self, request: JSON) -> ConsumableResource:
        given = str(request.get("consumableResource", ""))
        resource = self._account.consumables.get(name_from(given))
        if resource is None:
            raise client_error(f"Consumable resource {given} does not exist")
        return resource


def _summary(job: Job, quantity: int) -> JSON:
    answer: JSON = {
        "jobArn": job.arn,
        "jobQueueArn": job.queue.arn,
        "jobName": job.name,
        "jobDefinitionArn": job.definition.arn,
        "jobStatus": job.status,
        "quantity": quantity,
        "createdAt": job.created,
        "consumableResourceProperties": job.terms.consumables,
    }
    optional = {
        "shareIdentifier": job.terms.share,
        "statusReason": job.status_reason,
        "startedAt": job.started or None,
    }
    return answer | {name: value for name, value in optional.items() if value is not None}


def _only(filters: object) -> tuple[str, list[str]]:
    if not isinstance(filters, list) or len(filters) != 1:
        raise client_error("Only one filter can be used at a time")
    name, values = str(filters[0].get("name")), filters[0].get("values") or []
    if not values or not all(isinstance(value, str) for value in values):
        raise client_error(f"Filter {name} needs a value")
    return name, values


def _by_name(filters: object, allowed: str) -> Callable[[str], bool]:
    """Names without regard to case; an asterisk at the end stands for anything."""
    name, values = _only(filters)
    if name != allowed:
        raise client_error(f"Filter name {name} is not valid")
    lowered = [value.lower() for value in values]
    prefixes = tuple(value[:-1] for value in lowered if value.endswith("*"))
    return lambda given: given.lower() in lowered or given.lower().startswith(prefixes)


def _of_jobs(filters: object) -> Callable[[Job], bool]:
    name, values = _only(filters)
    if name != "JOB_STATUS":
        matches = _by_name(filters, "JOB_NAME")
        return lambda job: matches(job.name)
    if not set(values) <= set(STATUSES):
        raise client_error(f"jobStatus {', '.join(values)} is not valid")
    return lambda job: job.status in values
