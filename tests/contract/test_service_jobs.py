"""Service jobs: the gateway, the poller and the log against the demo account, and moto, which has none of them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from batchtui.actions.outcomes import Standing
from batchtui.actions.stop import StopCall
from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.logs.session import LogSession
from batchtui.model.service_job import ServiceJobDetail
from batchtui.sync.poller import Poller
from batchtui.sync.snapshot import DESCRIBED_SERVICE_JOBS, jobs_of
from tests.conftest import use_credentials_of
from tests.hands import hands_on
from tests.worlds import DemoWorld, World, demo_world, moto_world

QUEUE = "sagemaker-training"
STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "SCHEDULED", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=700, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


@asynccontextmanager
async def gateway_to(world: World) -> AsyncIterator[Gateway]:
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    yield Gateway(connection, CallBudget(500))
    await connection.close()


@pytest.fixture
async def gateway(demo: DemoWorld) -> AsyncIterator[Gateway]:
    async with gateway_to(demo) as gateway:
        yield gateway


def truth(demo: DemoWorld, queue: str = QUEUE) -> dict[str, str]:
    found: dict[str, str] = {}
    for status in STATUSES:
        request: dict[str, Any] = {"jobQueue": queue, "jobStatus": status}
        while True:
            answer = demo.batch.list_service_jobs(**request)
            found |= {job["jobId"]: job["status"] for job in answer["jobSummaryList"]}
            if "nextToken" not in answer:
                break
            request["nextToken"] = answer["nextToken"]
    return found


def shown(poller: Poller, queue: str = QUEUE) -> dict[str, str]:
    return {job.job_id: job.status for job in poller.snapshot.jobs[queue].jobs.values()}


def poller_of(demo: DemoWorld, gateway: Gateway) -> Poller:
    return Poller(gateway, refresh=5.0, clock=demo.clock.now, wall_clock=demo.clock.now, chance=lambda: 1.0)


async def until_swept(poller: Poller) -> None:
    for _ in range(10):
        await poller.run_cycle()
        if poller.snapshot.progress is None:
            return
    raise AssertionError("never swept")


async def described(gateway: Gateway, job_id: str) -> ServiceJobDetail:
    job = await gateway.describe_service_job(job_id)
    assert job is not None
    return job


async def until(demo: DemoWorld, *wanted: str, among: str = "") -> str:
    """Lets time pass until a job, or this one, has one of these statuses."""
    for _ in range(2000):
        for job_id, status in truth(demo).items():
            if status in wanted and among in ("", job_id):
                return job_id
        demo.advance(5)
    raise AssertionError(wanted)


@pytest.mark.slow
async def test_pages_and_details(demo: DemoWorld, gateway: Gateway) -> None:
    demo.advance(14 * 3600)
    wanted = truth(demo)
    pages = [page async for page in gateway.list_service_jobs(QUEUE, "SUCCEEDED")]
    assert [len(page.jobs) for page in pages[:-1]] == [100] * (len(pages) - 1)
    assert len(pages) > 1
    jobs = [job for page in pages for job in page.jobs]
    assert {job.job_id for job in jobs} == {job_id for job_id, status in wanted.items() if status == "SUCCEEDED"}
    assert all(job.is_service_job and job.job_queue == QUEUE and job.service_job_type for job in jobs)
    newest = [page async for page in gateway.list_service_jobs_created_after(QUEUE, 0)]
    assert {job.job_id: job.status for page in newest for job in page.jobs} == wanted
    job = await described(gateway, jobs[0].job_id)
    assert job.summary.job_queue == QUEUE
    assert job.summary.is_service_job
    assert (job.retry_attempts, len(job.evaluate_on_exit), job.attempt_duration_seconds) == (2, 2, 7200)
    assert job.resource_ids[-1] == job.latest_resource_id
    assert job.raw["serviceRequestPayload"]["HyperParameters"]["epochs"] == "12"
    assert "ResponseMetadata" not in job.raw
    assert await gateway.describe_service_job("nothing") is None


@pytest.mark.slow
async def test_the_queue_is_polled_with_its_own_operations(demo: DemoWorld, gateway: Gateway) -> None:
    poller = poller_of(demo, gateway)
    await until_swept(poller)
    assert demo.server is not None
    assert not poller.sources.failing()
    assert shown(poller) == truth(demo)
    assert shown(poller, "qc-fargate") == demo.truth("qc-fargate")
    seen: set[str] = set()
    for _ in range(120):
        demo.advance(10)
        demo.server.calls.clear()
        await poller.run_cycle()
        assert demo.server.calls["ListServiceJobs"] <= 9
        assert demo.server.calls["DescribeServiceJob"] <= 3
        assert shown(poller) == truth(demo)
        seen |= set(shown(poller).values())
    assert {"SCHEDULED", "STARTING", "RUNNING", "RUNNABLE"} <= seen
    assert not poller.sources.errors


async def test_an_endpoint_without_them_darkens_only_their_queue(demo: DemoWorld, gateway: Gateway) -> None:
    demo.fault("ListServiceJobs", status=404, body="<html>Not Found</html>", content_type="text/html")
    poller = poller_of(demo, gateway)
    for _ in range(4):
        await poller.run_cycle()
    assert set(poller.sources.failing()) == {jobs_of(QUEUE)}
    error = poller.snapshot.sources[jobs_of(QUEUE)].error
    assert isinstance(error, errors.UnsupportedOperationError)
    assert error.operation == "ListServiceJobs"
    assert shown(poller) == {}
    assert shown(poller, "align-high") == demo.truth("align-high")
    demo.heal()
    demo.advance(60)
    await poller.run_cycle()
    assert shown(poller) == truth(demo)


@pytest.mark.slow
async def test_what_cannot_be_described_is_swept_soon(demo: DemoWorld, gateway: Gateway) -> None:
    poller = poller_of(demo, gateway)
    await until_swept(poller)
    job_id = await until(demo, "RUNNING")
    await poller.run_cycle()
    demo.fault("DescribeServiceJob", status=403, code="AccessDeniedException", message="no")
    await until(demo, "SUCCEEDED", "FAILED", "RUNNABLE", among=job_id)
    await poller.run_cycle()
    assert set(poller.sources.failing()) == {DESCRIBED_SERVICE_JOBS}
    demo.advance(61)
    for _ in range(7):  # one queue a cycle, and others may be due as well
        await poller.run_cycle()
    assert shown(poller) == truth(demo)


async def test_moto_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_world() as world:
        use_credentials_of(world, monkeypatch)
        async with gateway_to(world) as gateway:
            with pytest.raises(errors.UnsupportedOperationError):
                await anext(gateway.list_service_jobs("high", "RUNNING"))
            with pytest.raises(errors.UnsupportedOperationError):
                await gateway.describe_service_job("x")


def session_of(demo: DemoWorld, gateway: Gateway, *job_ids: str, now: list[float]) -> LogSession:
    known = set(truth(demo))
    return LogSession(
        gateway,
        job_ids,
        is_service_job=lambda job_id: job_id in known,
        wall_clock=demo.clock.now,
        clock=lambda: now[0],
        chance=lambda: 0.0,
    )


async def test_the_log_of_a_job_from_before_its_start_to_its_end(demo: DemoWorld, gateway: Gateway) -> None:
    job_id = await until(demo, "SCHEDULED")
    now = [0.0]
    session = session_of(demo, gateway, job_id, now=now)
    await session.look()
    assert (session.headline, session.is_following) == ("waiting: SCHEDULED, not started yet", True)
    for _ in range(800):
        now[0] += 10
        demo.advance(10)
        await session.look()
        if session.headline.startswith("ended") and "next attempt" not in session.headline:
            break
    assert not session.is_following
    assert session.headline.startswith("ended")
    job = await described(gateway, job_id)
    count = job.request["ResourceConfig"]["InstanceCount"]
    assert [source.label.split()[0] for source in session.sources[-count:]] == ["algo-1", "algo-2"][:count]
    assert len(session.selected) == count
    assert len(session.sources) == count * len(job.attempts)
    lines = list(session.buffer)
    assert lines
    assert [line.timestamp for line in lines] == sorted(line.timestamp for line in lines)


async def test_the_attempts_of_a_retried_job(demo: DemoWorld, gateway: Gateway) -> None:
    demo.advance(3 * 3600)
    ended = [job_id for job_id, status in truth(demo).items() if status == "SUCCEEDED"]
    job_id = next(each for each in ended if len(demo.batch.describe_service_job(jobId=each)["attempts"]) == 2)
    session = session_of(demo, gateway, job_id, now=[0.0])
    await session.look()
    assert {source.attempt for source in session.sources} == {1, 2}
    assert {session.sources[index].attempt for index in session.selected} == {2}
    session.step(-1)
    assert session.sources[session.selected[0]].attempt in (1, 2)
    demo.server.calls.clear()  # type: ignore[union-attr]
    session.wake()
    await session.look()
    assert "DescribeServiceJob" not in demo.server.calls, "it is over"  # type: ignore[union-attr]


async def test_a_service_job_beside_another_job(demo: DemoWorld, gateway: Gateway) -> None:
    job_id = await until(demo, "RUNNING")
    other = next(job for job, status in demo.truth("qc-fargate").items() if status == "SUCCEEDED")
    session = session_of(demo, gateway, job_id, other, now=[0.0])
    await session.look()
    assert {source.job_id for source in session.sources} == {job_id, other}
    assert {source.group for source in session.sources} == {"/aws/sagemaker/TrainingJobs", "/aws/batch/job"}


@pytest.mark.slow
async def test_a_job_that_ended_and_whose_streams_are_not_there(demo: DemoWorld, gateway: Gateway) -> None:
    job_id = await until(demo, "FAILED")
    demo.fault("DescribeLogStreams", status=400, code="ResourceNotFoundException", message="no such group")
    now = [0.0]
    session = session_of(demo, gateway, job_id, now=now)
    for _ in range(5):
        await session.look()
        now[0] += 10
    assert session.headline.startswith("FAILED, but there is no log stream of AWSBatch")
    assert not session.is_following
    assert demo.server is not None
    assert demo.server.calls["DescribeServiceJob"] == 3, "streams appear late, but not for ever"


@pytest.mark.parametrize("is_in_bulk", [True, False])
async def test_they_are_stopped_whether_they_have_begun_or_not(demo: DemoWorld, is_in_bulk: bool) -> None:
    ids = [await until(demo, status) for status in ("RUNNABLE", "SCHEDULED", "STARTING", "RUNNING")]
    ordinary = demo.submit("ordinary")
    if not is_in_bulk:
        demo.fault("TerminateServiceJobs", status=404, body="<html>no</html>")
    async with hands_on(demo) as hands:
        listed = [page async for page in hands.reads.list_service_jobs_created_after(QUEUE, 0)]
        known = {job.job_id: job for page in listed for job in page.jobs}
        ids = [job_id for job_id in dict.fromkeys(ids) if known[job_id].is_active]
        assert len(ids) > 1
        jobs = [*(known[job_id] for job_id in ids), *await hands.reads.summarize_jobs([ordinary])]
        outcomes = await hands.stop(jobs, "no longer wanted").run()
    assert {one.job_id: one.standing for one in outcomes} == dict.fromkeys([*ids, ordinary], Standing.ACCEPTED)
    assert {one.call for one in outcomes if one.job_id in ids} == {StopCall.TERMINATE_SERVICE}
    assert demo.server is not None
    assert demo.server.calls["TerminateServiceJobs"] == 1
    assert demo.server.calls["TerminateServiceJob"] == (0 if is_in_bulk else len(ids))
    demo.advance(5)
    for job_id in ids:
        job = demo.batch.describe_service_job(jobId=job_id)
        assert (job["status"], job["statusReason"]) == ("FAILED", "no longer wanted")
