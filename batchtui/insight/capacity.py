"""How much a job asks for, how much there may be, and how much is surely in use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.insight.instance_types import AllowedTypes, InstanceType, allowed_types
from batchtui.insight.phrases import count, mib
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job_detail import JobDetail
from batchtui.model.requested import placed_together, requested_gpus, requested_memory, requested_vcpus

_MANAGED: Final = "MANAGED"


@dataclass(frozen=True, slots=True)
class Needs:
    """What must fit on one machine; None where the job does not tell."""

    vcpus: float | None
    memory_mib: float | None
    gpus: float | None

    @property
    def words(self) -> str:
        """``16 vCPUs, 61,440 MiB, 1 GPU``."""
        parts = (
            None if self.vcpus is None else count(self.vcpus, "vCPU"),
            None if self.memory_mib is None else mib(self.memory_mib),
            count(self.gpus, "GPU") if self.gpus else None,
        )
        return ", ".join(part for part in parts if part)

    def fit(self, machine: InstanceType) -> bool:
        """Whether a machine could be large enough: a job never gets all of the memory that is installed."""
        return (
            (self.vcpus or 0) <= machine.vcpus
            and (self.memory_mib or 0) < machine.memory_mib
            and (self.gpus or 0) <= machine.gpus
        )


def needs_of(detail: JobDetail) -> tuple[Needs, ...]:
    """What a job needs, on one machine each: a multi-node job needs several."""
    parts = (
        Needs(requested_vcpus(part), requested_memory(part), requested_gpus(part))
        for part in placed_together(detail.raw)
    )
    return tuple(part for part in parts if part.words)


def max_vcpus(environment: ComputeEnvironmentDetail) -> int | None:
    """The most vCPUs that it may have, None where it has no such limit or does not tell."""
    return environment.compute_resources.maxv_cpus if environment.compute_resources else None


def runs_on(environment: ComputeEnvironmentDetail) -> str:
    """EC2, SPOT, FARGATE, … even where it belongs to EKS; empty where it is not told."""
    return (environment.compute_resources.type if environment.compute_resources else None) or ""


def is_fargate(environment: ComputeEnvironmentDetail) -> bool:
    """Whether it has no instances."""
    return runs_on(environment).startswith("FARGATE")


def machines_of(environment: ComputeEnvironmentDetail) -> AllowedTypes | None:
    """The instance types that it may start; None where not all of them are known."""
    resources = environment.compute_resources
    if (
        resources is None
        or environment.type not in (_MANAGED, None)
        or runs_on(environment) not in ("EC2", "SPOT")
    ):
        return None
    return allowed_types(resources.instance_types)


def largest(machines: Iterable[InstanceType]) -> InstanceType:
    """The machine with the most GPUs, then memory, then vCPUs."""
    return max(machines, key=lambda each: (each.gpus, each.memory_mib, each.vcpus))


def max_of_all(environments: Sequence[ComputeEnvironmentDetail]) -> int | None:
    """The most vCPUs of all of them together, None where one does not tell."""
    limits = [max_vcpus(each) for each in environments]
    known = [limit for limit in limits if limit is not None]
    return sum(known) if limits and len(known) == len(limits) else None
