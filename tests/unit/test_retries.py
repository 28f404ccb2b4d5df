"""What evaluateOnExit did: which rule met each attempt, and why no other attempt followed."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from batchtui.insight.failure import what_retry_did
from batchtui.insight.retries import matching_rule
from batchtui.model.job_detail import EvaluateOnExit, JobDetail
from batchtui.model.service_job import ServiceJobDetail
from tests.api_shapes import answers
from tests.failures import ESSENTIAL, STARTED, job, never_ran, pod, task, training

HOST = "Host EC2 (instance i-0a1b2c3d4e5f60718) terminated."
SPOT = [{"onStatusReason": "Host EC2*", "action": "retry"}, {"onReason": "*", "action": "EXIT"}]


def rules(*given: dict[str, Any]) -> tuple[EvaluateOnExit, ...]:
    return tuple(map(EvaluateOnExit.from_api, given))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"onStatusReason": "Host EC2*"}, True),
        ({"onStatusReason": "Host EC2"}, False),
        ({"onStatusReason": "host ec2*"}, False),  # only the action may be written in any case
        ({"onStatusReason": "*EC2*"}, False),  # an asterisk means something only at the end
        ({"onReason": "*"}, True),
        ({"onReason": ""}, True),
        ({"onReason": "Cannot*"}, False),
        ({"onExitCode": "13*"}, True),
        ({"onExitCode": "137"}, True),
        ({"onExitCode": "3*"}, False),
        ({"onStatusReason": "Host*", "onExitCode": "137"}, True),
        ({"onStatusReason": "Host*", "onExitCode": "1"}, False),
    ],
)
def test_conditions(given: dict[str, str], expected: bool) -> None:
    found = matching_rule(rules({**given, "action": "RETRY"}), HOST, "", 137)
    assert (found == 0) is expected


def test_the_first_rule_that_holds_decides_and_none_is_none() -> None:
    both = rules({"onExitCode": "1*", "action": "RETRY"}, {"onExitCode": "137", "action": "EXIT"})
    assert matching_rule(both, "", "", 137) == 0
    assert matching_rule(both[::-1], "", "", 137) == 0
    assert matching_rule(both[::-1], "", "", 1) == 1
    assert matching_rule(both, "", "", 2) is None
    assert matching_rule(rules({"onExitCode": "1*", "action": "EXIT"}), "", "", None) is None


def told(data: dict[str, Any], **retry: Any) -> tuple[str, ...]:
    return what_retry_did(JobDetail.from_api(data | ({"retryStrategy": retry} if retry else {})))


def test_each_attempt_and_the_rule_that_ended_it() -> None:
    said = told(job(code=1, tries=(HOST,)), attempts=3, evaluateOnExit=SPOT)
    assert said == (
        f"Attempt 1: “{HOST}” Rule 1 (onStatusReason “Host EC2*”) matched: RETRY.",
        f"Attempt 2: exit code 1, “{ESSENTIAL}”. Rule 2 (onReason “*”) matched: EXIT.",
        "2 of 3 attempts used: rule 2 ended it.",
    )


def test_the_attempts_are_used_up() -> None:
    said = told(job(HOST, tries=(HOST, HOST)), attempts=3, evaluateOnExit=SPOT)
    assert [line.rpartition(" matched: ")[2] for line in said[:3]] == ["RETRY."] * 3
    assert said[3] == "3 of 3 attempts used: none is left."


def test_no_rule_means_retry() -> None:
    said = told(job(code=2), attempts=1, evaluateOnExit=[{"onExitCode": "137", "action": "EXIT"}])
    assert said[0].endswith("No rule of evaluateOnExit matched, which means RETRY.")
    assert said[1] == "1 of 1 attempt used: retryStrategy allows no other."


def test_without_evaluate_on_exit() -> None:
    said = told(job(code=2, tries=(ESSENTIAL,)), attempts=2)
    assert said[0].endswith("No evaluateOnExit: it is tried again while attempts are left.")
    assert said[2] == "2 of 2 attempts used: none is left."


def test_what_somebody_stops_is_not_tried_again() -> None:
    data = job("enough", code=137, isTerminated=True)
    assert told(data, attempts=5)[-1] == "1 of 5 attempts used: what somebody stops is not tried again."


def test_aws_ended_it_against_its_rules() -> None:
    assert told(job(code=1), attempts=3)[-1] == "1 of 3 attempts used: AWS does not tell why no other followed."


def test_a_job_that_waits_for_its_next_attempt_or_got_through() -> None:
    waiting = told(job(HOST, status="RUNNABLE"), attempts=3, evaluateOnExit=SPOT)
    assert waiting[-1] == "1 of 3 attempts used."
    well = told(job(code=0, tries=(HOST,), status="SUCCEEDED"), attempts=3, evaluateOnExit=SPOT)
    assert well[1:] == ("Attempt 2 succeeded.", "2 of 3 attempts used.")


def test_no_attempt_no_words() -> None:
    assert told(never_ran("Dependent Job failed")) == ()


def test_the_container_that_failed_is_the_one_that_is_named() -> None:
    assert "exit code 5" in told(task({"exitCode": 0}, {"exitCode": 5}))[0]
    assert "exit code 1, “Error”" in told(pod("Pod failed", code=1, reason="Error", init=0))[0]


def test_service_jobs_have_only_reasons() -> None:
    reason = "Received status from SageMaker: InternalServerError: please try again."
    evaluate = [{"onStatusReason": "Received status from SageMaker: InternalServerError*", "action": "RETRY"}]
    data = training(reason) | {"retryStrategy": {"attempts": 2, "evaluateOnExit": evaluate}}
    data["attempts"] = [{"startedAt": STARTED, "statusReason": reason}] * 2
    said = what_retry_did(ServiceJobDetail.from_api(data))
    assert said[0].endswith("matched: RETRY.")
    assert said[2] == "2 of 2 attempts used: none is left."


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers("batch", "DescribeJobs"))
def test_jobs_of_any_shape(answer: dict[str, Any]) -> None:
    for item in answer.get("jobs", []):
        for line in what_retry_did(JobDetail.from_api(item)):
            assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in line)
            assert line.endswith((".", ".”"))


TIMED_OUT = "Job attempt duration exceeded timeout"


def test_a_time_out_is_not_tried_again_whatever_the_rules_say() -> None:
    said = told(job(TIMED_OUT, code=137), attempts=3, evaluateOnExit=[{"onReason": "*", "action": "RETRY"}])
    assert said == (
        f"Attempt 1: exit code 137, “{TIMED_OUT}”. What runs into its time-out is not tried again.",
        "1 of 3 attempts used: none follows a time-out.",
    )


def test_an_attempt_that_followed_against_the_rules_is_said_to_have() -> None:
    said = told(job(code=1, tries=(ESSENTIAL,)), attempts=2, evaluateOnExit=[{"onReason": "*", "action": "EXIT"}])
    assert said[0].endswith("matched: EXIT, yet another attempt followed.")
    assert said[1].endswith("matched: EXIT.")
