"""SubmitJob, dependencies, retries and overrides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from batchtui.demo.endings import Ending
from batchtui.demo.outcomes import tried_again

from .conftest import Demo

TERMINAL = ("SUCCEEDED", "FAILED")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"jobName": "with space"}, "jobName"),
        ({"jobQueue": "nowhere"}, "does not exist"),
        ({"jobQueue": "archive", "jobDefinition": "cram-archive"}, "DISABLED"),
        ({"jobDefinition": "nothing"}, "does not exist"),
        ({"jobDefinition": "bwa-mem2-align:5", "jobQueue": "align-high"}, "INACTIVE"),
        ({"jobDefinition": "bwa-mem2-align"}, "cannot run in"),
        ({"arrayProperties": {"size": 1}}, "between 2 and 10,000"),
        ({"arrayProperties": {"size": 10_001}}, "between 2 and 10,000"),
        ({"shareIdentifier": "research"}, "scheduling policy"),
        ({"jobQueue": "train-gpu", "jobDefinition": "evaluate-model"}, "shareIdentifier must"),
        ({"dependsOn": [{"jobId": "unknown"}]}, "does not exist"),
        ({"dependsOn": [{"type": "SEQUENTIAL"}]}, "array jobs"),
        ({"dependsOn": [{"jobId": "a"}] * 21}, "at most 20"),
        ({"retryStrategy": {"attempts": 11}}, "between 1 and 10"),
        ({"timeout": {"attemptDurationSeconds": 30}}, "at least 60"),
        ({"nodeOverrides": {"numNodes": 2}}, "cannot be used"),
        ({"containerOverrides": {"command": ["x" * 8200]}}, "at most 8192"),
    ],
)
def test_what_is_refused(demo: Demo, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ClientError, match=words) as caught:
        demo.submit(**changes)
    assert caught.value.response["Error"]["Code"] == "ClientException"


def test_a_job_goes_through_its_life(demo: Demo) -> None:
    job_id = demo.submit(parameters={"reads": "s3://x"}, tags={"who": "me"}, propagateTags=True)
    seen = [demo.described(job_id)["status"]]
    for _ in range(4000):
        demo.clock.advance(1)
        status = demo.described(job_id)["status"]
        if status != seen[-1]:
            seen.append(status)
        if status in TERMINAL:
            break
    assert seen[:1] == ["SUBMITTED"]
    assert seen[-1] in TERMINAL
    assert "RUNNABLE" in seen
    assert "STARTING" in seen
    job = demo.described(job_id)
    assert job["parameters"] == {"reads": "s3://x"}
    assert job["tags"]["who"] == "me"
    assert job["propagateTags"] is True
    assert job["createdAt"] < job["startedAt"] < job["stoppedAt"]
    assert job["attempts"][-1]["stoppedAt"] == job["stoppedAt"]


def test_overrides_are_merged(demo: Demo) -> None:
    job_id = demo.submit(
        jobQueue="align-high",
        jobDefinition="bwa-mem2-align:6",
        containerOverrides={
            "command": ["true"],
            "environment": [{"name": "REFERENCE", "value": "T2T"}, {"name": "NEW", "value": "1"}],
            "memory": 20000,
            "resourceRequirements": [{"type": "VCPU", "value": "2"}],
        },
    )
    container = demo.described(job_id)["container"]
    assert container["command"] == ["true"]
    environment = {e["name"]: e["value"] for e in container["environment"]}
    assert (environment["REFERENCE"], environment["NEW"]) == ("T2T", "1")
    assert environment["DB_HOST"]
    needs = {r["type"]: r["value"] for r in container["resourceRequirements"]}
    assert needs == {"VCPU": "2", "MEMORY": "15360"}, "the old member cannot override the new one"


def test_overrides_of_pods_tasks_and_nodes(demo: Demo) -> None:
    pod = demo.submit(
        jobQueue="portal-eks",
        jobDefinition="portal-export",
        eksPropertiesOverride={
            "podProperties": {
                "containers": [{"name": "main", "image": "x:2", "env": [{"name": "A", "value": "1"}]}]
            }
        },
    )
    (container,) = demo.described(pod)["eksProperties"]["podProperties"]["containers"]
    assert container["image"] == "x:2"
    assert {e["name"] for e in container["env"]} == {"PORTAL_URL", "A"}
    task = demo.submit(
        jobQueue="align-high",
        jobDefinition="annotate-vep",
        ecsPropertiesOverride={"taskProperties": [{"containers": [{"name": "annotate", "command": ["quick"]}]}]},
    )
    containers = demo.described(task)["ecsProperties"]["taskProperties"][0]["containers"]
    assert [c["command"][0] for c in containers] == ["quick", "sync-cache", "--config"]
    nodes = demo.submit(
        jobQueue="train-gpu",
        jobDefinition="train-variant-ddp",
        shareIdentifier="research",
        nodeOverrides={
            "numNodes": 2,
            "nodePropertyOverrides": [
                {"targetNodes": "0:0", "containerOverrides": {"command": ["lead"]}},
            ],
        },
    )
    properties = demo.described(nodes)["nodeProperties"]
    assert properties["numNodes"] == 2
    assert properties["nodeRangeProperties"][0]["container"]["command"] == ["lead"]
    assert demo.described(f"{nodes}#1")["nodeDetails"]["nodeIndex"] == 1


def test_a_dependent_job_waits_and_falls_with_its_culprit(demo: Demo) -> None:
    first = demo.submit()
    second = demo.submit(dependsOn=[{"jobId": first}])
    third = demo.submit(dependsOn=[{"jobId": second}])
    demo.advance_until(second, "PENDING")
    demo.advance_until(first, "RUNNING")
    assert demo.described(second)["status"] == "PENDING"
    demo.batch.terminate_job(jobId=first, reason="stop")
    demo.clock.advance(10)
    for job_id in (second, third):
        job = demo.described(job_id)
        assert (job["status"], job["statusReason"]) == ("FAILED", "Dependent Job failed")
    late = demo.submit(dependsOn=[{"jobId": first}])
    assert demo.advance_until(late, "FAILED", step=0.5, limit=20)["statusReason"] == "Dependent Job failed"


def _succeeding(demo: Demo, **changes: Any) -> str:
    """A job that succeeds, since what befalls a job is a matter of chance."""
    for _ in range(20):
        job_id = demo.submit(**changes)
        if demo.advance_until(job_id, *TERMINAL, step=5)["status"] == "SUCCEEDED":
            return job_id
    raise AssertionError("nothing ever succeeds")


def test_a_dependent_job_starts_after_a_success(demo: Demo) -> None:
    first = _succeeding(demo)
    second = demo.submit(dependsOn=[{"jobId": first}])
    assert demo.advance_until(second, "STARTING", "RUNNING", *TERMINAL)["dependsOn"] == [{"jobId": first}]


def test_an_array_parent_is_pending_while_its_children_run(demo: Demo) -> None:
    job_id = demo.submit(arrayProperties={"size": 5})
    assert demo.described(job_id)["arrayProperties"]["statusSummary"]["SUBMITTED"] == 5
    seen = set()
    for _ in range(4000):
        demo.clock.advance(2)
        parent = demo.described(job_id)
        seen.add(parent["status"])
        assert sum(parent["arrayProperties"]["statusSummary"].values()) == 5
        if parent["status"] in TERMINAL:
            break
    assert seen <= {"SUBMITTED", "PENDING", *TERMINAL}
    assert "PENDING" in seen
    assert parent["startedAt"] == 0
    failed = parent["arrayProperties"]["statusSummary"]["FAILED"]
    assert parent["status"] == ("FAILED" if failed else "SUCCEEDED")
    child = demo.described(f"{job_id}:4")
    assert child["arrayProperties"] == {"index": 4}
    assert child["startedAt"] > 0


def test_sequential_children_run_one_after_the_other(demo: Demo) -> None:
    job_id = demo.submit(arrayProperties={"size": 4}, dependsOn=[{"type": "SEQUENTIAL"}])
    for _ in range(6000):
        demo.clock.advance(2)
        parent = demo.described(job_id)
        counts = parent["arrayProperties"]["statusSummary"]
        assert counts["RUNNABLE"] + counts["STARTING"] + counts["RUNNING"] <= 1
        if parent["status"] in TERMINAL:
            break
    assert parent["status"] in TERMINAL


def test_ten_thousand_sequential_children_fall_together(demo: Demo) -> None:
    job_id = demo.submit(arrayProperties={"size": 10_000}, dependsOn=[{"type": "SEQUENTIAL"}])
    demo.advance_until(f"{job_id}:0", "RUNNABLE", "STARTING", "RUNNING")
    demo.batch.terminate_job(jobId=f"{job_id}:0", reason="stop")
    demo.clock.advance(60)
    parent = demo.described(job_id)
    assert parent["status"] == "FAILED"
    assert parent["arrayProperties"]["statusSummary"]["FAILED"] == 10_000


@pytest.mark.slow
def test_n_to_n_children_wait_for_their_counterparts(demo: Demo) -> None:
    first = demo.submit(arrayProperties={"size": 6})
    second = demo.submit(arrayProperties={"size": 6}, dependsOn=[{"jobId": first, "type": "N_TO_N"}])
    with pytest.raises(ClientError, match="of size 5"):
        demo.submit(arrayProperties={"size": 5}, dependsOn=[{"jobId": first, "type": "N_TO_N"}])
    started = False
    for _ in range(4000):
        demo.clock.advance(2)
        ids = [f"{job}:{n}" for job in (first, second) for n in range(6)]
        jobs = demo.batch.describe_jobs(jobs=ids)["jobs"]
        for before, after in zip(jobs[:6], jobs[6:], strict=True):
            if after["startedAt"]:
                started = True
                assert before["status"] == "SUCCEEDED"
            if before["status"] == "FAILED" and after["status"] == "FAILED":
                assert after["statusReason"] == "Dependent Job failed"
        if demo.described(second)["status"] in TERMINAL:
            break
    assert started


def test_a_job_larger_than_everything_says_so_and_lets_others_pass(demo: Demo) -> None:
    big = demo.submit(
        jobQueue="portal-eks",
        jobDefinition="portal-export",
        eksPropertiesOverride={
            "podProperties": {"containers": [{"name": "main", "resources": {"requests": {"cpu": "900"}}}]}
        },
    )
    assert demo.described(big)["eksProperties"]["podProperties"]["containers"][0]["resources"]["requests"]
    too_much = demo.submit(
        jobQueue="align-low",
        jobDefinition="nf-core-sarek-task",
        containerOverrides={"resourceRequirements": [{"type": "MEMORY", "value": "900000"}]},
    )
    small = demo.submit(jobQueue="align-low", jobDefinition="nf-core-sarek-task")
    demo.advance_until(small, "RUNNING", *TERMINAL)
    demo.advance_until(too_much, "RUNNABLE")
    for _ in range(3600):
        demo.clock.advance(5)
        reason = demo.described(too_much).get("statusReason", "")
        if reason:
            break
    assert reason.startswith("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT")
    demo.clock.advance(5500)
    job = demo.described(too_much)
    assert job["status"] == "FAILED"
    assert job["statusReason"].startswith("Canceled by JobStateTimeLimit action due to reason: MISCONF")


@pytest.mark.slow
def test_spot_losses_are_tried_again_and_every_attempt_is_told(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000)
    jobs = [
        demo.described(job["jobId"])
        for queue in ("align-high", "align-low")
        for job in demo.listed(jobQueue=queue, jobStatus="SUCCEEDED")
    ]
    retried = [job for job in jobs if len(job["attempts"]) > 1]
    assert retried
    reasons = {a["statusReason"] for job in retried for a in job["attempts"][:-1]}
    assert any(reason.startswith("Host EC2 (instance i-") for reason in reasons)
    for job in retried:
        times = [t for a in job["attempts"] for t in (a.get("startedAt"), a["stoppedAt"]) if t is not None]
        assert times == sorted(times)


@pytest.mark.parametrize(
    ("retry", "made", "ending", "again"),
    [
        ({"attempts": 1}, 1, Ending("error", "x", 1), False),
        ({"attempts": 3}, 2, Ending("error", "x", 1), True),
        ({"attempts": 3}, 3, Ending("error", "x", 1), False),
        (
            {"attempts": 3, "evaluateOnExit": [{"onExitCode": "1", "action": "EXIT"}]},
            1,
            Ending("e", "x", 1),
            False,
        ),
        ({"attempts": 3, "evaluateOnExit": [{"onExitCode": "2", "action": "EXIT"}]}, 1, Ending("e", "x", 1), True),
        (
            {
                "attempts": 3,
                "evaluateOnExit": [
                    {"onStatusReason": "Host EC2*", "action": "RETRY"},
                    {"onReason": "*", "action": "EXIT"},
                ],
            },
            1,
            Ending("host", "Host EC2 (instance i-1) terminated."),
            True,
        ),
        (
            {
                "attempts": 3,
                "evaluateOnExit": [
                    {"onStatusReason": "Host EC2*", "action": "RETRY"},
                    {"onReason": "*", "action": "EXIT"},
                ],
            },
            1,
            Ending("error", "Essential container in task exited", 1),
            False,
        ),
        (
            {"attempts": 2, "evaluateOnExit": [{"onExitCode": "1*", "onReason": "Out*", "action": "exit"}]},
            1,
            Ending("memory", "x", 137, "OutOfMemoryError: y"),
            False,
        ),
    ],
)
def test_evaluate_on_exit(retry: dict[str, Any], made: int, ending: Ending, again: bool) -> None:
    assert tried_again(retry, made, ending) is again
