"""What can be asked of job definitions, and by what they can be sorted."""

from collections.abc import Callable, Mapping
from typing import Any

from batchtui.model import fields
from batchtui.model.job_definition import JobDefinition
from batchtui.model.requested import as_job, requested_memory, requested_vcpus
from batchtui.query.fields import Fields, NumberField, TextField

CONTAINER, MULTI_NODE, MULTI_CONTAINER, EKS = "container", "multi-node", "multi-container", "EKS"
_KINDS = (("nodeProperties", MULTI_NODE), ("eksProperties", EKS), ("ecsProperties", MULTI_CONTAINER))
_DEFAULT_PLATFORM = "EC2"


def kind(definition: JobDefinition) -> str:
    """In a word what its jobs are made of."""
    return next((word for member, word in _KINDS if fields.mapping(definition.raw, member)), CONTAINER)


def platform(definition: JobDefinition) -> str:
    """Where its jobs run; AWS takes EC2 where a definition names nothing."""
    if kind(definition) == EKS:
        return EKS
    return ", ".join(definition.platform_capabilities) or _DEFAULT_PLATFORM


def vcpus(definition: JobDefinition) -> float | None:
    """What one of its jobs requests, over all containers and nodes."""
    return requested_vcpus(as_job(definition.raw))


def memory(definition: JobDefinition) -> float | None:
    """The same in MiB."""
    return requested_memory(as_job(definition.raw))


def images(definition: JobDefinition) -> tuple[str, ...]:
    """The images of its containers, each once; those that only prepare a pod come last."""
    containers = sorted(definition.containers, key=lambda container: container.role == "init")
    return tuple(dict.fromkeys(container.image for container in containers if container.image))


def _tags(definition: JobDefinition) -> list[str]:
    return [f"{name}={value}" for name, value in definition.tags]


DEFINITION_FIELDS: Fields[JobDefinition] = {
    "name": TextField(lambda row: (row.title,)),
    "type": TextField(lambda row: (kind(row), row.type, row.orchestration), is_searched=False),
    "platform": TextField(lambda row: (platform(row),)),
    "image": TextField(images),
    "tag": TextField(_tags, is_searched=False),
    "revision": NumberField(lambda row, now: row.revision),
    "vcpus": NumberField(lambda row, now: vcpus(row)),
    "memory": NumberField(lambda row, now: memory(row)),
}

DEFINITION_SORTS: Mapping[str, Callable[[JobDefinition, float], Any]] = {
    "name": lambda row, now: row.name.casefold(),
    "revision": lambda row, now: row.revision,
    "type": lambda row, now: kind(row),
    "platform": lambda row, now: platform(row),
    "vcpus": lambda row, now: vcpus(row),
    "memory": lambda row, now: memory(row),
    "image": lambda row, now: next(iter(images(row)), None),
}
