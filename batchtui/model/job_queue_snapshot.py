"""The front of a job queue and what is in use: the answer of GetJobQueueSnapshot."""

from dataclasses import dataclass
from typing import Final, Self

from batchtui.model import fields
from batchtui.model.fields import Api
from batchtui.model.text import clean

MOST_AT_THE_FRONT: Final = 100
"""AWS tells at most so many RUNNABLE jobs."""
_VCPUS: Final = frozenset(("vcpu", "cpu"))  # VCPU on EC2, cpu on EKS


@dataclass(frozen=True, slots=True)
class FrontOfQueueJobSummary:
    """A RUNNABLE job at the front of its queue, or of its quota share."""

    job_arn: str
    earliest_time_at_position: int | None
    """Since when it has had this place, in milliseconds since the epoch."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(fields.text(data, "jobArn") or "", fields.epoch_ms(data, "earliestTimeAtPosition"))


@dataclass(frozen=True, slots=True)
class CapacityUsage:
    """How much of a unit is in use: VCPU (EC2), cpu (EKS), or an instance type for service jobs."""

    capacity_unit: str
    quantity: float

    @classmethod
    def several(cls, data: Api, key: str) -> tuple[Self, ...]:
        """Those of a member; what has no number is left out."""
        found = (
            (fields.text(item, "capacityUnit"), fields.number(item, "quantity"))
            for item in fields.structures(data, key)
        )
        return tuple(cls(unit or "", quantity) for unit, quantity in found if quantity is not None)


@dataclass(frozen=True, slots=True)
class ShareUtilization:
    """What one share uses (FairshareCapacityUtilization, QuotaShareCapacityUtilization)."""

    name: str
    capacity_usage: tuple[CapacityUsage, ...]

    @property
    def vcpus(self) -> float | None:
        """Its vCPUs, None where AWS counts in another unit."""
        return vcpus_of(self.capacity_usage)


@dataclass(frozen=True, slots=True)
class JobQueueSnapshot:
    """A queue at one moment. What AWS does not tell of it is empty or None."""

    front_of_queue: tuple[FrontOfQueueJobSummary, ...]
    """The first RUNNABLE jobs, at most 100, in the order in which they are to be started."""
    front_updated_at: int | None
    front_of_quota_shares: tuple[tuple[str, tuple[FrontOfQueueJobSummary, ...]], ...]
    """The first RUNNABLE jobs of each quota share, by its name."""
    total_capacity_usage: tuple[CapacityUsage, ...]
    active_share_count: int | None
    """How many fair shares use something."""
    fairshare_utilization: tuple[ShareUtilization, ...]
    """The twenty shares that use most, the greatest first."""
    quota_share_utilization: tuple[ShareUtilization, ...]
    utilization_updated_at: int | None
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        front = fields.mapping(data, "frontOfQueue")
        shares = fields.mapping(fields.mapping(data, "frontOfQuotaShares"), "quotaShares")
        used = fields.mapping(data, "queueUtilization")
        fair = fields.mapping(used, "fairshareUtilization")
        return cls(
            front_of_queue=_jobs(front, "jobs"),
            front_updated_at=fields.epoch_ms(front, "lastUpdatedAt"),
            front_of_quota_shares=tuple(
                (clean(str(name)), _jobs(shares, name)) for name in sorted(shares, key=str)
            ),
            total_capacity_usage=CapacityUsage.several(used, "totalCapacityUsage"),
            active_share_count=fields.integer(fair, "activeShareCount"),
            fairshare_utilization=_shares(fair, "shareIdentifier"),
            quota_share_utilization=_shares(fields.mapping(used, "quotaShareUtilization"), "quotaShareName"),
            utilization_updated_at=fields.epoch_ms(used, "lastUpdatedAt"),
            raw=data,
        )

    @property
    def vcpus_in_use(self) -> float | None:
        """The vCPUs that the queue's jobs use, None where AWS does not tell."""
        return vcpus_of(self.total_capacity_usage)

    def position(self, job_arn: str) -> tuple[int, FrontOfQueueJobSummary] | None:
        """A job's place in the queue, the first being 1; None where it is not at the front."""
        for place, job in enumerate(self.front_of_queue, start=1):
            if job.job_arn == job_arn:
                return place, job
        return None


def vcpus_of(usage: tuple[CapacityUsage, ...]) -> float | None:
    """The vCPUs among several units, None where there are none."""
    found = [each.quantity for each in usage if each.capacity_unit.lower() in _VCPUS]
    return sum(found) if found else None


def _jobs(data: Api, key: str) -> tuple[FrontOfQueueJobSummary, ...]:
    return tuple(map(FrontOfQueueJobSummary.from_api, fields.structures(data, key)))


def _shares(data: Api, name: str) -> tuple[ShareUtilization, ...]:
    return tuple(
        ShareUtilization(fields.text(item, name) or "", CapacityUsage.several(item, "capacityUsage"))
        for item in fields.structures(data, "topCapacityUtilization")
    )
