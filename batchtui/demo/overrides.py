"""How the overrides of a SubmitJob are merged into a definition's properties."""

from __future__ import annotations

import json

from .definitions import JSON, Definition, Form, node_range, range_form
from .errors import client_error

_LONGEST_OVERRIDES = 8192
_OVERRIDES = {
    Form.CONTAINER: "containerOverrides",
    Form.ECS: "ecsPropertiesOverride",
    Form.EKS: "eksPropertiesOverride",
    Form.NODES: "nodeOverrides",
}
_MEMBERS = {Form.CONTAINER: "container", Form.ECS: "ecsProperties", Form.EKS: "eksProperties"}


def merged(definition: Definition, request: JSON) -> JSON:
    """The properties of a job: the definition's with the request's overrides."""
    for form, member in _OVERRIDES.items():
        if request.get(member) and form is not definition.form:
            raise client_error(f"{member} cannot be used with job definition {definition.name}")
    override: JSON = request.get(_OVERRIDES[definition.form]) or {}
    if not override:
        return definition.properties
    if len(json.dumps(override, separators=(",", ":"))) > _LONGEST_OVERRIDES:
        raise client_error(f"Container Overrides length must be at most {_LONGEST_OVERRIDES}")
    return _of_form(definition.form, definition.properties, override)


def consumables(defined: JSON | None, request: JSON) -> JSON | None:
    """The consumable resources of a job or of a node range: the request's where it names any."""
    wanted: JSON | None = request.get("consumableResourcePropertiesOverride")
    return wanted if wanted and wanted.get("consumableResourceList") else defined


def _of_form(form: Form, properties: JSON, override: JSON) -> JSON:
    if form is Form.CONTAINER:
        return _container(properties, override)
    if form is Form.ECS:
        return _ecs(properties, override)
    return _eks(properties, override) if form is Form.EKS else _nodes(properties, override)


def _container(container: JSON, override: JSON) -> JSON:
    """Command and instance type are replaced; environment and resources are merged by name and by type."""
    merged = dict(container)
    for member in ("command", "instanceType"):
        if override.get(member):
            merged[member] = override[member]
    if override.get("environment"):
        merged["environment"] = _by(container.get("environment", []), override["environment"], "name")
    required = {requirement["type"] for requirement in container.get("resourceRequirements", ())}
    for legacy, kind in (("vcpus", "VCPU"), ("memory", "MEMORY")):
        # The old members cannot override what the definition requires in the new way.
        if override.get(legacy) and kind not in required:
            merged[legacy] = override[legacy]
    if override.get("resourceRequirements"):
        needs = override["resourceRequirements"]
        merged["resourceRequirements"] = _by(container.get("resourceRequirements", []), needs, "type")
    return merged


def _by(old: list[JSON], new: list[JSON], key: str) -> list[JSON]:
    merged = {entry[key]: entry for entry in old}
    merged |= {entry[key]: entry for entry in new}
    return list(merged.values())


def _ecs(properties: JSON, override: JSON) -> JSON:
    tasks = [dict(task) for task in properties["taskProperties"]]
    for task, changes in zip(tasks, override.get("taskProperties") or (), strict=False):
        named = {change.get("name"): change for change in changes.get("containers") or ()}
        task["containers"] = [_container(c, named.get(c["name"], {})) for c in task["containers"]]
    return {"taskProperties": tasks}


def _eks(properties: JSON, override: JSON) -> JSON:
    pod, changes = dict(properties["podProperties"]), override.get("podProperties") or {}
    for member in ("containers", "initContainers"):
        named = {change.get("name"): change for change in changes.get(member) or ()}
        pod[member] = [_pod_container(c, named.get(c["name"]) or named.get(None)) for c in pod.get(member, ())]
    if changes.get("metadata"):
        old, new = pod.get("metadata", {}), changes["metadata"]
        maps = {key: {**old.get(key, {}), **new.get(key, {})} for key in ("labels", "annotations")}
        pod["metadata"] = {**old, **new, **{key: value for key, value in maps.items() if value}}
    return {"podProperties": pod}


def _pod_container(container: JSON, change: JSON | None) -> JSON:
    if not change:
        return container
    merged = {**container, **{k: change[k] for k in ("image", "command", "args", "resources") if change.get(k)}}
    if change.get("env"):
        merged["env"] = _by(container.get("env", []), change["env"], "name")
    return merged


def _nodes(properties: JSON, override: JSON) -> JSON:
    count = int(override.get("numNodes") or properties["numNodes"])
    groups = [dict(group) for group in properties["nodeRangeProperties"]]
    for change in override.get("nodePropertyOverrides") or ():
        wanted = node_range(change["targetNodes"], count)
        for group in groups:
            if node_range(group["targetNodes"], count) == wanted:
                group |= _range(group, change)
    return {**properties, "numNodes": count, "nodeRangeProperties": groups}


def _range(group: JSON, change: JSON) -> JSON:
    form, properties = range_form(group)
    for other in _MEMBERS:
        if change.get(_OVERRIDES[other]) and other is not form:
            raise client_error(f"{_OVERRIDES[other]} cannot be used with nodes {group['targetNodes']}")
    changed: JSON = {_MEMBERS[form]: _of_form(form, properties, change.get(_OVERRIDES[form]) or {})}
    if change.get("instanceTypes"):
        changed["instanceTypes"] = change["instanceTypes"]
    resources = consumables(group.get("consumableResourceProperties"), change)
    return changed | ({} if resources is None else {"consumableResourceProperties": resources})
