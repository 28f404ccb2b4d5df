"""Consumable resources: what jobs take besides vCPUs and memory, such as licences, and which jobs take it."""

from dataclasses import dataclass
from typing import Final, Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs
from batchtui.model.job import JobSummary

REPLENISHABLE: Final = "REPLENISHABLE"
"""What a job held is there again once it has ended."""
NON_REPLENISHABLE: Final = "NON_REPLENISHABLE"
"""What a job took is used up."""


@dataclass(frozen=True, slots=True)
class ConsumableResource:
    """One resource, from ConsumableResourceSummary or from the answer of DescribeConsumableResource."""

    name: str
    arn: str | None
    type: str | None
    """``REPLENISHABLE`` or ``NON_REPLENISHABLE``."""
    total: int | None
    in_use: int | None
    available: int | None
    """As AWS tells it, else what the other two leave: a listing tells only those."""
    created_at: int | None
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        total, in_use = fields.integer(data, "totalQuantity"), fields.integer(data, "inUseQuantity")
        available = fields.integer(data, "availableQuantity")
        if available is None and total is not None and in_use is not None:
            available = max(0, total - in_use)
        return cls(
            name=fields.text(data, "consumableResourceName") or "",
            arn=fields.text(data, "consumableResourceArn"),
            type=fields.text(data, "resourceType"),
            total=total,
            in_use=in_use,
            available=available,
            created_at=fields.epoch_ms(data, "createdAt"),
            tags=fields.pairs(data, "tags"),
            raw=data,
        )

    @property
    def share_in_use(self) -> float | None:
        """How much of it is in use, 0 to 1; None where that is not known."""
        if self.total is None or self.in_use is None:
            return None
        return min(1.0, self.in_use / self.total) if self.total > 0 else 1.0 if self.in_use else 0.0


@dataclass(frozen=True, slots=True)
class ConsumingJob:
    """A job that requires a consumable resource (ListJobsByConsumableResourceSummary)."""

    job: JobSummary
    quantity: int | None

    @classmethod
    def from_api(cls, data: Api) -> Self:
        arn = fields.text(data, "jobArn") or ""
        # The shape tells the same as a JobDetail does, under names of its own.
        renamed = {
            "jobId": arn.rpartition("/")[2],
            "jobQueue": data.get("jobQueueArn"),
            "jobDefinition": data.get("jobDefinitionArn"),
            "status": data.get("jobStatus"),
        }
        return cls(JobSummary.from_api({**data, **renamed}), fields.integer(data, "quantity"))
