"""Text from values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.format import array_progress, bar, capacity, duration, number, ran, text_of, waited, why
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import ArrayProperties, JobSummary, NodeProperties


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (-5, "0s"),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (47 * 3600, "47h"),
        (48 * 3600, "2d"),
        (400 * 86400, "400d"),
    ],
)
def test_duration_in_one_unit(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@given(st.floats(-1, 2), st.integers(1, 60))
def test_a_bar_is_exactly_as_wide_as_asked(fraction: float, width: int) -> None:
    assert len(text_of(bar(fraction, width))) == width


def job(status: str, **more: object) -> JobSummary:
    return JobSummary("id", "name", "q", status, created_at=1_000_000, **more)  # type: ignore[arg-type]


def test_times_of_a_job() -> None:
    assert waited(job("RUNNABLE"), 1060.0) == 60
    assert waited(job("RUNNING", started_at=1_030_000), 1060.0) == 30
    assert waited(job("FAILED", stopped_at=1_030_000), 1060.0) == 30, "it never started: it waited until its end"
    assert ran(job("RUNNING", started_at=1_030_000), 1060.0) == 30
    assert ran(job("FAILED", started_at=1_030_000, stopped_at=1_040_000), 1060.0) == 10
    assert ran(job("RUNNABLE"), 1060.0) is None


def test_why_tells_exit_code_and_reasons_once() -> None:
    failed = job("FAILED", exit_code=137, container_reason="OutOfMemoryError: killed", status_reason="Essential")
    assert text_of(why(failed, 80)) == "exit 137 · OutOfMemoryError: killed · Essential"
    same = job("FAILED", container_reason="Task failed to start", status_reason="Task failed to start")
    assert text_of(why(same, 80)) == "Task failed to start"
    assert text_of(why(job("FAILED"), 80)) == "no reason given"
    assert text_of(why(job("SUCCEEDED", status_reason="Essential container in task exited"), 80)) == ""


def test_why_of_a_multi_node_job_says_what_it_waits_for() -> None:
    four = NodeProperties(num_nodes=4)
    assert text_of(why(job("RUNNABLE", node_properties=four), 80)) == "waits for 4 nodes"
    assert text_of(why(job("RUNNABLE", node_properties=NodeProperties(num_nodes=1)), 80)) == "waits for 1 node"
    assert text_of(why(job("RUNNABLE", node_properties=four, status_reason="CAPACITY:…"), 80)) == "CAPACITY:…"
    assert text_of(why(job("RUNNING", node_properties=four), 80)) == "4 nodes"


def test_array_progress_counts_ends() -> None:
    array = ArrayProperties(size=10_000, status_summary=(("RUNNING", 2185), ("SUCCEEDED", 7812), ("FAILED", 3)))
    text = text_of(array_progress(job("PENDING", array_properties=array), 60) or ())
    assert "78%" in text
    assert "7812 ok 3 failed of 10000" in text
    assert array_progress(job("PENDING"), 60) is None


def test_capacity_of_every_kind() -> None:
    def environment(**resources: object) -> ComputeEnvironmentDetail:
        return ComputeEnvironmentDetail.from_api({"computeResources": resources, "unmanagedvCpus": 16})

    assert text_of(capacity(environment(type="EC2", minvCpus=0, desiredvCpus=64, maxvCpus=256), 22)).split() == [
        "64",
        "███▎░░░░░░░░░",
        "256",
    ]
    assert "up to 16" in text_of(capacity(environment(type="FARGATE", maxvCpus=16), 22))
    assert "16 vCPU" in text_of(capacity(environment(), 22))
    assert "0" in text_of(capacity(environment(type="EC2", desiredvCpus=0, maxvCpus=0), 22))


def test_numbers_without_needless_digits() -> None:
    assert [number(n) for n in (None, 8.0, 0.25, 0.5)] == ["–", "8", "0.25", "0.5"]
