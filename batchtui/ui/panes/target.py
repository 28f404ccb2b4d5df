"""What a row of a list leads to."""

from dataclasses import dataclass

from batchtui.model.console import batch_page
from batchtui.model.job import JobSummary


@dataclass(frozen=True, slots=True)
class Target:
    """What a row leads to.

    Attributes:
        kind: One of ``lookup.KINDS``; empty where there are no details of it.
        key: The job's id, the name, or the ARN.
        title: What to call it until AWS has answered.
        name: What is copied as its id or name; the key where it is empty.
        arn: Its ARN, where it is known.
        job: What is known of it already, where it is a job.
    """

    kind: str
    key: str
    title: str
    name: str = ""
    arn: str | None = None
    job: JobSummary | None = None

    def console_page(self, region: str) -> str | None:
        """Its page in AWS's web console; None where there is none."""
        return batch_page(self.kind, region, self.key if self.kind == "job" else self.arn or self.key)
