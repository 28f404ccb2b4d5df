"""Revisions, scheduling policies, consumable resources and service environments, against both accounts."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.errors import AccessDeniedError, UnsupportedOperationError
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.demo.queues import SchedulingPolicy
from batchtui.model.job import JobSummary
from tests.conftest import use_credentials_of
from tests.contract.test_job_definitions import register_many
from tests.worlds import DemoWorld, World, demo_world

SMALL = {"image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"]}


@pytest.fixture
async def reading(request: pytest.FixtureRequest) -> AsyncIterator[Gateway]:
    names = ("world", "training", "demo")
    world: World = request.getfixturevalue(next(name for name in names if name in request.fixturenames))
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    yield Gateway(connection, CallBudget(200))
    await connection.close()


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


async def all_of(pages: Any) -> list[Any]:
    return [each async for page in pages for each in page]


async def test_every_revision_of_a_name(world: World, reading: Gateway) -> None:
    """moto forgets nothing either: a deregistered revision stays, INACTIVE."""
    name = "bwa-mem2-align" if isinstance(world, DemoWorld) else "hello"
    if not isinstance(world, DemoWorld):
        for _ in range(2):
            world.batch.register_job_definition(
                jobDefinitionName=name, type="container", containerProperties=SMALL
            )
        world.batch.deregister_job_definition(jobDefinition=f"{name}:2")
    pages = world.batch.get_paginator("describe_job_definitions").paginate(jobDefinitionName=name)
    wanted = {each["jobDefinitionArn"]: each["status"] for page in pages for each in page["jobDefinitions"]}
    listed = await all_of(reading.lists.list_revisions(name))
    assert {each.arn: each.status for each in listed} == wanted
    assert set(wanted.values()) == {"ACTIVE", "INACTIVE"}
    assert len(listed) == 3
    assert await all_of(reading.lists.list_revisions("nothing-like-it")) == []


async def test_revisions_come_page_by_page(demo: DemoWorld, reading: Gateway) -> None:
    register_many(demo, 40 * 250)
    pages = [len(page) async for page in reading.lists.list_revisions("many-3")]
    assert pages == [100, 100, 50]


async def test_scheduling_policies(world: World, reading: Gateway) -> None:
    if not isinstance(world, DemoWorld):
        for name, weight in (("one", 0.5), ("two", 2.0)):
            world.batch.create_scheduling_policy(
                name=name,
                fairsharePolicy={
                    "shareDecaySeconds": 600,
                    "computeReservation": 10,
                    "shareDistribution": [{"shareIdentifier": "a*", "weightFactor": weight}],
                },
                tags={"team": name},
            )
    arns = [each["arn"] for each in world.batch.list_scheduling_policies()["schedulingPolicies"]]
    told = world.batch.describe_scheduling_policies(arns=arns)["schedulingPolicies"]
    listed = await all_of(reading.lists.list_scheduling_policies())
    assert {each.arn: each.name for each in listed} == {each["arn"]: each["name"] for each in told}
    assert len(listed) >= 2
    for policy in listed:
        raw = next(each for each in told if each["arn"] == policy.arn)
        fair = policy.fairshare_policy
        if fair is not None:
            assert fair.share_decay_seconds == raw["fairsharePolicy"]["shareDecaySeconds"]
            weights = {each["shareIdentifier"]: each["weightFactor"] for each in _shares(raw)}
            assert {each.share_identifier: each.weight_factor for each in fair.share_distribution} == weights
        assert dict(policy.tags) == raw["tags"]


async def test_policies_are_described_a_page_at_a_time(demo: DemoWorld, reading: Gateway) -> None:
    assert demo.account is not None
    assert demo.server is not None
    for number in range(230):
        policy = SchedulingPolicy(f"policy-{number:03d}", {"a": 1.0})
        demo.account.policies[policy.arn] = policy
    sizes = [len(page) async for page in reading.lists.list_scheduling_policies()]
    assert sizes == [100, 100, 32]
    assert demo.server.calls["ListSchedulingPolicies"] == demo.server.calls["DescribeSchedulingPolicies"] == 3


async def test_the_policy_of_every_queue_is_listed(training: DemoWorld, reading: Gateway) -> None:
    used = {queue.scheduling_policy_arn for queue in await reading.describe_job_queues()} - {None}
    listed = {each.arn for each in await all_of(reading.lists.list_scheduling_policies())}
    assert used < listed, "and one that nobody uses"


async def test_consumable_resources_and_who_takes_them(demo: DemoWorld, reading: Gateway) -> None:
    listed = {each.name: each for each in await all_of(reading.lists.list_consumable_resources())}
    told = demo.batch.list_consumable_resources()["consumableResources"]
    assert listed.keys() == {each["consumableResourceName"] for each in told}
    assert {each.type for each in listed.values()} == {"REPLENISHABLE", "NON_REPLENISHABLE"}
    held = {}
    for name, one in listed.items():
        described = await reading.lists.describe_consumable_resource(one.arn or "")
        assert described is not None
        assert (described.total, described.in_use, described.available) == (one.total, one.in_use, one.available)
        assert described.created_at
        assert "ResponseMetadata" not in described.raw
        held[name] = await all_of(reading.lists.list_jobs_by_consumable_resource(name))
    seats = held["tracking-seats"]
    assert seats
    assert held["dragen-licences"] == []
    taken = sum(each.quantity for each in seats if each.job.status in ("STARTING", "RUNNING"))
    assert taken == listed["tracking-seats"].in_use
    job: JobSummary = seats[0].job
    (detail,) = await reading.describe_jobs([job.job_id])
    assert (job.job_queue, job.job_name, job.status) == (
        detail.summary.job_queue,
        detail.summary.job_name,
        detail.summary.status,
    )
    assert job.job_arn == detail.summary.job_arn
    assert dict(detail.consumable_resources) == {
        str(listed["tracking-seats"].arn): str(seats[0].quantity),
    }
    assert await reading.lists.describe_consumable_resource("nothing") is None


async def test_jobs_of_a_resource_come_in_pages_newest_first(demo: DemoWorld, reading: Gateway) -> None:
    for number in range(130):
        demo.batch.submit_job(
            jobName=f"licensed-{number}",
            jobQueue=demo.queue,
            jobDefinition=demo.definition,
            consumableResourcePropertiesOverride={
                "consumableResourceList": [{"consumableResource": "dragen-licences", "quantity": 1}]
            },
        )
    pages = [page async for page in reading.lists.list_jobs_by_consumable_resource("dragen-licences")]
    assert [len(page) for page in pages] == [100, 30]
    names = [each.job.job_name for page in pages for each in page]
    assert names == [f"licensed-{number}" for number in reversed(range(130))]
    some = demo.batch.list_jobs_by_consumable_resource(
        consumableResource="dragen-licences", filters=[{"name": "JOB_NAME", "values": ["LICENSED-12*"]}]
    )["jobs"]
    assert len(some) == 11


async def test_service_environments(training: DemoWorld, reading: Gateway) -> None:
    (told,) = training.batch.describe_service_environments()["serviceEnvironments"]
    (listed,) = await all_of(reading.lists.list_service_environments())
    assert listed.service_environment_arn == told["serviceEnvironmentArn"]
    assert (listed.state, listed.status, listed.is_healthy) == ("ENABLED", "VALID", True)
    limits = tuple((each["capacityUnit"], each["maxCapacity"]) for each in told["capacityLimits"])
    assert listed.capacity_limits == limits != ()
    assert dict(listed.tags) == told["tags"]
    assert await reading.queue.describe_service_environments([listed.service_environment_name]) == [listed]


LISTINGS = (
    ("ListSchedulingPolicies", "list_scheduling_policies"),
    ("DescribeSchedulingPolicies", "list_scheduling_policies"),
    ("ListConsumableResources", "list_consumable_resources"),
    ("DescribeServiceEnvironments", "list_service_environments"),
)


@pytest.mark.parametrize(("operation", "method"), LISTINGS)
async def test_a_refusal_is_one_error(training: DemoWorld, reading: Gateway, operation: str, method: str) -> None:
    training.fault(operation, status=403, code="AccessDeniedException", message="no")
    with pytest.raises(AccessDeniedError):
        await all_of(getattr(reading.lists, method)())


async def test_what_an_endpoint_does_not_know_is_unsupported(world: World, reading: Gateway) -> None:
    """moto has none of them; the demo account has no service environments without service jobs."""
    unknown = ["list_service_environments"]
    if not isinstance(world, DemoWorld):
        unknown.append("list_consumable_resources")
    for method in unknown:
        with pytest.raises(UnsupportedOperationError):
            await all_of(getattr(reading.lists, method)())


def _shares(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", policy["fairsharePolicy"].get("shareDistribution", []))
