"""ContainerOverrides and TaskContainerOverrides: what one container of a job differs in from its definition."""

from collections.abc import Mapping

from batchtui.actions.request_notes import Note, Request, listed
from batchtui.actions.request_values import (
    environment_of,
    raw_text,
    requirements_of,
    same_amount,
    same_command,
    words,
)
from batchtui.model import fields
from batchtui.model.fields import Api

Difference = tuple[Request, list[Note]]


def container_overrides(job: Api, definition: Api, parameters: Mapping[str, str], where: str = "") -> Difference:
    """ContainerOverrides that turn a definition's container into the job's.

    Args:
        job: The container as DescribeJobs shows it: definition and override merged.
        definition: The same container in the definition; empty where that is not known.
        parameters: The job's parameters, with which AWS may have filled in the command.
        where: The container in the words of a note, empty for the only one.
    """
    overrides: Request = {}
    notes: list[Note] = []
    command, defined = words(job, "command"), words(definition, "command")
    if command and not same_command(command, defined, parameters):
        overrides["command"] = command
    elif not command and defined and "command" in job:
        notes.append(_irremovable(where, ["the command"]))
    notes += _environment(overrides, job, definition, where)
    notes += _requirements(overrides, job, definition, where)
    instance = raw_text(job, "instanceType")
    if instance and instance != raw_text(definition, "instanceType"):
        overrides["instanceType"] = instance
    return overrides, notes


def ecs_overrides(job: Api, definition: Api, parameters: Mapping[str, str]) -> Difference:
    """EcsPropertiesOverride: the tasks in their order, the containers of each by their names."""
    tasks: list[Request] = []
    notes: list[Note] = []
    defined_tasks = fields.structures(definition, "taskProperties")
    for number, task in enumerate(fields.structures(job, "taskProperties")):
        defined_task = defined_tasks[number] if number < len(defined_tasks) else fields.EMPTY
        changes = []
        for container, defined in paired(
            fields.structures(task, "containers"), fields.structures(defined_task, "containers")
        ):
            name = raw_text(container, "name")
            # A single container's instance type has no place in a task's overrides.
            part = {key: value for key, value in container.items() if key != "instanceType"}
            override, remarks = container_overrides(part, defined, parameters, f"container {name}: ")
            notes += remarks
            if override:
                changes.append({"name": name, **override} if name else override)
        tasks.append({"containers": changes})
    while tasks and not tasks[-1]["containers"]:
        tasks.pop()
    return ({"taskProperties": tasks} if tasks else {}), notes


def paired(shown: tuple[Api, ...], defined: tuple[Api, ...]) -> list[tuple[Api, Api]]:
    """Each container of a job with its definition's: by its name, or by its place where that has no name."""
    by_name = {name: item for item in defined if (name := raw_text(item, "name"))}
    nameless = {index: item for index, item in enumerate(defined) if not raw_text(item, "name")}
    return [
        (item, by_name.get(raw_text(item, "name") or "") or nameless.get(index, fields.EMPTY))
        for index, item in enumerate(shown)
    ]


def missing(where: str, shown: Mapping[str, str], defined: Mapping[str, str], what: str) -> list[Note]:
    """A note about members that the definition has and the job has not, for an override cannot take them away."""
    gone = [name for name in defined if name not in shown]
    return [_irremovable(where, [f"{what} {listed(gone)}"])] if gone else []


def _irremovable(where: str, names: list[str]) -> Note:
    return Note.warning(f"{where}{', '.join(names)} of the job definition cannot be removed by an override")


def _environment(overrides: Request, job: Api, definition: Api, where: str) -> list[Note]:
    shown, defined = environment_of(job), environment_of(definition)
    changed = [{"name": k, "value": v} for k, v in shown.items() if k not in defined or defined[k] != v]
    if changed:
        overrides["environment"] = changed
    return missing(where, shown, defined, "the variables") if "environment" in job else []


def _requirements(overrides: Request, job: Api, definition: Api, where: str) -> list[Note]:
    shown, defined = requirements_of(job), requirements_of(definition)
    changed = [{"type": k, "value": v} for k, v in shown.items() if not same_amount(v, defined.get(k))]
    if changed:
        overrides["resourceRequirements"] = changed
    return missing(where, shown, defined, "the requirements") if "resourceRequirements" in job else []
