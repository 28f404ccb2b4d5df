"""Whether a shell can be opened in a job's container, in which containers, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.actions.entry import ActionEntry, Actor
from batchtui.actions.outcomes import Standing
from batchtui.aws.errors import AmbiguousError, AwsError
from batchtui.model.ecs_task import RUNNING, EcsContainer, EcsTask
from batchtui.model.fields import arn_name
from batchtui.model.job_detail import JobDetail

OPERATION: Final = "ExecuteCommand"
COMMAND: Final = "/bin/sh"
_LEAST_PLATFORM: Final = (1, 4, 0)
_PARENT: Final = "A parent has no container itself: open a shell from one of its {parts}."
_POD: Final = "This job runs in a pod, which ECS Exec does not reach: the tab Host has the kubectl command for it."
_NOT_RUNNING: Final = "A shell needs a container that runs: this job is {status}."
_NO_TASK: Final = "AWS Batch has not told yet in which task this job runs: try again in a moment."
_STOPPED: Final = "The task of this job does not run any more."
_OFF: Final = (
    "ECS Exec is off for this task: set enableExecuteCommand to true in the job definition, allow its job role "
    "the four ssmmessages actions, and submit the job again."
)
_OLD_PLATFORM: Final = "Fargate platform {version} has no ECS Exec: it takes 1.4.0 or newer."
_NO_AGENT: Final = "The agent that opens shells does not run in this task ({why})."
_AGENT_STARTS: Final = "The agent that opens shells has not started yet: try again in a moment."


@dataclass(frozen=True, slots=True)
class ShellPlan:
    """What would be opened, and where. It names everything that is hit."""

    job_id: str
    job_name: str
    cluster: str
    """The cluster's name."""
    region: str | None
    task_id: str
    containers: tuple[EcsContainer, ...]
    """Those in which a shell can be opened, in the order of the task."""

    def target(self, container: EcsContainer) -> str:
        """What the Session Manager plugin calls the container."""
        return f"ecs:{self.cluster}_{self.task_id}_{container.runtime_id}"


def why_not_for_job(job: JobDetail) -> str | None:
    """Why there is no shell for a job, as far as AWS Batch tells; None where ECS is to be asked."""
    summary = job.summary
    if summary.array_properties is not None and summary.array_properties.size:
        return _PARENT.format(parts="children")
    if "nodeProperties" in job.raw:
        return _PARENT.format(parts="nodes")
    if "eksProperties" in job.raw:
        return _POD
    if summary.status != RUNNING:
        return _NOT_RUNNING.format(status=summary.status)
    return None if any(container.task_arn for container in job.containers) else _NO_TASK


def plan_shell(job: JobDetail, task: EcsTask, cluster_arn: str, region: str | None) -> ShellPlan | str:
    """The plan, or why there is none, in a sentence.

    Args:
        job: A job, child or node that runs.
        task: Its task, as ECS describes it now.
        cluster_arn: The task's cluster.
        region: The account's region.
    """
    if task.last_status != RUNNING:
        return _STOPPED
    if task.is_fargate and (platform := _version(task.platform_version)) and platform < _LEAST_PLATFORM:
        return _OLD_PLATFORM.format(version=task.platform_version)
    if not task.enable_execute_command:
        return _OFF
    ready = tuple(each for each in task.running_containers if each.runtime_id and _agent_runs(each))
    if not ready:
        return _why_no_agent(task.running_containers)
    summary = job.summary
    return ShellPlan(
        summary.job_id,
        summary.job_name,
        arn_name(task.cluster_arn or cluster_arn),
        _region(task.task_arn) or region,
        task.task_id,
        ready,
    )


def entry_of(
    plan: ShellPlan, container: EcsContainer, error: AwsError | None, *, actor: Actor, at: float
) -> ActionEntry:
    """The record of a shell that was asked for; what is typed in it is not known here.

    Args:
        plan: Where.
        container: In which container.
        error: Why there is none, None where it was opened.
        actor: Who asked.
        at: Epoch seconds.
    """
    doubtful = isinstance(error, AmbiguousError)
    standing = Standing.ACCEPTED if error is None else Standing.IN_DOUBT if doubtful else Standing.FAILED
    return ActionEntry(
        at=at,
        actor=actor,
        action=OPERATION,
        count=1,
        job_ids=(plan.job_id,),
        reason=f"{COMMAND} in container {container.name} of task {plan.task_id} in {plan.cluster}",
        outcome=standing.value,
        error=str(error) if error else None,
    )


def _agent_runs(container: EcsContainer) -> bool:
    """Where ECS tells of no agent nothing is claimed: ExecuteCommand itself knows."""
    agent = container.execute_agent
    return agent is None or agent.last_status == RUNNING


def _why_no_agent(containers: Sequence[EcsContainer]) -> str:
    agents = [each.execute_agent for each in containers]
    if not agents or any(agent is None or agent.last_status == "PENDING" for agent in agents):
        return _AGENT_STARTS
    told = (agent.reason or agent.last_status or "no status" for agent in agents if agent)
    return _NO_AGENT.format(why=next(told))


def _version(text: str | None) -> tuple[int, ...]:
    """As numbers; empty for ``LATEST`` and whatever else has none."""
    parts = (text or "").split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdecimal() for part in parts) else ()


def _region(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[3] or None if len(parts) > 5 and parts[0] == "arn" else None
