"""Where service jobs run: the shape ServiceEnvironmentDetail of DescribeServiceEnvironments."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs


@dataclass(frozen=True, slots=True)
class ServiceEnvironmentDetail:
    """One service environment."""

    service_environment_name: str
    service_environment_arn: str | None
    service_environment_type: str | None
    """SAGEMAKER_TRAINING."""
    state: str | None
    """ENABLED or DISABLED."""
    status: str | None
    """CREATING, UPDATING, DELETING, DELETED, VALID or INVALID."""
    capacity_limits: tuple[tuple[str, int], ...]
    """How much it may have of a unit: of ``NUM_INSTANCES`` in all, or of an instance type with quota shares."""
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        limits = (
            (fields.text(item, "capacityUnit") or "", fields.integer(item, "maxCapacity"))
            for item in fields.structures(data, "capacityLimits")
        )
        return cls(
            service_environment_name=fields.text(data, "serviceEnvironmentName") or "",
            service_environment_arn=fields.text(data, "serviceEnvironmentArn"),
            service_environment_type=fields.text(data, "serviceEnvironmentType"),
            state=fields.text(data, "state"),
            status=fields.text(data, "status"),
            capacity_limits=tuple((unit, most) for unit, most in limits if most is not None),
            tags=fields.pairs(data, "tags"),
            raw=data,
        )

    @property
    def is_healthy(self) -> bool:
        """Whether jobs can be placed in it, as far as its own state and status tell."""
        return self.state in ("ENABLED", None) and self.status in ("VALID", "UPDATING", None)
