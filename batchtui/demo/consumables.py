"""Consumable resources: seats and credits that jobs take, of which there is always enough here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .definitions import JSON
from .identity import batch_arn, name_from
from .jobs import FAILED, RUNNING, STARTING, SUCCEEDED, Job

SEATS, CREDITS = "tracking-seats", "annotation-credits"
_CREATED = 1_735_689_600_000  # the first of January 2025
_HOLD = (STARTING, RUNNING)


@dataclass(slots=True, eq=False)
class ConsumableResource:
    """One resource; what is in use of it follows from the jobs."""

    name: str
    total: int
    is_replenishable: bool = True
    tags: dict[str, str] = field(default_factory=dict)
    arn: str = ""

    def __post_init__(self) -> None:
        self.arn = batch_arn("consumable-resource", self.name)

    @property
    def kind(self) -> str:
        """AWS's word for whether a job gives back what it took."""
        return "REPLENISHABLE" if self.is_replenishable else "NON_REPLENISHABLE"

    def summary(self, jobs: Iterable[Job]) -> JSON:
        """The resource as ListConsumableResources gives it."""
        return {
            "consumableResourceArn": self.arn,
            "consumableResourceName": self.name,
            "totalQuantity": self.total,
            "inUseQuantity": self.in_use(jobs),
            "resourceType": self.kind,
        }

    def describe(self, jobs: Iterable[Job] = ()) -> JSON:
        """The resource as DescribeConsumableResource gives it."""
        summary = self.summary(jobs)
        available = max(0, self.total - int(summary["inUseQuantity"]))
        return {**summary, "availableQuantity": available, "createdAt": _CREATED, "tags": self.tags}

    def in_use(self, jobs: Iterable[Job]) -> int:
        """What jobs hold now; of what is used up, also what those took that have ended."""
        statuses = _HOLD if self.is_replenishable else (*_HOLD, SUCCEEDED, FAILED)
        return sum(quantity * _count(job, statuses) for job, quantity in self.taken_by(jobs))

    def taken_by(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, int]]:
        """The jobs that require it, each with how much of it."""
        for job in jobs:
            if job.terms.consumables is not None:
                for entry in job.terms.consumables["consumableResourceList"]:
                    if name_from(str(entry["consumableResource"])) == self.name:
                        yield job, int(entry["quantity"])


def _count(job: Job, statuses: tuple[str, ...]) -> int:
    """How many of a job's containers there are in some statuses: one, or that many children."""
    if job.array is not None:
        return sum(job.array.counts[status] for status in statuses)
    return int(job.status in statuses and (bool(job.attempts) or job.status in _HOLD))


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
        jobs: How many the account has, which take of what is used up.
    """
    return [
        ConsumableResource(CREDITS, max(2_000, 2 * jobs), is_replenishable=False, tags={"team": "genomics"}),
        ConsumableResource("dragen-licences", 4, tags={"team": "genomics"}),
        ConsumableResource(SEATS, int(gpu_vcpus) // 4, tags={"team": "ml"}),
    ]
