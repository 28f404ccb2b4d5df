"""The ECS task in which an attempt runs: the shape Task of DescribeTasks."""

from dataclasses import dataclass
from typing import Final, Self

from batchtui.model import fields
from batchtui.model.fields import Api, arn_name

RUNNING: Final = "RUNNING"
EXECUTE_AGENT: Final = "ExecuteCommandAgent"
_INTERFACE: Final = "ElasticNetworkInterface"


@dataclass(frozen=True, slots=True)
class ManagedAgent:
    """What ECS runs beside a container, such as the agent that opens shells."""

    name: str
    last_status: str | None
    reason: str | None

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            name=fields.text(data, "name") or "",
            last_status=fields.text(data, "lastStatus"),
            reason=fields.text(data, "reason"),
        )


@dataclass(frozen=True, slots=True)
class EcsContainer:
    """One container of a task."""

    name: str
    image: str | None
    image_digest: str | None
    last_status: str | None
    health_status: str | None
    exit_code: int | None
    reason: str | None
    runtime_id: str | None
    """What the container runtime calls it; absent until it was started."""
    private_addresses: tuple[str, ...]
    managed_agents: tuple[ManagedAgent, ...]

    @classmethod
    def from_api(cls, data: Api) -> Self:
        interfaces = fields.structures(data, "networkInterfaces")
        return cls(
            name=fields.text(data, "name") or "",
            image=fields.text(data, "image"),
            image_digest=fields.text(data, "imageDigest"),
            last_status=fields.text(data, "lastStatus"),
            health_status=fields.text(data, "healthStatus"),
            exit_code=fields.integer(data, "exitCode"),
            reason=fields.text(data, "reason"),
            runtime_id=fields.text(data, "runtimeId"),
            private_addresses=tuple(
                address for each in interfaces if (address := fields.text(each, "privateIpv4Address"))
            ),
            managed_agents=tuple(map(ManagedAgent.from_api, fields.structures(data, "managedAgents"))),
        )

    @property
    def execute_agent(self) -> ManagedAgent | None:
        """What opens shells in it; None where ECS tells of none."""
        return next((agent for agent in self.managed_agents if agent.name == EXECUTE_AGENT), None)


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """The network interface that a task has for itself."""

    interface_id: str | None
    private_address: str | None
    subnet_id: str | None

    @classmethod
    def from_api(cls, attachment: Api) -> Self:
        details = {
            fields.text(item, "name"): fields.text(item, "value")
            for item in fields.structures(attachment, "details")
        }
        return cls(details.get("networkInterfaceId"), details.get("privateIPv4Address"), details.get("subnetId"))


@dataclass(frozen=True, slots=True)
class EcsTask:
    """One task. Moments are milliseconds since the epoch."""

    task_arn: str
    cluster_arn: str | None
    last_status: str | None
    desired_status: str | None
    health_status: str | None
    launch_type: str | None
    """EC2, FARGATE, EXTERNAL or MANAGED_INSTANCES; absent where a capacity provider placed it."""
    capacity_provider_name: str | None
    platform_version: str | None
    """Of Fargate."""
    platform_family: str | None
    availability_zone: str | None
    cpu: str | None
    """CPU units, 1024 for each vCPU."""
    memory: str | None
    """MiB."""
    created_at: int | None
    pull_started_at: int | None
    pull_stopped_at: int | None
    started_at: int | None
    stopping_at: int | None
    stopped_at: int | None
    stop_code: str | None
    stopped_reason: str | None
    enable_execute_command: bool | None
    task_definition_arn: str | None
    container_instance_arn: str | None
    network_interfaces: tuple[NetworkInterface, ...]
    containers: tuple[EcsContainer, ...]
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        attachments = fields.structures(data, "attachments")
        return cls(
            task_arn=fields.text(data, "taskArn") or "",
            cluster_arn=fields.text(data, "clusterArn"),
            last_status=fields.text(data, "lastStatus"),
            desired_status=fields.text(data, "desiredStatus"),
            health_status=fields.text(data, "healthStatus"),
            launch_type=fields.text(data, "launchType"),
            capacity_provider_name=fields.text(data, "capacityProviderName"),
            platform_version=fields.text(data, "platformVersion"),
            platform_family=fields.text(data, "platformFamily"),
            availability_zone=fields.text(data, "availabilityZone"),
            cpu=fields.text(data, "cpu"),
            memory=fields.text(data, "memory"),
            created_at=fields.moment_ms(data, "createdAt"),
            pull_started_at=fields.moment_ms(data, "pullStartedAt"),
            pull_stopped_at=fields.moment_ms(data, "pullStoppedAt"),
            started_at=fields.moment_ms(data, "startedAt"),
            stopping_at=fields.moment_ms(data, "stoppingAt"),
            stopped_at=fields.moment_ms(data, "stoppedAt"),
            stop_code=fields.text(data, "stopCode"),
            stopped_reason=fields.text(data, "stoppedReason"),
            enable_execute_command=fields.flag(data, "enableExecuteCommand"),
            task_definition_arn=fields.text(data, "taskDefinitionArn"),
            container_instance_arn=fields.text(data, "containerInstanceArn"),
            network_interfaces=tuple(
                NetworkInterface.from_api(each)
                for each in attachments
                if fields.text(each, "type") in (_INTERFACE, "eni")
            ),
            containers=tuple(map(EcsContainer.from_api, fields.structures(data, "containers"))),
            raw=data,
        )

    @property
    def task_id(self) -> str:
        """The last part of its ARN."""
        return arn_name(self.task_arn)

    @property
    def is_fargate(self) -> bool:
        """Whether its host is AWS's own affair."""
        provider = self.capacity_provider_name or ""
        return self.launch_type == "FARGATE" or provider.startswith("FARGATE")

    @property
    def running_containers(self) -> tuple[EcsContainer, ...]:
        """Those that run."""
        return tuple(each for each in self.containers if each.last_status == RUNNING)


def cluster_name(arn: str) -> str:
    """The cluster that the ARN of a task or of a container instance names; empty where it has the old form.

    ``…:task/cluster/id`` names it, ``…:task/id`` does not.
    """
    parts = arn.split("/")
    return parts[1] if arn.startswith("arn:") and len(parts) == 3 else ""


def cluster_arn(arn: str) -> str | None:
    """The ARN of the cluster that the ARN of a task or of a container instance names."""
    name = cluster_name(arn)
    parts = arn.split(":", 5)
    return ":".join((*parts[:5], f"cluster/{name}")) if name and len(parts) == 6 else None
