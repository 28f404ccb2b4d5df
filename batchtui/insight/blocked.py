"""Whether a queue is blocked: AWS Batch says so in the ``statusReason`` of the RUNNABLE job at its head.

See "Job queue blocked events" in the AWS Batch user guide.
"""

from collections.abc import Iterable

from batchtui.model.job import RUNNABLE, JobSummary

DOCUMENTED = ("CAPACITY:", "MISCONFIGURATION:", "ACTION_REQUIRED", "UNDETERMINED", "SERVICE_ENVIRONMENT")
"""How the reasons begin that AWS gives to the RUNNABLE job at the head of a queue."""

_SHORT = (
    ("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", "EC2 has no capacity"),
    ("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "more vCPUs than allowed"),
    ("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "no instance is large enough"),
    ("MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED", "instance types cannot be used"),
    ("MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS", "its service role lacks rights"),
    ("MISCONFIGURATION:SERVICE_ENVIRONMENT_MAX_RESOURCE", "more than its environment has"),
    ("MISCONFIGURATION:QUOTA_MANAGEMENT_LIMIT_EXCEEDED", "more than its quota share has"),
    ("ACTION_REQUIRED", "environments are invalid"),
    ("UNDETERMINED", "AWS cannot tell why"),
)
"""For the corner of a pane, where the rules that say it whole have no room."""


def is_blocked_head(job: JobSummary) -> bool:
    """Whether AWS says of a job that it is at the head of its queue and cannot be placed."""
    return job.status == RUNNABLE and (job.status_reason or "").startswith(DOCUMENTED)


def blocked_head(jobs: Iterable[JobSummary]) -> JobSummary | None:
    """The job at the head of a queue that cannot be placed for a documented reason, None where there is none."""
    return next((job for job in jobs if is_blocked_head(job)), None)


def blocked_reason(jobs: Iterable[JobSummary]) -> str | None:
    """The documented reason for which the head of a queue cannot be placed, None where there is none."""
    head = blocked_head(jobs)
    return head.status_reason if head is not None else None


def short_reason(reason: str) -> str:
    """A documented reason in a few words; AWS's own where it is none of those that are known."""
    return next((words for code, words in _SHORT if reason.startswith(code)), reason)
