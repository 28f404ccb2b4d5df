"""Tasks, container instances and instances below jobs, as boto3 reads them; every answer fits the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from batchtui.demo.faults import Fault
from batchtui.demo.hosts import Placed

from .conftest import Demo

HOUR = 3600.0


def place_of(job: dict[str, Any]) -> dict[str, Any]:
    """The part of a DescribeJobs answer that names task and container instance."""
    tasks = job.get("ecsProperties", {}).get("taskProperties") or [job.get("container", {})]
    return dict(tasks[0])


def cluster_of(arn: str) -> str:
    return arn.split("/")[1]


def running(demo: Demo, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    for queue in demo.batch.describe_job_queues()["jobQueues"]:
        for job in demo.listed(jobQueue=queue["jobQueueName"], jobStatus="RUNNING"):
            described = demo.described(job["jobId"])
            if "taskArn" in place_of(described) and wanted(described):
                return described
    raise AssertionError("no such job runs")


def on_ec2(job: dict[str, Any]) -> bool:
    return "containerInstanceArn" in place_of(job)


def enabled(job: dict[str, Any]) -> bool:
    return bool(place_of(job).get("enableExecuteCommand"))


def task_of(demo: Demo, job: dict[str, Any]) -> dict[str, Any]:
    arn = place_of(job)["taskArn"]
    answer = demo.client("ecs").describe_tasks(cluster=cluster_of(arn), tasks=[arn])
    assert answer["failures"] == []
    (task,) = answer["tasks"]
    return dict(task)


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_from_a_job_to_its_instance(demo: Demo) -> None:
    job = running(demo, on_ec2)
    task = task_of(demo, job)
    assert (task["lastStatus"], task["launchType"], task["startedBy"]) == ("RUNNING", "EC2", "aws-batch")
    assert task["startedAt"].timestamp() * 1000 == pytest.approx(job["startedAt"], abs=1)
    assert task["createdAt"] < task["startedAt"]
    assert task["containerInstanceArn"] == place_of(job)["containerInstanceArn"]
    instances = demo.client("ecs").describe_container_instances(
        cluster=task["clusterArn"], containerInstances=[task["containerInstanceArn"]]
    )
    (instance,) = instances["containerInstances"]
    assert instance["runningTasksCount"] >= 1
    attributes = {each["name"]: each.get("value") for each in instance["attributes"]}
    registered, remaining = (
        {each["name"]: each["integerValue"] for each in instance[kind]}
        for kind in ("registeredResources", "remainingResources")
    )
    assert 0 <= remaining["CPU"] <= registered["CPU"] - int(task["cpu"])
    assert 0 <= remaining["MEMORY"] <= registered["MEMORY"] - int(task["memory"])
    ec2 = demo.client("ec2")
    (reservation,) = ec2.describe_instances(InstanceIds=[instance["ec2InstanceId"]])["Reservations"]
    (machine,) = reservation["Instances"]
    assert machine["InstanceType"] == attributes["ecs.instance-type"]
    assert (
        machine["Placement"]["AvailabilityZone"] == attributes["ecs.availability-zone"] == task["availabilityZone"]
    )
    assert machine["State"]["Name"] == "running"
    assert machine["LaunchTime"] < instance["registeredAt"] < task["createdAt"]
    environment = next(
        each
        for each in demo.batch.describe_compute_environments()["computeEnvironments"]
        if each.get("ecsClusterArn") == task["clusterArn"]
    )
    assert machine["InstanceType"] in environment["computeResources"]["instanceTypes"]
    assert (machine.get("InstanceLifecycle") == "spot") == (environment["computeResources"]["type"] == "SPOT")
    every = {i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]}
    assert instance["ec2InstanceId"] in every


def test_a_task_on_fargate_has_an_address_and_no_instance(demo: Demo) -> None:
    job_id = demo.submit()
    job = demo.advance_until(job_id, "STARTING")
    assert task_of(demo, job)["lastStatus"] in ("PROVISIONING", "PENDING")
    job = demo.advance_until(job_id, "RUNNING")
    task = task_of(demo, job)
    assert (task["launchType"], task["platformVersion"]) == ("FARGATE", "1.4.0")
    assert "containerInstanceArn" not in task
    (container,) = task["containers"]
    (interface,) = job["container"]["networkInterfaces"]
    details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
    assert details["privateIPv4Address"] == interface["privateIpv4Address"]
    assert container["name"] == "default"
    assert container["runtimeId"].startswith(task["taskArn"].rpartition("/")[2])
    assert container["managedAgents"][0]["lastStatus"] == "RUNNING"


def test_a_task_ends_as_its_job_and_is_forgotten_after_an_hour(demo: Demo) -> None:
    job = demo.advance_until(demo.submit(retryStrategy={"attempts": 1}), "SUCCEEDED", "FAILED")
    task, attempt = task_of(demo, job), job["attempts"][-1]
    assert task["lastStatus"] == "STOPPED"
    assert task["stoppedAt"].timestamp() * 1000 == pytest.approx(attempt["stoppedAt"], abs=1)
    assert task["containers"][0].get("exitCode") == attempt["container"].get("exitCode")
    assert task["stopCode"]
    demo.clock.advance(HOUR + 1)
    answer = demo.client("ecs").describe_tasks(cluster=task["clusterArn"], tasks=[task["taskArn"]])
    assert answer["tasks"] == []
    assert answer["failures"] == [{"arn": task["taskArn"], "reason": "MISSING"}]


def test_an_instance_is_given_back_terminated_and_then_unknown(demo: Demo) -> None:
    job = running(demo, on_ec2)
    place, ecs, ec2 = place_of(job), demo.client("ecs"), demo.client("ec2")
    request = {"cluster": cluster_of(place["taskArn"]), "containerInstances": [place["containerInstanceArn"]]}
    (instance,) = ecs.describe_container_instances(**request)["containerInstances"]
    wanted = [instance["ec2InstanceId"]]
    demo.batch.terminate_job(jobId=job["jobId"], reason="enough")
    demo.advance_until(job["jobId"], "FAILED")
    demo.clock.advance(600)
    assert ecs.describe_container_instances(**request)["failures"][0]["reason"] == "MISSING"
    (machine,) = ec2.describe_instances(InstanceIds=wanted)["Reservations"][0]["Instances"]
    assert machine["State"]["Name"] == "terminated"
    demo.clock.advance(HOUR)
    with pytest.raises(ClientError) as caught:
        ec2.describe_instances(InstanceIds=wanted)
    assert code_of(caught) == "InvalidInstanceID.NotFound"


def test_a_host_that_was_lost_is_the_one_that_the_job_names(demo: Demo) -> None:
    lost = next(
        job
        for queue in demo.batch.describe_job_queues()["jobQueues"]
        for listed in demo.in_queue(queue["jobQueueName"])
        for job in [demo.described(listed["jobId"])]
        if job.get("container")
        for attempt in job["attempts"]
        if attempt.get("statusReason", "").startswith("Host EC2") and attempt is job["attempts"][-1]
    )
    account_job = demo.account.index.find(lost["jobId"])
    assert account_job is not None
    assert Placed(account_job, account_job.attempts[-1], 0).instance_id in lost["attempts"][-1]["statusReason"]


def test_several_containers_and_nodes(demo: Demo) -> None:
    job = running(demo, lambda job: "ecsProperties" in job)
    told = {each["name"] for each in job["ecsProperties"]["taskProperties"][0]["containers"]}
    assert {each["name"] for each in task_of(demo, job)["containers"]} == told
    parent = demo.submit(jobName="n", jobQueue="train-gpu", jobDefinition="train-variant-ddp", shareIdentifier="x")
    demo.advance_until(parent, "RUNNING", step=20)
    arns = {place_of(demo.described(f"{parent}#{node}"))["taskArn"] for node in range(4)}
    answer = demo.client("ecs").describe_tasks(cluster=cluster_of(min(arns)), tasks=sorted(arns))
    assert {each["taskArn"] for each in answer["tasks"]} == arns
    assert len({each["containerInstanceArn"] for each in answer["tasks"]}) == 4


def test_a_session_is_opened_where_it_may_be(demo: Demo) -> None:
    ecs = demo.client("ecs")
    job = running(demo, lambda job: "ecsProperties" in job)
    arn = place_of(job)["taskArn"]
    request = {"cluster": cluster_of(arn), "task": arn, "interactive": True, "command": "/bin/sh"}
    answer = ecs.execute_command(**request, container="annotate")
    assert answer["containerName"] == "annotate"
    assert all(answer["session"].values())
    assert answer["session"]["streamUrl"].startswith("ws://127.0.0.1:")
    again = ecs.execute_command(**request, container="annotate")
    assert again["session"]["sessionId"] != answer["session"]["sessionId"]
    without = running(
        demo, lambda job: not job.get("container", {"enableExecuteCommand": 1}).get("enableExecuteCommand")
    )
    other = place_of(without)["taskArn"]
    for change in (
        {},
        {"container": "nobody"},
        {"container": "annotate", "interactive": False},
        {"cluster": cluster_of(other), "task": other},
        {"task": "0" * 32},
    ):
        with pytest.raises(ClientError) as caught:
            ecs.execute_command(**(request | change))
        assert code_of(caught) == "InvalidParameterException"


def test_what_does_not_exist(demo: Demo) -> None:
    ecs, ec2 = demo.client("ecs"), demo.client("ec2")
    with pytest.raises(ClientError) as caught:
        ecs.describe_tasks(cluster="nowhere", tasks=["0" * 32])
    assert code_of(caught) == "ClusterNotFoundException"
    cluster = cluster_of(place_of(running(demo, on_ec2))["taskArn"])
    assert ecs.describe_tasks(cluster=cluster, tasks=["0" * 32, "x"])["tasks"] == []
    answer = ecs.describe_container_instances(cluster=cluster, containerInstances=["0" * 32, "x"])
    assert len(answer["failures"]) == 2
    for tasks in ([], [f"{n:032x}" for n in range(101)]):
        with pytest.raises(ClientError):
            ecs.describe_tasks(cluster=cluster, tasks=tasks)
    with pytest.raises(ClientError) as caught:
        ec2.describe_instances(InstanceIds=["mi-0"])
    assert code_of(caught) == "InvalidInstanceID.Malformed"
    with pytest.raises(ClientError) as caught:
        ec2.describe_vpcs()
    assert code_of(caught) == "InvalidAction"
    with pytest.raises(ClientError) as caught:
        ecs.list_tasks(cluster=cluster)
    assert code_of(caught) == "UnknownOperationException"


@pytest.mark.parametrize(("service", "call"), [("ecs", "describe_tasks"), ("ec2", "describe_instances")])
def test_refusals_have_the_form_of_their_service(demo: Demo, service: str, call: str) -> None:
    code = "UnauthorizedOperation" if service == "ec2" else "AccessDeniedException"
    demo.fault.append(lambda name: Fault(status=403, code=code, message="User: arn:x is not authorized"))
    params = {"cluster": "c", "tasks": ["t"]} if service == "ecs" else {}
    with pytest.raises(ClientError) as caught:
        getattr(demo.client(service), call)(**params)
    assert code_of(caught) == code
    assert "not authorized" in caught.value.response["Error"]["Message"]
