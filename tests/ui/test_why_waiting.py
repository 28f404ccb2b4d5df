"""Why a job waits, or how it goes, on the screen: by key, against the demo account over HTTP."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from batchtui.demo.outcomes import Fate, fate
from batchtui.settings import Settings
from batchtui.ui.screens.log import LogScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver
from tests.ui.kinds import find
from tests.ui.test_why import DENIED, NARROW, ask, live, rules
from tests.worlds import DemoWorld, demo_world

BRISK = Settings(max_calls_per_second=50.0, refresh=1.0)
HOUR_MS = 3_600_000


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=2000, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


@pytest.fixture
def slow_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a start takes an hour, as with an image that cannot be reached."""
    usual = fate

    def slow(*given: Any) -> Fate:
        return replace(usual(*given), starting_ms=HOUR_MS)

    monkeypatch.setattr("batchtui.demo.lifecycle.fate", slow)


def runs(**wanted: Any) -> Callable[[dict[str, Any]], bool]:
    def is_it(job: dict[str, Any]) -> bool:
        stream = job.get("container", {}).get("logStreamName")
        return job["status"] == "RUNNING" and bool(stream) and ("timeout" in job) is wanted["has_timeout"]

    return is_it


def share_waits(driver: Driver, rule: str) -> str:
    """A job of the queue with shares that waits, and of which the list tells no more than that."""
    queued = [
        job
        for job in driver.app.all_jobs()
        if job.status == "RUNNABLE" and job.job_queue == "train-gpu" and not job.status_reason
    ]
    assert queued, rule
    return queued[-1].job_id


async def test_a_job_that_runs_tells_its_last_line_and_its_time_out(large: DemoWorld) -> None:
    async with live(large, size=NARROW) as driver:
        calls: list[str] = []
        large.faults.append(lambda operation: calls.append(operation))
        screen = await ask(driver, find(large, driver, runs(has_timeout=True)))
        assert rules(screen)[0] == "running"
        await driver.until_text("AWS reports nothing wrong.", "last log line", " of a time-out of ")
        assert "nothing holds it up" not in driver.text
        assert calls.count("GetLogEvents") == 1
        assert screen.answered is not None
        assert screen.answered.log is not None
        last = screen.answered.log.lines[-1]
        await driver.press("end")
        await driver.until_text(last[:60])
        await driver.press("l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "its log")
        await driver.press("escape", "escape", "escape")
        await ask(driver, find(large, driver, runs(has_timeout=False)))
        await driver.until_text("no time-out is set: it may run for ever")


async def test_of_a_second_attempt_that_runs_its_own_log_is_read(large: DemoWorld) -> None:
    async with live(large) as driver:

        def is_it(job: dict[str, Any]) -> bool:
            container = job.get("container", {})
            before = [each["container"].get("logStreamName") for each in job["attempts"]]
            return job["status"] == "RUNNING" and any(before) and bool(container.get("logStreamName"))

        job_id = find(large, driver, is_it)
        (job,) = large.batch.describe_jobs(jobs=[job_id])["jobs"]
        group = job["container"].get("logConfiguration", {}).get("options", {}).get("awslogs-group")
        events = large.client("logs").get_log_events(
            logGroupName=group or "/aws/batch/job", logStreamName=job["container"]["logStreamName"]
        )["events"]
        screen = await ask(driver, job_id)
        assert screen.answered is not None
        assert screen.answered.log is not None
        assert screen.answered.log.last_at == events[-1]["timestamp"]
        assert screen.answered.log.source == "attempt 2"
        await driver.until_text("AWS reports nothing wrong.", "ago (attempt 2)", "Attempt 1 failed")


async def test_a_silent_log_comes_first(large: DemoWorld) -> None:
    async with live(large) as driver:
        job_id = find(large, driver, runs(has_timeout=False))
        at = int((large.clock.now() - 47 * 60) * 1000)
        event = {"timestamp": at, "ingestionTime": at, "message": "the last that was heard"}
        page = {"events": [event], "nextForwardToken": "f/1", "nextBackwardToken": "b/1"}
        large.fault("GetLogEvents", status=200, body=json.dumps(page), content_type="application/x-amz-json-1.1")
        await ask(driver, job_id)
        await driver.until_text(
            "It runs, but its log has been silent for 47m.", "last log line 47m ago", "the last that was heard"
        )
        large.fault("GetLogEvents", **DENIED)
        await driver.press("ctrl+r")
        await driver.until_text("AWS reports nothing wrong.", "how old its last log line is: ", "GetLogEvents")
        assert "last log line 47m ago" not in driver.text


async def test_of_several_nodes_the_main_one_tells_the_last_line(large: DemoWorld) -> None:
    async with live(large) as driver:

        def is_it(job: dict[str, Any]) -> bool:
            return job["status"] == "RUNNING" and "nodeProperties" in job

        job_id = find(large, driver, is_it)
        screen = await ask(driver, job_id)
        assert screen.answered is not None
        assert screen.answered.log is not None
        assert screen.answered.log.job_id == f"{job_id}#0"
        await driver.until_text("AWS reports nothing wrong.", "last log line")


@pytest.mark.slow
async def test_jobs_on_eks(large: DemoWorld) -> None:
    """A pod that runs, one that starts, and one that waits for room."""
    async with live(large, settings=BRISK) as driver:
        await ask(driver, find(large, driver, lambda job: "eksProperties" in job and job["status"] == "RUNNING"))
        await driver.until_text("AWS reports nothing wrong.", "last log line")
        await driver.press("escape", "escape")
        request = {"jobName": "a-pod", "jobQueue": "portal-eks", "jobDefinition": "portal-export"}
        made = [large.batch.submit_job(**request)["jobId"] for _ in range(12)]
        large.advance(15)
        await driver.until(lambda: driver.snapshot.job(made[-1]) is not None, "they are listed")
        waiting = find(large, driver, lambda job: job["jobId"] in made and job["status"] == "RUNNABLE")
        screen = await ask(driver, waiting)
        assert {"capacity-full", "place", "instances-coming"} & set(rules(screen))
        assert screen.answered is not None
        assert any("2 vCPUs" in each and "4,096 MiB" in each for each in screen.answered.answer.ruled_out)
        assert not any("ECS" in each for each in screen.answered.answer.unknown)
        await driver.press("escape", "escape")
        ids = set(made)

        def is_starting(job: dict[str, Any]) -> bool:
            return job["jobId"] in ids and job["status"] == "STARTING"

        def starting() -> list[dict[str, Any]]:
            return [job for job in large.batch.describe_jobs(jobs=made)["jobs"] if is_starting(job)]

        for _ in range(600):
            if starting():
                break
            large.advance(1)
        job = starting()[0]
        await ask(driver, job["jobId"])
        pod = job["eksProperties"]["podProperties"]
        await driver.until_text("Its pod is on a node: its containers start.", pod["podName"], pod["nodeName"])


@pytest.mark.slow
async def test_a_start_that_hangs_is_told_by_whoever_saw_it(large: DemoWorld, slow_starts: None) -> None:
    hangs = "STARTING for at least 20m: its start may hang"
    async with live(large, size=(200, 50), settings=BRISK) as driver:
        job_id = large.submit("slow-image")
        large.advance(15)
        await driver.until(lambda: _status(driver, job_id) == "STARTING", "it starts")
        await driver.press("4", "slash", *"slow-image", "enter", "z")
        await driver.until_text("Fargate prepares its task, and pulls its image")
        large.advance(20 * 60)
        driver.app.action_refresh_now()
        await driver.until_text(f"likely: {hangs[:30]}")
        await driver.press("enter")
        await driver.until_text(f"likely: {hangs} · w")
        await driver.press("w")
        await driver.until_text(
            f"{hangs}.",
            "Likely, though not certain",
            "seen to be STARTING for 20m; AWS does not tell since when",
            "See the events of its task in Amazon ECS.",
        )
    async with live(large) as driver:  # somebody who comes later has not seen it
        screen = await ask(driver, job_id)
        assert rules(screen) == ["starting"]
        await driver.until_text(
            "Fargate prepares its task, and pulls its image.", "since when it is STARTING is not told"
        )
        assert "may hang" not in driver.text


def _status(driver: Driver, job_id: str) -> str:
    job = driver.snapshot.job(job_id)
    return job.status if job is not None else ""


async def test_a_quota_share_without_room(large: DemoWorld) -> None:
    async with live(large, size=NARROW) as driver:
        waiting = [job for job in driver.app.all_jobs() if job.is_service_job and job.status == "RUNNABLE"]
        by_share = {}
        for job in waiting:
            told = large.batch.describe_service_job(jobId=job.job_id)
            by_share[told["quotaShareName"], bool(told.get("statusReason"))] = (job.job_id, told)
        job_id, told = by_share["research", False]
        (usage,) = told["capacityUsage"]
        front = large.batch.get_job_queue_snapshot(jobQueue="sagemaker-training")
        (used,) = [
            unit["quantity"]
            for share in front["queueUtilization"]["quotaShareUtilization"]["topCapacityUtilization"]
            if share["quotaShareName"] == "research"
            for unit in share["capacityUsage"]
            if unit["capacityUnit"] == usage["capacityUnit"]
        ]
        (share,) = [
            each
            for each in large.batch.list_quota_shares(jobQueue="sagemaker-training")["quotaShares"]
            if each["quotaShareName"] == "research"
        ]
        limits = {each["capacityUnit"]: each["maxCapacity"] for each in share["capacityLimits"]}
        most = limits[usage["capacityUnit"]]
        assert used + usage["quantity"] > most, "the scenario itself"
        screen = await ask(driver, job_id)
        assert rules(screen)[0] == "quota-share"
        await driver.until_text(
            "Its quota share research has no room for it.",
            f"{usage['capacityUnit']}: {used:.0f} of {most} in use, {usage['quantity']:.0f} asked for",
            "strategy RESERVE",
        )
        assert all(len(line.rstrip()) <= 80 for line in driver.text.splitlines())
        large.fault("ListQuotaShares", **DENIED)
        await driver.press("ctrl+r")
        await driver.until(
            lambda: screen.answered is not None and "quota-share" not in rules(screen), "another answer"
        )
        assert screen.answered is not None
        assert "its quota share research: it was not described" in screen.answered.answer.unknown
        await driver.press("escape", "escape")
        large.heal()
        too_large, _ = by_share["research", True]
        screen = await ask(driver, too_large)
        assert rules(screen)[0] == "told-quota-limit"
        await driver.until_text("It needs more than its quota share may have.", "asks for 6 ml.p4d.24xlarge")


async def test_a_fair_share_with_its_place_and_what_others_use(large: DemoWorld) -> None:
    async with live(large) as driver:
        job_id = share_waits(driver, "fair-share")
        (job,) = large.batch.describe_jobs(jobs=[job_id])["jobs"]
        share = job["shareIdentifier"]
        screen = await ask(driver, job_id)
        assert screen.answered is not None
        answer = screen.answered.answer
        texts = [*answer.ruled_out, *(each for verdict in answer.verdicts for each in verdict.evidence)]
        assert any(each.startswith(f"its share is {share}: weight ") and " in use" in each for each in texts)
        told = large.batch.get_job_queue_snapshot(jobQueue="train-gpu")["queueUtilization"]["fairshareUtilization"]
        others = {
            each["shareIdentifier"]: each["capacityUsage"][0]["quantity"]
            for each in told["topCapacityUtilization"]
            if each["shareIdentifier"] != share
        }
        assert others
        figures = " ".join(texts)
        assert any(f"{name}: {vcpus:.0f} vCPUs × weight " in figures for name, vcpus in others.items()), texts
        await driver.until_text("Why ·", f"its share is {share}: weight ")


async def test_the_parent_of_an_array_counts_all_its_children(large: DemoWorld) -> None:
    async with live(large) as driver:
        parents = [
            job
            for job in driver.app.all_jobs()
            if job.status == "PENDING" and job.array_properties is not None and job.job_queue == "align-low"
        ]
        (parent,) = parents
        await ask(driver, parent.job_id)
        (job,) = large.batch.describe_jobs(jobs=[parent.job_id])["jobs"]
        counts = job["arrayProperties"]["statusSummary"]
        assert counts["SUCCEEDED"]
        words = [f"{count} {status}" for status, count in counts.items() if count]
        await driver.until_text(f"Its 36 children: {', '.join(words)}.")


async def test_a_head_that_has_only_come_is_not_called_stuck(large: DemoWorld) -> None:
    async with live(large) as driver:
        large.advance(7)
        front = large.batch.get_job_queue_snapshot(jobQueue="align-low")["frontOfQueue"]["jobs"]
        screen = await ask(driver, front[-1]["jobArn"].rpartition("/")[2])
        assert screen.answered is not None
        for verdict in screen.answered.answer.verdicts:
            if verdict.rule == "blocked-head":
                assert "stuck" not in verdict.cause
                assert not any("cancel" in remedy for remedy in verdict.remedies)
        assert "the snapshot has no time" not in driver.text
        await driver.until_text("in its queue: ", " before it.", "at this place for ")


async def test_a_job_that_waits_for_a_licence_leads_to_who_has_it(large: DemoWorld) -> None:
    async with live(large, size=NARROW) as driver:
        waits = find(large, driver, lambda job: "dragen" in job["jobDefinition"] and job["status"] == "RUNNABLE")
        screen = await ask(driver, waits)
        assert rules(screen)[0] == "consumables"
        await driver.until_text(
            "It takes 2 of dragen-licences, of which none is left.",
            "dragen-licences: 4 of 4 in use, 2 asked for",
            "consumable resource dragen-licences  who takes it",
        )
        await driver.press("1")
        await driver.until_text("none: jobs that need it wait", "takes 2", "RUNNING")


async def test_where_licences_may_not_be_looked_at_it_is_said(large: DemoWorld) -> None:
    large.fault("DescribeConsumableResource", **DENIED)
    async with live(large, size=NARROW) as driver:
        waits = find(large, driver, lambda job: "dragen" in job["jobDefinition"] and job["status"] == "RUNNABLE")
        screen = await ask(driver, waits)
        assert "consumables" not in rules(screen)
        await driver.press("end")
        await driver.until_text("whether these are free: dragen-licences (2)")
        assert not driver.app.screen.query("Toast")
