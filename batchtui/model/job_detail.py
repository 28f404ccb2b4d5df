"""Everything that DescribeJobs tells of a job: the shape JobDetail."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.container import ContainerDetail, containers_of
from batchtui.model.fields import Api, Pairs
from batchtui.model.job import JobSummary


@dataclass(frozen=True, slots=True)
class AttemptContainer:
    """What became of one container in one attempt."""

    name: str
    exit_code: int | None
    reason: str | None
    log_stream_name: str | None


@dataclass(frozen=True, slots=True)
class AttemptDetail:
    """One attempt, whatever its orchestration (AttemptDetail and EksAttemptDetail)."""

    started_at: int | None
    stopped_at: int | None
    status_reason: str | None
    container_instance_arn: str | None
    task_arn: str | None
    pod_name: str | None
    node_name: str | None
    containers: tuple[AttemptContainer, ...]

    @classmethod
    def from_api(cls, data: Api) -> Self:
        single = fields.mapping(data, "container")
        tasks = fields.structures(data, "taskProperties")
        containers = [single] if single else []
        for holder in (*tasks, data):
            containers += fields.structures(holder, "initContainers")
            containers += fields.structures(holder, "containers")
        where = single or (tasks[0] if tasks else fields.EMPTY)
        return cls(
            started_at=fields.epoch_ms(data, "startedAt"),
            stopped_at=fields.epoch_ms(data, "stoppedAt"),
            status_reason=fields.text(data, "statusReason"),
            container_instance_arn=fields.text(where, "containerInstanceArn"),
            task_arn=fields.text(where, "taskArn"),
            pod_name=fields.text(data, "podName"),
            node_name=fields.text(data, "nodeName"),
            containers=tuple(
                AttemptContainer(
                    name=fields.text(item, "name") or "",
                    exit_code=fields.integer(item, "exitCode"),
                    reason=fields.text(item, "reason"),
                    log_stream_name=fields.text(item, "logStreamName"),
                )
                for item in containers
            ),
        )


@dataclass(frozen=True, slots=True)
class EvaluateOnExit:
    """One rule of a retry strategy; each pattern may end in ``*``."""

    on_status_reason: str | None
    on_reason: str | None
    on_exit_code: str | None
    action: str | None

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            on_status_reason=fields.text(data, "onStatusReason"),
            on_reason=fields.text(data, "onReason"),
            on_exit_code=fields.text(data, "onExitCode"),
            action=fields.text(data, "action"),
        )


@dataclass(frozen=True, slots=True)
class JobDependency:
    """A job that must end first. ``type`` is N_TO_N or SEQUENTIAL between arrays, else absent."""

    job_id: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class JobDetail:
    """One job in full."""

    summary: JobSummary
    attempts: tuple[AttemptDetail, ...]
    containers: tuple[ContainerDetail, ...]
    """The containers of the job itself, or of each node range of a multi-node job."""
    depends_on: tuple[JobDependency, ...]
    retry_attempts: int | None
    evaluate_on_exit: tuple[EvaluateOnExit, ...]
    attempt_duration_seconds: int | None
    """The time-out of one attempt."""
    parameters: Pairs
    scheduling_priority: int | None
    propagate_tags: bool | None
    platform_capabilities: tuple[str, ...]
    pod_name: str | None
    node_name: str | None
    consumable_resources: Pairs
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        retry = fields.mapping(data, "retryStrategy")
        pod = fields.mapping(fields.mapping(data, "eksProperties"), "podProperties")
        attempts = fields.structures(data, "attempts") + fields.structures(data, "eksAttempts")
        return cls(
            summary=JobSummary.from_api(data),
            attempts=tuple(map(AttemptDetail.from_api, attempts)),
            containers=containers_of(data) + node_containers(data),
            depends_on=dependencies_of(data),
            retry_attempts=fields.integer(retry, "attempts"),
            evaluate_on_exit=tuple(map(EvaluateOnExit.from_api, fields.structures(retry, "evaluateOnExit"))),
            attempt_duration_seconds=fields.integer(fields.mapping(data, "timeout"), "attemptDurationSeconds"),
            parameters=fields.pairs(data, "parameters"),
            scheduling_priority=fields.integer(data, "schedulingPriority"),
            propagate_tags=fields.flag(data, "propagateTags"),
            platform_capabilities=fields.texts(data, "platformCapabilities"),
            pod_name=fields.text(pod, "podName"),
            node_name=fields.text(pod, "nodeName"),
            consumable_resources=consumables_of(data),
            tags=fields.pairs(data, "tags"),
            raw=data,
        )


def dependencies_of(data: Api) -> tuple[JobDependency, ...]:
    """What a JobDetail waits for, or has waited for."""
    return tuple(
        JobDependency(fields.text(item, "jobId"), fields.text(item, "type"))
        for item in fields.structures(data, "dependsOn")
    )


def consumables_of(data: Api) -> Pairs:
    """What a JobDetail or a JobDefinition takes of consumable resources, each with its quantity."""
    held = fields.structures(fields.mapping(data, "consumableResourceProperties"), "consumableResourceList")
    return tuple(
        (fields.text(item, "consumableResource") or "", str(fields.integer(item, "quantity") or ""))
        for item in held
    )


def node_containers(data: Api) -> tuple[ContainerDetail, ...]:
    """The containers of each node range of a JobDetail or of a JobDefinition."""
    found: list[ContainerDetail] = []
    for group in fields.structures(fields.mapping(data, "nodeProperties"), "nodeRangeProperties"):
        target = fields.text(group, "targetNodes") or "?"
        if single := fields.mapping(group, "container"):
            found.append(ContainerDetail.from_api(single, role=f"nodes {target}"))
        found += containers_of({key: value for key, value in group.items() if key != "container"})
    return tuple(found)
