"""What is true of the port whatever is asked of it: credentials, errors, limits, faults."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections import Counter

import aiohttp
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from batchtui.demo.faults import Fault
from batchtui.demo.server import DemoServer

from .conftest import Demo
from .signed import signed_headers


def _raw(demo: Demo, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, str], str]:
    signed = signed_headers(demo.endpoint, path, body, headers)
    request = urllib.request.Request(demo.endpoint.url + path, data=body, headers=signed | headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode()


@pytest.mark.parametrize("service", ["batch", "logs", "sts"])
def test_another_accounts_key_is_refused(demo: Demo, service: str) -> None:
    client = demo.client(service, key="AKIASOMEBODYELSE0000")
    call = {"batch": "describe_job_queues", "logs": "describe_log_groups", "sts": "get_caller_identity"}[service]
    with pytest.raises(ClientError) as caught:
        getattr(client, call)()
    assert caught.value.response["Error"]["Code"] == "UnrecognizedClientException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_no_key_is_refused(demo: Demo) -> None:
    status, headers, _ = _raw(demo, "/v1/listjobs", b"{}", Authorization="none")
    assert (status, headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")


def test_errors_of_the_three_protocols(demo: Demo) -> None:
    status, headers, body = _raw(demo, "/v1/listjobs", b'{"jobQueue": "nowhere"}')
    assert (status, headers["x-amzn-ErrorType"]) == (400, "ClientException")
    assert json.loads(body) == {"message": "Job queue nowhere does not exist"}
    assert headers["x-amzn-RequestId"]
    status, _, body = _raw(demo, "/", b"{}", **{"X-Amz-Target": "Logs_20140328.GetLogEvents"})
    assert (status, json.loads(body)["__type"]) == (400, "ResourceNotFoundException")
    status, _, body = _raw(demo, "/", b"Action=AssumeRole&Version=2011-06-15")
    assert status == 404
    assert "<Code>InvalidAction</Code>" in body


@pytest.mark.parametrize("path", ["/v1/createconsumableresource", "/v2/listjobs", "/nothing"])
def test_unknown_operations(demo: Demo, path: str) -> None:
    status, headers, body = _raw(demo, path, b"{}")
    assert (status, headers["x-amzn-ErrorType"]) == (404, "UnknownOperationException")
    assert "message" in json.loads(body)


def test_an_operation_that_is_not_there_can_be_told_from_an_error(demo: Demo) -> None:
    with pytest.raises(ClientError) as caught:
        demo.batch.create_consumable_resource(consumableResourceName="x")
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


@pytest.mark.parametrize("body", [b"not json", b"[]", b'"text"'])
def test_bodies_that_are_no_requests(demo: Demo, body: bytes) -> None:
    status, _, _ = _raw(demo, "/v1/listjobs", body)
    assert status == 400


def test_bodies_of_more_than_a_megabyte(demo: Demo) -> None:
    status, _, _ = _raw(demo, "/v1/describejobs", b" " * (1_048_576 + 1))
    assert status == 413


def test_calls_are_counted(demo: Demo) -> None:
    demo.batch.describe_job_queues()
    demo.listed(jobQueue="align-high")
    demo.listed(jobQueue="align-low")
    demo.sts.get_caller_identity()
    demo.logs.describe_log_groups()
    wanted = Counter(DescribeJobQueues=1, ListJobs=2, GetCallerIdentity=1, DescribeLogGroups=1)
    assert demo.server.calls == wanted
    times = [when for when, _ in demo.server.recent]
    assert times == sorted(times)
    assert [name for _, name in demo.server.recent][1:3] == ["ListJobs", "ListJobs"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "TooManyRequestsException"), (403, "ExpiredTokenException"), (403, "AccessDeniedException")],
)
def test_faults_as_aws_says_them(demo: Demo, status: int, code: str) -> None:
    demo.fault.append(lambda op: Fault(status=status, code=code, message="so it is") if op == "ListJobs" else None)
    with pytest.raises(ClientError, match="so it is") as caught:
        demo.listed(jobQueue="align-high")
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert demo.batch.describe_job_queues()["jobQueues"]
    demo.fault.clear()
    assert demo.listed(jobQueue="align-high")


def test_a_bare_429(demo: Demo) -> None:
    demo.fault.append(lambda op: Fault(status=429))
    with pytest.raises(ClientError) as caught:
        demo.batch.describe_job_queues()
    assert caught.value.response["Error"]["Code"] == "429"


def test_a_dropped_connection(demo: Demo) -> None:
    demo.fault.append(lambda op: Fault(drop=True))
    with pytest.raises(ConnectionClosedError):
        demo.batch.describe_job_queues()


def test_html_instead_of_an_answer(demo: Demo) -> None:
    demo.fault.append(lambda op: Fault(status=502, body="<html>Bad Gateway</html>"))
    with pytest.raises(ClientError) as caught:
        demo.batch.describe_job_queues()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 502


def test_a_lost_answer_to_work_that_was_done(demo: Demo) -> None:
    demo.fault.append(lambda op: Fault(drop=True, after=True) if op == "SubmitJob" else None)
    before = len(demo.account.index)
    with pytest.raises(ConnectionClosedError):
        demo.submit()
    assert len(demo.account.index) == before + 1


def test_a_late_answer_is_right_and_work_is_done_once(demo: Demo) -> None:
    demo.fault.append(lambda op: Fault(delay=0.01, after=True))
    before = len(demo.account.index)
    assert demo.submit()
    assert len(demo.account.index) == before + 1


async def test_it_starts_and_stops_in_a_loop_of_the_caller(demo: Demo) -> None:
    server = DemoServer(demo.account)
    endpoint = await server.start()
    async with (
        aiohttp.ClientSession(headers=signed_headers(endpoint, "/v1/describejobqueues", b"{}")) as session,
        session.post(f"{endpoint.url}/v1/describejobqueues", data=b"{}") as answer,
    ):
        assert len((await answer.json())["jobQueues"]) == 6
    await server.stop()
    with pytest.raises(OSError, match=r"[Cc]onnect"):
        await asyncio.open_connection("127.0.0.1", int(endpoint.url.rpartition(":")[2]))


async def test_a_hang_ends_with_the_server(demo: Demo) -> None:
    demo.fault.append(lambda op: Fault(delay=3600))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.2)) as session:
        headers = signed_headers(demo.endpoint, "/v1/listjobs", b"{}")
        with pytest.raises(TimeoutError):
            await session.post(f"{demo.endpoint.url}/v1/listjobs", data=b"{}", headers=headers)
