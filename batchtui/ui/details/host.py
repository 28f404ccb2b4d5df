"""The tab Host of a job: the ECS task, the container instance and the EC2 instance, or why they are not told."""

from collections.abc import Sequence

from batchtui.format import Cell, duration, number, plain
from batchtui.model.container_instance import ContainerInstance
from batchtui.model.ec2_instance import ON_DEMAND, Ec2Instance
from batchtui.model.ecs_task import EcsContainer, EcsTask
from batchtui.model.fields import Pairs, arn_name
from batchtui.sync.trail_reads import Absence, Trail
from batchtui.ui.details.common import masked_pairs
from batchtui.ui.details.host_hints import task_hints
from batchtui.ui.details.lines import field, fields, moment, section

_ATTRIBUTES = {
    "ecs.instance-type": "Instance type",
    "ecs.availability-zone": "Zone",
    "ecs.ami-id": "Image (AMI)",
    "ecs.cpu-architecture": "Architecture",
}
_UNHEALTHY = ("UNHEALTHY",)
_UNITS_PER_VCPU = 1024


def host_lines(trail: Trail, now: float, *, is_revealed: bool = False) -> list[Cell]:
    """The lines of the tab.

    Args:
        trail: Each step, or why it is not there.
        now: Epoch seconds.
        is_revealed: Whether tags that look secret are shown.
    """
    task = trail.task
    return [
        *section("Where", _where(trail)),
        *section("ECS task", _task(task, now) if isinstance(task, EcsTask) else _why_not(task)),
        *(_containers(task) if isinstance(task, EcsTask) else ()),
        *_machines(trail, now, is_revealed=is_revealed),
        *task_hints(trail),
    ]


def _machines(trail: Trail, now: float, *, is_revealed: bool) -> list[Cell]:
    machine, instance = trail.container_instance, trail.instance
    if isinstance(machine, Absence) and machine == instance:
        return section("Container instance, EC2 instance", _why_not(machine))
    ecs = _machine(machine, now) if isinstance(machine, ContainerInstance) else _why_not(machine)
    if isinstance(instance, Ec2Instance):
        ec2 = _instance(instance, now, is_revealed=is_revealed)
    else:
        ec2 = _why_not(instance)
    return [*section("Container instance", ecs), *section("EC2 instance", ec2)]


def _why_not(absence: Absence) -> list[Cell]:
    """Why a step is not there: a denial is a fact, and nothing to be alarmed at."""
    return [plain(absence.sentence, "warning" if absence.is_trouble else "muted")]


def _where(trail: Trail) -> list[Cell]:
    """The short answer, and whose place it is."""
    place, environment, task = trail.place, trail.environment, trail.task
    is_over = place.attempt is not None or (isinstance(task, EcsTask) and task.last_status == "STOPPED")
    of_attempt = f"attempt {place.attempt}, which has ended" if place.attempt is not None else None
    return [
        *field("Ran on" if is_over else "Runs on", in_short(trail), "strong"),
        *field("Place of", of_attempt, "muted"),
        *field("Environment", environment.compute_environment_name if environment else None),
        *field("Cluster", arn_name(trail.cluster_arn) if trail.cluster_arn else None),
        *field("Task", place.task_arn),
        *field("Container instance", place.container_instance_arn),
    ]


def in_short(trail: Trail) -> str:
    """As ``m6i.4xlarge · spot · us-east-1a · i-0123…``; empty where nothing is known."""
    task, machine, instance = trail.task, trail.container_instance, trail.instance
    found: list[str | None] = []
    if isinstance(instance, Ec2Instance):
        found = [instance.instance_type, instance.lifecycle, instance.availability_zone, instance.instance_id]
    elif isinstance(machine, ContainerInstance):
        attributes = [machine.attribute(name) for name in ("ecs.instance-type", "ecs.availability-zone")]
        found = [*attributes, machine.ec2_instance_id]
    elif isinstance(task, EcsTask):
        platform = f"platform {task.platform_version}" if task.platform_version else None
        kind = task.capacity_provider_name or task.launch_type
        found = [kind, platform, *_size(task), task.availability_zone]
    return " · ".join(each for each in found if each)


def _size(task: EcsTask) -> list[str]:
    units = int(task.cpu) if task.cpu and task.cpu.isdecimal() else None
    return [
        *([f"{number(units / _UNITS_PER_VCPU)} vCPU"] if units is not None else []),
        *([f"{task.memory} MiB"] if task.memory else []),
    ]


def _task(task: EcsTask, now: float) -> list[Cell]:
    desired = task.desired_status if task.desired_status != task.last_status else None
    shell = {True: "on", False: "off"}.get(bool(task.enable_execute_command))
    return [
        *field("Last status", task.last_status),
        *field("Is to become", desired),
        *field("Health", task.health_status, "failed" if task.health_status in _UNHEALTHY else ""),
        *field("Launch type", task.launch_type),
        *field("Capacity provider", task.capacity_provider_name),
        *field("Platform version", task.platform_version),
        *field("Zone", task.availability_zone),
        *field("Size", " · ".join(_size(task))),
        *fields("Network interface", _interfaces(task)),
        *field("ECS Exec", shell if task.enable_execute_command is not None else None),
        *moment("Created", task.created_at, now),
        *moment("Pull began", task.pull_started_at, now),
        *moment("Pull ended", task.pull_stopped_at, now),
        *moment("Started", task.started_at, now),
        *moment("Stopping", task.stopping_at, now),
        *moment("Stopped", task.stopped_at, now),
        *field("Image pull took", _between(task.pull_started_at, task.pull_stopped_at)),
        *field("Stop code", task.stop_code),
        *field("Stopped reason", task.stopped_reason),
        *field("Task definition", task.task_definition_arn),
    ]


def _interfaces(task: EcsTask) -> list[str]:
    told = [
        "  ".join(part for part in (each.private_address, each.interface_id, each.subnet_id) if part)
        for each in task.network_interfaces
    ]
    return [each for each in told if each]


def _between(start: int | None, end: int | None) -> str | None:
    return None if start is None or end is None else duration((end - start) / 1000)


def _containers(task: EcsTask) -> list[Cell]:
    lines: list[Cell] = []
    for container in task.containers:
        lines += section(f"  Container {container.name}".rstrip(), _container(container))
    return lines


def _container(container: EcsContainer) -> list[Cell]:
    agent, health = container.execute_agent, container.health_status
    told = " ".join(part for part in (agent.last_status, agent.reason) if part) if agent else None
    return [
        *field("Last status", container.last_status),
        *field("Health", None if health == "UNKNOWN" else health, "failed" if health in _UNHEALTHY else ""),
        *field("Exit code", container.exit_code, "failed" if container.exit_code else ""),
        *field("Reason", container.reason, "failed"),
        *field("Runtime id", container.runtime_id),
        *field("Image", container.image),
        *field("Image digest", container.image_digest),
        *fields("Private address", container.private_addresses),
        *field("Shell agent", told),
    ]


def _machine(machine: ContainerInstance, now: float) -> list[Cell]:
    pending = f", {machine.pending_tasks_count} pending" if machine.pending_tasks_count else ""
    tasks = None if machine.running_tasks_count is None else f"{machine.running_tasks_count} running{pending}"
    connected = {True: "connected", False: "not connected"}.get(machine.agent_connected or False)
    agent = [machine.agent_version, connected if machine.agent_connected is not None else None]
    attributes = [(text, machine.attribute(name)) for name, text in _ATTRIBUTES.items()]
    return [
        *field("EC2 instance", machine.ec2_instance_id),
        *field("Status", machine.status, "" if machine.status == "ACTIVE" else "warning"),
        *field("Status reason", machine.status_reason),
        *(line for text, value in attributes for line in field(text, value)),
        *field("Tasks", tasks),
        *fields("Free", _free(machine.registered, machine.remaining)),
        *field("Agent", "  ".join(part for part in agent if part)),
        *field("Docker", (machine.docker_version or "").removeprefix("DockerVersion: ")),
        *field("Capacity provider", machine.capacity_provider_name),
        *moment("Registered", machine.registered_at, now),
    ]


def _free(registered: Pairs, remaining: Pairs) -> list[str]:
    """What no task has taken, of all that there is."""
    left = dict(remaining)
    lines: list[str] = []
    for name, unit in (("CPU", "vCPU"), ("MEMORY", "MiB"), ("GPU", "GPU")):
        whole = dict(registered).get(name)
        if whole is None or not whole.isdecimal():
            continue
        rest = left.get(name, "?")
        if name == "CPU":
            rest, whole = (_vcpus(each) for each in (rest, whole))
        lines.append(f"{rest} of {whole} {unit}")
    return lines


def _vcpus(units: str) -> str:
    return number(int(units) / _UNITS_PER_VCPU) if units.isdecimal() else units


def _instance(instance: Ec2Instance, now: float, *, is_revealed: bool) -> list[Cell]:
    running = instance.state in ("running", "pending")
    return [
        *field("Instance", instance.instance_id),
        *field("Type", instance.instance_type),
        *field("Lifecycle", instance.lifecycle, "" if instance.lifecycle == ON_DEMAND else "warning"),
        *field("State", instance.state, "" if running else "warning"),
        *field("State reason", instance.state_reason),
        *field("Zone", instance.availability_zone),
        *moment("Launched", instance.launch_time, now),
        *field("Private DNS name", instance.private_dns_name),
        *field("Private address", instance.private_ip_address),
        *field("Image (AMI)", instance.image_id),
        *field("Architecture", instance.architecture),
        *field("Subnet", instance.subnet_id),
        *fields("Tags", _tags(instance, is_revealed=is_revealed)),
    ]


def _tags(instance: Ec2Instance, *, is_revealed: bool) -> Sequence[str]:
    return [f"{name}={value}" for name, value in masked_pairs(instance.tags, is_revealed=is_revealed)]
