"""UpdateServiceJob, TerminateServiceJob and TerminateServiceJobs, and what can be changed of their queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Demo

QUEUE = "sagemaker-training"


@pytest.fixture
def demo(make_demo: Callable[..., Demo]) -> Demo:
    return make_demo(jobs=700, service_jobs=True)


def until(demo: Demo, status: str) -> str:
    for _ in range(2000):
        found = demo.batch.list_service_jobs(jobQueue=QUEUE, jobStatus=status)["jobSummaryList"]
        if found:
            return str(found[0]["jobId"])
        demo.clock.advance(2)
    raise AssertionError(status)


def described(demo: Demo, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = demo.batch.describe_service_job(jobId=job_id)
    del found["ResponseMetadata"]
    return found


@pytest.mark.parametrize("status", ["SUBMITTED", "RUNNABLE", "SCHEDULED", "STARTING", "RUNNING"])
def test_a_service_job_is_terminated_in_every_active_status(demo: Demo, status: str) -> None:
    job_id = until(demo, status)
    demo.batch.terminate_service_job(jobId=job_id, reason="no longer wanted")
    assert described(demo, job_id)["isTerminated"] is True
    demo.clock.advance(5)
    job = described(demo, job_id)
    assert (job["status"], job["statusReason"]) == ("FAILED", "no longer wanted")
    assert job["stoppedAt"] > job["createdAt"]
    assert bool(job["startedAt"]) == (status == "RUNNING")
    assert len(job["attempts"]) >= (status == "RUNNING")
    (listed,) = [
        each
        for each in demo.batch.list_service_jobs(jobQueue=QUEUE, jobStatus="FAILED")["jobSummaryList"]
        if each["jobId"] == job_id
    ]
    assert listed["isTerminated"] is True
    demo.batch.terminate_service_job(jobId=job_id, reason="again")
    demo.clock.advance(3600)
    assert described(demo, job_id) == job


def test_in_bulk(demo: Demo) -> None:
    running, waiting = until(demo, "RUNNING"), until(demo, "RUNNABLE")
    answer = demo.batch.terminate_service_jobs(jobs=[running, waiting, "unknown", "not an id"], reason="sweep")
    assert answer["successful"] == [running, waiting, "unknown"]
    assert [error["job"] for error in answer["errors"]] == ["not an id"]
    demo.clock.advance(5)
    assert {described(demo, job_id)["status"] for job_id in (running, waiting)} == {"FAILED"}
    with pytest.raises(ClientError, match="At most 50"):
        demo.batch.terminate_service_jobs(jobs=[str(number) for number in range(51)], reason="sweep")


def test_the_scheduling_priority(demo: Demo) -> None:
    job_id = until(demo, "RUNNABLE")
    answer = demo.batch.update_service_job(jobId=job_id, schedulingPriority=9999)
    assert answer["jobId"] == job_id
    assert described(demo, job_id)["schedulingPriority"] == 9999
    for wrong in ({"schedulingPriority": 10_000}, {"schedulingPriority": -1}, {"jobId": "unknown"}):
        with pytest.raises(ClientError, match="ClientException"):
            demo.batch.update_service_job(**{"jobId": job_id, "schedulingPriority": 5} | wrong)
    assert described(demo, job_id)["schedulingPriority"] == 9999
    with pytest.raises(ClientError, match="has ended"):
        demo.batch.update_service_job(jobId=until(demo, "SUCCEEDED"), schedulingPriority=5)


def test_their_queue_is_changed_as_any_other(demo: Demo) -> None:
    demo.batch.update_job_queue(jobQueue=QUEUE, state="DISABLED", priority=3)
    (queue,) = demo.batch.describe_job_queues(jobQueues=[QUEUE])["jobQueues"]
    assert (queue["state"], queue["status"], queue["priority"]) == ("DISABLED", "UPDATING", 3)
    demo.clock.advance(5)
    (queue,) = demo.batch.describe_job_queues(jobQueues=[QUEUE])["jobQueues"]
    assert queue["status"] == "VALID"
