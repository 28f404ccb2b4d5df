"""The short way from an item of ListJobs to a JobSummary comes to the same as the long one."""

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.model.job import JobSummary
from batchtui.model.listed_job import from_listed
from tests.api_shapes import answers

COMMON: dict[str, Any] = {
    "jobArn": "arn:aws:batch:us-east-1:111122223333:job/1a2b",
    "jobId": "1a2b",
    "jobName": "align-1",
    "createdAt": 1_760_000_000_000,
    "status": "SUCCEEDED",
    "statusReason": "Essential container in task exited",
    "startedAt": 1_760_000_000_001,
    "stoppedAt": 1_760_000_000_002,
    "container": {"exitCode": 0, "reason": "done"},
    "jobDefinition": "arn:aws:batch:us-east-1:111122223333:job-definition/align:3",
    "shareIdentifier": "teamA",
}
OTHERS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.0,
    1.5,
    "",
    "x",
    "\x1b[31m",
    [],
    {},
    {"exitCode": True, "reason": 5},
)
MEMBERS = (
    *COMMON,
    "scheduledAt",
    "isCancelled",
    "arrayProperties",
    "nodeProperties",
    "tags",
    "serviceJobType",
    "quotaShareName",
)


def both(item: dict[str, Any], queue: str = "align") -> tuple[JobSummary, JobSummary]:
    return from_listed(item, queue), JobSummary.from_api(item, job_queue=queue)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers("batch", "ListJobs"), st.sampled_from(["align", ""]))
def test_it_comes_to_the_same_for_every_answer(answer: dict[str, Any], queue: str) -> None:
    for item in answer.get("jobSummaryList", []):
        quick, slow = both(item, queue)
        assert quick == slow
        assert hash(quick) == hash(slow)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(OTHERS), max_size=3),
    st.sets(st.sampled_from(MEMBERS)),
)
def test_it_comes_to_the_same_whatever_is_wrong_or_absent(changed: dict[str, Any], absent: set[str]) -> None:
    item = {name: value for name, value in (COMMON | changed).items() if name not in absent or name in changed}
    quick, slow = both(item)
    assert quick == slow


def test_what_is_common_does_not_take_the_long_way() -> None:
    _, slow = both(COMMON)
    with patch.object(JobSummary, "from_api", side_effect=AssertionError("the long way")):
        assert from_listed(COMMON, "align") == slow


def test_what_it_makes_cannot_be_written() -> None:
    with pytest.raises(AttributeError):
        from_listed(COMMON, "align").status = "FAILED"  # type: ignore[misc]
