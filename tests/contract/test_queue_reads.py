"""What is asked to say how a queue stands, over the wire: against the demo account and against moto's server."""

from collections.abc import AsyncIterator, Iterator

import pytest

from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.insight.queue_shares import quota_uses
from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.queue_reads import Told, look, trouble
from tests.conftest import use_credentials_of
from tests.worlds import DemoWorld, World, demo_world, moto_world

TRAINING = "sagemaker-training"
DENIED = {"status": 403, "code": "AccessDeniedException", "message": "no"}


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=1000, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


async def opened(world: World) -> AsyncIterator[Gateway]:
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    yield Gateway(connection, CallBudget(1000))
    await connection.close()


@pytest.fixture
async def gateway(demo: DemoWorld) -> AsyncIterator[Gateway]:
    async for gateway in opened(demo):
        yield gateway


async def queue(gateway: Gateway, name: str) -> JobQueueDetail:
    return next(each for each in await gateway.describe_job_queues() if each.job_queue_name == name)


async def test_quota_shares_are_those_that_boto3_sees(demo: DemoWorld, gateway: Gateway) -> None:
    told = await look(gateway, await queue(gateway, TRAINING), Told())
    assert not told.troubles
    assert told.policy is not None
    assert told.policy.is_by_quota
    assert told.quota_shares is not None
    shares = demo.batch.list_quota_shares(jobQueue=TRAINING)["quotaShares"]
    assert [share.quota_share_name for share in told.quota_shares] == [each["quotaShareName"] for each in shares]
    limits = sum(limit["maxCapacity"] for share in shares for limit in share["capacityLimits"])
    uses = quota_uses(told.snapshot, told.quota_shares)
    assert sum(each.own or 0 for each in uses) == limits
    seen = demo.batch.get_job_queue_snapshot(jobQueue=TRAINING)["queueUtilization"]
    used = sum(
        unit["quantity"]
        for share in seen["quotaShareUtilization"]["topCapacityUtilization"]
        for unit in share["capacityUsage"]
    )
    assert sum(each.used for each in uses) == used == sum(each["quantity"] for each in seen["totalCapacityUsage"])


async def test_what_hardly_changes_is_asked_for_once(demo: DemoWorld, gateway: Gateway) -> None:
    wanted = await queue(gateway, TRAINING)
    first = await look(gateway, wanted, Told())
    assert demo.server is not None
    before = demo.server.calls.copy()
    second = await look(gateway, wanted, first)
    assert second.quota_shares == first.quota_shares
    assert demo.server.calls - before == {"GetJobQueueSnapshot": 1}
    await look(gateway, wanted, second, anew=True)
    calls = demo.server.calls - before
    assert calls == {"GetJobQueueSnapshot": 2, "DescribeSchedulingPolicies": 1, "ListQuotaShares": 1}


async def test_what_is_denied_stays_so_and_what_failed_is_asked_for_again(
    demo: DemoWorld, gateway: Gateway
) -> None:
    wanted = await queue(gateway, "train-gpu")
    demo.fault("DescribeSchedulingPolicies", status=500, code="ServerException", message="oh")
    failed = await look(gateway, wanted, Told())
    assert failed.snapshot is not None
    assert failed.troubles == (
        "DescribeSchedulingPolicies failed: oh. A fault of AWS's own; trying again by itself.",
    )
    demo.fault("DescribeSchedulingPolicies", "GetJobQueueSnapshot", **DENIED)
    denied = await look(gateway, wanted, failed)
    assert denied.is_denied
    assert denied.is_described
    assert denied.snapshot is failed.snapshot, "what was told last stays"
    assert isinstance(denied.snapshot_error, errors.AccessDeniedError)
    assert trouble("GetJobQueueSnapshot", denied.snapshot_error).startswith(
        "GetJobQueueSnapshot is denied: no. Ask"
    )
    demo.heal()
    told = await look(gateway, wanted, denied, anew=True)
    assert told.policy is not None
    assert not told.troubles


async def test_an_endpoint_without_snapshots_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_world() as world:
        use_credentials_of(world, monkeypatch)
        async for gateway in opened(world):
            told = await look(gateway, await queue(gateway, "high"), Told())
            assert told.snapshot is None
            assert told.is_described, "it has no policy"
            assert isinstance(told.snapshot_error, errors.UnsupportedOperationError)
