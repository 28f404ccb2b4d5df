"""What a job or a job definition asks for over all its containers and nodes."""

from collections.abc import Callable

from batchtui.model import fields
from batchtui.model.fields import Api

_KUBERNETES = {"Ki": 1 / 1024, "Mi": 1.0, "Gi": 1024.0, "Ti": 1024.0**2, "K": 1e3, "k": 1e3, "M": 1e6, "G": 1e9}
"""Binary units in MiB; the decimal ones in bytes."""
_BYTES = 1024.0**2


def requested_vcpus(data: Api) -> float | None:
    """The vCPUs that a JobDetail requests, whatever its orchestration; None where the answer has no resources."""
    return _requested(data, lambda container: _required(container, "VCPU", "vcpus"), _pod_vcpus)


def requested_memory(data: Api) -> float | None:
    """The same for memory, in MiB."""
    return _requested(data, lambda container: _required(container, "MEMORY", "memory"), _pod_memory)


def requested_gpus(data: Api) -> float | None:
    """The same for GPUs; None where it asks for none."""
    return _requested(data, lambda container: _required(container, "GPU", ""), _pod_gpus)


def placed_together(data: Api) -> tuple[Api, ...]:
    """What must fit on one machine each: the job itself, or one node of each range of a multi-node job."""
    nodes = fields.structures(fields.mapping(data, "nodeProperties"), "nodeRangeProperties")
    return tuple({**group, "nodeProperties": {}} for group in nodes) or (data,)


def as_job(definition: Api) -> Api:
    """A JobDefinition with the member that a JobDetail has for its container."""
    return {**definition, "container": fields.mapping(definition, "containerProperties")}


def _requested(
    data: Api, one: Callable[[Api], float | None], of_pod: Callable[[Api], float | None]
) -> float | None:
    container = fields.mapping(data, "container")
    if container:
        return one(container)
    tasks = fields.structures(fields.mapping(data, "ecsProperties"), "taskProperties")
    pod = fields.mapping(fields.mapping(data, "eksProperties"), "podProperties")
    parts = [one(c) for task in tasks for c in fields.structures(task, "containers")]
    parts += [of_pod(c) for c in fields.structures(pod, "containers")]
    nodes = fields.mapping(data, "nodeProperties")
    for group in fields.structures(nodes, "nodeRangeProperties"):
        each = _requested({**group, "nodeProperties": {}}, one, of_pod)
        many = _nodes_in(fields.text(group, "targetNodes") or "", fields.integer(nodes, "numNodes") or 1)
        parts.append(None if each is None else each * many)
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _required(container: Api, kind: str, legacy: str) -> float | None:
    for requirement in fields.structures(container, "resourceRequirements"):
        if requirement.get("type") == kind:
            return _as_number(fields.text(requirement, "value"))
    return fields.number(container, legacy)


def _of_pod(container: Api, name: str) -> str:
    resources = fields.mapping(container, "resources")
    wanted = fields.mapping(resources, "limits") or fields.mapping(resources, "requests")
    return fields.text(wanted, name) or ""


def _pod_vcpus(container: Api) -> float | None:
    cpu = _of_pod(container, "cpu")
    if cpu.endswith("m"):  # Kubernetes' milli-CPUs
        milli = _as_number(cpu[:-1])
        return None if milli is None else milli / 1000
    return _as_number(cpu)


def _pod_gpus(container: Api) -> float | None:
    resources = fields.mapping(container, "resources")
    wanted = fields.mapping(resources, "limits") or fields.mapping(resources, "requests")
    found = [_as_number(fields.text(wanted, name)) for name in wanted if str(name).endswith("/gpu")]
    return sum(each for each in found if each is not None) if found else None


def _pod_memory(container: Api) -> float | None:
    text = _of_pod(container, "memory")
    for unit, factor in _KUBERNETES.items():
        if text.endswith(unit):
            number = _as_number(text.removesuffix(unit))
            size = factor if unit.endswith("i") else factor / _BYTES
            return None if number is None else number * size
    number = _as_number(text)
    return None if number is None else number / _BYTES


def _as_number(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None


def _nodes_in(target: str, num_nodes: int) -> int:
    """How many nodes a range like ``0:3``, ``4:`` or ``:`` names."""
    first, colon, last = target.partition(":")
    start = int(first) if first.isdecimal() else 0
    if not colon:
        return 1
    return max(0, (int(last) if last.isdecimal() else num_nodes - 1) - start + 1)
