"""What is said where there is no log, and how long one is waited for."""

from collections.abc import Sequence
from typing import Any

import pytest

from batchtui.aws.pacing import CallBudget
from batchtui.logs.reasons import Reason, name_of, with_names
from batchtui.logs.session import LogSession
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail

SPLUNK = {"logConfiguration": {"logDriver": "splunk", "options": {}}}


class Account:
    """Jobs without logs."""

    def __init__(self, **jobs: dict[str, Any]) -> None:
        self.budget = CallBudget(500)
        self.logs: Any = None
        self.jobs = jobs
        self.asked = 0

    async def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> list[JobDetail]:
        self.asked += 1
        known = {"startedAt": 0, "jobName": "cohort"}
        return [
            JobDetail.from_api(known | {"jobId": job_id} | self.jobs[job_id])
            for job_id in job_ids
            if job_id in self.jobs
        ]

    async def describe_service_job(self, job_id: str, *, urgent: bool = False) -> None:
        return None

    def list_children(self, job_id: str, job_status: str, *, is_array: bool, page_size: int = 20) -> Any:
        raise AssertionError("none has started")


async def asked_in(account: Account, seconds: int) -> tuple[LogSession, int]:
    now = 0.0
    session = LogSession(account, list(account.jobs) or ["no"], clock=lambda: now)
    assert session.is_following, "nobody knows yet"
    for second in range(seconds):
        now = float(second)
        await session.look()
    return session, account.asked


@pytest.mark.parametrize("status", ["RUNNABLE", "RUNNING"])
@pytest.mark.parametrize("array", [{}, {"arrayProperties": {"size": 3, "statusSummary": {"RUNNABLE": 3}}}])
async def test_a_log_that_goes_elsewhere_is_not_waited_for(status: str, array: dict[str, Any]) -> None:
    session, asked = await asked_in(Account(one={"status": status, "container": SPLUNK} | array), 300)
    assert not session.is_following
    assert asked < 10


async def test_an_unknown_job_is_asked_for_less_and_less_often() -> None:
    session, asked = await asked_in(Account(), 601)
    assert (session.headline, session.is_following) == ("AWS does not know job no, or no longer", False)
    assert asked == 1 + 4 + 8, "after 5, 15, 35 and 75 seconds, then each minute"


@pytest.mark.parametrize("container", [{}, {"logConfiguration": {"logDriver": "awslogs"}}])
async def test_a_job_that_begins_by_itself(container: dict[str, Any]) -> None:
    session, asked = await asked_in(Account(one={"status": "RUNNABLE", "container": container}), 100)
    assert (session.headline, session.is_following) == ("waiting: RUNNABLE, not started yet", True)
    assert asked == 20


async def test_an_array_that_has_not_begun() -> None:
    array = {"size": 3, "statusSummary": {"RUNNABLE": 3}}
    session, _ = await asked_in(Account(one={"status": "PENDING", "arrayProperties": array}), 10)
    assert session.headline == "an array job has no log of its own: its children have"
    assert session.is_following


async def test_one_that_goes_elsewhere_does_not_hide_one_that_comes() -> None:
    jobs = {"a": {"status": "RUNNABLE", "container": SPLUNK}, "b": {"status": "RUNNABLE", "container": {}}}
    session, _ = await asked_in(Account(**jobs), 10)
    assert session.is_following
    assert session.headline == (
        "waiting: cohort: RUNNABLE, not started yet; cohort: the log goes to splunk: not readable here"
    )


async def test_of_several_jobs_each_reason_has_its_name() -> None:
    failed = {"status": "FAILED", "container": {"reason": "Pod failed"}}
    jobs = {"a": {**failed, "jobName": "cohort-12"}, "b": {"status": "SUCCEEDED", "container": {"exitCode": 0}}}
    session, _ = await asked_in(Account(**jobs), 3)
    told = "cohort-12 never started: Pod failed; cohort: SUCCEEDED, but AWS names no log stream"
    assert (session.headline, session.is_following) == (told, False)
    alone, _ = await asked_in(Account(a=failed), 3)
    assert alone.headline == "never started: Pod failed"


def test_names() -> None:
    def named(job_id: str) -> str:
        return name_of(JobSummary(job_id, "cohort", "queue", "FAILED"))

    assert [named("x"), named("x:7"), named("x#2")] == ["cohort", "cohort:7", "cohort#2"]


def test_a_reason_of_many_is_told_once() -> None:
    reasons = [Reason(f"x:{index}", f"cohort:{index}", "never started: no") for index in range(5)]
    assert with_names(reasons, 5) == ("never started: no",)
    assert with_names(reasons, 6) == ("cohort:0 and 4 others never started: no",)
    assert with_names(reasons[:2], 6) == ("cohort:0 and 1 other never started: no",)
    assert with_names(reasons[:1], 1) == ("cohort:0 never started: no",), "the child of an array"
