"""What many jobs wait for: DescribeJobs, of which hardly anything else is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from batchtui.aws.answers import a_list
from batchtui.aws.caller import Call
from batchtui.model import fields
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDependency, dependencies_of


@dataclass(frozen=True, slots=True)
class JobLinks:
    """A job, and what it waits for."""

    summary: JobSummary
    depends_on: tuple[JobDependency, ...]


class DependencyGateway:
    """Reads within the budget of whoever made the call; may raise an AwsError; retries nothing."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def links_of(self, job_ids: Sequence[str], *, urgent: bool = False) -> list[JobLinks]:
        """At most 100 jobs or children (DescribeJobs); an id that AWS does not know is absent.

        Args:
            job_ids: Their ids.
            urgent: A person waits.
        """
        params = {"jobs": list(job_ids)}
        answer = await self._call("batch", "DescribeJobs", params, urgent=urgent, check=a_list("jobs"))
        items = fields.structures(answer, "jobs")
        return [JobLinks(JobSummary.from_api(item), dependencies_of(item)) for item in items]
