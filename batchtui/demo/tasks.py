"""What AWS calls the things that an attempt runs in: task, instance, pod, log group and log stream."""

from __future__ import annotations

from .chance import between, hex_digits
from .definitions import JSON
from .identity import ACCOUNT_ID, ECS_CLUSTER, EKS_CLUSTER, EKS_NAMESPACE, REGION, instance_of, task_id
from .jobs import Attempt, Job

DEFAULT_GROUP = "/aws/batch/job"
EKS_GROUP = f"/aws/containerinsights/{EKS_CLUSTER}/application"
EKS_STREAM_PREFIX = "ip-10-0-"
_ECS = f"arn:aws:ecs:{REGION}:{ACCOUNT_ID}"


def task_of(job: Job, attempt: Attempt, node: int = 0) -> str:
    """The id of the task in which an attempt (of one node) runs."""
    if job.parent is not None:
        return task_id(job.parent.job_id, attempt.number, job.index, node)
    return task_id(job.job_id, attempt.number, None, node)


def task_arn(job: Job, attempt: Attempt, node: int = 0) -> str:
    """The ARN of the task in which an attempt runs."""
    return f"{_ECS}:task/{ECS_CLUSTER}-{attempt.environment.name}_Batch/{task_of(job, attempt, node)}"


def instance_arn(job: Job, attempt: Attempt, node: int = 0) -> str | None:
    """The ARN of the container instance below an attempt; Fargate has none."""
    if attempt.environment.serverless:
        return None
    instance = instance_of(task_of(job, attempt, node))
    return f"{_ECS}:container-instance/{ECS_CLUSTER}-{attempt.environment.name}_Batch/{instance}"


def cluster_arn(environment: str) -> str:
    """The ARN of the ECS cluster of a compute environment."""
    return f"{_ECS}:cluster/{ECS_CLUSTER}-{environment}_Batch"


def interfaces(job: Job, attempt: Attempt, node: int = 0) -> list[JSON]:
    """The network interfaces of an attempt: Fargate tasks and nodes have one of their own."""
    if not (attempt.environment.serverless or job.multi_node) or not attempt.started:
        return []
    address = f"10.0.{between(job.seed, 510 + node, 0, 63)}.{between(job.seed, 530 + node, 4, 250)}"
    return [
        {
            "attachmentId": hex_digits(job.seed, 550 + node + attempt.number * 64, 32),
            "privateIpv4Address": address,
        }
    ]


def pod_name(job: Job, attempt: Attempt) -> str:
    """The name of the pod of an attempt on EKS."""
    digits = task_of(job, attempt)
    return f"aws-batch.{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def node_name(job: Job, attempt: Attempt) -> str:
    """The Kubernetes node of an attempt on EKS."""
    salt = 570 + attempt.number
    return f"{EKS_STREAM_PREFIX}{between(job.seed, salt, 0, 3)}-{between(job.seed, salt + 9, 10, 30)}.ec2.internal"


def log_group(container: JSON) -> str | None:
    """The log group that a container writes to; None when its log driver takes its log elsewhere."""
    configuration: JSON = container.get("logConfiguration") or {"logDriver": "awslogs"}
    if configuration["logDriver"] != "awslogs":
        return None
    group: str = configuration.get("options", {}).get("awslogs-group", DEFAULT_GROUP)
    return group


def stream_name(job: Job, attempt: Attempt, container: str = "default", node: int = 0) -> str:
    """The log stream of a container of an attempt on ECS."""
    return f"{job.definition.name}/{container}/{task_of(job, attempt, node)}"


def pod_stream_name(job: Job, attempt: Attempt) -> str:
    """The stream into which Container Insights' Fluent Bit puts the log of a pod's main container."""
    digits = hex_digits(job.seed, 590 + attempt.number, 32) * 2
    return (
        f"{node_name(job, attempt)}-application.var.log.containers.{pod_name(job, attempt)}_{EKS_NAMESPACE}"
        f"_main-{digits}.log"
    )
