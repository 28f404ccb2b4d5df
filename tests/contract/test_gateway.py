"""The gateway against the demo account: pages to their end, errors, and answers that are none."""

import json
from collections.abc import AsyncIterator

import pytest

from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.demo.faults import Fault
from tests.conftest import use_credentials_of
from tests.worlds import DemoWorld, demo_world


@pytest.fixture
async def gateway(demo: DemoWorld) -> AsyncIterator[Gateway]:
    connection = Connection(ConnectionSettings(endpoint_url=demo.url))
    yield Gateway(connection, CallBudget(50))
    await connection.close()


async def test_children_come_page_by_page(demo: DemoWorld, gateway: Gateway) -> None:
    parent = demo.batch.submit_job(
        jobName="array", jobQueue=demo.queue, jobDefinition=demo.definition, arrayProperties={"size": 25}
    )["jobId"]
    demo.advance(30)
    (job,) = await gateway.describe_jobs([parent])
    assert job.summary.array_properties is not None
    for status, count in job.summary.array_properties.status_summary:
        listing = gateway.list_children(parent, status, is_array=True, job_queue=demo.queue, page_size=10)
        pages = [page async for page in listing]
        assert sum(len(page.jobs) for page in pages) == count
        assert all(len(page.jobs) == 10 for page in pages[:-1])
        assert {child.job_queue for page in pages for child in page.jobs} <= {demo.queue}
        assert pages[-1].is_last


async def test_every_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=9000, queues=2) as demo:
        use_credentials_of(demo, monkeypatch)
        connection = Connection(ConnectionSettings(endpoint_url=demo.url))
        gateway = Gateway(connection, CallBudget(50))
        truth = demo.truth("align-high")
        listed = [page.jobs async for page in gateway.list_jobs("align-high", "SUCCEEDED")]
        assert len(listed) > 2
        succeeded = {job_id for job_id, status in truth.items() if status == "SUCCEEDED"}
        assert {job.job_id for page in listed for job in page} == succeeded
        newest = [page async for page in gateway.list_jobs_created_after("align-high", 0)]
        assert [len(page.jobs) for page in newest[:-1]] == [100] * (len(newest) - 1)
        assert [page.is_last for page in newest] == [False] * (len(newest) - 1) + [True]
        assert {job.job_id: job.status for page in newest for job in page.jobs} == truth
        await connection.close()


async def test_more_than_a_hundred_queues_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=300, queues=130) as demo:
        use_credentials_of(demo, monkeypatch)
        connection = Connection(ConnectionSettings(endpoint_url=demo.url))
        assert len(await Gateway(connection, CallBudget(50)).describe_job_queues()) == 130
        await connection.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=429, code="TooManyRequestsException", message="x"), errors.ThrottledError),
        (Fault(status=429), errors.ThrottledError),
        (Fault(status=500, code="ServerException", message="x"), errors.ServiceFaultError),
        (Fault(status=503, body="<html>", content_type="text/html"), errors.ServiceFaultError),
        (Fault(status=403, code="ExpiredTokenException", message="x"), errors.ExpiredCredentialsError),
        (Fault(status=403, code="AccessDeniedException", message="x"), errors.AccessDeniedError),
        (Fault(status=404, body="<html>no</html>"), errors.UnsupportedOperationError),
        (Fault(drop=True), errors.UnreachableError),
        (Fault(status=200, body="<html>portal</html>"), errors.MalformedAnswerError),
        (
            Fault(status=200, body='{"jobQueues": [{"jobQ', content_type="application/json"),
            errors.MalformedAnswerError,
        ),
        (Fault(status=200, body="", content_type="application/json"), errors.MalformedAnswerError),
        (Fault(status=200, body="[]", content_type="application/json"), errors.MalformedAnswerError),
        (Fault(status=200, body='{"jobQueues": 3}', content_type="application/json"), errors.MalformedAnswerError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{value.status}{value.code or value.body}",
)
async def test_every_fault_becomes_one_error(
    demo: DemoWorld, gateway: Gateway, fault: Fault, error: type[errors.AwsError]
) -> None:
    demo.faults.append(lambda operation: fault)
    with pytest.raises(error) as raised:
        await gateway.describe_job_queues()
    assert type(raised.value) is error
    assert raised.value.operation == "DescribeJobQueues"
    demo.heal()
    assert await gateway.describe_job_queues(), "and it goes on by itself"


async def test_pages_that_go_round_in_a_circle_end(demo: DemoWorld, gateway: Gateway) -> None:
    body = json.dumps({"jobSummaryList": [{"jobId": "a", "jobName": "b"}], "nextToken": "again"})
    demo.fault("ListJobs", status=200, body=body, content_type="application/json")
    with pytest.raises(errors.MalformedAnswerError, match="circle"):
        async for _ in gateway.list_jobs("align-high", "RUNNING"):
            pass


async def test_throttling_slows_the_budget(demo: DemoWorld, gateway: Gateway) -> None:
    demo.fault(status=429, code="TooManyRequestsException", message="x")
    with pytest.raises(errors.ThrottledError):
        await gateway.describe_job_queues()
    assert gateway.budget.rate == 25


async def test_nothing_is_retried_below_the_poller(demo: DemoWorld, gateway: Gateway) -> None:
    assert demo.server is not None
    demo.fault(status=500, code="ServerException", message="x")
    with pytest.raises(errors.ServiceFaultError):
        await gateway.describe_job_queues()
    assert demo.server.calls["DescribeJobQueues"] == 1
