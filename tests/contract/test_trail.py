"""From a task to its instance through our gateways: the same on the demo account and on moto's server."""

import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.aws.shell_gateway import ShellGateway
from batchtui.sync.trail_reads import Absence, TrailReads, place_of
from tests.conftest import use_credentials_of
from tests.worlds import DemoWorld, World, demo_world


@dataclass
class Placed:
    """A task that runs on an instance."""

    cluster: str
    task: str
    instance: str


def place_on_demo(world: World) -> Placed:
    for queue in world.queues():
        for listed in world.batch.list_jobs(jobQueue=queue, jobStatus="RUNNING")["jobSummaryList"]:
            (job,) = world.batch.describe_jobs(jobs=[listed["jobId"]])["jobs"]
            container = job.get("container", {})
            if "containerInstanceArn" in container:
                arn = container["taskArn"]
                return Placed(arn.split("/")[1], arn, container["containerInstanceArn"])
    raise AssertionError("nothing runs on an instance")


def place_on_moto(world: World) -> Placed:
    ecs, ec2 = world.client("ecs"), world.client("ec2")
    ecs.create_cluster(clusterName="c")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    (made,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="m5.large")["Instances"]
    document = json.dumps({"region": "us-east-1", "instanceId": made["InstanceId"]})
    machine = ecs.register_container_instance(cluster="c", instanceIdentityDocument=document)["containerInstance"]
    container = {"name": "default", "image": "busybox", "memory": 128, "cpu": 10, "essential": True}
    ecs.register_task_definition(family="f", containerDefinitions=[container])
    (task,) = ecs.run_task(cluster="c", taskDefinition="f", count=1, launchType="EC2")["tasks"]
    return Placed("c", task["taskArn"], machine["containerInstanceArn"])


@pytest.fixture
def placed(world: World) -> Placed:
    return place_on_demo(world) if isinstance(world, DemoWorld) else place_on_moto(world)


@pytest.fixture
async def gateway(world: World) -> AsyncIterator[Gateway]:
    heard: list[errors.AwsError] = []
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    yield Gateway(connection, CallBudget(1000), on_error=heard.append)
    await connection.close()
    assert not [error for error in heard if isinstance(error, errors.AccessDeniedError)]


@pytest.mark.slow
async def test_from_a_task_to_its_instance(world: World, gateway: Gateway, placed: Placed) -> None:
    task = await gateway.ecs.describe_task(placed.cluster, placed.task)
    assert task is not None
    (told,) = world.client("ecs").describe_tasks(cluster=placed.cluster, tasks=[placed.task])["tasks"]
    assert (task.task_arn, task.launch_type) == (placed.task, "EC2")
    assert task.last_status  # moto's tasks take a step each time that they are described
    assert task.cluster_arn == told["clusterArn"]
    assert [container.name for container in task.containers] == ["default"]
    assert task.container_instance_arn == placed.instance
    machine = await gateway.ecs.describe_container_instance(placed.cluster, placed.instance)
    assert machine is not None
    assert (machine.status, machine.agent_connected) == ("ACTIVE", True)
    assert machine.agent_version
    assert machine.registered_at
    assert int(dict(machine.remaining)["CPU"]) <= int(dict(machine.registered)["CPU"])
    assert dict(machine.registered)["PORTS"] == "5"
    assert machine.ec2_instance_id is not None
    instance = await gateway.ec2.describe_instance(machine.ec2_instance_id)
    assert instance is not None
    found = world.client("ec2").describe_instances(InstanceIds=[machine.ec2_instance_id])
    ((raw,),) = [reservation["Instances"] for reservation in found["Reservations"]]
    assert (instance.instance_id, instance.instance_type) == (raw["InstanceId"], raw["InstanceType"])
    assert (instance.state, instance.availability_zone) == ("running", raw["Placement"]["AvailabilityZone"])
    assert instance.launch_time == int(raw["LaunchTime"].timestamp() * 1000)
    assert instance.lifecycle == raw.get("InstanceLifecycle", "on-demand")
    assert instance.private_dns_name == raw["PrivateDnsName"]


@pytest.mark.slow
async def test_what_is_not_there_is_none(gateway: Gateway, placed: Placed) -> None:
    assert await gateway.ecs.describe_task(placed.cluster, "0" * 32) is None
    assert await gateway.ecs.describe_task("nowhere", placed.task) is None
    assert await gateway.ecs.describe_container_instance(placed.cluster, "0" * 32) is None
    assert await gateway.ecs.describe_container_instance("nowhere", placed.instance) is None
    assert await gateway.ec2.describe_instance("i-00000000000000000") is None


async def test_a_page_of_a_proxy_is_no_answer(demo: DemoWorld) -> None:
    connection = Connection(ConnectionSettings(endpoint_url=demo.url))
    gateway = Gateway(connection, CallBudget(1000))
    demo.fault(status=200, body="{}", content_type="application/x-amz-json-1.1")
    with pytest.raises(errors.MalformedAnswerError):
        await gateway.ecs.describe_task("c", "t")
    demo.fault(status=200, body="<html/>", content_type="text/xml")
    with pytest.raises(errors.MalformedAnswerError):
        await gateway.ec2.describe_instance("i-0")
    body = json.dumps({"tasks": [], "failures": [{"arn": "t", "reason": "\x1b[2Jodd"}]})
    demo.fault(status=200, body=body, content_type="application/x-amz-json-1.1")
    with pytest.raises(errors.MalformedAnswerError, match="does not describe it") as caught:
        await gateway.ecs.describe_task("c", "t")
    assert "\x1b" not in str(caught.value)
    demo.fault("ExecuteCommand", status=200, body='{"session": {}}', content_type="application/x-amz-json-1.1")
    with pytest.raises(errors.AmbiguousError, match="holds no session"):  # nobody knows whether one was opened
        await ShellGateway(connection, CallBudget(1000)).execute_command("c", "t", "x", "/bin/sh")
    await connection.close()


async def test_a_session_does_not_show_its_token(demo: DemoWorld) -> None:
    connection = Connection(ConnectionSettings(endpoint_url=demo.url))
    for listed in demo.batch.list_jobs(jobQueue="qc-fargate", jobStatus="RUNNING")["jobSummaryList"]:
        (job,) = demo.batch.describe_jobs(jobs=[listed["jobId"]])["jobs"]
        if job["container"]["enableExecuteCommand"]:
            break
    _, cluster, task = job["container"]["taskArn"].split("/")
    gateway = ShellGateway(connection, CallBudget(1000))
    session = await gateway.execute_command(cluster, task, "default", "/bin/sh")
    assert len(session.token_value) > 100
    assert session.token_value not in repr(session)
    gateway.forbid()
    with pytest.raises(errors.ReadOnlyError):
        await gateway.execute_command(cluster, task, "default", "/bin/sh")
    assert demo.server is not None
    assert demo.server.calls["ExecuteCommand"] == 1
    await connection.close()


@pytest.mark.slow
async def test_every_job_of_the_demo_account_has_a_trail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its end, no job fails the reading, and each that runs is found to its machine."""
    with demo_world(jobs=2000, queues=14) as large:
        use_credentials_of(large, monkeypatch)
        connection = Connection(ConnectionSettings(endpoint_url=large.url))
        try:
            await every_job(large, Gateway(connection, CallBudget(10_000)))
        finally:
            await connection.close()


async def every_job(large: DemoWorld, gateway: Gateway) -> None:
    seconds = itertools.count(step=60)  # nothing is kept
    reads = TrailReads(gateway.ecs, gateway.ec2, lambda: next(seconds))
    environments = await gateway.describe_compute_environments()
    asked = running = 0
    for queue in large.queues():
        for status in ("RUNNING", "STARTING", "FAILED"):
            listed = large.batch.list_jobs(jobQueue=queue, jobStatus=status)["jobSummaryList"][:15]
            for job in await gateway.describe_jobs([each["jobId"] for each in listed]) if listed else ():
                if (place := place_of(job)) is None:
                    continue
                trail = await reads.follow(place, environments)
                asked += 1
                told = (trail.task, trail.container_instance, trail.instance)
                assert not [each for each in told if isinstance(each, Absence) and each.is_trouble]
                if status == "RUNNING":
                    running += 1
                    assert not isinstance(trail.task, Absence)
                    assert trail.environment is not None
                    assert trail.task.is_fargate == isinstance(trail.instance, Absence)
    assert asked > 60
    assert running > 10
