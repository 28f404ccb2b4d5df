"""From a job to its ECS task, to the container instance below it and to the EC2 instance below that.

A monitor need not be allowed to know any of this: a step that AWS denies is said in its place, and the next one is
tried with what AWS Batch itself told. No AwsError leaves it.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from batchtui.aws.errors import AccessDeniedError, AwsError
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.container_instance import ContainerInstance
from batchtui.model.ec2_instance import Ec2Instance
from batchtui.model.ecs_task import EcsTask, cluster_arn, cluster_name
from batchtui.model.fields import arn_name
from batchtui.model.job_detail import JobDetail

FORGOTTEN: Final = "ECS has forgotten this task: it does so about an hour after it stopped."
NOT_REGISTERED: Final = "ECS does not know it any more: it is no longer registered in the cluster."
NOT_THERE: Final = "EC2 does not know it any more: it was terminated more than about an hour ago."
FARGATE: Final = "On Fargate the machine is AWS's own: nobody is told of it."
NO_INSTANCE_TOLD: Final = "AWS told of none."
NO_ID: Final = "Only the container instance tells which one it is."
_KEPT_SECONDS: Final = 30.0
"""A machine changes rarely: it is asked for again after so long, as what was denied is, unless a person asks."""
_MOST_KEPT: Final = 32
_WHO: Final = re.compile(r"User: (arn:\S+) is not authorized")
_LOST_HOST: Final = re.compile(r"\binstance (i-[0-9a-f]{8,17})\b")


Kept = TypeVar("Kept")


class Ecs(Protocol):
    """The gateway to ECS, as far as it is needed here."""

    def describe_task(self, cluster: str, task: str) -> Awaitable[EcsTask | None]: ...
    def describe_container_instance(self, cluster: str, instance: str) -> Awaitable[ContainerInstance | None]: ...


class Ec2(Protocol):
    """The gateway to EC2, as far as it is needed here."""

    def describe_instance(self, instance_id: str) -> Awaitable[Ec2Instance | None]: ...


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a step of the trail is not there."""

    sentence: str
    is_trouble: bool = False
    """AWS did not answer: it may be there all the same, and is asked for again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where AWS Batch says that a job is, or was last."""

    task_arn: str
    container_instance_arn: str | None
    attempt: int | None
    """Whose place it is, counted from 1; None where it is the job's present one."""
    lost_instance_id: str | None
    """The EC2 instance, where the attempt ended because it was lost."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Each step, or why it is not there."""

    place: Place
    cluster_arn: str | None
    environment: ComputeEnvironmentDetail | None
    task: EcsTask | Absence
    container_instance: ContainerInstance | Absence
    instance: Ec2Instance | Absence


def place_of(job: JobDetail) -> Place | None:
    """The place of a job, a child or a node: that of now, else of its last attempt; None before the first."""
    last = len(job.attempts)
    for container in job.containers:
        if container.task_arn:
            lost = _lost(job.attempts[-1].status_reason) if last and not job.summary.is_active else None
            return Place(container.task_arn, container.container_instance_arn, None, lost)
    for number, attempt in reversed(list(enumerate(job.attempts, 1))):
        if attempt.task_arn:
            lost = _lost(attempt.status_reason)
            return Place(attempt.task_arn, attempt.container_instance_arn, number, lost)
    return None


def environment_of(
    task_arn: str, environments: Sequence[ComputeEnvironmentDetail]
) -> ComputeEnvironmentDetail | None:
    """The first environment whose cluster the ARN of a task names.

    An ARN of the old form names none: then it is the only one with a cluster, where there is just one.
    """
    clustered = [each for each in environments if each.ecs_cluster_arn]
    if name := cluster_name(task_arn):
        return next((each for each in clustered if arn_name(each.ecs_cluster_arn or "") == name), None)
    return clustered[0] if len(clustered) == 1 else None


def absence_of(permission: str, error: AwsError) -> Absence:
    """A denial as the calm fact that it is; any other error as what AWS said.

    Args:
        permission: What it takes, such as ``ecs:DescribeTasks``.
        error: Why it did not work.
    """
    if not isinstance(error, AccessDeniedError):
        return Absence(str(error), is_trouble=True)
    who = _WHO.search(error.detail)
    return Absence(f"denied: {permission} is not allowed to you" + (f" ({who[1]})" if who else ""))


@dataclass(slots=True)
class TrailReads:
    """Follows jobs; what hardly changes is kept for half a minute, so that a glance costs one call.

    Attributes:
        ecs: Asks ECS.
        ec2: Asks EC2.
        clock: Seconds, of any clock.
    """

    ecs: Ecs
    ec2: Ec2
    clock: Callable[[], float]
    _kept: dict[tuple[str, str], tuple[float, Any]] = field(default_factory=dict)

    def forget(self) -> None:
        """Lets go of what is kept: a person who asks has perhaps just been given a permission."""
        self._kept.clear()

    async def follow(self, place: Place, environments: Sequence[ComputeEnvironmentDetail]) -> Trail:
        """Every step of a job's trail.

        Args:
            place: Where the job is.
            environments: Those of its queue first; the ARN of the task names the cluster of one of them.
        """
        environment = environment_of(place.task_arn, environments)
        cluster = (environment.ecs_cluster_arn if environment else None) or cluster_arn(place.task_arn)
        task: EcsTask | Absence = Absence("Its ARN does not name the cluster, and neither does its queue.")
        if cluster is not None:
            task = await self._task(cluster, place.task_arn)
        machine = await self._container_instance(cluster, place, task)
        instance = await self._instance(place, machine, is_fargate=_is_fargate(environment, task))
        if isinstance(machine, Absence) and _is_fargate(environment, task):
            machine = Absence(FARGATE)
        return Trail(place, cluster, environment, task, machine, instance)

    async def _task(self, cluster: str, arn: str) -> EcsTask | Absence:
        denied: Absence | None = self._known("task", arn)
        if denied is not None:
            return denied
        try:
            task = await self.ecs.describe_task(cluster, arn)
        except AwsError as error:
            absence = absence_of("ecs:DescribeTasks", error)
            return absence if absence.is_trouble else self._keep("task", arn, absence)
        return task or Absence(FORGOTTEN)

    async def _container_instance(
        self, cluster: str | None, place: Place, task: EcsTask | Absence
    ) -> ContainerInstance | Absence:
        arn = place.container_instance_arn or (task.container_instance_arn if isinstance(task, EcsTask) else None)
        if arn is None or cluster is None:
            return Absence(NO_INSTANCE_TOLD)
        known: ContainerInstance | Absence | None = self._known("container instance", arn)
        if known is not None:
            return known
        try:
            found = await self.ecs.describe_container_instance(cluster, arn)
        except AwsError as error:
            absence = absence_of("ecs:DescribeContainerInstances", error)
            return absence if absence.is_trouble else self._keep("container instance", arn, absence)
        return self._keep("container instance", arn, found or Absence(NOT_REGISTERED))

    async def _instance(
        self, place: Place, machine: ContainerInstance | Absence, *, is_fargate: bool
    ) -> Ec2Instance | Absence:
        if is_fargate:
            return Absence(FARGATE)
        instance_id = place.lost_instance_id
        if isinstance(machine, ContainerInstance):
            instance_id = machine.ec2_instance_id
        if not instance_id:
            return Absence(NO_ID)
        known: Ec2Instance | Absence | None = self._known("instance", instance_id)
        if known is not None:
            return known
        try:
            found = await self.ec2.describe_instance(instance_id)
        except AwsError as error:
            absence = absence_of("ec2:DescribeInstances", error)
            return absence if absence.is_trouble else self._keep("instance", instance_id, absence)
        return self._keep("instance", instance_id, found or Absence(NOT_THERE))

    def _known(self, kind: str, name: str) -> Any:
        at, value = self._kept.get((kind, name), (-_KEPT_SECONDS, None))
        return value if self.clock() - at < _KEPT_SECONDS else None

    def _keep(self, kind: str, name: str, value: Kept) -> Kept:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[kind, name] = (self.clock(), value)
        return value


def _lost(reason: str | None) -> str | None:
    found = _LOST_HOST.search(reason or "")
    return found[1] if found else None


def _is_fargate(environment: ComputeEnvironmentDetail | None, task: EcsTask | Absence) -> bool:
    if isinstance(task, EcsTask):
        return task.is_fargate
    return environment is not None and environment.kind.startswith("FARGATE")
