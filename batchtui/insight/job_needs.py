"""What only DescribeJobs tells of a job and groups count: what it takes, its tags, its earlier attempts."""

from dataclasses import dataclass
from typing import Final, Self

from batchtui.model.fields import Pairs
from batchtui.model.job_detail import JobDetail
from batchtui.model.requested import requested_gpus

_STARTED_BY: Final = ("MANAGED_BY_AWS", "STARTED_BY_STEP_FUNCTIONS")
"""The environment variable that Step Functions gives to what it submits."""


@dataclass(frozen=True, slots=True)
class JobNeeds:
    """A few figures of a job that was described; the whole description is not kept.

    Attributes:
        vcpus: Requested, over all containers and nodes; None where AWS tells none.
        gpus: The same; 0 where it asks for none.
        tags: In the order of their keys.
        earlier_seconds: How long the attempts before its last one ran.
        is_of_step_functions: Whether AWS Step Functions submitted it.
    """

    vcpus: float | None
    gpus: float
    tags: Pairs
    earlier_seconds: float
    is_of_step_functions: bool

    @classmethod
    def of(cls, job: JobDetail, tags: Pairs | None = None) -> Self:
        """From DescribeJobs; the tags can be given as an equal value that others share."""
        earlier = (
            attempt.stopped_at - attempt.started_at
            for attempt in job.attempts[:-1]
            if attempt.started_at and attempt.stopped_at
        )
        return cls(
            vcpus=job.summary.vcpus,
            gpus=requested_gpus(job.raw) or 0.0,
            tags=job.tags if tags is None else tags,
            earlier_seconds=sum(max(0, each) for each in earlier) / 1000,
            is_of_step_functions=any(_STARTED_BY in container.environment for container in job.containers),
        )
