"""A child of an array submitted alone: AWS gives a single job no index, so a variable tells it."""

from collections.abc import Iterable
from typing import Any

from batchtui.actions.request_container import paired
from batchtui.actions.request_notes import Note, Request
from batchtui.actions.request_overrides import kind_of
from batchtui.actions.request_values import raw_text, words
from batchtui.model import fields
from batchtui.model.fields import Api

AWS_INDEX_VARIABLE = "AWS_BATCH_JOB_ARRAY_INDEX"
DEFAULT_INDEX_VARIABLE = "BATCH_ARRAY_INDEX_OVERRIDE"
_LONGEST_NAME = 128


def child_name(name: str, index: int) -> str:
    """A name that tells a former child from its siblings."""
    suffix = f"-{index}"
    return name[: _LONGEST_NAME - len(suffix)] + suffix


def with_variable(overrides: Request, job: Api, name: str, value: str) -> Request:
    """The overrides with a variable for every container of the job."""
    kind = kind_of(job)
    if kind == "container":
        own = overrides.get("containerOverrides", {})
        return {**overrides, "containerOverrides": _set(own, "environment", name, value)}
    if kind == "ecs":
        tasks = fields.structures(fields.mapping(job, "ecsProperties"), "taskProperties")
        given = overrides.get("ecsPropertiesOverride", {}).get("taskProperties", [])
        changed = [
            {
                "containers": _each(
                    task, "containers", given[n] if n < len(given) else {}, "environment", name, value
                )
            }
            for n, task in enumerate(tasks)
        ]
        return {**overrides, "ecsPropertiesOverride": {"taskProperties": changed}}
    if kind == "eks":
        pod = fields.mapping(fields.mapping(job, "eksProperties"), "podProperties")
        changes = dict(overrides.get("eksPropertiesOverride", {}).get("podProperties", {}))
        for member in ("containers", "initContainers"):
            if entries := _each(pod, member, changes, "env", name, value):
                changes[member] = entries
        return {**overrides, "eksPropertiesOverride": {"podProperties": changes}}
    return overrides  # AWS Batch has no arrays of multi-node jobs


def index_notes(job: Api, name: str) -> list[Note]:
    """What a person must know of the variable that takes the place of AWS's own."""
    if name.startswith("AWS_BATCH"):
        return [Note.blocker(f"{name} cannot be set: names that begin with AWS_BATCH are AWS's own")]
    notes = [
        Note.warning(
            f"a single job has no {AWS_INDEX_VARIABLE}, and it cannot be set: "
            f"its index is passed as {name}, which the program must read"
        )
    ]
    if any(AWS_INDEX_VARIABLE in word for word in _commands(job)):
        notes.append(Note.warning(f"the command reads {AWS_INDEX_VARIABLE}, which will not be set"))
    return notes


def _commands(job: Api) -> Iterable[str]:
    pod = fields.mapping(fields.mapping(job, "eksProperties"), "podProperties")
    tasks = fields.structures(fields.mapping(job, "ecsProperties"), "taskProperties")
    containers = [fields.mapping(job, "container"), *fields.structures(pod, "containers")]
    containers += [each for task in tasks for each in fields.structures(task, "containers")]
    return [word for each in containers for member in ("command", "args") for word in words(each, member)]


def _each(holder: Api, member: str, given: Api, env: str, name: str, value: str) -> list[Request]:
    pairs = paired(fields.structures(holder, member), tuple(given.get(member, ())))
    found = []
    for container, override in pairs:
        own = raw_text(container, "name")
        found.append({**({"name": own} if own else {}), **_set(override, env, name, value)})
    return found


def _set(override: Api, env: str, name: str, value: str) -> dict[str, Any]:
    others = [entry for entry in override.get(env, ()) if entry.get("name") != name]
    return {**override, env: [*others, {"name": name, "value": value}]}
