"""What is told of a job that is watched, and the exit status that follows from its end."""

from typing import Any

import pytest

from batchtui.commands.course import exit_code, exit_status, turns
from batchtui.model.job_detail import JobDetail
from batchtui.model.secrets import MASK


def job(status: str = "FAILED", **members: Any) -> JobDetail:
    return JobDetail.from_api({"jobId": "a", "jobName": "n", "status": status, **members})


def attempt(*codes: int | None, **members: Any) -> dict[str, Any]:
    told = [{} if code is None else {"exitCode": code} for code in codes]
    named = [{"name": f"c{number}"} | each for number, each in enumerate(told)]
    return {"taskProperties": [{"containers": named}], **members}


def tasks(*essential: bool) -> dict[str, Any]:
    containers = [{"name": f"c{number}", "image": "i", "essential": each} for number, each in enumerate(essential)]
    return {"ecsProperties": {"taskProperties": [{"containers": containers}]}}


@pytest.mark.parametrize(
    ("ended", "status"),
    [
        (job("SUCCEEDED", container={"exitCode": 0}), 0),
        (job("SUCCEEDED", container={"exitCode": 7}), 0),
        (job(container={"exitCode": 7}), 7),
        (job(container={"exitCode": 0}), 1),
        (job(container={"exitCode": -1}), 1),
        (job(container={"exitCode": 256}), 1),
        (job(container={"exitCode": 255}), 255),
        (job(), 1),
        (job(attempts=[{"container": {"exitCode": 3}}, {"container": {}}]), 1),
        (job(attempts=[{"container": {}}, {"container": {"exitCode": 3}}]), 3),
        (job(attempts=[attempt(0, 5, 6)], **tasks(True, True, True)), 5),
        (job(attempts=[attempt(4, 0, 6)], **tasks(False, True, True)), 6),
        (job(attempts=[attempt(4, 0, None)], **tasks(False, True, True)), 4),
        (job(eksAttempts=[{"containers": [{"name": "main", "exitCode": 9}]}]), 9),
    ],
)
def test_the_exit_status_is_the_code_of_what_decided_the_end(ended: JobDetail, status: int) -> None:
    assert exit_status(ended) == status


def test_a_multi_node_job_ends_with_the_code_of_its_main_node() -> None:
    parent, main = job(nodeProperties={"numNodes": 2, "mainNode": 1}), job(container={"exitCode": 12})
    assert exit_status(parent, main) == exit_code(parent, main) == 12
    assert exit_status(parent, job()) == 1


def test_each_change_is_told_once() -> None:
    waiting = job("RUNNABLE", statusReason="MISCONFIGURATION: password=hunter2secret")
    (turn,) = turns(None, waiting)
    assert (turn.status, turn.is_end) == ("RUNNABLE", False)
    assert turn.words == f"MISCONFIGURATION: password={MASK}"
    assert turns(waiting, waiting) == []
    first = {"container": {"exitCode": 3, "reason": "oh"}, "statusReason": "no", "stoppedAt": 5_000}
    again = job("RUNNING", attempts=[first], retryStrategy={"attempts": 3}, startedAt=6_000)
    ended, running = turns(waiting, again)
    assert (ended.attempt, ended.exit_code, ended.words, ended.at) == (1, 3, "exit code 3, oh, no", 5_000)
    assert (running.status, running.words, running.at) == ("RUNNING", "attempt 2 of 3", 6_000)
    over = job(attempts=[first, {"container": {"exitCode": 4}}], container={"exitCode": 4}, stoppedAt=9_000)
    (end,) = turns(again, over)
    assert (end.is_end, end.exit_code, end.at, end.words) == (True, 4, 9_000, "exit code 4")
    assert [turn.attempt for turn in turns(None, over)] == [1, None]


def test_an_array_tells_its_counts_whenever_they_change() -> None:
    def array(**counts: int) -> JobDetail:
        return job("PENDING", arrayProperties={"size": 1200, "statusSummary": counts})

    before = array(RUNNING=3, SUCCEEDED=0)
    assert turns(before, array(RUNNING=3, SUCCEEDED=0)) == []
    (turn,) = turns(before, array(RUNNING=2, SUCCEEDED=1198))
    assert turn.words == "RUNNING 2  SUCCEEDED 1,198 of 1,200"
    assert turn.counts == (("RUNNING", 2), ("SUCCEEDED", 1198))
