"""Every tab of every view, whatever AWS answers: nothing breaks, nothing steers the terminal."""

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from batchtui.logs.training import training_log_places, training_log_prefixes
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import JobSummary
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.service_job import ServiceJobDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.views import (
    View,
    definition_view,
    environment_view,
    job_view,
    queue_view,
    service_job_view,
    summary_view,
)
from batchtui.ui.panes import jobs as jobs_pane
from batchtui.ui.widgets.line_view import wrap
from tests.api_shapes import ANYTHING, answers

WIDTHS = st.integers(2, 200)
_REQUEST = (
    *("AlgorithmSpecification", "HyperParameters", "Environment", "ResourceConfig", "InputDataConfig"),
    *("OutputDataConfig", "StoppingCondition", "RoleArn"),
)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def check(views: Iterable[View], width: int) -> None:
    for view in views:
        for name, tab in view.tabs.items():
            for line in tab(width, 1_780_000_100.0, True):
                text = "".join(part for part, _ in line)
                assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text), name
                assert wrap(line, width)


@SOME
@given(answers("batch", "DescribeJobs"), WIDTHS)
@example(
    {"jobs": [{"nodeProperties": {"nodeRangeProperties": [{"targetNodes": "\x1f", "instanceTypes": [""]}]}}]}, 2
)
def test_jobs_of_any_shape(answer: dict[str, Any], width: int) -> None:
    check((job_view(JobDetail.from_api(item)) for item in answer.get("jobs", [])), width)


@SOME
@given(answers("batch", "DescribeJobDefinitions"), WIDTHS)
def test_definitions_of_any_shape(answer: dict[str, Any], width: int) -> None:
    check((definition_view(JobDefinition.from_api(item)) for item in answer.get("jobDefinitions", [])), width)


@SOME
@given(answers("batch", "DescribeJobQueues"), answers("batch", "DescribeComputeEnvironments"), WIDTHS)
def test_queues_and_environments_of_any_shape(
    queues: dict[str, Any], environments: dict[str, Any], width: int
) -> None:
    snapshot = Snapshot(
        job_queues=tuple(map(JobQueueDetail.from_api, queues.get("jobQueues", []))),
        compute_environments=tuple(
            map(ComputeEnvironmentDetail.from_api, environments.get("computeEnvironments", []))
        ),
    )
    check((queue_view(queue, snapshot, None) for queue in snapshot.job_queues or ()), width)
    check((environment_view(each, snapshot) for each in snapshot.compute_environments or ()), width)


@SOME
@given(answers("batch", "ListJobs"), WIDTHS)
def test_what_the_list_knows_of_any_shape(answer: dict[str, Any], width: int) -> None:
    jobs = map(JobSummary.from_api, answer.get("jobSummaryList", []))
    check((summary_view(job) for job in jobs), width)


@SOME
@given(answers("batch", "DescribeServiceJob"), WIDTHS)
@example({"serviceRequestPayload": '{"Environment": {"A": "\\u001b[31m\\ud800"}, "RoleArn": "\\u009b"}'}, 20)
@example({"serviceRequestPayload": "[" * 100_000}, 20)
@example({"serviceRequestPayload": '{"a":' * 100_000}, 20)
@example({"serviceRequestPayload": '{"a": 1' + "0" * 5000 + "}"}, 20)
def test_service_jobs_of_any_shape(answer: dict[str, Any], width: int) -> None:
    job = ServiceJobDetail.from_api(answer)
    check([service_job_view(job)], width)
    names = [f"{prefix}algo-1-1716000000" for prefix in training_log_prefixes(job)]
    assert len(training_log_places(job, names).sources) >= len(names)


@SOME
@given(st.dictionaries(st.sampled_from(tuple(_REQUEST)), ANYTHING), WIDTHS)
def test_service_jobs_whose_request_is_of_any_type(request: dict[str, Any], width: int) -> None:
    job = ServiceJobDetail.from_api({"jobId": "a", "serviceRequestPayload": json.dumps(request)})
    assert not request or job.raw["serviceRequestPayload"] == job.request
    check([service_job_view(job)], width)


@SOME
@given(answers("batch", "ListServiceJobs"), WIDTHS)
def test_what_the_list_knows_of_service_jobs_of_any_shape(answer: dict[str, Any], width: int) -> None:
    jobs = [JobSummary.from_api(item, job_queue="q") for item in answer.get("jobSummaryList", [])]
    check((summary_view(job) for job in jobs), width)
    for job in jobs:
        for column in jobs_pane._COLUMNS:
            text = "".join(part for part, _ in column.cell(job, width, 1_780_000_100.0))
            assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text), column.key


_MEMBERS = (
    *("containerProperties", "ecsProperties", "eksProperties", "nodeProperties", "retryStrategy", "timeout"),
    *("parameters", "tags", "revision", "status", "platformCapabilities", "consumableResourceProperties"),
)


@SOME
@given(st.dictionaries(st.sampled_from(_MEMBERS), ANYTHING), WIDTHS)
def test_definitions_with_wrongly_typed_members(data: dict[str, Any], width: int) -> None:
    check([definition_view(JobDefinition.from_api(data))], width)
