"""Whether a queue is blocked: AWS Batch says so in the ``statusReason`` of the RUNNABLE job at its head.

See "Job queue blocked events" in the AWS Batch user guide.
"""

from collections.abc import Iterable

from batchtui.model.job import RUNNABLE, JobSummary

DOCUMENTED = ("CAPACITY:", "MISCONFIGURATION:", "ACTION_REQUIRED", "UNDETERMINED", "SERVICE_ENVIRONMENT")
"""How the reasons begin that AWS gives to the RUNNABLE job at the head of a queue."""


def blocked_reason(jobs: Iterable[JobSummary]) -> str | None:
    """The documented reason for which the head of a queue cannot be placed, None where there is none."""
    for job in jobs:
        if job.status == RUNNABLE and job.status_reason and job.status_reason.startswith(DOCUMENTED):
            return job.status_reason
    return None
