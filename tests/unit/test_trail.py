"""Where a job is, by what AWS Batch tells, and what odd answers of ECS and EC2 come to."""

from datetime import UTC, datetime
from typing import Any

import pytest

from batchtui.actions.session_plugin import plugin_call, plugin_version
from batchtui.aws.errors import AccessDeniedError, ThrottledError
from batchtui.aws.shell_gateway import ShellSession
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.container_instance import ContainerInstance
from batchtui.model.ec2_instance import Ec2Instance
from batchtui.model.ecs_task import EcsTask, cluster_arn, cluster_name
from batchtui.model.fields import moment_ms
from batchtui.model.job_detail import JobDetail
from batchtui.sync.trail_reads import Absence, Place, Trail, TrailReads, absence_of, environment_of, place_of
from batchtui.ui.details.host import host_lines
from batchtui.ui.details.host_hints import console_of

TASK = "arn:aws:ecs:eu-west-1:1:task/one/abc"
OLD_TASK = "arn:aws:ecs:eu-west-1:1:task/abc"


def environment(name: str, cluster: str | None = None) -> ComputeEnvironmentDetail:
    arn = f"arn:aws:ecs:eu-west-1:1:cluster/{cluster}" if cluster else None
    return ComputeEnvironmentDetail.from_api({"computeEnvironmentName": name, "ecsClusterArn": arn})


def detail(**members: Any) -> JobDetail:
    return JobDetail.from_api({"jobId": "j", "status": "RUNNING", **members})


def test_the_place_is_that_of_now_else_that_of_the_last_attempt() -> None:
    attempts = [
        {"container": {"taskArn": f"{TASK}{number}", "containerInstanceArn": f"i{number}"}, "statusReason": reason}
        for number, reason in enumerate(("", "Host EC2 (instance i-0123456789abcdef0) terminated."))
    ]
    assert place_of(detail(container={"taskArn": TASK}, attempts=attempts)) == Place(TASK, None, None, None)
    lost = "i-0123456789abcdef0"
    assert place_of(detail(container={}, attempts=attempts)) == Place(f"{TASK}1", "i1", 2, lost)
    ended = detail(status="FAILED", container={"taskArn": TASK}, attempts=attempts)
    assert place_of(ended) == Place(TASK, None, None, lost)
    tasks = {"taskProperties": [{"taskArn": TASK, "containerInstanceArn": "i", "containers": [{"name": "a"}]}]}
    assert place_of(detail(ecsProperties=tasks)) == Place(TASK, "i", None, None)
    assert place_of(detail(attempts=[{"container": {}}])) is None
    assert place_of(detail()) is None


def test_the_cluster_in_the_arn_of_the_task_names_the_environment() -> None:
    one, other, eks = environment("a", "one"), environment("b", "two"), environment("c")
    assert environment_of(TASK, [other, eks, one]) is one
    assert environment_of(TASK, [other]) is None
    assert environment_of(OLD_TASK, [eks, other]) is other, "there is only one that it can be"
    assert environment_of(OLD_TASK, [one, other]) is None
    assert (cluster_name(TASK), cluster_name(OLD_TASK), cluster_name("x/y/z")) == ("one", "", "")
    assert cluster_arn(TASK) == "arn:aws:ecs:eu-west-1:1:cluster/one"
    assert cluster_arn(OLD_TASK) is None


def test_a_denial_is_a_fact_and_anything_else_is_trouble() -> None:
    denied = AccessDeniedError("User: arn:aws:iam::1:user/me is not authorized to perform: ecs:DescribeTasks")
    calm = absence_of("ecs:DescribeTasks", denied)
    assert calm == Absence("denied: ecs:DescribeTasks is not allowed to you (arn:aws:iam::1:user/me)")
    assert absence_of("x:Y", AccessDeniedError("no")) == Absence("denied: x:Y is not allowed to you")
    assert absence_of("x:Y", ThrottledError("slow down")).is_trouble


class Denied:
    """ECS and EC2 for somebody who may ask neither."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def describe_task(self, cluster: str, task: str) -> EcsTask | None:
        self.asked.append(cluster)
        raise AccessDeniedError("no")

    async def describe_container_instance(self, cluster: str, instance: str) -> ContainerInstance | None:
        self.asked.append(instance)
        raise ThrottledError("slow down")

    async def describe_instance(self, instance_id: str) -> Ec2Instance | None:
        self.asked.append(instance_id)
        return None


async def test_denials_are_kept_for_a_while_and_troubles_are_not() -> None:
    account, now = Denied(), [100.0]
    reads = TrailReads(account, account, lambda: now[0])
    place = Place(TASK, "machine", None, "i-1")
    cluster = "arn:aws:ecs:eu-west-1:1:cluster/one"
    for _ in range(2):
        trail = await reads.follow(place, [])
        assert isinstance(trail.container_instance, Absence)
        assert trail.container_instance.is_trouble
    assert account.asked == [cluster, "machine", "i-1", "machine"]
    now[0] += 31
    await reads.follow(place, [])
    assert account.asked[4:] == [cluster, "machine", "i-1"]


async def test_an_arn_that_does_not_name_the_cluster_asks_nobody() -> None:
    account = Denied()
    trail = await TrailReads(account, account, lambda: 0.0).follow(Place(OLD_TASK, "machine", None, None), [])
    assert account.asked == []
    assert isinstance(trail.task, Absence)
    assert "does not name the cluster" in trail.task.sentence


ODD: list[dict[str, Any]] = [
    {},
    {"containers": None, "attachments": "x", "enableExecuteCommand": "yes", "startedAt": 5, "cpu": "a lot"},
    {
        "containers": [{}, {"networkInterfaces": [{}], "managedAgents": [None, {}]}],
        "attachments": [{"type": "eni"}],
    },
    {"lastStatus": "RUNNING", "enableExecuteCommand": True, "containers": [{"lastStatus": "RUNNING"}]},
    {"attributes": [{}], "registeredResources": [{"name": "CPU", "type": "INTEGER"}], "versionInfo": []},
    {"registeredResources": [{"name": "CPU", "type": "INTEGER", "integerValue": -1}], "remainingResources": 7},
    {"State": "x", "Placement": None, "Tags": [{}], "LaunchTime": "yesterday"},
]


@pytest.mark.parametrize("answer", ODD)
def test_whatever_aws_answers_there_are_lines(answer: dict[str, Any]) -> None:
    for place in (Place(TASK, None, None, None), Place("", "", 1, "i-1")):
        trail = Trail(
            place,
            None,
            None,
            EcsTask.from_api(answer),
            ContainerInstance.from_api(answer),
            Ec2Instance.from_api(answer),
        )
        lines = host_lines(trail, 1_780_000_000.0)
        assert any("ECS task" in text or "Where" in text for line in lines for text, _ in line)


def test_moments_that_no_clock_can_have_are_absent() -> None:
    assert moment_ms({"at": datetime(2026, 1, 1, tzinfo=UTC)}, "at") == 1_767_225_600_000
    for value in (None, 5, "2026", datetime.max):
        assert moment_ms({"at": value}, "at") is None or value is datetime.max


@pytest.mark.parametrize(
    ("arn", "console"),
    [
        (TASK, "https://eu-west-1.console.aws.amazon.com"),
        ("arn:aws-cn:ecs:cn-north-1:1:task/c/t", "https://cn-north-1.console.amazonaws.cn"),
        ("arn:aws-us-gov:ecs:us-gov-west-1:1:task/c/t", "https://us-gov-west-1.console.amazonaws-us-gov.com"),
        ("arn:aws:ecs:evil.example/:1:task/c/t", "https://evil.example%2F.console.aws.amazon.com"),
        ("nonsense", ""),
    ],
)
def test_the_console_of_every_partition(arn: str, console: str) -> None:
    assert console_of(arn) == console


SESSION = ShellSession("s-1", "wss://stream", "t0ken")


@pytest.mark.parametrize(
    ("version", "by_environment"),
    [
        ((), False),
        ((1, 2, 497, 0), False),
        ((1, 2, 497), False),
        ((1, 2, 497, 1), True),
        ((1, 3), True),
        ((2,), True),
    ],
)
def test_newer_plugins_take_the_session_from_the_environment(
    version: tuple[int, ...], by_environment: bool
) -> None:
    call = plugin_call(
        "/bin/p",
        SESSION,
        "ecs:c_t_r",
        region="eu-west-1",
        profile=None,
        endpoint_url=None,
        version=version,
        environ={"A": "b"},
    )
    assert ("t0ken" in str(call.command)) == (not by_environment)
    assert ("t0ken" in str(call.environment)) == by_environment
    assert call.command[2:] == ("eu-west-1", "StartSession", "", '{"Target": "ecs:c_t_r"}', "")
    assert call.environment["A"] == "b"
    assert "t0ken" not in repr(call)


async def test_a_plugin_that_cannot_be_asked_has_no_version() -> None:
    assert await plugin_version("/nowhere/at/all") == ()
    assert await plugin_version("/bin/false") == ()
