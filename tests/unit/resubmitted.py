"""Jobs and definitions for tests of resubmission, as DescribeJobs and DescribeJobDefinitions tell them."""

from typing import Any

ARN = "arn:aws:batch:us-east-1:123456789012:job-definition/align"
QUEUE = "arn:aws:batch:us-east-1:123456789012:job-queue/high"


def job(**members: Any) -> dict[str, Any]:
    """A JobDetail of ``align:7``."""
    return {
        "jobId": "11111111-2222-3333-4444-555555555555",
        "jobName": "original",
        "jobQueue": QUEUE,
        "jobDefinition": f"{ARN}:7",
        "status": "FAILED",
        "startedAt": 0,
        **members,
    }


def definition(revision: int = 7, **members: Any) -> dict[str, Any]:
    """A JobDefinition of this revision of ``align``."""
    return {
        "jobDefinitionName": "align",
        "jobDefinitionArn": f"{ARN}:{revision}",
        "revision": revision,
        "status": "ACTIVE",
        "type": "container",
        **members,
    }
