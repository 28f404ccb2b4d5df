"""Commands and addresses that lead further than this program does, whole, to be copied."""

import shlex
from collections.abc import Sequence
from urllib.parse import quote

from batchtui.format import Cell, plain
from batchtui.model.container_instance import ContainerInstance
from batchtui.model.ec2_instance import Ec2Instance
from batchtui.model.ecs_task import RUNNING, EcsTask
from batchtui.model.fields import arn_name
from batchtui.sync.trail_reads import Trail
from batchtui.ui.details.lines import section

SHELL = "/bin/sh"
_CONSOLES = {"aws": "console.aws.amazon.com", "aws-cn": "console.amazonaws.cn"}
_GOVERNMENT = "console.amazonaws-us-gov.com"
_EXEC_OFF = "ECS Exec is off for this task: enableExecuteCommand in the job definition turns it on for new jobs."


def command(*words: str) -> str:
    """Words as a shell takes them, for names come from elsewhere."""
    return shlex.join(words)


def task_hints(trail: Trail) -> list[Cell]:
    """What one can do with a task and its instance outside of this program."""
    task_arn, cluster = trail.place.task_arn, arn_name(trail.cluster_arn or "")
    region = region_of(task_arn)
    where = ("--region", region) if region else ()
    lines: list[Cell] = []
    named = ("--cluster", cluster) if cluster else ()
    task = arn_name(task_arn) if cluster else task_arn
    lines += hint("The task", command("aws", "ecs", "describe-tasks", *where, *named, "--tasks", task))
    lines += _shells(trail, where, named)
    if (instance := instance_id(trail)) is not None:
        words = ("aws", "ssm", "start-session", *where, "--target", instance)
        lines += hint("A shell on the instance, where its role and an SSM agent allow it", command(*words))
    found = section("On the command line (Y copies all of this tab)", lines)
    return [*found, *section("In the console", _consoles(task_arn, cluster, instance))]


def _shells(trail: Trail, where: Sequence[str], named: Sequence[str]) -> list[Cell]:
    task = trail.task
    if not isinstance(task, EcsTask) or task.last_status != RUNNING:
        return []
    if not task.enable_execute_command:
        return [plain(_EXEC_OFF, "muted")]
    lines: list[Cell] = []
    for container in task.running_containers:
        which = ("--container", container.name) if container.name else ()
        words = ("aws", "ecs", "execute-command", *where, *named, "--task", task.task_id, *which)
        text = command(*words, "--interactive", "--command", SHELL)
        lines += hint(f"A shell in {container.name or 'the container'}; here the key s opens it", text)
    return lines


def instance_id(trail: Trail) -> str | None:
    """The EC2 instance, as far as any step tells it."""
    if isinstance(trail.instance, Ec2Instance):
        return trail.instance.instance_id
    if isinstance(trail.container_instance, ContainerInstance):
        return trail.container_instance.ec2_instance_id
    return trail.place.lost_instance_id


def _consoles(task_arn: str, cluster: str, instance: str | None) -> list[Cell]:
    if not (console := console_of(task_arn)):
        return []
    region, lines = region_of(task_arn), list[Cell]()
    if cluster:
        path = f"ecs/v2/clusters/{_part(cluster)}/tasks/{_part(arn_name(task_arn))}"
        lines.append(plain(f"{console}/{path}?region={region}"))
    if instance:
        lines.append(plain(f"{console}/ec2/home?region={region}#InstanceDetails:instanceId={_part(instance)}"))
    return lines


def hint(what: str, text: str) -> list[Cell]:
    """What it is for, and the whole of it on a line of its own."""
    return [plain(what, "muted"), plain(text)]


def region_of(arn: str) -> str:
    """The region that an ARN names; empty where it is none."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 5 and parts[0] == "arn" else ""


def console_of(arn: str) -> str:
    """The console's address for the region of an ARN; empty where that names none."""
    region, partition = region_of(arn), arn.split(":")[1] if ":" in arn else ""
    if not region:
        return ""
    domain = _GOVERNMENT if partition == "aws-us-gov" else _CONSOLES.get(partition, _CONSOLES["aws"])
    return f"https://{_part(region)}.{domain}"


def _part(text: str) -> str:
    return quote(text, safe="")
