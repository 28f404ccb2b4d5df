"""CancelJob, TerminateJob and their bulk forms."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .conftest import Demo

TERMINAL = ("SUCCEEDED", "FAILED")


def _runnable(demo: Demo) -> str:
    """A job that waits for good: no instance is large enough for it."""
    job_id = demo.submit(
        jobQueue="align-low",
        jobDefinition="nf-core-sarek-task",
        containerOverrides={"resourceRequirements": [{"type": "VCPU", "value": "90"}]},
    )
    assert demo.advance_until(job_id, "RUNNABLE")["status"] == "RUNNABLE"
    return job_id


def test_cancel_ends_what_waits_with_the_reason_given(demo: Demo) -> None:
    job_id = _runnable(demo)
    demo.batch.cancel_job(jobId=job_id, reason="not wanted")
    asked = demo.described(job_id)
    assert asked["status"] == "RUNNABLE"
    assert asked["isCancelled"] is True
    demo.clock.advance(2)
    job = demo.described(job_id)
    assert (job["status"], job["statusReason"]) == ("FAILED", "not wanted")
    assert job["startedAt"] == 0
    assert job["stoppedAt"]
    (listed,) = [j for j in demo.listed(jobQueue="align-low", jobStatus="FAILED") if j["jobId"] == job_id]
    assert listed["isCancelled"] is True
    assert "isTerminated" not in listed


def test_cancel_ends_what_was_only_submitted(demo: Demo) -> None:
    job_id = demo.submit()
    demo.batch.cancel_job(jobId=job_id, reason="too early")
    demo.clock.advance(5)
    assert demo.described(job_id)["statusReason"] == "too early"


@pytest.mark.parametrize("status", ["STARTING", "RUNNING"])
def test_cancel_succeeds_and_does_nothing_to_what_has_begun(demo: Demo, status: str) -> None:
    job_id = demo.submit()
    demo.advance_until(job_id, status)
    demo.batch.cancel_job(jobId=job_id, reason="too late")
    job = demo.described(job_id)
    assert job["status"] == status
    assert "isCancelled" not in job
    assert demo.advance_until(job_id, *TERMINAL).get("statusReason") != "too late"


@pytest.mark.parametrize("status", ["SUBMITTED", "RUNNABLE", "STARTING", "RUNNING"])
def test_terminate_ends_every_active_status(demo: Demo, status: str) -> None:
    job_id = _runnable(demo) if status == "RUNNABLE" else demo.submit()
    demo.advance_until(job_id, status)
    demo.batch.terminate_job(jobId=job_id, reason="enough")
    assert demo.described(job_id)["isTerminated"] is True
    demo.clock.advance(10)
    job = demo.described(job_id)
    assert (job["status"], job["statusReason"]) == ("FAILED", "enough")
    assert (job["startedAt"] > 0) == (status == "RUNNING")
    if status == "RUNNING":
        assert job["container"]["exitCode"] == 143


def test_a_pending_job_is_cancelled_when_what_it_waits_for_is_over(demo: Demo) -> None:
    first = demo.submit()
    second = demo.submit(dependsOn=[{"jobId": first}])
    demo.advance_until(second, "PENDING")
    demo.batch.cancel_job(jobId=second, reason="no more")
    demo.clock.advance(3)
    assert demo.described(second)["status"] == "PENDING"
    demo.advance_until(first, *TERMINAL)
    demo.clock.advance(2)
    assert demo.described(second)["statusReason"] == "no more"


def test_a_pending_job_is_terminated_at_once(demo: Demo) -> None:
    second = demo.submit(dependsOn=[{"jobId": demo.submit()}])
    demo.advance_until(second, "PENDING")
    demo.batch.terminate_job(jobId=second, reason="now")
    demo.clock.advance(2)
    assert demo.described(second)["statusReason"] == "now"


def test_stopping_an_array_stops_its_children(demo: Demo) -> None:
    for operation, ended in (("cancel_job", 0), ("terminate_job", 40)):
        job_id = demo.submit(
            jobQueue="portal-eks", jobDefinition="portal-thumbnails", arrayProperties={"size": 40}
        )
        demo.advance_until(f"{job_id}:0", "RUNNING", "FAILED")
        getattr(demo.batch, operation)(jobId=job_id, reason="all of it")
        demo.clock.advance(10)
        counts = demo.described(job_id)["arrayProperties"]["statusSummary"]
        assert counts["SUBMITTED"] == counts["PENDING"] == counts["RUNNABLE"] == 0
        assert counts["FAILED"] >= max(20, ended)
        parent = demo.advance_until(job_id, *TERMINAL)
        assert (parent["status"], parent["statusReason"]) == ("FAILED", "all of it")


def test_what_is_over_stays_as_it_is(demo: Demo) -> None:
    job = demo.listed(jobQueue="align-high", jobStatus="SUCCEEDED")[0]
    before = demo.described(job["jobId"])
    demo.batch.terminate_job(jobId=job["jobId"], reason="why")
    demo.batch.cancel_job(jobId=job["jobId"], reason="why")
    demo.clock.advance(30)
    assert demo.described(job["jobId"]) == before


def test_in_bulk_unknown_ids_count_as_done_and_bad_ones_as_errors(demo: Demo) -> None:
    waiting, running = _runnable(demo), demo.submit()
    demo.advance_until(running, "RUNNING")
    answer = demo.batch.terminate_jobs(jobs=[waiting, running, "unknown", "not an id"], reason="sweep")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["successful"] == [waiting, running, "unknown"]
    assert [(e["job"], e["code"]) for e in answer["errors"]] == [("not an id", "ClientException")]
    demo.clock.advance(10)
    jobs = demo.batch.describe_jobs(jobs=[waiting, running])["jobs"]
    assert [job["statusReason"] for job in jobs] == ["sweep", "sweep"]
    other = _runnable(demo)
    assert demo.batch.cancel_jobs(jobs=[other], reason="sweep")["successful"] == [other]


def test_limits_of_bulk_and_reason(demo: Demo) -> None:
    with pytest.raises(ClientError, match="At most 50"):
        demo.batch.cancel_jobs(jobs=[f"j-{n}" for n in range(51)], reason="x")
    with pytest.raises(ClientError, match="1024"):
        demo.batch.cancel_job(jobId="abc", reason="x" * 1025)
    with pytest.raises(ClientError, match="reason must be"):
        demo.batch.terminate_job(jobId="abc", reason="")
    demo.batch.terminate_job(jobId="unknown-job", reason="x")


def test_a_retry_does_not_follow_a_termination(demo: Demo) -> None:
    job_id = demo.submit(retryStrategy={"attempts": 5})
    demo.advance_until(job_id, "RUNNING")
    demo.batch.terminate_job(jobId=job_id, reason="stop")
    demo.clock.advance(10)
    attempts = demo.described(job_id)["attempts"]
    assert attempts[-1]["container"]["exitCode"] == 143
    assert demo.described(job_id)["status"] == "FAILED"
