"""The machine on which ECS placed a task: the shape ContainerInstance of DescribeContainerInstances."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs


@dataclass(frozen=True, slots=True)
class ContainerInstance:
    """One container instance."""

    container_instance_arn: str
    ec2_instance_id: str | None
    """``i-…``; of what is no EC2 instance ``mi-…``."""
    status: str | None
    """ACTIVE, DRAINING, REGISTERING, DEREGISTERING, REGISTRATION_FAILED or INACTIVE."""
    status_reason: str | None
    agent_connected: bool | None
    agent_version: str | None
    docker_version: str | None
    running_tasks_count: int | None
    pending_tasks_count: int | None
    registered_at: int | None
    """Milliseconds since the epoch."""
    capacity_provider_name: str | None
    registered: Pairs
    """``CPU`` (units, 1024 for each vCPU), ``MEMORY`` (MiB), ``GPU`` (how many) …"""
    remaining: Pairs
    """What no task has taken of it."""
    attributes: Pairs
    """``ecs.instance-type``, ``ecs.availability-zone``, ``ecs.ami-id`` and many more."""
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        version = fields.mapping(data, "versionInfo")
        return cls(
            container_instance_arn=fields.text(data, "containerInstanceArn") or "",
            ec2_instance_id=fields.text(data, "ec2InstanceId"),
            status=fields.text(data, "status"),
            status_reason=fields.text(data, "statusReason"),
            agent_connected=fields.flag(data, "agentConnected"),
            agent_version=fields.text(version, "agentVersion"),
            docker_version=fields.text(version, "dockerVersion"),
            running_tasks_count=fields.integer(data, "runningTasksCount"),
            pending_tasks_count=fields.integer(data, "pendingTasksCount"),
            registered_at=fields.moment_ms(data, "registeredAt"),
            capacity_provider_name=fields.text(data, "capacityProviderName"),
            registered=_resources(data, "registeredResources"),
            remaining=_resources(data, "remainingResources"),
            attributes=tuple(
                (fields.text(item, "name") or "", fields.text(item, "value") or "")
                for item in fields.structures(data, "attributes")
            ),
            raw=data,
        )

    def attribute(self, name: str) -> str | None:
        """The value of an attribute, None where it has no such one."""
        return dict(self.attributes).get(name) or None


def _resources(data: Api, key: str) -> Pairs:
    """Numbers as they are, sets (ports, GPUs) as how many there are."""
    found: list[tuple[str, str]] = []
    for item in fields.structures(data, key):
        name = fields.text(item, "name") or ""
        if fields.text(item, "type") == "STRINGSET":
            found.append((name, str(len(fields.texts(item, "stringSetValue")))))
        elif (value := fields.integer(item, "integerValue")) is not None:
            found.append((name, str(value)))
    return tuple(found)
