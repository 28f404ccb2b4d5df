"""What a request cannot change: the members that only a job definition sets, and containers that it lacks."""

from typing import Any

from batchtui.actions.request_container import paired
from batchtui.actions.request_notes import Note, Request, listed
from batchtui.actions.request_overrides import kind_of, node_span
from batchtui.actions.request_values import holds, raw_text
from batchtui.model import fields
from batchtui.model.fields import Api, arn_name

_FIXED = {
    "image": "image",
    "jobRoleArn": "job role",
    "executionRoleArn": "execution role",
    "taskRoleArn": "job role",
    "serviceAccountName": "service account",
    "secrets": "secrets",
    "volumes": "volumes",
    "mountPoints": "mount points",
    "volumeMounts": "mount points",
    "logConfiguration": "log configuration",
}
_FITTING = {
    "containerOverrides": "container",
    "ecsPropertiesOverride": "ecs",
    "eksPropertiesOverride": "eks",
    "nodeOverrides": "nodes",
}


def fixed_notes(job: Api, definition: Api) -> list[Note]:
    """A note about everything in which the job differs from the definition and that no override can express."""
    title = arn_name(raw_text(definition, "jobDefinitionArn") or "the job definition")
    notes = []
    for where, shown, defined, overridable in _parts(job, definition):
        names = [
            words
            for member, words in _FIXED.items()
            if member not in overridable and shown.get(member) and not holds(shown[member], defined.get(member))
        ]
        if names:
            text = f"{where}{listed(list(dict.fromkeys(names)), 9)}: not overridable, that of {title} applies"
            notes.append(Note.warning(text))
    return notes


def fitted(overrides: Request, definition: Api) -> tuple[Request, list[Note]]:
    """The overrides without those for containers that the definition does not have."""
    kind, title = kind_of(definition), arn_name(raw_text(definition, "jobDefinitionArn") or "the job definition")
    kept: Request = {}
    notes: list[Note] = []
    for member, value in overrides.items():
        if _FITTING.get(member, kind) != kind:
            notes.append(Note.warning(f"{title} is of another kind: {member} is left out"))
            continue
        lost: list[str] = []
        value = _without_strangers(member, value, definition, lost)
        if lost:
            notes.append(Note.warning(f"{title} has no container {listed(lost)}: its overrides are left out"))
        if value:
            kept[member] = value
    return kept, notes


def _without_strangers(member: str, value: Request, definition: Api, lost: list[str]) -> Request:
    if member == "ecsPropertiesOverride":
        tasks = fields.structures(fields.mapping(definition, "ecsProperties"), "taskProperties")
        known = [_names(task, "containers") for task in tasks]
        changed = [
            {"containers": _known(task["containers"], known[n] if n < len(known) else set(), lost)}
            for n, task in enumerate(value["taskProperties"])
        ]
        return {"taskProperties": changed} if any(task["containers"] for task in changed) else {}
    if member == "eksPropertiesOverride":
        pod = fields.mapping(fields.mapping(definition, "eksProperties"), "podProperties")
        changes: dict[str, Any] = {}
        for key, entries in value["podProperties"].items():
            mine = _known(entries, _names(pod, key), lost) if key != "metadata" else entries
            if mine:
                changes[key] = mine
        return {"podProperties": changes} if changes else {}
    return value


def _names(holder: Api, member: str) -> set[str | None]:
    """The names of the containers; None stands for one without, which any name may mean."""
    return {raw_text(item, "name") for item in fields.structures(holder, member)}


def _known(entries: list[Request], names: set[str | None], lost: list[str]) -> list[Request]:
    kept = [entry for entry in entries if None in names or entry.get("name") in names or "name" not in entry]
    lost += [entry["name"] for entry in entries if entry not in kept]
    return kept


def _parts(job: Api, definition: Api) -> list[tuple[str, Api, Api, tuple[str, ...]]]:
    """Every structure of the job beside the definition's: where it stands, and what of it can be overridden."""
    if kind_of(job) != kind_of(definition):
        return []
    kind = kind_of(job)
    if kind == "nodes":
        nodes, defined = fields.mapping(job, "nodeProperties"), fields.mapping(definition, "nodeProperties")
        count = fields.integer(nodes, "numNodes") or 1
        spans = {
            node_span(raw_text(group, "targetNodes") or "", count): group
            for group in fields.structures(defined, "nodeRangeProperties")
        }
        return [
            (f"nodes {raw_text(group, 'targetNodes')}: {where}", shown, base, overridable)
            for group in fields.structures(nodes, "nodeRangeProperties")
            if (other := spans.get(node_span(raw_text(group, "targetNodes") or "", count))) is not None
            for where, shown, base, overridable in _parts(group, other)
        ]
    if kind == "container":
        properties = fields.mapping(definition, "containerProperties") or fields.mapping(definition, "container")
        return [("", fields.mapping(job, "container"), properties, ())]
    member = f"{kind}Properties"
    shown, base = fields.mapping(job, member), fields.mapping(definition, member)
    if kind == "ecs":
        tasks = zip(
            fields.structures(shown, "taskProperties"), fields.structures(base, "taskProperties"), strict=False
        )
        return [part for task, other in tasks for part in _with_containers(task, other, ("containers",), ())]
    pods = fields.mapping(shown, "podProperties"), fields.mapping(base, "podProperties")
    return _with_containers(*pods, ("containers", "initContainers"), ("image",))


def _with_containers(
    shown: Api, base: Api, members: tuple[str, ...], overridable: tuple[str, ...]
) -> list[tuple[str, Api, Api, tuple[str, ...]]]:
    inner = [
        (f"container {raw_text(item, 'name')}: ", item, other, overridable)
        for member in members
        for item, other in paired(fields.structures(shown, member), fields.structures(base, member))
        if other
    ]
    return [("", shown, base, ()), *inner]
