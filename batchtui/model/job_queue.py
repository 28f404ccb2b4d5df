"""Job queues: the shape JobQueueDetail of DescribeJobQueues."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs, arn_name

SAGEMAKER_TRAINING = "SAGEMAKER_TRAINING"


@dataclass(frozen=True, slots=True)
class JobStateTimeLimitAction:
    """What AWS Batch does to a job that stays at the head of the queue for too long."""

    state: str | None
    reason: str | None
    max_time_seconds: int | None
    action: str | None

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            state=fields.text(data, "state"),
            reason=fields.text(data, "reason"),
            max_time_seconds=fields.integer(data, "maxTimeSeconds"),
            action=fields.text(data, "action"),
        )


@dataclass(frozen=True, slots=True)
class JobQueueDetail:
    """One job queue. Among queues that share a compute environment the higher ``priority`` goes first."""

    job_queue_name: str
    job_queue_arn: str | None
    state: str | None
    """ENABLED or DISABLED."""
    status: str | None
    """CREATING, UPDATING, DELETING, DELETED, VALID or INVALID."""
    status_reason: str | None
    priority: int | None
    compute_environment_order: tuple[str, ...]
    """Names of its compute environments, the first tried first."""
    service_environment_order: tuple[str, ...]
    job_queue_type: str | None
    scheduling_policy_arn: str | None
    job_state_time_limit_actions: tuple[JobStateTimeLimitAction, ...]
    tags: Pairs
    raw: Api
    """The answer as it came, unknown members included."""

    @classmethod
    def from_api(cls, data: Api) -> Self:
        return cls(
            job_queue_name=fields.text(data, "jobQueueName") or "",
            job_queue_arn=fields.text(data, "jobQueueArn"),
            state=fields.text(data, "state"),
            status=fields.text(data, "status"),
            status_reason=fields.text(data, "statusReason"),
            priority=fields.integer(data, "priority"),
            compute_environment_order=_in_order(data, "computeEnvironmentOrder", "computeEnvironment"),
            service_environment_order=_in_order(data, "serviceEnvironmentOrder", "serviceEnvironment"),
            job_queue_type=fields.text(data, "jobQueueType"),
            scheduling_policy_arn=fields.text(data, "schedulingPolicyArn"),
            job_state_time_limit_actions=tuple(
                JobStateTimeLimitAction.from_api(item)
                for item in fields.structures(data, "jobStateTimeLimitActions")
            ),
            tags=fields.pairs(data, "tags"),
            raw=data,
        )

    @property
    def takes_service_jobs(self) -> bool:
        """Whether its jobs are service jobs, for which AWS has operations of their own: it refuses ListJobs."""
        is_for_another = bool(self.service_environment_order) and not self.compute_environment_order
        return self.job_queue_type == SAGEMAKER_TRAINING or is_for_another

    @property
    def is_healthy(self) -> bool:
        """Whether jobs submitted to it can be placed, as far as its own state and status tell."""
        return self.state == "ENABLED" and self.status in ("VALID", "UPDATING", None)


def _in_order(data: Api, key: str, member: str) -> tuple[str, ...]:
    entries = [
        (fields.integer(item, "order") or 0, arn_name(name))
        for item in fields.structures(data, key)
        if (name := fields.text(item, member))
    ]
    return tuple(name for _, name in sorted(entries, key=lambda entry: entry[0]))
