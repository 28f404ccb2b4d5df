"""The account in one look: text for people, JSON for programs."""

import contextlib
import io
import json
from collections.abc import AsyncIterator

import pytest

from batchtui.cli import account_of
from batchtui.once import look_once
from batchtui.settings import Settings, StartError
from tests.worlds import DemoWorld, World


async def look(world: World, *, as_json: bool = False) -> str:
    settings = Settings(endpoint_url=world.url, max_calls_per_second=50.0)
    out = io.StringIO()
    assert await look_once(settings, account_of(settings), as_json=as_json, out=out) == 0
    return out.getvalue()


async def test_text_tells_queues_environments_counts_newest_and_failed(demo: DemoWorld) -> None:
    text = await look(demo)
    for name in demo.queues() | demo.environments():
        assert name in text
    truth = [status for queue in demo.queues() for status in demo.truth(queue).values()]
    for status in ("RUNNABLE", "RUNNING", "SUCCEEDED", "FAILED"):
        assert f"{status} {truth.count(status)}" in text
    assert "Newest jobs" in text
    assert "Latest failures" in text
    assert "\x1b" not in text


async def test_json_holds_every_job(world: World) -> None:
    values = json.loads(await look(world, as_json=True))
    told = {job["jobId"]: job["status"] for job in values["jobs"]}
    truth = {job_id: status for queue in world.queues() for job_id, status in world.truth(queue).items()}
    assert told == truth
    waits_for = [each for job in values["jobs"] for each in job.get("dependsOn", ())]
    assert all(each["jobId"] in told for each in waits_for), "in AWS's own shape"
    assert waits_for or not isinstance(world, DemoWorld)
    assert {queue["jobQueueName"] for queue in values["jobQueues"]} == world.queues()
    assert {each["computeEnvironmentName"] for each in values["computeEnvironments"]} == world.environments()


async def test_a_part_that_is_denied_is_said_and_the_rest_is_shown(
    demo: DemoWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.fault("DescribeComputeEnvironments", status=403, code="AccessDeniedException", message="no")
    assert "align-high" in await look(demo)
    assert "DescribeComputeEnvironments: no. Ask for the permission" in capsys.readouterr().err


async def test_nothing_at_all_is_an_error(demo: DemoWorld) -> None:
    demo.fault(status=403, code="ExpiredTokenException", message="The token has expired")
    with pytest.raises(StartError, match="The token has expired"):
        await look(demo)


async def test_the_demo_account_ends_with_the_look() -> None:
    settings = Settings(demo=True, demo_jobs=10)
    places: list[str] = []

    @contextlib.asynccontextmanager
    async def watched() -> AsyncIterator[object]:
        async with account_of(settings) as connection:
            places.append(connection.endpoint_url or "")
            yield connection

    assert await look_once(settings, watched(), as_json=False, out=io.StringIO()) == 0  # type: ignore[arg-type]
    host, port = places[0].removeprefix("http://").split(":")
    import socket

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
