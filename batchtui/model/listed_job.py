"""A JobSummary of ListJobs as quickly as Python allows: to make 100,000 of them was the largest cost of a load."""

from typing import Any, Final, cast

from batchtui.model.fields import Api, shared
from batchtui.model.job import UNKNOWN, JobSummary

_RARE: Final = frozenset(
    (
        *("arrayProperties", "nodeProperties", "nodeDetails", "isCancelled", "isTerminated", "tags", "dependsOn"),
        *("serviceJobType", "quotaShareName", "consumableResourceProperties", "attempts", "eksAttempts"),
    )
)


class _Open:
    """A JobSummary while it is made: the same members, which can still be written.

    A frozen value writes each member through ``object.__setattr__``: that alone takes longer than all else here.
    """

    __slots__ = JobSummary.__slots__


def from_listed(data: Api, job_queue: str) -> JobSummary:
    """What ``JobSummary.from_api`` makes of it, two to three times as fast.

    An item with rarer members, or with one that is not of its documented type, is left to that.

    Args:
        data: An item of ``jobSummaryList``.
        job_queue: The name of the queue that was listed.
    """
    get = data.get
    job_id, name, arn, status = get("jobId"), get("jobName"), get("jobArn"), get("status")
    created_at, started_at, stopped_at = get("createdAt"), get("startedAt"), get("stoppedAt")
    scheduled_at, container = get("scheduledAt"), get("container")
    status_reason, definition, share = get("statusReason"), get("jobDefinition"), get("shareIdentifier")
    exit_code = reason = None
    if container is not None:
        if container.__class__ is not dict:
            return JobSummary.from_api(data, job_queue=job_queue)
        exit_code, reason = container.get("exitCode"), container.get("reason")
    if not (
        job_queue
        and _RARE.isdisjoint(data)
        and job_id.__class__ is str
        and job_id.isprintable()
        and name.__class__ is str
        and name.isprintable()
        and arn.__class__ is str
        and status.__class__ is str
        and created_at.__class__ is int
        and (started_at is None or started_at.__class__ is int)
        and (stopped_at is None or stopped_at.__class__ is int)
        and (scheduled_at is None or scheduled_at.__class__ is int)
        and (exit_code is None or exit_code.__class__ is int)
        and (reason is None or reason.__class__ is str)
        and (status_reason is None or status_reason.__class__ is str)
        and (definition is None or definition.__class__ is str)
        and (share is None or share.__class__ is str)
    ):
        return JobSummary.from_api(data, job_queue=job_queue)
    job: Any = _Open()
    job.job_id = job_id
    job.job_name = name
    job.job_queue = job_queue
    job.status = shared(status) or UNKNOWN
    job.arn_start = shared(arn.removesuffix(job_id)) if arn else None
    job.status_reason = None if status_reason is None else shared(status_reason)
    job.created_at = created_at or None
    job.scheduled_at = scheduled_at or None
    job.started_at = started_at or None
    job.stopped_at = stopped_at or None
    job.exit_code = exit_code
    job.container_reason = None if reason is None else shared(reason)
    job.job_definition = None if definition is None else shared(definition)
    job.share_identifier = None if share is None else shared(share)
    job.array_properties = job.node_properties = None
    job.is_cancelled = job.is_terminated = None
    job.vcpus = job.tags = job.depends_on = job.consumables = job.memory = job.attempts = None
    job.service_job_type = job.quota_share_name = None
    job.__class__ = JobSummary
    return cast("JobSummary", job)
