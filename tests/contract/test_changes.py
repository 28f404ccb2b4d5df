"""Changes of queues, environments, definitions and priorities, told by a client that we did not write."""

import asyncio
from typing import Any

import pytest

from batchtui.actions.change import Change
from batchtui.actions.changing import MOST_REFUSALS, ChangeOutcome, ChangeRun, entry_of
from batchtui.actions.outcomes import Standing
from batchtui.actions.record import Actor
from batchtui.aws import errors
from batchtui.demo.faults import Fault
from tests.conftest import use_credentials_of
from tests.hands import hands_on
from tests.worlds import DemoWorld, World, demo_world


def queue_of(world: World, name: str = "") -> dict[str, Any]:
    (found,) = world.batch.describe_job_queues(jobQueues=[name or world.queue])["jobQueues"]
    return dict(found)


def environment_of(world: World, name: str) -> dict[str, Any]:
    (found,) = world.batch.describe_compute_environments(computeEnvironments=[name])["computeEnvironments"]
    return dict(found)


async def changed(world: World, change: Change) -> tuple[ChangeOutcome, list[float]]:
    pauses: list[float] = []
    async with hands_on(world) as hands:
        run = ChangeRun(change, hands.resources, on_pause=pauses.append, sleep=hands.wait, chance=lambda: 1.0)
        outcome = await run.run()
        assert run.outcome == outcome
    return outcome, pauses


def settle(world: World) -> None:
    if isinstance(world, DemoWorld):
        world.advance(5)


async def test_a_queue_is_disabled_enabled_and_given_another_priority(world: World) -> None:
    before = queue_of(world)
    for state in ("DISABLED", "ENABLED"):
        change = Change("UpdateJobQueue", world.queue, "", "", state=state)
        assert (await changed(world, change))[0].standing is Standing.ACCEPTED
        settle(world)
        assert (queue_of(world)["state"], queue_of(world)["priority"]) == (state, before["priority"])
    change = Change("UpdateJobQueue", world.queue, "", "", numbers=(("priority", 7),))
    assert (await changed(world, change))[0].standing is Standing.ACCEPTED
    settle(world)
    assert queue_of(world) | {"priority": 0} == before | {"priority": 0}
    assert queue_of(world)["priority"] == 7


async def test_an_environment_is_disabled_and_enabled(world: World) -> None:
    name = sorted(world.environments())[0]
    for state in ("DISABLED", "ENABLED"):
        change = Change("UpdateComputeEnvironment", name, "", "", state=state)
        assert (await changed(world, change))[0].standing is Standing.ACCEPTED
        settle(world)
        assert environment_of(world, name)["state"] == state


async def test_a_revision_is_deregistered(world: World) -> None:
    listed = world.batch.describe_job_definitions(jobDefinitionName=world.definition)["jobDefinitions"]
    arn = next(each["jobDefinitionArn"] for each in listed if each["status"] == "ACTIVE")
    assert (await changed(world, Change("DeregisterJobDefinition", arn, "", "")))[0].standing is Standing.ACCEPTED
    (found,) = world.batch.describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
    assert found["status"] == "INACTIVE"


async def test_what_is_not_there_is_refused(world: World) -> None:
    outcome, pauses = await changed(world, Change("UpdateJobQueue", "nothing", "", "", state="DISABLED"))
    assert outcome.standing is Standing.FAILED
    assert isinstance(outcome.error, errors.InvalidRequestError)
    assert "nothing does not exist" in str(outcome.error)
    assert not pauses


async def test_vcpus_that_differ_are_the_only_ones_sent(demo: DemoWorld) -> None:
    for name, numbers in (("on-demand", {"minvCpus": 8, "maxvCpus": 333}), ("fargate", {"maxvCpus": 33})):
        before = environment_of(demo, name)["computeResources"]
        change = Change("UpdateComputeEnvironment", name, "", "", numbers=tuple(numbers.items()))
        assert (await changed(demo, change))[0] == ChangeOutcome(Standing.ACCEPTED)
        assert environment_of(demo, name)["computeResources"] == before | numbers
        assert environment_of(demo, name)["state"] == "ENABLED"


async def test_the_priority_of_a_service_job(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=700, service_jobs=True) as demo:
        use_credentials_of(demo, monkeypatch)
        answer = demo.batch.list_service_jobs(jobQueue="sagemaker-training", jobStatus="RUNNABLE")
        job_id = answer["jobSummaryList"][0]["jobId"]
        change = Change("UpdateServiceJob", job_id, "", "", numbers=(("schedulingPriority", 77),))
        assert (await changed(demo, change))[0].standing is Standing.ACCEPTED
        assert demo.batch.describe_service_job(jobId=job_id)["schedulingPriority"] == 77


OFF = Change("UpdateJobQueue", "qc-fargate", "state ENABLED → DISABLED", "", state="DISABLED")


async def test_a_throttled_change_is_asked_for_again_after_longer_and_longer(demo: DemoWorld) -> None:
    left = iter(range(2))
    throttled = Fault(status=429, code="TooManyRequestsException", message="slower")
    demo.faults.append(
        lambda name: throttled if name == "UpdateJobQueue" and next(left, None) is not None else None
    )
    outcome, pauses = await changed(demo, OFF)
    assert outcome.standing is Standing.ACCEPTED
    assert pauses == [1.0, 2.0]
    assert queue_of(demo, "qc-fargate")["state"] == "DISABLED"


async def test_one_that_is_throttled_for_ever_is_given_up(demo: DemoWorld) -> None:
    demo.fault("UpdateJobQueue", status=429, code="TooManyRequestsException", message="slower")
    outcome, pauses = await changed(demo, OFF)
    assert outcome.standing is Standing.NOT_ASKED
    assert isinstance(outcome.error, errors.ThrottledError)
    assert len(pauses) == MOST_REFUSALS - 1
    assert demo.server is not None
    assert demo.server.calls["UpdateJobQueue"] == MOST_REFUSALS


@pytest.mark.parametrize(
    ("fault", "standing"),
    [
        ({"status": 403, "code": "AccessDeniedException", "message": "no"}, Standing.FAILED),
        ({"status": 500, "code": "ServerException", "message": "x"}, Standing.IN_DOUBT),
        ({"drop": True}, Standing.IN_DOUBT),
    ],
)
async def test_nothing_else_is_asked_twice(demo: DemoWorld, fault: dict[str, Any], standing: Standing) -> None:
    demo.fault("UpdateJobQueue", **fault)
    outcome, _ = await changed(demo, OFF)
    assert outcome.standing is standing
    assert demo.server is not None
    assert demo.server.calls["UpdateJobQueue"] == 1
    entry = entry_of(OFF, outcome, actor=Actor(account="1"), at=5.0)
    assert (entry.action, entry.job_ids, entry.reason, entry.outcome) == (
        "UpdateJobQueue",
        ("qc-fargate",),
        "state ENABLED → DISABLED",
        standing.value,
    )
    assert entry.error == str(outcome.error)


async def test_one_that_is_given_up_midway_is_in_doubt(demo: DemoWorld) -> None:
    loop, heard = asyncio.get_running_loop(), asyncio.Event()

    def late(name: str) -> Fault:
        loop.call_soon_threadsafe(heard.set)
        return Fault(delay=5.0)

    demo.faults.append(late)
    async with hands_on(demo) as hands:
        run = ChangeRun(OFF, hands.resources)
        task = asyncio.create_task(run.run())
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert run.outcome == ChangeOutcome(Standing.IN_DOUBT)
