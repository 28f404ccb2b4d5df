"""How a queue is shared: SchedulingPolicyDetail and QuotaShareDetail."""

from dataclasses import dataclass
from typing import Final, Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs

USUAL_WEIGHT: Final = 1.0
"""The weight factor of a share that the policy does not name."""


@dataclass(frozen=True, slots=True)
class ShareAttributes:
    """A share, or with ``*`` at its end every share that begins so, and its weight factor."""

    share_identifier: str
    weight_factor: float | None
    """The lower, the more it gets; None counts as 1."""


@dataclass(frozen=True, slots=True)
class FairsharePolicy:
    """Who gets how much of a queue."""

    share_decay_seconds: int | None
    compute_reservation: int | None
    """Per cent of the vCPUs that are kept for shares that have no jobs, to the power of the active shares."""
    share_distribution: tuple[ShareAttributes, ...]

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            share_decay_seconds=fields.integer(data, "shareDecaySeconds"),
            compute_reservation=fields.integer(data, "computeReservation"),
            share_distribution=tuple(
                ShareAttributes(fields.text(item, "shareIdentifier") or "", fields.number(item, "weightFactor"))
                for item in fields.structures(data, "shareDistribution")
            ),
        )

    def weight(self, share: str) -> float:
        """The weight factor of a share; AWS lets no two entries cover the same share."""
        for entry in self.share_distribution:
            name = entry.share_identifier
            if share == name or (name.endswith("*") and share.startswith(name[:-1])):
                return USUAL_WEIGHT if entry.weight_factor is None else entry.weight_factor
        return USUAL_WEIGHT


@dataclass(frozen=True, slots=True)
class SchedulingPolicyDetail:
    """One scheduling policy: by fair shares, or by quota shares."""

    name: str
    arn: str | None
    fairshare_policy: FairsharePolicy | None
    idle_resource_assignment_strategy: str | None
    """Only of a policy by quota shares."""
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        quota = fields.mapping(data, "quotaSharePolicy")
        is_fair = isinstance(data.get("fairsharePolicy"), dict)
        return cls(
            name=fields.text(data, "name") or "",
            arn=fields.text(data, "arn"),
            fairshare_policy=(
                FairsharePolicy.from_api(fields.mapping(data, "fairsharePolicy")) if is_fair else None
            ),
            idle_resource_assignment_strategy=fields.text(quota, "idleResourceAssignmentStrategy"),
            tags=fields.pairs(data, "tags"),
            raw=data,
        )

    @property
    def is_by_quota(self) -> bool:
        """Whether the queue is shared by quota shares."""
        return self.fairshare_policy is None and isinstance(self.raw.get("quotaSharePolicy"), dict)


@dataclass(frozen=True, slots=True)
class QuotaShareCapacityLimit:
    """How much of a unit (``ml.m5.large``) a quota share has of its own."""

    capacity_unit: str
    max_capacity: int | None


@dataclass(frozen=True, slots=True)
class QuotaShareDetail:
    """One quota share of a queue for service jobs."""

    quota_share_name: str
    quota_share_arn: str | None
    capacity_limits: tuple[QuotaShareCapacityLimit, ...]
    strategy: str | None
    """RESERVE, LEND or LEND_AND_BORROW."""
    borrow_limit: int | None
    """Per cent of its own capacity that it may borrow; -1 is without limit."""
    state: str | None
    status: str | None
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        sharing = fields.mapping(data, "resourceSharingConfiguration")
        return cls(
            quota_share_name=fields.text(data, "quotaShareName") or "",
            quota_share_arn=fields.text(data, "quotaShareArn"),
            capacity_limits=tuple(
                QuotaShareCapacityLimit(
                    fields.text(item, "capacityUnit") or "", fields.integer(item, "maxCapacity")
                )
                for item in fields.structures(data, "capacityLimits")
            ),
            strategy=fields.text(sharing, "strategy"),
            borrow_limit=fields.integer(sharing, "borrowLimit"),
            state=fields.text(data, "state"),
            status=fields.text(data, "status"),
            raw=data,
        )
