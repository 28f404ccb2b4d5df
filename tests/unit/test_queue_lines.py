"""The lines about a queue: of answers of any shape, at any width, without anything that a terminal obeys."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.format import text_of
from batchtui.insight.queue_standing import count, standing
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import JobSummary
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.query.steps import at_once
from batchtui.ui.details.bars import STEPS, sparkline
from batchtui.ui.details.queue_insight import insight_lines
from batchtui.ui.widgets.line_view import wrap
from tests.api_shapes import answers

NOW = 1_780_000_100
QUEUE = JobQueueDetail.from_api({"jobQueueName": "q", "state": "ENABLED", "schedulingPolicyArn": "arn:x/y"})
SOME = settings(max_examples=40, deadline=None)


@SOME
@given(
    answers("batch", "GetJobQueueSnapshot"),
    answers("batch", "DescribeSchedulingPolicies"),
    answers("batch", "ListQuotaShares"),
    answers("batch", "ListJobs"),
    answers("batch", "DescribeComputeEnvironments"),
    st.integers(20, 200),
)
def test_answers_of_any_shape(
    snapshot: dict[str, Any],
    policies: dict[str, Any],
    shares: dict[str, Any],
    jobs: dict[str, Any],
    environments: dict[str, Any],
    width: int,
) -> None:
    listed = [JobSummary.from_api(item, job_queue="q") for item in jobs.get("jobSummaryList", [])]
    for policy in (None, *map(SchedulingPolicyDetail.from_api, policies.get("schedulingPolicies", []))):
        found = standing(
            QUEUE,
            at_once(count(listed, NOW * 1000)),
            snapshot=JobQueueSnapshot.from_api(snapshot),
            policy=policy,
            quota_shares=list(map(QuotaShareDetail.from_api, shares.get("quotaShares", []))),
            environments=[
                ComputeEnvironmentDetail.from_api(item) for item in environments.get("computeEnvironments", [])
            ],
        )
        for line in insight_lines(found, None, width, NOW, trouble="\x1b[31mdenied", digit=3):
            text = text_of(line)
            assert not any(ord(each) < 32 or 0x7F <= ord(each) < 0xA0 for each in text)
            assert all(cell_len(text_of(part).rstrip()) <= width for part in wrap(line, width))


@given(st.lists(st.none() | st.floats(0, 1e9), max_size=50))
def test_a_sparkline_has_a_step_for_each_value(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    least, most = min(known, default=0), max(known, default=0)
    drawn = sparkline(values, least, most)
    assert len(drawn) == len(values)
    for value, step in zip(values, drawn, strict=True):
        assert (step == " ") == (value is None)
        if most > least and value in (least, most):
            assert step == (STEPS[0] if value == least else STEPS[-1])
