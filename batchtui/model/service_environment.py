"""Service environments: how much of another service (SageMaker) the queues for service jobs may use."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs


@dataclass(frozen=True, slots=True)
class CapacityLimit:
    """At most so many of a unit (``NUM_INSTANCES``)."""

    max_capacity: int | None
    capacity_unit: str

    def __str__(self) -> str:
        return f"{'?' if self.max_capacity is None else self.max_capacity} {self.capacity_unit}".strip()


@dataclass(frozen=True, slots=True)
class ServiceEnvironmentDetail:
    """One service environment (DescribeServiceEnvironments)."""

    service_environment_name: str
    service_environment_arn: str | None
    service_environment_type: str | None
    """``SAGEMAKER_TRAINING``."""
    state: str | None
    """ENABLED or DISABLED."""
    status: str | None
    """CREATING, UPDATING, DELETING, DELETED, VALID or INVALID."""
    capacity_limits: tuple[CapacityLimit, ...]
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            service_environment_name=fields.text(data, "serviceEnvironmentName") or "",
            service_environment_arn=fields.text(data, "serviceEnvironmentArn"),
            service_environment_type=fields.text(data, "serviceEnvironmentType"),
            state=fields.text(data, "state"),
            status=fields.text(data, "status"),
            capacity_limits=tuple(
                CapacityLimit(fields.integer(item, "maxCapacity"), fields.text(item, "capacityUnit") or "")
                for item in fields.structures(data, "capacityLimits")
            ),
            tags=fields.pairs(data, "tags"),
            raw=data,
        )

    @property
    def is_healthy(self) -> bool:
        """Whether jobs can be placed in it, as far as its own state and status tell."""
        return self.state in ("ENABLED", None) and self.status in ("VALID", "UPDATING", None)
