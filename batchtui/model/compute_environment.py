"""Compute environments: the shape ComputeEnvironmentDetail of DescribeComputeEnvironments."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs


@dataclass(frozen=True, slots=True)
class ComputeResource:
    """What a managed compute environment may start. Fargate has neither minimum nor desired vCPUs."""

    type: str | None
    """EC2, SPOT, FARGATE, FARGATE_SPOT or ECS_MANAGED_INSTANCES."""
    allocation_strategy: str | None
    minv_cpus: int | None
    desiredv_cpus: int | None
    maxv_cpus: int | None
    instance_types: tuple[str, ...]
    bid_percentage: int | None
    """The most paid for Spot, in per cent of the on-demand price."""
    image_id: str | None
    subnets: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    instance_role: str | None
    spot_iam_fleet_role: str | None
    placement_group: str | None
    ec2_key_pair: str | None

    @classmethod
    def from_api(cls, data: Api) -> Self | None:
        if not data:
            return None
        return cls(
            type=fields.text(data, "type"),
            allocation_strategy=fields.text(data, "allocationStrategy"),
            minv_cpus=fields.integer(data, "minvCpus"),
            desiredv_cpus=fields.integer(data, "desiredvCpus"),
            maxv_cpus=fields.integer(data, "maxvCpus"),
            instance_types=fields.texts(data, "instanceTypes"),
            bid_percentage=fields.integer(data, "bidPercentage"),
            image_id=fields.text(data, "imageId"),
            subnets=fields.texts(data, "subnets"),
            security_group_ids=fields.texts(data, "securityGroupIds"),
            instance_role=fields.text(data, "instanceRole"),
            spot_iam_fleet_role=fields.text(data, "spotIamFleetRole"),
            placement_group=fields.text(data, "placementGroup"),
            ec2_key_pair=fields.text(data, "ec2KeyPair"),
        )


@dataclass(frozen=True, slots=True)
class ComputeEnvironmentDetail:
    """One compute environment."""

    compute_environment_name: str
    compute_environment_arn: str | None
    type: str | None
    """MANAGED or UNMANAGED."""
    state: str | None
    """ENABLED or DISABLED."""
    status: str | None
    """CREATING, UPDATING, DELETING, DELETED, VALID or INVALID."""
    status_reason: str | None
    unmanagedv_cpus: int | None
    compute_resources: ComputeResource | None
    service_role: str | None
    container_orchestration_type: str | None
    """ECS or EKS."""
    ecs_cluster_arn: str | None
    eks_cluster_arn: str | None
    kubernetes_namespace: str | None
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        eks = fields.mapping(data, "eksConfiguration")
        return cls(
            compute_environment_name=fields.text(data, "computeEnvironmentName") or "",
            compute_environment_arn=fields.text(data, "computeEnvironmentArn"),
            type=fields.text(data, "type"),
            state=fields.text(data, "state"),
            status=fields.text(data, "status"),
            status_reason=fields.text(data, "statusReason"),
            unmanagedv_cpus=fields.integer(data, "unmanagedvCpus"),
            compute_resources=ComputeResource.from_api(fields.mapping(data, "computeResources")),
            service_role=fields.text(data, "serviceRole"),
            container_orchestration_type=fields.text(data, "containerOrchestrationType"),
            ecs_cluster_arn=fields.text(data, "ecsClusterArn"),
            eks_cluster_arn=fields.text(eks, "eksClusterArn"),
            kubernetes_namespace=fields.text(eks, "kubernetesNamespace"),
            tags=fields.pairs(data, "tags"),
            raw=data,
        )

    @property
    def kind(self) -> str:
        """What it runs on, in one word: EC2, SPOT, FARGATE, FARGATE_SPOT, EKS, …, or UNMANAGED."""
        if self.eks_cluster_arn or self.container_orchestration_type == "EKS":
            return "EKS"
        if self.compute_resources and self.compute_resources.type:
            return self.compute_resources.type
        return self.type or "?"

    @property
    def is_healthy(self) -> bool:
        """Whether it can take jobs, as far as its own state and status tell."""
        return self.state == "ENABLED" and self.status in ("VALID", "UPDATING", None)
