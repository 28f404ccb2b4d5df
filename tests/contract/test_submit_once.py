"""SubmitJob is sent once, and a lost answer to it is called what it is."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.control_gateway import ControlGateway
from batchtui.aws.pacing import CallBudget
from batchtui.demo.faults import Fault
from tests.hands import REQUEST, Hands, described, hands_on
from tests.worlds import REGION, DemoWorld


@pytest.fixture
async def hands(demo: DemoWorld) -> AsyncIterator[Hands]:
    async with hands_on(demo) as found:
        yield found


async def test_a_submitted_job_is_named(demo: DemoWorld, hands: Hands) -> None:
    job = await hands.control.submit_job(REQUEST)
    assert described(demo, job.job_id)["jobArn"] == job.job_arn
    assert job.job_name == "once"


@pytest.mark.parametrize(
    ("fault", "error", "created"),
    [
        (Fault(drop=True, after=True), errors.AmbiguousError, 1),
        (Fault(drop=True), errors.AmbiguousError, 0),
        (Fault(status=500, code="ServerException", message="x", after=True), errors.AmbiguousError, 1),
        (Fault(status=503, body="<html>", after=True), errors.AmbiguousError, 1),
        (Fault(status=504, body="<html>"), errors.AmbiguousError, 0),
        (Fault(status=200, body="<html>portal</html>"), errors.AmbiguousError, 0),
        (
            Fault(status=200, body='{"jobName"', content_type="application/json", after=True),
            errors.AmbiguousError,
            1,
        ),
        (Fault(status=200, body="{}", content_type="application/json"), errors.AmbiguousError, 0),
        (Fault(status=429, code="TooManyRequestsException", message="x"), errors.ThrottledError, 0),
        (Fault(status=429), errors.ThrottledError, 0),
        (Fault(status=503, code="SlowDown", message="x"), errors.ThrottledError, 0),
        (Fault(status=403, code="AccessDeniedException", message="x"), errors.AccessDeniedError, 0),
        (Fault(status=403, code="ExpiredTokenException", message="x"), errors.ExpiredCredentialsError, 0),
        (Fault(status=400, code="ClientException", message="x"), errors.InvalidRequestError, 0),
        (Fault(status=404, body="<html>"), errors.UnsupportedOperationError, 0),
    ],
    ids=str,
)
async def test_a_lost_answer_is_ambiguous_and_nothing_is_sent_twice(
    demo: DemoWorld,
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    error: type[errors.AwsError],
    created: int,
) -> None:
    assert demo.account is not None
    assert demo.server is not None
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    await hands.reads.describe_job_queues()  # a connection that is kept open, which a client might trust too much
    before = len(demo.account.index)
    demo.faults.append(lambda operation: fault if operation == "SubmitJob" else None)
    with pytest.raises(error) as raised:
        await hands.control.submit_job(REQUEST)
    assert type(raised.value) is error
    assert raised.value.operation == "SubmitJob"
    assert demo.server.calls["SubmitJob"] == 1
    assert len(demo.account.index) == before + created


async def test_a_lost_answer_to_a_stop_is_not_ambiguous(demo: DemoWorld, hands: Hands) -> None:
    """It can be asked for again without harm."""
    demo.fault("CancelJob", drop=True, after=True)
    with pytest.raises(errors.UnreachableError):
        await hands.control.cancel_job("abc", "x")


async def test_a_request_that_botocore_refuses_was_not_sent(hands: Hands) -> None:
    with pytest.raises(errors.InvalidRequestError):
        await hands.control.submit_job({"jobName": 3})


async def submit_to(url: str) -> None:
    connection = Connection(
        ConnectionSettings(endpoint_url=url, region=REGION, access_key_id="a", secret_access_key="b")
    )
    try:
        await ControlGateway(connection, CallBudget(4)).submit_job(REQUEST)
    finally:
        await connection.close()


async def test_a_refused_connection_is_not_ambiguous() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.UnreachableError):
        await submit_to(f"http://127.0.0.1:{port}")
    with pytest.raises(errors.UnreachableError):
        await submit_to("http://nowhere.invalid")


async def test_tls_to_what_speaks_none_is_not_ambiguous(demo: DemoWorld) -> None:
    with pytest.raises(errors.UnreachableError):
        await submit_to(demo.url.replace("http:", "https:"))


async def test_a_connection_that_is_reset_under_way_is_ambiguous() -> None:
    """aiobotocore says EndpointConnectionError to this, as it does where there was no connection at all."""

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.transport.abort()

    server = await asyncio.start_server(reset, "127.0.0.1", 0)
    async with server:
        with pytest.raises(errors.AmbiguousError) as raised:
            await submit_to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert raised.value.code == "EndpointConnectionError"


async def test_an_answer_that_does_not_come_in_time_is_ambiguous(
    demo: DemoWorld, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Connection._client_config
    monkeypatch.setattr(
        Connection, "_client_config", lambda self: config(self).merge(type(config(self))(read_timeout=0.2))
    )
    demo.fault("SubmitJob", delay=3.0, after=True)
    with pytest.raises(errors.AmbiguousError) as raised:
        await hands.control.submit_job(REQUEST)
    assert raised.value.code == "ReadTimeoutError"
