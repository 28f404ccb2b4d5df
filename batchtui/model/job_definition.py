"""One revision of a job definition: the shape JobDefinition of DescribeJobDefinitions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.container import ContainerDetail, containers_of
from batchtui.model.fields import Api, Pairs
from batchtui.model.job_detail import EvaluateOnExit, consumables_of, node_containers

ACTIVE = "ACTIVE"
"""Only definitions of this status can run jobs."""


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """One revision of a job definition, whatever its orchestration."""

    name: str
    revision: int | None
    arn: str | None
    status: str | None
    """``ACTIVE`` or ``INACTIVE``."""
    type: str | None
    """``container`` or ``multinode``."""
    orchestration: str | None
    platform_capabilities: tuple[str, ...]
    scheduling_priority: int | None
    propagate_tags: bool | None
    num_nodes: int | None
    main_node: int | None
    retry_attempts: int | None
    evaluate_on_exit: tuple[EvaluateOnExit, ...]
    attempt_duration_seconds: int | None
    """The time-out of one attempt."""
    parameters: Pairs
    tags: Pairs
    containers: tuple[ContainerDetail, ...]
    """The containers of the definition itself, or of each of its node ranges."""
    consumable_resources: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        nodes = fields.mapping(data, "nodeProperties")
        retry = fields.mapping(data, "retryStrategy")
        single = fields.mapping(data, "containerProperties")
        return cls(
            name=fields.text(data, "jobDefinitionName") or "",
            revision=fields.integer(data, "revision"),
            arn=fields.text(data, "jobDefinitionArn"),
            status=fields.text(data, "status"),
            type=fields.text(data, "type"),
            orchestration=fields.text(data, "containerOrchestrationType"),
            platform_capabilities=fields.texts(data, "platformCapabilities"),
            scheduling_priority=fields.integer(data, "schedulingPriority"),
            propagate_tags=fields.flag(data, "propagateTags"),
            num_nodes=fields.integer(nodes, "numNodes"),
            main_node=fields.integer(nodes, "mainNode"),
            retry_attempts=fields.integer(retry, "attempts"),
            evaluate_on_exit=tuple(map(EvaluateOnExit.from_api, fields.structures(retry, "evaluateOnExit"))),
            attempt_duration_seconds=fields.integer(fields.mapping(data, "timeout"), "attemptDurationSeconds"),
            parameters=fields.pairs(data, "parameters"),
            tags=fields.pairs(data, "tags"),
            # What a job calls its container, a definition calls its container's properties.
            containers=containers_of({**data, "container": single}) + node_containers(data),
            consumable_resources=consumables_of(data),
            raw=data,
        )

    @property
    def title(self) -> str:
        """The name with the revision, as AWS takes it."""
        return self.name if self.revision is None else f"{self.name}:{self.revision}"


def latest_active(revisions: Iterable[JobDefinition]) -> JobDefinition | None:
    """The revision that AWS takes where a request names none."""
    active = [each for each in revisions if each.status == ACTIVE]
    return max(active, key=lambda each: each.revision or 0, default=None)
