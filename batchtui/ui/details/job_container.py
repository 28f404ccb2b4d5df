"""The tabs Container and Resources of a job or of a definition: every container, whatever its orchestration."""

import shlex
from typing import Protocol

from batchtui.format import Cell, plain
from batchtui.model.container import ContainerDetail, MountPoint
from batchtui.model.fields import Api, Pairs, mapping, structures, text
from batchtui.model.secrets import masked_command
from batchtui.ui.details.common import masked_pairs
from batchtui.ui.details.lines import field, fields, pair_lines, rest, section

_INDENT = "  "
_SHOWN_ELSEWHERE = frozenset(
    (
        *("name", "image", "command", "args", "environment", "env", "secrets", "user", "privileged", "essential"),
        *("resourceRequirements", "resources", "vcpus", "memory", "ulimits", "instanceType", "securityContext"),
        *("mountPoints", "volumeMounts", "volumes", "readonlyRootFilesystem", "jobRoleArn", "executionRoleArn"),
        *(
            "containers",
            "initContainers",
            "container",
            "ecsProperties",
            "eksProperties",
            "targetNodes",
            "taskRoleArn",
        ),
        *("containerInstanceArn", "taskArn", "logConfiguration", "logStreamName", "exitCode", "reason"),
    )
)


class HasContainers(Protocol):
    """What a job and a definition have in common."""

    @property
    def containers(self) -> tuple[ContainerDetail, ...]: ...
    @property
    def consumable_resources(self) -> Pairs: ...
    @property
    def raw(self) -> Api: ...


def containers(thing: HasContainers, *, is_revealed: bool) -> list[Cell]:
    """The lines of the tab Container."""
    if not thing.containers:
        return [plain("AWS tells of no container.", "muted"), *_array_note(thing)]
    lines: list[Cell] = []
    for container in thing.containers:
        lines += section(_title(container), _container(container, is_revealed=is_revealed))
        environment = masked_pairs(container.environment, is_revealed=is_revealed)
        lines += section("  Environment", pair_lines(environment, _INDENT))
        lines += section("  Secrets (where they come from)", pair_lines(container.secrets, _INDENT))
        lines += section("  Volumes", [line for mount in container.mount_points for line in _mount(mount)])
    return lines


def resources(thing: HasContainers, *, is_revealed: bool) -> list[Cell]:
    """The lines of the tab Resources."""
    lines: list[Cell] = section("Consumable resources", pair_lines(thing.consumable_resources))
    for container in thing.containers:
        ulimits = [f"{u.name}  soft {u.soft_limit}  hard {u.hard_limit}" for u in container.ulimits]
        own = [
            *(line for name, value in container.resource_requirements for line in _requirement(name, value)),
            *field("Instance type", container.instance_type),
            *fields("Ulimits", ulimits),
            *_others(container.raw, is_revealed=is_revealed),
        ]
        lines += section(_title(container), own)
    for title, around in _around_containers(thing.raw):
        lines += section(title, _others(around, is_revealed=is_revealed))
    return lines or [plain("AWS tells of no resources.", "muted"), *_array_note(thing)]


def _around_containers(raw: Api) -> list[tuple[str, Api]]:
    """What holds several containers together: ECS tasks, the pod, the ranges of nodes."""
    tasks = structures(mapping(raw, "ecsProperties"), "taskProperties")
    pod = mapping(mapping(raw, "eksProperties"), "podProperties")
    ranges = structures(mapping(raw, "nodeProperties"), "nodeRangeProperties")
    return [
        *(("Task", task) for task in tasks),
        *((("Pod", pod),) if pod else ()),
        *((f"Nodes {text(group, 'targetNodes') or '?'}", group) for group in ranges),
    ]


def _array_note(thing: HasContainers) -> list[Cell]:
    is_parent = bool(mapping(thing.raw, "arrayProperties").get("size"))
    return [plain("An array parent has none itself: its children have.", "muted")] if is_parent else []


def _title(container: ContainerDetail) -> str:
    return f"{container.role} {container.name}".strip().capitalize()


def _container(container: ContainerDetail, *, is_revealed: bool) -> list[Cell]:
    command = list(container.command) if is_revealed else masked_command(container.command)
    args = list(container.args) if is_revealed else masked_command(container.args)
    log = container.log_configuration
    options = masked_pairs(log.options if log else (), is_revealed=is_revealed)
    return [
        *field("Image", container.image),
        *field("Command", shlex.join(command) if command else None),
        *field("Arguments", shlex.join(args) if args else None),
        *field("Exit code", container.exit_code, "failed" if container.exit_code else ""),
        *field("Reason", container.reason, "failed"),
        *field("User", container.user),
        *field("Privileged", container.privileged),
        *field("Read-only root", container.readonly_root_filesystem),
        *field("Essential", container.essential),
        *field("Job role", container.job_role_arn),
        *field("Execution role", container.execution_role_arn),
        *field("Log driver", log.log_driver if log else None),
        *(line for name, value in options for line in field(f"  {name}", value)),
        *field("Log stream", container.log_stream_name),
        *field("Task", container.task_arn),
        *field("Container instance", container.container_instance_arn),
    ]


def _mount(mount: MountPoint) -> list[Cell]:
    volume = mount.volume
    source = f"no volume named {mount.source_volume}"
    if volume is not None:
        options = "  ".join(
            f"{name}={value}" for name, value in volume.options if name not in ("fileSystemId", "rootDirectory")
        )
        source = f"{volume.kind} {volume.source or ''} ({volume.name})  {options}".replace("  (", " (")
    access = "read only" if mount.read_only else "read and write"
    return field(f"  {mount.container_path or '?'}", f"{access}  ←  {source}".rstrip())


def _requirement(name: str, value: str) -> list[Cell]:
    label = {"VCPU": "vCPUs", "MEMORY": "Memory", "GPU": "GPUs"}.get(name, name)
    return field(label, f"{value} MiB" if name == "MEMORY" else value)


def _others(raw: Api, *, is_revealed: bool) -> list[Cell]:
    """Linux parameters, network, platform, and whatever AWS adds: as it stands, so that nothing is hidden."""
    return pair_lines(rest(raw, _SHOWN_ELSEWHERE, is_revealed=is_revealed))
