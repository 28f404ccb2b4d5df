"""What the round trips of resubmission share: how a job is described, and what of it can be reproduced."""

from typing import Any

from batchtui.actions.draft import Draft
from batchtui.actions.resubmission import SAME, ResubmitOptions, resubmission
from batchtui.aws.submit_shape import submit_problems
from batchtui.model.job_detail import JobDetail
from tests.worlds import World

Json = dict[str, Any]

_FATE = {
    *("jobId", "jobArn", "status", "statusReason", "createdAt", "startedAt", "stoppedAt", "scheduledAt"),
    *("attempts", "eksAttempts", "isCancelled", "isTerminated", "statusSummary", "statusSummaryLastUpdatedAt"),
    *("exitCode", "reason", "taskArn", "containerInstanceArn", "logStreamName", "networkInterfaces"),
    *("podName", "nodeName", "vcpus", "memory", "resourceRequirements", "ResponseMetadata"),
}
"""Members that tell who a job is and what became of it; requirements are compared as one, see below."""


def reproducible(job: Json) -> Json:
    """A JobDetail without its identity, its fate, and what AWS adds."""
    answer: Json = _plain(job)
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        items = [_plain(item) for item in value]
        if items and all(isinstance(item, dict) and set(item) == {"name", "value"} for item in items):
            items = [item for item in items if not item["name"].startswith(("AWS_BATCH", "MANAGED_BY_AWS"))]
            return sorted(items, key=lambda item: item["name"])
        return items
    if not isinstance(value, dict):
        return value
    kept = {key: _plain(item) for key, item in value.items() if key not in _FATE}
    # A requirement in the old way and one in the new way are the same requirement.
    old = {"VCPU": value.get("vcpus"), "MEMORY": value.get("memory")}
    required = {kind: float(amount) for kind, amount in old.items() if isinstance(amount, int)}
    required |= {item["type"]: float(item["value"]) for item in value.get("resourceRequirements", ())}
    return kept | ({"required": required} if required else {})


def described(world: World, job_id: str) -> Json:
    (job,) = world.batch.describe_jobs(jobs=[job_id])["jobs"]
    found: Json = job
    return found


def defined(world: World, arn: str) -> Json:
    (definition,) = world.batch.describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
    found: Json = definition
    return found


def again(world: World, job: Json, options: ResubmitOptions = SAME, **more: Any) -> Draft:
    """The resubmission of a job as DescribeJobs and DescribeJobDefinitions tell of it."""
    made = resubmission(JobDetail.from_api(job), defined(world, job["jobDefinition"]), options=options, **more)
    assert submit_problems(made.request) == []
    return made


def submitted(world: World, request: Json) -> Json:
    """The job that a request makes, described."""
    return described(world, world.batch.submit_job(**request)["jobId"])
