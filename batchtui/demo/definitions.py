"""Job definitions as they are registered, and what the scheduler needs to read out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .identity import batch_arn

JSON = dict[str, Any]


class Form(Enum):
    """Which of the four families of properties a definition has."""

    CONTAINER = "container"
    ECS = "ecs"
    EKS = "eks"
    NODES = "nodes"


@dataclass(slots=True, eq=False)
class Definition:
    """One revision of a job definition.

    The fields of the first block are AWS's own (DescribeJobDefinitions); those of the second say how its jobs
    behave here, where nothing is executed.
    """

    name: str
    revision: int
    form: Form
    properties: JSON
    platform: str = "EC2"
    status: str = "ACTIVE"
    parameters: dict[str, str] = field(default_factory=dict)
    retry: JSON | None = None
    timeout_seconds: int | None = None
    scheduling_priority: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    propagate_tags: bool = False
    consumables: JSON | None = None

    voice: str = "tool"
    """Which kind of log its jobs write."""
    mean_seconds: int = 300
    """How long its jobs run, about."""
    line_ms: int = 900
    """How far apart the lines of its log are, about."""
    arn: str = ""

    def __post_init__(self) -> None:
        self.arn = batch_arn("job-definition", f"{self.name}:{self.revision}")

    @property
    def num_nodes(self) -> int:
        """How many nodes its jobs have; 0 when they are not multi-node."""
        return int(self.properties["numNodes"]) if self.form is Form.NODES else 0

    def describe(self) -> JSON:
        """The definition as DescribeJobDefinitions gives it."""
        kind, member = _FORMS[self.form]
        answer: JSON = {
            "jobDefinitionName": self.name,
            "jobDefinitionArn": self.arn,
            "revision": self.revision,
            "status": self.status,
            "type": kind,
            "parameters": self.parameters,
            member: self.properties,
            "tags": self.tags,
            "propagateTags": self.propagate_tags,
            "containerOrchestrationType": "EKS" if self.form is Form.EKS else "ECS",
        }
        if self.form is not Form.EKS:
            answer["platformCapabilities"] = [self.platform]
        if self.retry is not None:
            answer["retryStrategy"] = self.retry
        if self.timeout_seconds is not None:
            answer["timeout"] = {"attemptDurationSeconds": self.timeout_seconds}
        if self.scheduling_priority is not None:
            answer["schedulingPriority"] = self.scheduling_priority
        if self.consumables is not None:
            answer["consumableResourceProperties"] = self.consumables
        return answer


_FORMS = {
    Form.CONTAINER: ("container", "containerProperties"),
    Form.ECS: ("container", "ecsProperties"),
    Form.EKS: ("container", "eksProperties"),
    Form.NODES: ("multinode", "nodeProperties"),
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What a job asks of a compute environment, over all its containers and nodes."""

    vcpus: float
    memory_mib: int
    gpus: int = 0

    def __add__(self, other: Needs) -> Needs:
        return Needs(self.vcpus + other.vcpus, self.memory_mib + other.memory_mib, max(self.gpus, other.gpus))

    def times(self, count: int) -> Needs:
        """The same for several nodes; GPUs stay per node, as instances are chosen by node."""
        return Needs(self.vcpus * count, self.memory_mib * count, self.gpus)


def needs_of(form: Form, properties: JSON) -> Needs:
    """What the properties of a definition (with a job's overrides merged in) ask for."""
    if form is Form.CONTAINER:
        return _container_needs(properties)
    if form is Form.ECS:
        return _sum(_container_needs(c) for task in properties["taskProperties"] for c in task["containers"])
    if form is Form.EKS:
        return _sum(_pod_needs(c) for c in properties["podProperties"]["containers"])
    return _sum(
        needs_of(*range_form(group)).times(nodes_in(group, properties["numNodes"]))
        for group in properties["nodeRangeProperties"]
    )


def range_form(group: JSON) -> tuple[Form, JSON]:
    """Which family of properties a node range has, and these."""
    for form in (Form.ECS, Form.EKS):
        properties = group.get(_FORMS[form][1])
        if properties:
            return form, properties
    return Form.CONTAINER, group["container"]


def nodes_in(group: JSON, num_nodes: int) -> int:
    """How many nodes a node range such as `0:0`, `1:` or `:` covers."""
    first, last = node_range(group["targetNodes"], num_nodes)
    return max(0, last - first + 1)


def node_range(target: str, num_nodes: int) -> tuple[int, int]:
    """The first and the last node of a range; both ends may be left out."""
    first, colon, last = target.partition(":")
    low = int(first) if first else 0
    if not colon:
        return low, low
    return low, min(int(last), num_nodes - 1) if last else num_nodes - 1


def _sum(parts: Iterator[Needs]) -> Needs:
    total = Needs(0, 0)
    for part in parts:
        total += part
    return total


def _container_needs(container: JSON) -> Needs:
    vcpus = float(container.get("vcpus", 0))
    memory = int(container.get("memory", 0))
    gpus = 0
    for requirement in container.get("resourceRequirements", ()):
        if requirement["type"] == "VCPU":
            vcpus = float(requirement["value"])
        elif requirement["type"] == "MEMORY":
            memory = int(requirement["value"])
        else:
            gpus = int(requirement["value"])
    return Needs(vcpus, memory, gpus)


def _pod_needs(container: JSON) -> Needs:
    resources = container.get("resources", {})
    asked = {**resources.get("requests", {}), **resources.get("limits", {})}
    cpu = asked.get("cpu", "1")
    vcpus = int(cpu[:-1]) / 1000 if cpu.endswith("m") else float(cpu)
    return Needs(vcpus, int(asked.get("memory", "512Mi").removesuffix("Mi")), int(asked.get("nvidia.com/gpu", 0)))


class Catalogue:
    """The registered definitions, found as AWS finds them: by ARN, by `name:revision` or by name."""

    __slots__ = ("_by_name", "definitions")

    def __init__(self, definitions: list[Definition]) -> None:
        self.definitions: list[Definition] = []
        self._by_name: dict[str, list[Definition]] = {}
        for definition in definitions:
            self.add(definition)

    def add(self, definition: Definition) -> None:
        """Register a revision."""
        self.definitions.append(definition)
        revisions = self._by_name.setdefault(definition.name, [])
        revisions.append(definition)
        revisions.sort(key=lambda d: d.revision)

    def find(self, name_or_arn: str) -> Definition | None:
        """The definition so named; a name without a revision means the newest ACTIVE one."""
        name, _, revision = name_or_arn.rpartition("/")[2].partition(":")
        revisions = self._by_name.get(name, [])
        if revision:
            return next((d for d in revisions if str(d.revision) == revision), None)
        return next((d for d in reversed(revisions) if d.status == "ACTIVE"), None)

    def revisions(self, name: str) -> list[Definition]:
        """All revisions of a name, oldest first."""
        return self._by_name.get(name, [])
