"""What SubmitJob does with a request: overrides laid over the properties of a job definition."""

from typing import Any

from batchtui.actions.request_container import paired
from batchtui.actions.request_overrides import kind_of, node_span
from batchtui.actions.request_values import raw_text
from batchtui.model import fields
from batchtui.model.fields import Api

_CONSUMABLES = "consumableResourceProperties"


def merged(request: Api, base: Api) -> dict[str, Any]:
    """A job definition (or a job, or a node range) with a request's overrides merged in, in its own shape."""
    result = dict(base)
    kind = kind_of(base)
    if kind == "nodes":
        result["nodeProperties"] = _nodes(
            fields.mapping(request, "nodeOverrides"), fields.mapping(base, "nodeProperties")
        )
    elif kind == "ecs":
        result["ecsProperties"] = _ecs(
            fields.mapping(request, "ecsPropertiesOverride"), fields.mapping(base, "ecsProperties")
        )
    elif kind == "eks":
        result["eksProperties"] = _eks(
            fields.mapping(request, "eksPropertiesOverride"), fields.mapping(base, "eksProperties")
        )
    else:
        member = "containerProperties" if "containerProperties" in base else "container"
        result[member] = _container(fields.mapping(request, "containerOverrides"), fields.mapping(base, member))
    consumables = fields.mapping(request, _CONSUMABLES + "Override")
    if consumables:
        result[_CONSUMABLES] = consumables
    if request.get("instanceTypes"):
        result["instanceTypes"] = request["instanceTypes"]
    return result


def _container(override: Api, base: Api) -> dict[str, Any]:
    result = dict(base) | {key: override[key] for key in ("command", "instanceType") if override.get(key)}
    result["environment"] = _laid_over(override, base, "environment", "name")
    result["resourceRequirements"] = _laid_over(override, base, "resourceRequirements", "type")
    return result


def _ecs(override: Api, base: Api) -> dict[str, Any]:
    changes = fields.structures(override, "taskProperties")
    tasks = []
    for number, task in enumerate(fields.structures(base, "taskProperties")):
        change = changes[number] if number < len(changes) else fields.EMPTY
        pairs = paired(fields.structures(task, "containers"), fields.structures(change, "containers"))
        tasks.append({**task, "containers": [_container(given, container) for container, given in pairs]})
    return {**base, "taskProperties": tasks}


def _eks(override: Api, base: Api) -> dict[str, Any]:
    pod, change = fields.mapping(base, "podProperties"), fields.mapping(override, "podProperties")
    result = dict(pod)
    for member in ("containers", "initContainers"):
        pairs = paired(fields.structures(pod, member), fields.structures(change, member))
        result[member] = [_pod_container(given, container) for container, given in pairs]
    old, new = fields.mapping(pod, "metadata"), fields.mapping(change, "metadata")
    if new:
        maps = {key: {**fields.mapping(old, key), **fields.mapping(new, key)} for key in ("labels", "annotations")}
        result["metadata"] = {**old, **new, **maps}
    return {**base, "podProperties": result}


def _pod_container(override: Api, base: Api) -> dict[str, Any]:
    replaced = {key: override[key] for key in ("image", "command", "args", "resources") if override.get(key)}
    return {**base, **replaced, "env": _laid_over(override, base, "env", "name")}


def _nodes(override: Api, base: Api) -> dict[str, Any]:
    count = fields.integer(override, "numNodes") or fields.integer(base, "numNodes") or 1
    changes = {
        node_span(raw_text(change, "targetNodes") or "", count): change
        for change in fields.structures(override, "nodePropertyOverrides")
    }
    groups = [
        merged(changes.get(node_span(raw_text(group, "targetNodes") or "", count), fields.EMPTY), group)
        for group in fields.structures(base, "nodeRangeProperties")
    ]
    return {**base, "numNodes": count, "nodeRangeProperties": groups}


def _laid_over(override: Api, base: Api, member: str, key: str) -> list[Api]:
    entries = (*fields.structures(base, member), *fields.structures(override, member))
    return list({raw_text(entry, key): entry for entry in entries}.values())
