"""What is said of retrying: by how many attempts a job was allowed and had, and by the rule that ended it."""

from typing import Any

from batchtui.insight.failure import why_failed
from batchtui.insight.failure_facts import Failure
from batchtui.insight.failure_retry import try_again
from batchtui.model.job_detail import JobDetail
from tests.failures import job

HOST = "Host EC2 (instance i-0a1b2c3d4e5f60718) terminated."
ON_HOST = 'onStatusReason "Host EC2*"'
EXIT = [{"onReason": "*", "action": "EXIT"}]


def said(data: dict[str, Any], condition: str = "", **retry: Any) -> str | None:
    remedy = try_again(condition)
    assert callable(remedy)
    return remedy(Failure.of(JobDetail.from_api(data | ({"retryStrategy": retry} if retry else {}))))


def test_one_attempt_was_allowed() -> None:
    assert said(job(HOST), attempts=1) == "Raise attempts in retryStrategy: it was allowed one attempt."


def test_all_attempts_were_used() -> None:
    assert said(job(HOST, tries=("x",)), attempts=2) == (
        "Raise attempts in retryStrategy: it was allowed 2 attempts, all used."
    )
    ten = said(job(HOST, tries=("x",) * 9), attempts=10)
    assert ten == "Resubmit it: it was allowed 10 attempts, all used, which is the most."


def test_a_rule_ended_it_before_the_attempts_were_used() -> None:
    assert said(job(HOST), ON_HOST, attempts=3, evaluateOnExit=EXIT) == (
        f"Rule 1 of its evaluateOnExit ended it after 1 of 3 attempts: RETRY on {ON_HOST} before it."
    )


def test_attempts_were_left_and_no_rule_ended_it() -> None:
    assert said(job(HOST), attempts=3) == "Resubmit it: it had 1 of the 3 attempts that retryStrategy allows."


def test_what_is_not_met_is_tried_again_too_unless_a_last_rule_ends_it() -> None:
    told = said(job(HOST), ON_HOST, attempts=1)
    assert told is not None
    assert told.endswith(f'In evaluateOnExit, RETRY on {ON_HOST}, then EXIT on onStatusReason "*".')


def test_of_a_job_that_is_tried_again_nothing_is_said() -> None:
    assert said(job(HOST, status="RUNNABLE"), attempts=3) is None


def test_no_job_is_told_to_be_allowed_what_it_had() -> None:
    data = job(HOST, tries=("Essential container in task exited",), allowed=2)
    verdict = why_failed(JobDetail.from_api(data)).verdicts[0]
    assert verdict.rule == "host-lost"
    assert "attempts above 1" not in str(verdict)
    assert "it was allowed 2 attempts, all used" in str(verdict)
