"""The listing of job definitions against the demo account and against moto's server."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.errors import AccessDeniedError
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.demo.containers import container, needs
from batchtui.demo.definitions import Definition, Form
from tests.worlds import DemoWorld, World


@pytest.fixture
async def reading(request: pytest.FixtureRequest) -> AsyncIterator[Gateway]:
    world: World = request.getfixturevalue("world" if "world" in request.fixturenames else "demo")
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    yield Gateway(connection, CallBudget(200))
    await connection.close()


def active(world: World) -> set[str]:
    """The ARNs of all ACTIVE revisions, as boto3 pages through them."""
    pages = world.batch.get_paginator("describe_job_definitions").paginate(status="ACTIVE")
    return {each["jobDefinitionArn"] for page in pages for each in page["jobDefinitions"]}


def register_many(demo: DemoWorld, count: int) -> None:
    assert demo.account is not None
    for number in range(count):
        properties = container("tool:1", ["run"], needs("1", 512))
        status = "INACTIVE" if number % 7 == 0 else "ACTIVE"
        demo.account.catalogue.add(
            Definition(f"many-{number % 40}", number + 1, Form.CONTAINER, properties, status=status)
        )


async def test_every_active_revision_is_listed(world: World, reading: Gateway) -> None:
    """moto gives everything in one page, the demo account in as many as AWS would."""
    is_moto = not isinstance(world, DemoWorld)
    if is_moto:
        world.batch.register_job_definition(
            jobDefinitionName="hello", type="container", containerProperties=_SMALL
        )
    listed = [definition async for page in reading.list_job_definitions() for definition in page]
    assert {each.arn for each in listed} == active(world)
    assert {each.status for each in listed} == {"ACTIVE"}
    assert len({(each.name, each.revision) for each in listed}) == len(listed)
    if is_moto:
        assert {each.revision for each in listed} == {1, 2}


async def test_pages_come_one_after_another_and_no_more_are_asked_for_than_wanted(
    demo: DemoWorld, reading: Gateway
) -> None:
    register_many(demo, 350)
    assert demo.server is not None
    pages = reading.list_job_definitions()
    first = await anext(pages)
    assert len(first) == 100
    await pages.aclose()
    assert demo.server.calls["DescribeJobDefinitions"] == 1
    every = [definition async for page in reading.list_job_definitions() for definition in page]
    assert {each.arn for each in every} == active(demo)
    assert len(every) > 300


async def test_a_refusal_is_one_error(demo: DemoWorld, reading: Gateway) -> None:
    demo.fault("DescribeJobDefinitions", status=403, code="AccessDeniedException", message="no")
    with pytest.raises(AccessDeniedError):
        await anext(reading.list_job_definitions())


async def test_the_demo_account_has_definitions_of_every_kind_and_of_several_revisions(
    demo: DemoWorld, reading: Gateway
) -> None:
    listed = [definition async for page in reading.list_job_definitions() for definition in page]
    revisions: dict[str, int] = {}
    for each in listed:
        revisions[each.name] = revisions.get(each.name, 0) + 1
    assert sum(count > 1 for count in revisions.values()) >= 3
    raws = [each.raw for each in listed]
    assert all(any(raw.get(member) for raw in raws) for member in _MEMBERS)
    assert {"EC2", "FARGATE"} <= {name for each in listed for name in each.platform_capabilities}


_MEMBERS = ("containerProperties", "ecsProperties", "eksProperties", "nodeProperties")
_SMALL: dict[str, Any] = {"image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"]}
