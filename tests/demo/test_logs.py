"""CloudWatch Logs: streams that grow, end and page as AWS's do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from batchtui.demo.log_lines import Script

from .conftest import Demo

GROUP = "/aws/batch/job"
START = 1_780_000_000_000


def _with_stream(demo: Demo, status: str = "RUNNING", queue: str = "align-high") -> dict[str, Any]:
    for summary in demo.listed(jobQueue=queue, jobStatus=status):
        job = demo.described(summary["jobId"])
        container = job.get("container", {})
        options = container.get("logConfiguration", {}).get("options", {})
        if "logStreamName" in container and not options:
            return job
    raise AssertionError(f"no job with a stream is {status}")


def _forward(demo: Demo, stream: str, **request: Any) -> list[dict[str, Any]]:
    """All events from the head, until the token that comes back is the one that was sent."""
    events: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = demo.logs.get_log_events(
            logGroupName=GROUP, logStreamName=stream, startFromHead=True, **request, **token
        )
        events += page["events"]
        if token.get("nextToken") == page["nextForwardToken"]:
            assert page["events"] == []
            return events
        token = {"nextToken": page["nextForwardToken"]}


def _backward(demo: Demo, stream: str, **request: Any) -> list[dict[str, Any]]:
    """All events from the tail."""
    events: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, **request, **token)
        events = page["events"] + events
        if token.get("nextToken") == page["nextBackwardToken"]:
            assert page["events"] == []
            return events
        token = {"nextToken": page["nextBackwardToken"]}


def test_forward_and_backward_tell_the_same(demo: Demo) -> None:
    stream = _with_stream(demo, "SUCCEEDED")["container"]["logStreamName"]
    events = _forward(demo, stream)
    assert len(events) > 20
    assert _forward(demo, stream, limit=17) == events
    assert _backward(demo, stream, limit=13) == events
    assert [e["timestamp"] for e in events] == sorted(e["timestamp"] for e in events)
    assert events[-1]["message"] == "[main] done, exit status 0"


def test_without_start_from_head_the_newest_come_first(demo: Demo) -> None:
    stream = _with_stream(demo, "SUCCEEDED")["container"]["logStreamName"]
    page = demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=3)
    assert page["events"] == _forward(demo, stream)[-3:]


@pytest.mark.slow
def test_a_running_log_grows_and_its_lines_stay(demo: Demo) -> None:
    job = _with_stream(demo)
    stream = job["container"]["logStreamName"]
    before = _forward(demo, stream)
    token = demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream)["nextForwardToken"]
    demo.clock.advance(15)
    more = demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True, nextToken=token)[
        "events"
    ]
    assert more
    assert before + more == _forward(demo, stream)
    demo.advance_until(job["jobId"], "SUCCEEDED", "FAILED", "RUNNABLE", step=30)
    whole = _forward(demo, stream)
    assert whole[: len(before + more)] == before + more
    demo.clock.advance(600)
    assert _forward(demo, stream) == whole


def test_a_terminated_log_keeps_its_lines_and_says_goodbye(demo: Demo) -> None:
    job = _with_stream(demo)
    stream = job["container"]["logStreamName"]
    demo.batch.terminate_job(jobId=job["jobId"], reason="stop")
    demo.clock.advance(1)
    before = _forward(demo, stream)
    demo.clock.advance(30)
    whole = _forward(demo, stream)
    assert whole[: len(before)] == before
    assert whole[-2]["message"].startswith("Received signal 15")


def test_an_empty_page_need_not_be_the_last(demo: Demo) -> None:
    stream = _with_stream(demo, "SUCCEEDED")["container"]["logStreamName"]
    sizes: list[int] = []
    token: dict[str, str] = {}
    while True:
        page = demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=2, **token)
        sizes.append(len(page["events"]))
        if token.get("nextToken") == page["nextBackwardToken"]:
            break
        token = {"nextToken": page["nextBackwardToken"]}
    assert 0 in sizes[:-1]
    assert sum(sizes) == len(_forward(demo, stream))


def test_time_range_and_limits(demo: Demo) -> None:
    stream = _with_stream(demo, "SUCCEEDED")["container"]["logStreamName"]
    events = _forward(demo, stream)
    first, last = events[5]["timestamp"], events[15]["timestamp"]
    assert _forward(demo, stream, startTime=first, endTime=last) == [
        e for e in events if first <= e["timestamp"] < last
    ]
    for limit in (0, 10_001):
        with pytest.raises(ClientError) as caught:
            demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, limit=limit or 20_000)
        assert caught.value.response["Error"]["Code"] == "InvalidParameterException"
    with pytest.raises(ClientError, match="nextToken"):
        demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, nextToken="made-up")


@pytest.mark.parametrize(
    "place", [("/nowhere", "x"), (GROUP, "x/default/0123"), (GROUP, "bwa/default/" + "0" * 32)]
)
def test_no_such_stream(demo: Demo, place: tuple[str, str]) -> None:
    with pytest.raises(ClientError, match="does not exist") as caught:
        demo.logs.get_log_events(logGroupName=place[0], logStreamName=place[1])
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_page_holds_at_most_a_megabyte(demo: Demo) -> None:
    arguments = {"jobQueue": "align-high", "jobDefinition": "star-rnaseq"}
    pages: list[int] = []
    while not pages:
        job_id = demo.submit(**arguments)
        job = demo.advance_until(job_id, "SUCCEEDED", "FAILED", step=60)
        if job["status"] == "FAILED" or job["stoppedAt"] - job["startedAt"] < 900_000:
            continue
        stream = job["container"]["logStreamName"]
        page = demo.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)
        pages.append(len(page["events"]))
        size = sum(len(e["message"].encode()) + 26 for e in page["events"])
        assert len(page["events"]) <= 10_000
        assert size <= 1_048_576
        assert len(_forward(demo, stream)) > 20_000


def test_every_stream_that_a_job_names_can_be_read(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=600)
    read = 0
    for queue in ("align-high", "align-low", "train-gpu", "qc-fargate"):
        for summary in demo.in_queue(queue)[:40]:
            nodes = [f"{summary['jobId']}#{n}" for n in range(2)] if "nodeProperties" in summary else []
            for job in demo.batch.describe_jobs(jobs=[summary["jobId"], *nodes])["jobs"]:
                for group, stream in _streams(job):
                    demo.logs.get_log_events(logGroupName=group, logStreamName=stream, limit=1)
                    read += 1
    assert read > 100


def _streams(job: dict[str, Any]) -> list[tuple[str, str]]:
    containers = [job["container"]] if "container" in job else []
    containers += [c for t in job.get("ecsProperties", {}).get("taskProperties", []) for c in t["containers"]]
    found = []
    for container in containers:
        options = container.get("logConfiguration", {}).get("options", {})
        if "logStreamName" in container:
            found.append((options.get("awslogs-group", GROUP), container["logStreamName"]))
    if "container" in job and containers:
        options = job["container"].get("logConfiguration", {}).get("options", {})
        found += [
            (options.get("awslogs-group", GROUP), attempt["container"]["logStreamName"])
            for attempt in job["attempts"]
            if "logStreamName" in attempt["container"]
        ]
    return found


def test_a_log_that_goes_elsewhere_has_no_stream(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000)
    jobs = [demo.described(j["jobId"]) for j in demo.listed(jobQueue="archive", jobStatus="SUCCEEDED")]
    assert jobs
    assert {job["container"]["logConfiguration"]["logDriver"] for job in jobs} == {"splunk"}
    assert not any("logStreamName" in job["container"] for job in jobs)


def test_streams_by_prefix_and_by_time(demo: Demo) -> None:
    name = _with_stream(demo)["container"]["logStreamName"]
    (one,) = demo.logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=name)["logStreams"]
    assert one["logStreamName"] == name
    prefix = name.split("/")[0] + "/default/"
    pages = demo.logs.get_paginator("describe_log_streams").paginate(
        logGroupName=GROUP, logStreamNamePrefix=prefix, PaginationConfig={"PageSize": 7}
    )
    names = [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
    assert names == sorted(set(names))
    assert name in names
    assert all(n.startswith(prefix) for n in names)
    newest = demo.logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True, limit=5)
    assert len(newest["logStreams"]) == 5
    with pytest.raises(ClientError):
        demo.logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix="a", orderBy="LastEventTime")


def test_groups(demo: Demo) -> None:
    groups = demo.logs.describe_log_groups()["logGroups"]
    assert GROUP in {group["logGroupName"] for group in groups}
    found = demo.logs.describe_log_groups(logGroupNamePrefix="/genomics/", limit=1)
    assert len(found["logGroups"]) == 1
    assert found["nextToken"]


def test_a_pod_is_found_by_its_name(demo: Demo) -> None:
    for status in ("RUNNING", "SUCCEEDED"):
        job = demo.described(demo.listed(jobQueue="portal-eks", jobStatus=status)[0]["jobId"])
        pod = job["eksProperties"]["podProperties"]["podName"]
        group = "/aws/containerinsights/portal/application"
        for pattern in (f'"{pod}"', f'{{ $.kubernetes.pod_name = "{pod}" }}'):
            page = demo.logs.filter_log_events(logGroupName=group, filterPattern=pattern, limit=5)
            assert len(page["events"]) == 5
            assert {json.loads(e["message"])["kubernetes"]["pod_name"] for e in page["events"]} == {pod}
        stream = page["events"][0]["logStreamName"]
        assert demo.logs.get_log_events(logGroupName=group, logStreamName=stream, limit=2)["events"]


def test_filtered_events_are_merged_and_complete(demo: Demo) -> None:
    names = [
        job["container"]["logStreamName"]
        for job in (demo.described(j["jobId"]) for j in demo.listed(jobQueue="qc-fargate", jobStatus="SUCCEEDED"))
        if "logStreamName" in job.get("container", {})
    ][:3]
    pages = demo.logs.get_paginator("filter_log_events").paginate(
        logGroupName=GROUP, logStreamNames=names, filterPattern="[main]", PaginationConfig={"PageSize": 2}
    )
    with pytest.raises(ClientError, match="filter pattern"):
        list(pages)
    pages = demo.logs.get_paginator("filter_log_events").paginate(
        logGroupName=GROUP, logStreamNames=names, filterPattern='"[main]"', PaginationConfig={"PageSize": 2}
    )
    events = [event for page in pages for event in page["events"]]
    wanted = [e for name in names for e in _forward(demo, name) if "[main]" in e["message"]]
    assert sorted((e["timestamp"], e["message"]) for e in events) == sorted(
        (e["timestamp"], e["message"]) for e in wanted
    )
    assert [e["timestamp"] for e in events] == sorted(e["timestamp"] for e in events)
    assert len({e["eventId"] for e in events}) == len(events)


@pytest.mark.parametrize("voice", ["tool", "java", "nextflow", "verbose", "training", "json", "colour"])
def test_lines_are_a_pure_function(voice: str) -> None:
    def script(ended: int = 0, ending: str = "") -> Script:
        return Script(7, voice, "n", START, START + 60_000, 300, ended, ending)

    running, ended = script(), script(START + 60_000, "error")
    count = running.count(START + 30_000)
    assert 50 < count < 150
    assert [running.text(n) for n in range(count)] == [ended.text(n) for n in range(count)]
    assert running.count(START - 1) == 0
    last = ended.count(START + 60_000)
    end = "\n".join(ended.text(number) for number in range(last - 8, last))
    assert ("\tat org." if voice == "java" else "Traceback (most recent call last):\n") in end
    times = [ended.time(n) for n in range(last)]
    assert times == sorted(times)
    assert len(set(map(ended.text, range(2, 60)))) > 5
    if voice == "json":
        assert json.loads(running.text(3))["step"] == 3


def test_hostile_text_stays_where_it_may_be(make_demo: Callable[..., Demo]) -> None:
    """Control sequences, emoji and CJK in a reason, in tags and in a log; never in a name."""
    demo = make_demo(jobs=2000)
    account = demo.account
    jobs = [job for job in account.index.everything() if "note" in job.terms.tags]
    assert jobs
    assert any("\x1b" in (job.status_reason or "") for job in jobs)
    assert all(job.name.isascii() and job.name.isprintable() for job in account.index.everything())
