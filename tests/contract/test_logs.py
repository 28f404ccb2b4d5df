"""Logs against the demo account and moto's server: the stream as boto3 reads it, and what a person is told."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.logs_gateway import LogEvent, LogEventsPage
from batchtui.aws.pacing import CallBudget
from batchtui.demo.faults import Fault
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.clean import clean_message
from batchtui.logs.session import LogSession
from batchtui.logs.status import SourceState
from batchtui.logs.tail import Tail
from tests.worlds import REGION, DemoWorld, World

GROUP = "/aws/batch/job"


@dataclass
class Log:
    """One stream of an account."""

    world: World
    group: str
    stream: str
    written: int = 0

    def whole(self) -> list[LogEvent]:
        """Every event from the head, as boto3 pages through it."""
        events: list[LogEvent] = []
        token: dict[str, str] = {}
        while True:
            page = self.world.client("logs").get_log_events(
                logGroupName=self.group, logStreamName=self.stream, startFromHead=True, **token
            )
            events += ((event["timestamp"], event["message"]) for event in page["events"])
            if token.get("nextToken") == page["nextForwardToken"]:
                return events
            token = {"nextToken": page["nextForwardToken"]}


def jobs_of(world: World, queue: str, status: str) -> Iterator[dict[str, Any]]:
    """Jobs of a queue in full, as AWS describes them."""
    ids = [each["jobId"] for each in world.batch.list_jobs(jobQueue=queue, jobStatus=status)["jobSummaryList"]]
    for start in range(0, len(ids), 100):
        yield from world.batch.describe_jobs(jobs=ids[start : start + 100])["jobs"]


def a_job(
    world: World, queue: str, status: str, *, attempts: int | None = None, child: bool = False
) -> dict[str, Any]:
    for job in jobs_of(world, queue, status):
        if "arrayProperties" in job and not child:
            continue
        told = job.get("eksAttempts") or job["attempts"]
        if job["startedAt"] and (attempts is None or len(told) == attempts):
            return job
    raise AssertionError(f"no such job is {status} in {queue}")


@pytest.fixture
def log(world: World) -> Log:
    """A stream of some hundred lines that are there already."""
    if isinstance(world, DemoWorld):
        return Log(world, GROUP, a_job(world, "qc-fargate", "SUCCEEDED")["container"]["logStreamName"])
    logs = world.client("logs")
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName="hello/default/1")
    log = Log(world, GROUP, "hello/default/1")
    write(log, 300)
    return log


def write(log: Log, count: int) -> None:
    """Three lines a millisecond, some of them equal, an hour ago."""
    begin = int(time.time() // 3600 - 1) * 3_600_000
    numbers = range(log.written, log.written + count)
    events = [{"timestamp": begin + number // 3, "message": f"line {number % 5 // 2}"} for number in numbers]
    log.written += count
    log.world.client("logs").put_log_events(logGroupName=log.group, logStreamName=log.stream, logEvents=events)


@pytest.fixture
async def connection(world: World) -> AsyncIterator[Connection]:
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    yield connection
    await connection.close()


def tail_of(gateway: Gateway, log: Log, limit: int | None, **options: bool) -> Tail:
    async def read(**asked: Any) -> LogEventsPage:
        return await gateway.logs.get_log_events(log.group, log.stream, limit=limit, urgent=True, **asked)

    return Tail(read, **options)


@pytest.mark.parametrize("limit", [None, 37])
async def test_from_the_end_back_to_the_head(connection: Connection, log: Log, limit: int | None) -> None:
    whole = log.whole()
    assert len(whole) > 40
    tail = tail_of(Gateway(connection, CallBudget(500)), log, limit)
    lines = await tail.newer()
    assert lines == whole[-len(lines) :]
    assert len(lines) == (limit or len(whole))
    while not tail.is_at_start:
        lines = await tail.older() + lines
    assert lines == whole
    assert await tail.newer() == []
    assert tail.is_at_end


@pytest.mark.parametrize("limit", [None, 37])
async def test_from_the_head_to_the_end(connection: Connection, log: Log, limit: int | None) -> None:
    tail = tail_of(Gateway(connection, CallBudget(500)), log, limit, from_head=True)
    lines: list[LogEvent] = []
    while not tail.is_at_end:
        lines += await tail.newer()
    assert lines == log.whole()


async def test_new_lines_follow(connection: Connection, log: Log) -> None:
    if isinstance(log.world, DemoWorld):
        log.stream = a_job(log.world, "qc-fargate", "RUNNING")["container"]["logStreamName"]
    tail = tail_of(Gateway(connection, CallBudget(500)), log, 37)
    lines = await tail.newer()
    for _ in range(3):
        if isinstance(log.world, DemoWorld):
            log.world.advance(20)
        else:
            write(log, 100)
        tail.is_at_end = False
        while not tail.is_at_end:
            lines += await tail.newer()
        assert lines == log.whole()[-len(lines) :]


async def test_what_is_not_there(connection: Connection, log: Log) -> None:
    logs = Gateway(connection, CallBudget(500)).logs
    for group, stream in ((GROUP, "hello/default/no"), ("/nowhere", "x")):
        with pytest.raises(errors.NotFoundError) as raised:
            await logs.get_log_events(group, stream)
        assert raised.value.operation == "GetLogEvents"
    with pytest.raises(errors.NotFoundError):
        await logs.describe_log_streams("/nowhere", "x")


async def test_a_token_that_is_none(connection: Connection, log: Log) -> None:
    if not isinstance(log.world, DemoWorld):
        pytest.skip("moto answers with an empty page")
    with pytest.raises(errors.InvalidTokenError):
        await Gateway(connection, CallBudget(500)).logs.get_log_events(log.group, log.stream, token="f/old/s")


async def test_streams_by_prefix(connection: Connection, log: Log) -> None:
    logs = Gateway(connection, CallBudget(500)).logs
    assert [stream.name for stream in await logs.describe_log_streams(log.group, log.stream)] == [log.stream]
    assert await logs.describe_log_streams(log.group, "nothing/begins/so") == []


async def test_a_session_on_either_endpoint(connection: Connection, world: World) -> None:
    """moto's jobs name a stream that nobody has written; the demo's have run."""
    ids = [job["jobId"] for job in jobs_of(world, world.queue, "SUCCEEDED")][:2]
    session = LogSession(Gateway(connection, CallBudget(500)), ids, wall_clock=lambda: 4e9)
    await session.look()
    if isinstance(world, DemoWorld):
        assert len(session.sources) == 2
        assert (session.headline, session.is_following) == ("ended", False)
        assert len(session.buffer) > 50
    else:
        assert session.headline == "the stream is gone: its group keeps logs for a limited time"
        assert not session.is_following


async def test_the_client_of_another_region(connection: Connection, log: Log) -> None:
    """With an endpoint given, everything goes there; the signature names the region."""
    logs = Gateway(connection, CallBudget(500)).logs
    here = await connection.client("logs")
    assert await connection.client("logs", REGION) is here
    there = await connection.client("logs", "eu-west-1")
    assert there is not here
    assert there.meta.region_name == "eu-west-1"
    if isinstance(log.world, DemoWorld):
        page = await logs.get_log_events(log.group, log.stream, region="eu-west-1", limit=5)
        assert page.events == tuple(log.whole()[-5:])
    await connection.renew(there)
    assert await connection.client("logs", "eu-west-1") is not there


class Watching:
    """A session on the demo account whose time is the account's."""

    def __init__(self, demo: DemoWorld, gateway: Gateway, *job_ids: str, **options: Any) -> None:
        self.demo = demo
        self.now = 0.0
        self.changes = 0
        self.session = LogSession(
            gateway,
            job_ids,
            wall_clock=demo.clock.now,
            clock=lambda: self.now,
            chance=lambda: 0.0,
            on_change=self._changed,
            **options,
        )

    def _changed(self) -> None:
        self.changes += 1

    async def look(self, seconds: float = 0.0, *, looks: int = 1) -> LogSession:
        """Lets the time pass, in so many looks."""
        for _ in range(looks):
            self.now += seconds / looks
            if seconds:
                self.demo.advance(seconds / looks)
            await self.session.look()
        return self.session


def logs_in(directory: Path) -> list[str]:
    """Every file of a log, temporary ones too."""
    return [name for name in os.listdir(directory) if ".log" in name]  # noqa: PTH208


@pytest.fixture
async def gateway(demo: DemoWorld) -> AsyncIterator[Gateway]:
    connection = Connection(ConnectionSettings(endpoint_url=demo.url))
    yield Gateway(connection, CallBudget(500))
    await connection.close()


def texts(session: LogSession) -> list[str]:
    return [line.text for line in session.buffer]


def cleaned(log: Log) -> list[str]:
    return [clean_message(message)[0] for _, message in log.whole()]


async def test_a_finished_job(demo: DemoWorld, gateway: Gateway) -> None:
    job = a_job(demo, "qc-fargate", "SUCCEEDED", attempts=1)
    demo.advance(600)
    watching = Watching(demo, gateway, job["jobId"])
    assert watching.session.headline == "looking for the log"
    assert demo.server is not None
    demo.server.calls.clear()
    session = await watching.look()
    assert demo.server.calls == {"DescribeJobs": 1, "GetLogEvents": 1}
    assert texts(session) == cleaned(Log(demo, GROUP, job["container"]["logStreamName"]))
    assert (session.headline, session.is_following, session.selected) == ("ended", False, (0,))
    demo.server.calls.clear()
    assert await session.load_older() == 0
    assert not session.has_older
    await watching.look(300, looks=5)
    assert demo.server.calls == {"GetLogEvents": 1}, "one for the head, none to follow"
    assert watching.changes


async def test_a_running_job_is_followed_to_its_end(demo: DemoWorld, gateway: Gateway) -> None:
    job = a_job(demo, "qc-fargate", "RUNNING")
    watching = Watching(demo, gateway, job["jobId"])
    session = await watching.look()
    assert (session.headline, session.is_following) == ("following", True)
    before = len(session.buffer)
    await watching.look(30, looks=20)
    assert len(session.buffer) > before
    for _ in range(200):
        await watching.look(30, looks=3)
        if not session.is_following:
            break
    assert session.headline.startswith("ended")
    assert session.sources[0].is_over
    latest = session.sources[session.selected[-1]]
    await session.load_all()
    assert texts(session) == cleaned(Log(demo, latest.group, latest.stream or ""))


async def test_idle_streams_are_looked_at_less_often(demo: DemoWorld, gateway: Gateway) -> None:
    job = a_job(demo, "qc-fargate", "RUNNING")
    watching = Watching(demo, gateway, job["jobId"])
    await watching.look()
    assert demo.server is not None
    demo.server.calls.clear()
    for _ in range(100):  # the session's time passes, the account's does not
        watching.now += 1
        await watching.session.look()
    assert 10 <= demo.server.calls["GetLogEvents"] <= 15


async def test_a_busy_stream_costs_one_call_a_second(demo: DemoWorld, gateway: Gateway) -> None:
    job = next(job for job in jobs_of(demo, "align-high", "RUNNING") if "star-rnaseq" in job["jobDefinition"])
    watching = Watching(demo, gateway, job["jobId"])
    session = await watching.look()
    before = len(session.buffer)
    assert demo.server is not None
    demo.server.calls.clear()
    await watching.look(30, looks=120)
    assert 25 <= demo.server.calls["GetLogEvents"] <= 31
    assert len(session.buffer) - before > 500


async def test_attempts(demo: DemoWorld, gateway: Gateway) -> None:
    job = a_job(demo, "align-low", "FAILED", attempts=2)
    session = await Watching(demo, gateway, job["jobId"]).look()
    assert [source.label for source in session.sources] == ["attempt 1", "attempt 2"]
    assert session.selected == (1,)
    streams = [attempt["container"]["logStreamName"] for attempt in job["attempts"]]
    assert [source.stream for source in session.sources] == streams
    second = texts(session)
    session.step(-1)
    await session.look()
    assert (session.selected, texts(session)) == ((0,), cleaned(Log(demo, GROUP, streams[0])))
    session.step(-1)
    assert session.selected == (0,)
    session.step(1)
    await session.look()
    assert texts(session) == second
    assert session.suggested_name().endswith(f"{job['jobId'][:8]}-attempt2.log")
    session.select_all()
    await session.look()
    assert len(session.buffer) == len(second) + len(cleaned(Log(demo, GROUP, streams[0])))


async def test_several_containers_are_merged(demo: DemoWorld, gateway: Gateway) -> None:
    job = next(job for job in jobs_of(demo, "align-high", "RUNNING") if "ecsProperties" in job)
    session = await Watching(demo, gateway, job["jobId"]).look()
    assert [source.container for source in session.sources] == ["annotate", "fetch-cache", "metrics"]
    assert session.sources[2].group == "/genomics/sidecars"
    assert session.selected == (0, 1, 2)
    await session.load_all()
    lines = list(session.buffer)
    assert [line.timestamp for line in lines] == sorted(line.timestamp for line in lines)
    for index, source in enumerate(session.sources):
        own = [line.text for line in lines if line.source == index]
        assert own == cleaned(Log(demo, source.group, source.stream or ""))


async def test_older_lines_of_several_come_in_the_order_of_time(
    demo: DemoWorld, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.logs.follower.PAGE_EVENTS", 20)
    job = next(job for job in jobs_of(demo, "align-high", "RUNNING") if "ecsProperties" in job)
    session = await Watching(demo, gateway, job["jobId"]).look()
    assert len(session.buffer) == 60
    while session.has_older:
        await session.load_older()
        lines = list(session.buffer)
        assert [line.timestamp for line in lines] == sorted(line.timestamp for line in lines)
    for index, source in enumerate(session.sources):
        own = [line.text for line in lines if line.source == index]
        assert own == cleaned(Log(demo, source.group, source.stream or ""))


async def test_nodes(demo: DemoWorld, gateway: Gateway) -> None:
    job = next(
        job
        for status in ("RUNNING", "SUCCEEDED", "FAILED")
        for job in jobs_of(demo, "train-gpu", status)
        if "nodeProperties" in job and job["startedAt"]
    )
    session = await Watching(demo, gateway, job["jobId"]).look()
    assert [source.label for source in session.sources] == ["#0", "#1", "#2", "#3"]
    assert len(session.selected) == 4
    assert {line.source for line in session.buffer} == {0, 1, 2, 3}
    alone = await Watching(demo, gateway, f"{job['jobId']}#2").look()
    assert [source.label for source in alone.sources] == ["#2"]


async def test_an_array_shows_its_failed_children_first(demo: DemoWorld, gateway: Gateway) -> None:
    parent = next(
        job
        for status in ("PENDING", "FAILED", "SUCCEEDED")
        for job in jobs_of(demo, "train-gpu", status)
        if job.get("arrayProperties", {}).get("statusSummary", {}).get("FAILED", 0)
    )
    session = await Watching(demo, gateway, parent["jobId"]).look()
    size = parent["arrayProperties"]["size"]
    assert len(session.sources) == len(session.selected) == min(20, size)
    failed = parent["arrayProperties"]["statusSummary"]["FAILED"]
    children = demo.batch.describe_jobs(jobs=[source.job_id for source in session.sources])["jobs"]
    order = [child["status"] for child in children]
    assert order[: min(20, failed)] == ["FAILED"] * min(20, failed)
    assert session.headline.endswith(f"{size - 20} more not shown")
    assert session.sources[0].label.startswith(":")


async def test_pods_are_found_by_their_names(demo: DemoWorld, gateway: Gateway) -> None:
    for status in ("SUCCEEDED", "RUNNING"):
        job = a_job(demo, "portal-eks", status)
        queues: list[str] = []

        def cluster(queue: str, asked: list[str] = queues) -> str:
            asked.append(queue)
            return "portal"

        session = await Watching(demo, gateway, job["jobId"], eks_cluster=cluster).look()
        assert queues == ["portal-eks"]
        assert [source.container for source in session.sources] == ["main", "wait-db"]
        assert session.selected == (0,)
        assert session.sources[0].group == "/aws/containerinsights/portal/application"
        assert texts(session)
        assert not any("kubernetes" in text for text in texts(session)), "the envelope is taken off"
    unknown = await Watching(demo, gateway, job["jobId"]).look()
    assert unknown.headline == "the EKS cluster is not known, so the log group is not either"


async def test_a_pod_whose_node_is_not_known_is_searched(
    demo: DemoWorld, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.logs.follower.pod_stream_prefix", lambda source: None)
    session = await Watching(demo, gateway, a_job(demo, "portal-eks", "SUCCEEDED")["jobId"]).look()
    assert texts(session)
    assert demo.server is not None
    assert demo.server.calls["FilterLogEvents"] == 1


async def test_a_log_that_goes_elsewhere(demo: DemoWorld, gateway: Gateway) -> None:
    session = await Watching(demo, gateway, a_job(demo, "archive", "SUCCEEDED")["jobId"]).look()
    assert session.headline == "the log goes to splunk: not readable here"
    assert not session.is_following


async def test_a_job_that_has_not_started_is_followed_once_it_has(demo: DemoWorld, gateway: Gateway) -> None:
    job_id = demo.submit("new")
    watching = Watching(demo, gateway, job_id)
    session = await watching.look()
    assert session.headline.startswith("waiting: ")
    assert session.headline.endswith(", not started yet")
    assert session.is_following
    for _ in range(400):
        await watching.look(10)
        if session.buffer.end > 0:
            break
    assert (session.headline, session.selected) == ("following", (0,))


async def test_a_new_attempt_takes_over(demo: DemoWorld, gateway: Gateway) -> None:
    """A job whose first attempt fails is watched through its second, with nobody choosing anything."""
    retried = {job["jobId"]: job for job in jobs_of(demo, "align-low", "FAILED") if len(job["attempts"]) == 2}
    job_id, job = next(iter(retried.items()))
    first = {**job, "status": "RUNNABLE", "attempts": job["attempts"][:1], "stoppedAt": 0}
    first["container"] = {key: value for key, value in job["container"].items() if key != "logStreamName"}
    body = json.dumps({"jobs": [first]})
    demo.fault("DescribeJobs", status=200, body=body, content_type="application/json")
    watching = Watching(demo, gateway, job_id)
    demo.advance(600)
    session = await watching.look()
    assert session.headline == "ended; RUNNABLE, the next attempt has not started yet"
    assert session.selected == (0,)
    old = session.buffer
    demo.heal()
    await watching.look(15)
    await watching.look()
    assert session.selected == (1,)
    assert session.buffer is not old
    assert session.headline == "ended"


async def test_a_last_attempt_that_never_started(demo: DemoWorld, gateway: Gateway) -> None:
    job = a_job(demo, "align-low", "FAILED", attempts=2)
    second = job["attempts"][1]
    second["container"] = {"reason": "DockerTimeoutError: Could not transition to started"}
    del job["container"]["logStreamName"]
    demo.fault("DescribeJobs", status=200, body=json.dumps({"jobs": [job]}), content_type="application/json")
    demo.advance(600)
    session = await Watching(demo, gateway, job["jobId"]).look()
    reason = "DockerTimeoutError: Could not transition to started"
    assert session.headline == f"ended; attempt 2 never started: {reason}"
    assert [source.label for source in session.sources] == ["attempt 1"]
    assert texts(session)


async def test_jobs_that_are_not_there(demo: DemoWorld, gateway: Gateway) -> None:
    session = await Watching(demo, gateway, "00000000-0000-4000-8000-000000000000").look()
    assert session.headline == "AWS does not know job 00000000-0000-4000-8000-000000000000, or no longer"


async def test_several_jobs_together(demo: DemoWorld, gateway: Gateway) -> None:
    ids = [job["jobId"] for job, _ in zip(jobs_of(demo, "qc-fargate", "SUCCEEDED"), range(3), strict=False)]
    session = await Watching(demo, gateway, *ids).look()
    assert [source.job_id for source in session.sources] == ids
    assert {line.source for line in session.buffer} == {0, 1, 2}
    assert session.suggested_name().endswith("3logs.log")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault(status=400, code="ThrottlingException", message="Rate exceeded"), "throttled"),
        (Fault(status=400, code="AccessDeniedException", message="no"), f"no permission on log group {GROUP}: no"),
        (Fault(drop=True), "network"),
        (Fault(status=200, body="<html>portal</html>"), "proxy"),
    ],
    ids=["throttled", "denied", "offline", "portal"],
)
async def test_an_error_is_told_and_got_over(
    demo: DemoWorld, gateway: Gateway, fault: Fault, sentence: str
) -> None:
    job = a_job(demo, "qc-fargate", "RUNNING")
    watching = Watching(demo, gateway, job["jobId"])
    demo.faults.append(lambda operation: fault if operation == "GetLogEvents" else None)
    session = await watching.look()
    assert sentence in session.headline
    assert session.states[0].state is SourceState.FAILING
    assert session.is_following
    assert demo.server is not None
    demo.server.calls.clear()
    for _ in range(100):
        watching.now += 1
        await session.look()
    assert 3 <= demo.server.calls["GetLogEvents"] <= 10, "it backs off"
    demo.heal()
    session.wake()
    await session.look()
    assert session.headline == "following"
    demo.faults.append(lambda operation: fault if operation == "GetLogEvents" else None)
    assert await session.load_older() == 0


async def test_an_expired_token(demo: DemoWorld, gateway: Gateway) -> None:
    job = a_job(demo, "qc-fargate", "RUNNING")
    watching = Watching(demo, gateway, job["jobId"])
    session = await watching.look()
    refused = iter(
        [Fault(status=400, code="InvalidParameterException", message="The specified nextToken is invalid.")]
    )
    demo.faults.append(lambda operation: next(refused, None) if operation == "GetLogEvents" else None)
    await watching.look(20)
    await watching.look(20)
    await session.load_all()
    assert session.headline == "following"
    assert texts(session) == cleaned(Log(demo, GROUP, job["container"]["logStreamName"]))


async def test_a_stream_that_is_gone(demo: DemoWorld, gateway: Gateway) -> None:
    job = a_job(demo, "qc-fargate", "SUCCEEDED")
    demo.advance(600)
    demo.fault("GetLogEvents", status=400, code="ResourceNotFoundException", message="no such stream")
    session = await Watching(demo, gateway, job["jobId"]).look()
    assert session.headline == "the stream is gone: its group keeps logs for a limited time"
    assert not session.is_following


async def test_a_stream_that_is_not_there_yet(demo: DemoWorld, gateway: Gateway) -> None:
    demo.fault("GetLogEvents", status=400, code="ResourceNotFoundException", message="no such stream")
    watching = Watching(demo, gateway, a_job(demo, "qc-fargate", "RUNNING")["jobId"])
    session = await watching.look()
    assert session.headline == "waiting: the log stream is not there yet"
    demo.heal()
    await watching.look(5)
    assert session.headline == "following"


async def test_jobs_that_cannot_be_described(demo: DemoWorld, gateway: Gateway) -> None:
    demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message="not you")
    watching = Watching(demo, gateway, "00000000-0000-4000-8000-000000000000")
    session = await watching.look()
    assert session.headline.startswith("DescribeJobs: not you")
    assert session.is_following


async def test_the_whole_log_in_a_file(demo: DemoWorld, gateway: Gateway, tmp_path: Path) -> None:
    job = a_job(demo, "qc-fargate", "SUCCEEDED", attempts=1)
    session = await Watching(demo, gateway, job["jobId"], new_buffer=lambda: LogBuffer(max_lines=10)).look()
    path = tmp_path / session.suggested_name()
    progress: list[int] = []
    whole = cleaned(Log(demo, GROUP, job["container"]["logStreamName"]))
    assert await session.save(path, progress.append) == len(whole) == progress[-1]
    saved = path.read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 1)[1] for line in saved] == whole
    assert saved[0].startswith("20")
    assert saved[0].split(" ")[0].endswith("Z")
    assert path.stat().st_mode & 0o777 == 0o600
    demo.fault("GetLogEvents", drop=True)
    with pytest.raises(errors.UnreachableError):
        await session.save(path, progress.append)
    assert logs_in(tmp_path) == [path.name]
    assert path.read_text(encoding="utf-8").splitlines() == saved, "the one that was there stays"


async def test_several_logs_in_a_file_and_its_cancelling(
    demo: DemoWorld, gateway: Gateway, tmp_path: Path
) -> None:
    job = next(job for job in jobs_of(demo, "align-high", "RUNNING") if "ecsProperties" in job)
    session = await Watching(demo, gateway, job["jobId"]).look()
    await session.load_all()
    path = tmp_path / "all.log"
    assert await session.save(path) == len(session.buffer)
    times = [line.split(" ", 1)[0] for line in path.read_text(encoding="utf-8").splitlines()]
    assert times == sorted(times)
    path.unlink()
    demo.fault("GetLogEvents", delay=30)
    saving = asyncio.create_task(session.save(path))
    asked = 0
    assert demo.server is not None
    before = demo.server.calls["GetLogEvents"]
    while demo.server.calls["GetLogEvents"] == before and asked < 5000:
        await asyncio.sleep(0.001)
        asked += 1
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    assert logs_in(tmp_path) == []


async def test_it_runs_until_it_is_cancelled(demo: DemoWorld, gateway: Gateway) -> None:
    changed = asyncio.Event()
    session = LogSession(
        gateway,
        [a_job(demo, "qc-fargate", "SUCCEEDED")["jobId"]],
        wall_clock=demo.clock.now,
        on_change=changed.set,
    )
    running = asyncio.create_task(session.run())
    async with asyncio.timeout(20):
        while not session.buffer.end:
            changed.clear()
            await changed.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
