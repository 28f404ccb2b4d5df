"""Consumable resources: seats, licences and credits that jobs take, and wait for where none is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .definitions import JSON
from .identity import batch_arn, name_from
from .jobs import Job

SEATS, CREDITS, LICENCES = "tracking-seats", "annotation-credits", "dragen-licences"
_CREATED = 1_735_689_600_000  # the first of January 2025


@dataclass(slots=True, eq=False)
class ConsumableResource:
    """One resource."""

    name: str
    total: int
    is_replenishable: bool = True
    tags: dict[str, str] = field(default_factory=dict)
    arn: str = ""
    in_use: int = 0
    """What jobs hold now; of what is used up, also what those took that have ended."""

    def __post_init__(self) -> None:
        self.arn = batch_arn("consumable-resource", self.name)

    @property
    def kind(self) -> str:
        """AWS's word for whether a job gives back what it took."""
        return "REPLENISHABLE" if self.is_replenishable else "NON_REPLENISHABLE"

    @property
    def available(self) -> int:
        """What the next job can have."""
        return max(0, self.total - self.in_use)

    def summary(self) -> JSON:
        """The resource as ListConsumableResources gives it."""
        return {
            "consumableResourceArn": self.arn,
            "consumableResourceName": self.name,
            "totalQuantity": self.total,
            "inUseQuantity": self.in_use,
            "resourceType": self.kind,
        }

    def describe(self) -> JSON:
        """The resource as DescribeConsumableResource gives it."""
        return {**self.summary(), "availableQuantity": self.available, "createdAt": _CREATED, "tags": self.tags}

    def taken_by(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, int]]:
        """The jobs that require it, each with how much of it."""
        for job in jobs:
            for name, quantity in wanted(job):
                if name == self.name:
                    yield job, quantity


class Store:
    """All resources of the account: a job takes what it wants when it is placed, or waits for it."""

    __slots__ = ("resources",)

    def __init__(self, resources: Iterable[ConsumableResource]) -> None:
        self.resources = {resource.name: resource for resource in resources}

    def has_enough_for(self, job: Job) -> bool:
        """Whether there is all that a job wants; of what does not exist, no job is short."""
        return all(resource.available >= quantity for resource, quantity in self._lots(job))

    def take(self, job: Job) -> None:
        """A job is placed: what is used up was used by its first attempt."""
        for resource, quantity in self._lots(job):
            if resource.is_replenishable or len(job.attempts) == 0:
                resource.in_use += quantity

    def give_back(self, job: Job) -> None:
        """A job's attempt is over."""
        for resource, quantity in self._lots(job):
            if resource.is_replenishable:
                resource.in_use -= quantity

    def remember(self, history: Iterable[Job]) -> None:
        """Jobs that were over before the account was looked at have used up what they took."""
        for job in history:
            containers = job.array.size if job.array is not None else bool(job.attempts)
            for resource, quantity in self._lots(job):
                if not resource.is_replenishable:
                    resource.in_use += quantity * containers

    def _lots(self, job: Job) -> Iterator[tuple[ConsumableResource, int]]:
        for name, quantity in wanted(job):
            if name in self.resources:
                yield self.resources[name], quantity


def wanted(job: Job) -> list[tuple[str, int]]:
    """The names of the resources that a job requires, and how much of each."""
    entries = job.terms.consumables["consumableResourceList"] if job.terms.consumables is not None else ()
    return [(name_from(str(entry["consumableResource"])), int(entry["quantity"])) for entry in entries]


def takes(*wanted: tuple[str, int]) -> JSON:
    """ConsumableResourceProperties."""
    return {
        "consumableResourceList": [
            {"consumableResource": batch_arn("consumable-resource", name), "quantity": quantity}
            for name, quantity in wanted
        ]
    }


def resources(gpu_vcpus: float, jobs: int) -> list[ConsumableResource]:
    """The account's resources.

    Args:
        gpu_vcpus: As many as the jobs that take seats can have: each has four or more of them.
        jobs: How many the account has, which take of what is used up: there is enough for a day.
    """
    return [
        ConsumableResource(CREDITS, max(2_000, 2 * jobs), is_replenishable=False, tags={"team": "genomics"}),
        ConsumableResource(LICENCES, 4, tags={"team": "genomics"}),
        ConsumableResource(SEATS, int(gpu_vcpus) // 4, tags={"team": "ml"}),
    ]
