"""Containers of a job, one value for each way in which AWS Batch describes one.

The shapes ContainerDetail, TaskContainerDetails (multi-container ECS), EksContainerDetail and
ContainerProperties (a node range) differ in names and in where volumes stand; here they are one.
"""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs
from batchtui.model.text import clean

DEFAULT_LOG_GROUP = "/aws/batch/job"


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume by its name, and where its content lives."""

    name: str
    kind: str
    """``host``, ``efs``, ``s3files``, ``emptyDir``, ``secret``, ``persistentVolumeClaim``, or ``scratch``."""
    source: str | None
    """Host path, file system with its root directory, secret or claim; None for scratch space."""
    options: Pairs = ()

    @classmethod
    def from_api(cls, data: Api) -> Self:
        """From the shapes Volume (ECS) or EksVolume."""
        name = fields.text(data, "name") or ""
        if efs := fields.mapping(data, "efsVolumeConfiguration"):
            root = fields.text(efs, "rootDirectory") or "/"
            return cls(name, "efs", f"{fields.text(efs, 'fileSystemId') or '?'}:{root}", _options(efs))
        if s3 := fields.mapping(data, "s3filesVolumeConfiguration"):
            root = fields.text(s3, "rootDirectory") or "/"
            return cls(name, "s3files", f"{fields.text(s3, 'fileSystemArn') or '?'}:{root}", _options(s3))
        if path := fields.text(fields.mapping(data, "host"), "sourcePath"):
            return cls(name, "host", path)
        if path := fields.text(fields.mapping(data, "hostPath"), "path"):
            return cls(name, "host", path)
        if secret := fields.mapping(data, "secret"):
            return cls(name, "secret", fields.text(secret, "secretName"))
        if claim := fields.mapping(data, "persistentVolumeClaim"):
            return cls(name, "persistentVolumeClaim", fields.text(claim, "claimName"))
        if "emptyDir" in data:
            return cls(name, "emptyDir", None, _options(fields.mapping(data, "emptyDir")))
        return cls(name, "scratch", None)


@dataclass(frozen=True, slots=True)
class MountPoint:
    """Where a container sees a volume."""

    container_path: str | None
    source_volume: str | None
    read_only: bool | None
    volume: Volume | None
    """The volume of that name, None where the job describes no such volume."""


@dataclass(frozen=True, slots=True)
class Ulimit:
    """A resource limit of the container's processes."""

    name: str | None
    soft_limit: int | None
    hard_limit: int | None


@dataclass(frozen=True, slots=True)
class LogConfiguration:
    """Where a container's output goes."""

    log_driver: str
    options: Pairs

    @classmethod
    def from_api(cls, data: Api) -> Self | None:
        if not data:
            return None
        return cls(fields.text(data, "logDriver") or "awslogs", fields.pairs(data, "options"))

    @property
    def group(self) -> str:
        """The CloudWatch Logs group of the driver ``awslogs``."""
        return dict(self.options).get("awslogs-group", DEFAULT_LOG_GROUP)

    @property
    def region(self) -> str | None:
        """The group's region where it is not the job's."""
        return dict(self.options).get("awslogs-region")


@dataclass(frozen=True, slots=True)
class ContainerDetail:
    """One container of a job, with what has become of it where AWS tells."""

    name: str
    role: str
    """``container``, ``task`` (multi-container ECS), ``pod``, ``init`` (EKS) or ``nodes 0:3`` (a node range)."""
    image: str | None
    command: tuple[str, ...]
    args: tuple[str, ...]
    """Only EKS has arguments beside the command."""
    environment: Pairs
    secrets: Pairs
    """Names, and the ARNs from which the values come; never a value."""
    resource_requirements: Pairs
    """``VCPU``, ``MEMORY`` (MiB), ``GPU``; on EKS the limits (or requests) by Kubernetes' names."""
    mount_points: tuple[MountPoint, ...]
    ulimits: tuple[Ulimit, ...]
    job_role_arn: str | None
    execution_role_arn: str | None
    user: str | None
    privileged: bool | None
    readonly_root_filesystem: bool | None
    essential: bool | None
    instance_type: str | None
    container_instance_arn: str | None
    task_arn: str | None
    log_configuration: LogConfiguration | None
    log_stream_name: str | None
    exit_code: int | None
    reason: str | None
    raw: Api
    """The answer as it came: Linux parameters, network, platform and whatever AWS adds."""

    @classmethod
    def from_api(cls, data: Api, *, role: str, task: Api = fields.EMPTY, volumes: tuple[Api, ...] = ()) -> Self:
        """From any of the container shapes.

        Args:
            data: The container's own structure.
            role: Where it stood, see the field.
            task: The ECS task around it, which holds roles and ARNs for all its containers.
            volumes: The volumes beside it; those of ``data`` where it has its own.
        """
        security = fields.mapping(data, "securityContext")
        run_as = fields.integer(security, "runAsUser")
        own = fields.structures(data, "volumes") or volumes
        by_name = {volume.name: volume for volume in map(Volume.from_api, own)}
        return cls(
            name=fields.text(data, "name") or "",
            role=role,
            image=fields.text(data, "image"),
            command=fields.texts(data, "command"),
            args=fields.texts(data, "args"),
            environment=_named(data, "environment", "value") or _named(data, "env", "value"),
            secrets=_named(data, "secrets", "valueFrom"),
            resource_requirements=_resources(data),
            mount_points=_mount_points(data, by_name),
            ulimits=tuple(
                Ulimit(fields.text(u, "name"), fields.integer(u, "softLimit"), fields.integer(u, "hardLimit"))
                for u in fields.structures(data, "ulimits")
            ),
            job_role_arn=fields.text(data, "jobRoleArn") or fields.text(task, "taskRoleArn"),
            execution_role_arn=fields.text(data, "executionRoleArn") or fields.text(task, "executionRoleArn"),
            user=fields.text(data, "user") or (None if run_as is None else str(run_as)),
            privileged=_first(fields.flag(data, "privileged"), fields.flag(security, "privileged")),
            readonly_root_filesystem=_first(
                fields.flag(data, "readonlyRootFilesystem"), fields.flag(security, "readOnlyRootFilesystem")
            ),
            essential=fields.flag(data, "essential"),
            instance_type=fields.text(data, "instanceType"),
            container_instance_arn=fields.text(data, "containerInstanceArn")
            or fields.text(task, "containerInstanceArn"),
            task_arn=fields.text(data, "taskArn") or fields.text(task, "taskArn"),
            log_configuration=LogConfiguration.from_api(fields.mapping(data, "logConfiguration")),
            log_stream_name=fields.text(data, "logStreamName"),
            exit_code=fields.integer(data, "exitCode"),
            reason=fields.text(data, "reason"),
            raw=data,
        )


def containers_of(data: Api) -> tuple[ContainerDetail, ...]:
    """Every container of a JobDetail or of a node range, in the order in which AWS tells them."""
    found: list[ContainerDetail] = []
    if single := fields.mapping(data, "container"):
        found.append(ContainerDetail.from_api(single, role="container"))
    for task in fields.structures(fields.mapping(data, "ecsProperties"), "taskProperties"):
        volumes = fields.structures(task, "volumes")
        found += (
            ContainerDetail.from_api(item, role="task", task=task, volumes=volumes)
            for item in fields.structures(task, "containers")
        )
    pod = fields.mapping(fields.mapping(data, "eksProperties"), "podProperties")
    volumes = fields.structures(pod, "volumes")
    for key, role in (("initContainers", "init"), ("containers", "pod")):
        found += (
            ContainerDetail.from_api(item, role=role, volumes=volumes) for item in fields.structures(pod, key)
        )
    return tuple(found)


def _options(data: Api) -> Pairs:
    """What else a volume's configuration says, one level deep."""
    flat: list[tuple[str, str]] = []
    for key in sorted(data):
        if isinstance(data[key], str | int | bool) and data[key] != "":
            flat.append((clean(key), clean(str(data[key]))))
        flat += fields.pairs(data, key)
    return tuple(flat)


def _named(data: Api, key: str, value: str) -> Pairs:
    return tuple(
        (fields.text(item, "name") or "", fields.text(item, value) or "") for item in fields.structures(data, key)
    )


def _resources(data: Api) -> Pairs:
    listed = tuple(
        (fields.text(item, "type") or "", fields.text(item, "value") or "")
        for item in fields.structures(data, "resourceRequirements")
    )
    kubernetes = fields.mapping(data, "resources")
    legacy = tuple(
        (name, str(value))
        for name, key in (("VCPU", "vcpus"), ("MEMORY", "memory"))
        if (value := fields.integer(data, key)) and name not in dict(listed)
    )
    return listed + legacy + (fields.pairs(kubernetes, "limits") or fields.pairs(kubernetes, "requests"))


def _mount_points(data: Api, volumes: dict[str, Volume]) -> tuple[MountPoint, ...]:
    ecs = [
        (fields.text(item, "containerPath"), fields.text(item, "sourceVolume"), fields.flag(item, "readOnly"))
        for item in fields.structures(data, "mountPoints")
    ]
    eks = [
        (fields.text(item, "mountPath"), fields.text(item, "name"), fields.flag(item, "readOnly"))
        for item in fields.structures(data, "volumeMounts")
    ]
    return tuple(
        MountPoint(path, source, read_only, volumes.get(source or "")) for path, source, read_only in ecs + eks
    )


def _first(*flags: bool | None) -> bool | None:
    return next((value for value in flags if value is not None), None)
