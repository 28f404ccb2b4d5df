"""UpdateJobQueue, UpdateComputeEnvironment and DeregisterJobDefinition."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Demo


def _queue(demo: Demo, name: str) -> dict[str, Any]:
    (queue,) = demo.batch.describe_job_queues(jobQueues=[name])["jobQueues"]
    found: dict[str, Any] = queue
    return found


def _environment(demo: Demo, name: str) -> dict[str, Any]:
    (environment,) = demo.batch.describe_compute_environments(computeEnvironments=[name])["computeEnvironments"]
    found: dict[str, Any] = environment
    return found


def _resources(demo: Demo, name: str) -> dict[str, Any]:
    found: dict[str, Any] = _environment(demo, name)["computeResources"]
    return found


def test_a_disabled_queue_refuses_jobs_and_starts_none_until_it_is_enabled(demo: Demo) -> None:
    waiting = demo.submit()
    arn = _queue(demo, "qc-fargate")["jobQueueArn"]
    answer = demo.batch.update_job_queue(jobQueue=arn, state="DISABLED")
    assert (answer["jobQueueName"], answer["jobQueueArn"]) == ("qc-fargate", arn)
    queue = _queue(demo, "qc-fargate")
    assert (queue["state"], queue["status"]) == ("DISABLED", "UPDATING")
    with pytest.raises(ClientError, match="DISABLED"):
        demo.submit()
    demo.clock.advance(10)
    assert _queue(demo, "qc-fargate")["status"] == "VALID"
    demo.clock.advance(600)
    assert demo.described(waiting)["status"] == "RUNNABLE"
    demo.batch.update_job_queue(jobQueue="qc-fargate", state="ENABLED")
    demo.advance_until(waiting, "RUNNING", "SUCCEEDED", "FAILED")
    demo.submit()


def test_the_priority_of_a_queue_decides_who_is_served_first(demo: Demo) -> None:
    demo.batch.update_job_queue(jobQueue="align-low", priority=777)
    assert _queue(demo, "align-low")["priority"] == 777
    assert demo.account.scheduler._queues[0].name == "align-low"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"jobQueue": "none"}, "does not exist"),
        ({"priority": -1}, "priority"),
        ({"priority": 1001}, "priority"),
        ({"state": "HALF"}, "ENABLED | DISABLED"),
    ],
)
def test_what_is_wrong_with_a_queue_changes_nothing(demo: Demo, change: dict[str, Any], why: str) -> None:
    before = _queue(demo, "align-low")
    with pytest.raises(ClientError, match=why) as refused:
        demo.batch.update_job_queue(**{"jobQueue": "align-low"} | change)
    assert refused.value.response["Error"]["Code"] == "ClientException"
    assert _queue(demo, "align-low") == before


def test_what_is_being_updated_cannot_be_changed(demo: Demo) -> None:
    demo.batch.update_job_queue(jobQueue="align-low", priority=1)
    with pytest.raises(ClientError, match="being modified"):
        demo.batch.update_job_queue(jobQueue="align-low", priority=2)
    demo.clock.advance(5)
    demo.batch.update_job_queue(jobQueue="align-low", priority=2)


def test_a_disabled_environment_takes_no_jobs_and_runs_down(demo: Demo) -> None:
    running = demo.submit()
    demo.advance_until(running, "RUNNING")
    for name in ("fargate", "fargate-spot"):
        demo.batch.update_compute_environment(computeEnvironment=name, state="DISABLED")
        assert _environment(demo, name)["status"] == "UPDATING"
    waiting = demo.submit()
    demo.advance_until(running, "SUCCEEDED", "FAILED")
    demo.clock.advance(6 * 3600)
    assert demo.described(waiting)["status"] == "RUNNABLE"
    assert demo.described(waiting).get("statusReason") is None
    assert demo.account.environments["fargate"].used == 0
    assert _environment(demo, "fargate")["status"] == "VALID"
    demo.batch.update_compute_environment(computeEnvironment="fargate", state="ENABLED")
    demo.advance_until(waiting, "RUNNING")


def test_instances_of_a_disabled_environment_are_given_back(demo: Demo) -> None:
    on_demand = demo.account.environments["on-demand"]
    demo.batch.update_compute_environment(computeEnvironment="on-demand", state="DISABLED")
    demo.clock.advance(12 * 3600)
    assert _resources(demo, "on-demand")["desiredvCpus"] == on_demand.min_vcpus
    assert on_demand.used == 0


def test_never_more_than_the_new_maximum(demo: Demo) -> None:
    fargate = demo.account.environments["fargate"]
    spot = demo.account.environments["fargate-spot"]
    demo.batch.update_compute_environment(computeEnvironment="fargate-spot", state="DISABLED")
    demo.batch.update_compute_environment(computeEnvironment="fargate", computeResources={"maxvCpus": 2})
    ids = [demo.submit() for _ in range(4)]
    before = fargate.used
    for _ in range(400):
        demo.clock.advance(5)
        demo.account.advance()
        assert fargate.used <= max(2, before)
        before = fargate.used
    assert before <= 2
    assert any(demo.described(job_id)["status"] not in ("SUBMITTED", "RUNNABLE") for job_id in ids)
    assert _resources(demo, "fargate")["maxvCpus"] == 2
    assert spot.used == 0


def test_a_larger_maximum_lets_in_what_was_too_large(demo: Demo) -> None:
    demo.batch.update_compute_environment(computeEnvironment="fargate-spot", state="DISABLED")
    demo.batch.update_compute_environment(computeEnvironment="fargate", computeResources={"maxvCpus": 0})
    demo.clock.advance(5)
    job_id = demo.submit()
    demo.clock.advance(120)
    assert demo.described(job_id)["status"] == "RUNNABLE"
    demo.batch.update_compute_environment(computeEnvironment="fargate", computeResources={"maxvCpus": 64})
    demo.advance_until(job_id, "RUNNING")


def test_more_desired_vcpus_arrive_and_are_given_back_when_idle(demo: Demo) -> None:
    demo.clock.advance(60)
    before = _resources(demo, "gpu")
    wanted = before["maxvCpus"]
    demo.batch.update_compute_environment(computeEnvironment="gpu", computeResources={"desiredvCpus": wanted})
    assert _resources(demo, "gpu")["desiredvCpus"] == wanted
    demo.clock.advance(120)
    demo.account.advance()
    assert demo.account.environments["gpu"].online == wanted


@pytest.mark.parametrize(
    ("name", "resources", "why"),
    [
        ("none", {"maxvCpus": 4}, "does not exist"),
        ("fargate", {"minvCpus": 1}, "Fargate"),
        ("fargate", {"desiredvCpus": 1}, "Fargate"),
        ("eks", {"desiredvCpus": 8}, "EKS"),
        ("on-demand", {"maxvCpus": -1}, "negative"),
        ("on-demand", {"minvCpus": 9999999}, "less than or equal to maxvCpus"),
        ("on-demand", {"desiredvCpus": 9999999}, "between minvCpus and maxvCpus"),
        ("eks", {"minvCpus": 2, "maxvCpus": 1}, "less than or equal"),
    ],
)
def test_what_is_wrong_with_vcpus(demo: Demo, name: str, resources: dict[str, int], why: str) -> None:
    before = demo.batch.describe_compute_environments()["computeEnvironments"]
    with pytest.raises(ClientError, match=why) as refused:
        demo.batch.update_compute_environment(computeEnvironment=name, computeResources=resources)
    assert refused.value.response["Error"]["Code"] == "ClientException"
    assert demo.batch.describe_compute_environments()["computeEnvironments"] == before


def test_desired_vcpus_are_never_lowered_by_hand(demo: Demo) -> None:
    demo.batch.update_compute_environment(computeEnvironment="gpu", computeResources={"desiredvCpus": 96})
    demo.clock.advance(5)
    with pytest.raises(ClientError, match="scaling down"):
        demo.batch.update_compute_environment(computeEnvironment="gpu", computeResources={"desiredvCpus": 48})


def test_an_invalid_environment_stays_invalid(demo: Demo) -> None:
    demo.batch.update_compute_environment(computeEnvironment="legacy", state="DISABLED")
    demo.clock.advance(10)
    assert (_environment(demo, "legacy")["state"], _environment(demo, "legacy")["status"]) == (
        "DISABLED",
        "INVALID",
    )


def test_a_revision_is_deregistered_for_good_and_its_jobs_go_on(demo: Demo) -> None:
    running = demo.submit()
    demo.advance_until(running, "RUNNING")
    arn = demo.described(running)["jobDefinition"]
    name = arn.rpartition("/")[2]
    with pytest.raises(ClientError, match="names no revision"):
        demo.batch.deregister_job_definition(jobDefinition="fastqc")
    with pytest.raises(ClientError, match="does not exist"):
        demo.batch.deregister_job_definition(jobDefinition="fastqc:999")
    demo.batch.deregister_job_definition(jobDefinition=name)
    demo.batch.deregister_job_definition(jobDefinition=arn)
    (definition,) = demo.batch.describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
    assert definition["status"] == "INACTIVE"
    with pytest.raises(ClientError, match="INACTIVE"):
        demo.submit(jobDefinition=name)
    assert demo.described(running)["status"] == "RUNNING"
