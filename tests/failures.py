"""Jobs that failed, as DescribeJobs tells them: one for each rule of failure, with what the rule rests on."""

from dataclasses import dataclass, field
from typing import Any

from batchtui.model.job import JobSummary

Api = dict[str, Any]

STARTED = 1_780_000_000_000
ESSENTIAL = "Essential container in task exited"
NOT_STARTED = "Task failed to start"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/align:2.7.1"
INSTANCE = "arn:aws:ecs:us-east-1:123456789012:container-instance/batch-spot/0f3a9c5be1d24788a1c0e6d2b7f94513"
JOB_ID = "4f1c6f0e-6c58-4d6c-9f0a-2f9d3c1b7a55"
QUEUE = "arn:aws:batch:us-east-1:123456789012:job-queue/align-high"


@dataclass(frozen=True)
class Case:
    """A job with the rule that must be its first verdict; of a hint in the log, the second."""

    key: str
    job: Api
    rests_on: tuple[str, ...]
    """Members without which (wherever they stand) the rule must not hold; ``log`` for the log."""
    shows: tuple[str, ...] = ()
    """What its evidence must name."""
    log: tuple[str, ...] = ()
    child: JobSummary | None = None
    dependencies: tuple[JobSummary, ...] = ()
    leads: tuple[str, ...] = ()
    first: str = ""
    """Of a hint: the verdict before it."""
    others: Api = field(default_factory=dict)
    """What else the evidence may draw its numbers from: the child, the dependencies."""


def job(
    status_reason: str | None = ESSENTIAL,
    *,
    code: int | None = None,
    reason: str | None = None,
    ran: int | None = 754,
    timeout: int | None = None,
    memory: int = 2048,
    tries: tuple[str, ...] = (),
    allowed: int = 1,
    **more: Any,
) -> Api:
    """A single-container job on EC2 whose last attempt ended so; ``tries`` are the reasons of earlier ones."""
    times: Api = {"stoppedAt": STARTED + (ran or 0) * 1000}
    if ran is not None:
        times["startedAt"] = STARTED
    end: Api = {"containerInstanceArn": INSTANCE}
    if code is not None:
        end["exitCode"] = code
    if reason is not None:
        end["reason"] = reason
    told: Api = {} if status_reason is None else {"statusReason": status_reason}
    earlier = [{**times, "statusReason": each, "container": {"containerInstanceArn": INSTANCE}} for each in tries]
    container: Api = {
        "image": IMAGE,
        "command": ["run-align.sh", "--sample", "s-0147"],
        "resourceRequirements": [{"type": "VCPU", "value": "4"}, {"type": "MEMORY", "value": str(memory)}],
        "volumes": [],
    }
    found: Api = {
        "jobId": JOB_ID,
        "jobName": "s-0147-align",
        "jobQueue": QUEUE,
        "status": "FAILED",
        "createdAt": STARTED - 60_000,
        **times,
        **told,
        "attempts": [*earlier, {**times, **told, "container": end}],
        "retryStrategy": {"attempts": max(allowed, len(earlier) + 1), "evaluateOnExit": []},
        "dependsOn": [],
        "platformCapabilities": ["EC2"],
        "container": {**container, **end},
    }
    if timeout is not None:
        found["timeout"] = {"attemptDurationSeconds": timeout}
    return found | more


def never_ran(status_reason: str, **more: Any) -> Api:
    """A job that ended before its first attempt."""
    found = job(status_reason, ran=None, **more)
    return found | {"attempts": [], "container": {**found["container"], "containerInstanceArn": None}}


def not_started(reason: str) -> Api:
    """A job whose container never started."""
    return job(NOT_STARTED, reason=reason, ran=None)


def fargate(reason: str) -> Api:
    """A job on Fargate whose statusReason tells of its initialization."""
    return job(reason, ran=None, platformCapabilities=["FARGATE"])


def pod(
    status_reason: str,
    *,
    code: int | None = None,
    reason: str | None = None,
    init: int | None = None,
    ran: int = 90,
) -> Api:
    """A job on EKS."""
    times: Api = {"startedAt": STARTED, "stoppedAt": STARTED + ran * 1000, "statusReason": status_reason}
    end: Api = {"name": "main"}
    if code is not None:
        end["exitCode"] = code
    if reason is not None:
        end["reason"] = reason
    first: Api = {"name": "wait-db"} | ({} if init is None else {"exitCode": init})
    limits = {"limits": {"cpu": "2", "memory": "4096Mi"}}
    where = {"podName": "aws-batch.1", "nodeName": "ip-10-0-1-17.ec2.internal"}
    main = {"image": "portal:81", "command": ["python", "-m", "portal.export"], "resources": limits}
    return {
        "jobId": JOB_ID,
        "jobName": "portal-export-7",
        "jobQueue": QUEUE,
        "status": "FAILED",
        **times,
        "eksAttempts": [times | where | {"containers": [end], "initContainers": [first]}],
        "eksProperties": {"podProperties": where | {"containers": [main | end], "initContainers": [first]}},
        "timeout": {"attemptDurationSeconds": 1800},
    }


def task(annotate: Api, fetch: Api) -> Api:
    """A job of two containers, of which one waits for the other."""
    times: Api = {"startedAt": STARTED, "stoppedAt": STARTED + 61_000, "statusReason": ESSENTIAL}
    ends = [{"name": "annotate", **annotate}, {"name": "fetch-cache", **fetch}]
    waits = {"dependsOn": [{"containerName": "fetch-cache", "condition": "SUCCESS"}], "essential": True}
    needs = {"resourceRequirements": [{"type": "MEMORY", "value": "12288"}]}
    described = [{**ends[0], **waits, **needs}, {**ends[1], "essential": False}]
    return {
        "jobId": JOB_ID,
        "jobQueue": QUEUE,
        "status": "FAILED",
        **times,
        "attempts": [{**times, "container": {"networkInterfaces": []}, "taskProperties": [{"containers": ends}]}],
        "ecsProperties": {"taskProperties": [{"containers": described}]},
    }


def training(status_reason: str) -> Api:
    """A service job, as DescribeServiceJob tells it."""
    times = {"startedAt": STARTED, "stoppedAt": STARTED + 300_000, "statusReason": status_reason}
    return {
        "jobId": JOB_ID,
        "jobName": "bert-finetune-101",
        "jobQueue": QUEUE,
        "serviceJobType": "SAGEMAKER_TRAINING",
        "status": "FAILED",
        **times,
        "attempts": [times],
        "retryStrategy": {"attempts": 1},
        "serviceRequestPayload": "{}",
    }


def without(data: Any, members: tuple[str, ...]) -> Any:
    """An answer without some of its members, wherever they stand."""
    if isinstance(data, dict):
        return {key: without(value, members) for key, value in data.items() if key not in members}
    return [without(item, members) for item in data] if isinstance(data, list) else data
