"""How much of what a queue may have is in use: GetJobQueueSnapshot's queueUtilization beside the limits."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.insight.capacity import max_of_all
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail

VCPUS: Final = frozenset(("vcpu", "cpu"))
VCPU: Final = "vCPU"
"""How both are called here: AWS counts VCPU on EC2 and cpu on EKS."""


@dataclass(frozen=True, slots=True)
class Use:
    """One unit of capacity."""

    unit: str
    used: float
    most: float | None
    """What there may be at most, None where that is not known."""
    asked: float | None = None
    """vCPUs of the instances that were asked for, None where there are none, or AWS does not tell."""

    @property
    def part(self) -> float | None:
        """How much of it, 1 being all; None where the limit is not known."""
        return self.used / self.most if self.most else None


def unit_name(unit: str) -> str:
    """How a unit is called here."""
    return VCPU if unit.lower() in VCPUS else unit


def use(
    snapshot: JobQueueSnapshot,
    environments: Sequence[ComputeEnvironmentDetail] | None,
    shares: Sequence[QuotaShareDetail] = (),
) -> tuple[Use, ...]:
    """What is in use, unit by unit.

    Args:
        snapshot: AWS's answer.
        environments: All compute environments of the queue; None where not all of them are known.
        shares: The queue's quota shares: together they are all that it may have.
    """
    used: defaultdict[str, float] = defaultdict(float)
    for each in snapshot.total_capacity_usage:
        used[unit_name(each.capacity_unit)] += each.quantity
    limits: defaultdict[str, float] = defaultdict(float)
    for share in shares:
        for limit in share.capacity_limits:
            limits[unit_name(limit.capacity_unit)] += limit.max_capacity or 0
    if environments and not shares:
        most = max_of_all(environments)
        if most is not None:
            limits[VCPU] = most
    return tuple(
        Use(unit, used[unit], limits.get(unit), _asked(environments) if unit == VCPU else None)
        for unit in dict.fromkeys((*used, *limits))
    )


def _asked(environments: Sequence[ComputeEnvironmentDetail] | None) -> float | None:
    """The vCPUs that EC2 was asked for; Fargate has no instances."""
    found = [
        each.compute_resources.desiredv_cpus
        for each in environments or ()
        if each.compute_resources is not None and each.compute_resources.desiredv_cpus is not None
    ]
    return float(sum(found)) if found else None


def environments_of(
    queue: JobQueueDetail, known: Sequence[ComputeEnvironmentDetail] | None
) -> tuple[ComputeEnvironmentDetail, ...] | None:
    """The compute environments of a queue in its order; None where not all of them are known."""
    by_name = {each.compute_environment_name: each for each in known or ()}
    if not set(queue.compute_environment_order) <= by_name.keys():
        return None
    return tuple(by_name[name] for name in queue.compute_environment_order)


def shared_with(queue: JobQueueDetail, queues: Sequence[JobQueueDetail] | None) -> tuple[str, ...]:
    """The names of the other queues that run on one of its compute environments."""
    own = set(queue.compute_environment_order)
    return tuple(
        other.job_queue_name
        for other in queues or ()
        if other.job_queue_name != queue.job_queue_name and own & set(other.compute_environment_order)
    )
