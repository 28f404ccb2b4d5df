"""How much is left of what a job takes besides vCPUs and memory: one call for each resource, five at most."""

from collections.abc import Awaitable
from typing import Final, Protocol

from batchtui.aws.errors import AwsError
from batchtui.model.consumable_resource import ConsumableResource
from batchtui.model.fields import arn_name
from batchtui.model.job_detail import JobDetail

_MOST: Final = 5
"""AWS allows no more of them in a job."""


class Lists(Protocol):
    """The gateway to lists, as far as it is needed here."""

    def describe_consumable_resource(self, resource: str) -> Awaitable[ConsumableResource | None]: ...


async def consumables_of(lists: Lists, job: JobDetail | None) -> tuple[tuple[ConsumableResource, ...], str]:
    """Those that AWS tells of, and why it does not tell of the others."""
    found: list[ConsumableResource] = []
    trouble = ""
    names = [arn for arn, _ in (job.consumable_resources if job is not None else ()) if arn]
    for name in list(dict.fromkeys(names))[:_MOST]:
        try:
            resource = await lists.describe_consumable_resource(name)
        except AwsError as error:
            trouble = str(error)
            break
        if resource is None:
            trouble = trouble or f"AWS does not know {arn_name(name)}"
        else:
            found.append(resource)
    return tuple(found), trouble
