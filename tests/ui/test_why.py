"""The screen *Why*, against the demo account over HTTP: the answer, the ways on from it, and what is not asked."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from batchtui.settings import Settings
from batchtui.ui.panes.jobs import JobsPane
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.text import TextScreen
from batchtui.ui.screens.why import WhyScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, find
from tests.worlds import DemoWorld, demo_world

NARROW = (80, 24)
DENIED = {"status": 403, "code": "AccessDeniedException", "message": "not authorized"}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    """An account in which every rule's job is found."""
    with demo_world(jobs=2000, queues=14, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


def why(driver: Driver) -> WhyScreen:
    assert isinstance(driver.app.screen, WhyScreen)
    return driver.app.screen


@asynccontextmanager
async def live(
    world: DemoWorld, *, size: tuple[int, int] = (120, 60), settings: Settings = PATIENT
) -> AsyncIterator[Driver]:
    async with running(world, size=size, settings=settings) as driver:
        await driver.until_live()
        yield driver


async def ask(driver: Driver, job_id: str) -> WhyScreen:
    """Goes from the job's details to the answer, and waits for it."""
    driver.app.open_detail("job", job_id, "a job")
    await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
    await driver.press("w")
    await answered(driver)
    return why(driver)


async def answered(driver: Driver) -> None:
    await driver.until(
        lambda: isinstance(driver.app.screen, WhyScreen) and driver.app.screen.answered is not None, "an answer"
    )


def rules(screen: WhyScreen) -> list[str]:
    assert screen.answered is not None
    return [verdict.rule for verdict in screen.answered.verdicts]


def failed_with(reason: str) -> Callable[[dict[str, Any]], bool]:
    def is_it(job: dict[str, Any]) -> bool:
        told = job.get("container", {}).get("reason") or job.get("statusReason") or ""
        return job["status"] == "FAILED" and bool(told.startswith(reason))

    return is_it


def named(driver: Driver, name: str) -> str:
    return next(job.job_id for job in driver.app.all_jobs() if job.job_name == name)


async def test_a_job_out_of_memory(large: DemoWorld) -> None:
    async with live(large, size=NARROW) as driver:
        job_id = find(large, driver, failed_with("OutOfMemoryError"))
        (job,) = large.batch.describe_jobs(jobs=[job_id])["jobs"]
        screen = await ask(driver, job_id)
        needs = {each["type"]: each["value"] for each in job["container"]["resourceRequirements"]}
        limit = f"{int(needs['MEMORY']):,} MiB"
        await driver.until_text("Why ·", "Out of memory", f"memory limit {limit}", "AWS says so", "What to do")
        assert rules(screen)[0] == "out-of-memory"
        assert screen.answered is not None
        log = screen.answered.log
        assert log is not None
        assert 0 < len(log.lines) <= 20
        await driver.press("slash", *"last lines", "enter")
        await driver.until_text("The last lines of the log", log.lines[0][:60])
        assert all(len(line.rstrip()) <= 80 for line in driver.text.splitlines())
        await driver.press("escape", "c")
        copied = driver.app.clipboard
        assert limit in copied
        assert log.lines[-1] in copied
        await driver.press("l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")
        await driver.press("escape", "d")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
        assert sum(isinstance(each, DetailScreen) for each in driver.app.screen_stack) == 1


@pytest.mark.slow
async def test_the_json_of_the_job_and_back(large: DemoWorld) -> None:
    async with live(large) as driver:
        screen = await ask(driver, find(large, driver, failed_with("OutOfMemoryError")))
        await driver.press("y")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
        await driver.until_text('"jobId"', screen.job_id)
        assert sum(isinstance(each, DetailScreen) for each in driver.app.screen_stack) == 1, "gone back to"
        await driver.press("escape", "7", "slash", *"reason:OutOfMemoryError", "enter", "w")
        await answered(driver)
        await driver.press("y")
        await driver.until_text('"jobId"')


async def test_a_long_address_is_named_on_one_line_where_it_does_not_fit(large: DemoWorld) -> None:
    async with live(large, size=NARROW) as driver:
        screen = await ask(driver, find(large, driver, failed_with("CannotPullContainerError")))
        assert screen.answered is not None
        url = screen.answered.verdicts[0].link
        assert url is not None
        assert len(url) > 76
        await driver.press("G")
        await driver.until_text("Read on  c copies the addresses", "Amazon ECS guide: task_cannot_pull_image")
        links = [
            segment.style.link
            for y in range(screen.text.size.height)
            for segment in screen.text.render_line(y)
            if segment.style is not None and segment.style.link
        ]
        assert links == [url], "on one line, and it opens"
        await driver.press("c")
        assert url in driver.app.clipboard.splitlines()
        await driver.pilot.resize_terminal(120, 40)
        await driver.until_text(url)
        await driver.until(lambda: "c copies" not in driver.text, "no need to copy what is whole")


async def test_a_training_job_out_of_gpu_memory(large: DemoWorld) -> None:
    async with live(large) as driver:
        trained = [job for job in driver.app.all_jobs() if job.is_service_job and job.status == "FAILED"]
        job_id = next(job.job_id for job in trained if "CUDA out of memory" in (job.status_reason or ""))
        screen = await ask(driver, job_id)
        assert rules(screen) == ["training-code-gpu-memory", "log-gpu-memory"]
        await driver.until_text("The training failed: the GPU's memory was full.", "CUDA out of memory. Tried")
        assert screen.answered is not None
        assert screen.answered.log is not None
        assert any("CUDA out of memory" in line for line in screen.answered.log.lines[-3:])


async def test_a_host_lost_and_tried_again(large: DemoWorld) -> None:
    async with live(large) as driver:

        def is_it(job: dict[str, Any]) -> bool:
            return failed_with("Host EC2")(job) and bool(job["retryStrategy"]["evaluateOnExit"])

        await ask(driver, find(large, driver, is_it))
        await driver.until_text("What the retry strategy did", "Attempt 1:", "attempts used", "onStatusReason")


async def test_a_dependency_that_failed_leads_to_the_culprit(large: DemoWorld) -> None:
    async with live(large) as driver:
        screen = await ask(driver, find(large, driver, failed_with("Dependent Job failed")))
        assert screen.answered is not None
        assert screen.answered.behind is not None
        assert rules(screen)[0] == "dependency-failed"
        assert len(rules(screen)) > 1, "why that one failed"
        culprit = screen.answered.leads[0].key
        name = next(row.job_name for row in driver.table("jobs").rows if row.job_id == culprit)
        await driver.until_text(" failed", "Go to", f"1 job {name} ({culprit[:8]})  FAILED: ")
        assert screen.answered.behind.title.startswith(("That job (", "The job behind that (", "The child behind"))
        await driver.press("1")
        await driver.until(lambda: getattr(driver.app.screen, "key", "") == culprit, "the culprit")
        await driver.until_text("FAILED")
        await driver.press("escape")
        assert driver.app.screen is screen
        await driver.press("9")
        await driver.until_text("There is nothing with the digit 9 here.")


@pytest.mark.slow
async def test_the_parent_of_an_array_says_what_its_child_died_of(large: DemoWorld) -> None:
    async with live(large) as driver:
        parent = find(large, driver, failed_with("Array Child Job failed"))
        screen = await ask(driver, parent)
        assert rules(screen)[0] == "array-child-failed"
        assert len(rules(screen)) > 1
        await driver.until_text("That child (", f"1 job {parent}:")
        await driver.press("l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")
        log = driver.app.screen
        assert isinstance(log, LogScreen)
        assert log.job_ids[0].startswith(f"{parent}:")


async def test_jobs_that_wait(large: DemoWorld) -> None:
    async with live(large) as driver:
        blocked = await ask(driver, named(driver, "evaluate-model-xxl"))
        assert rules(blocked)[0] == "told-too-large"
        await driver.until_text(
            "No allowed instance type is large enough for it.", "asks for 96 vCPUs", "Ruled out"
        )
        await driver.press("escape", "escape")
        disabled = await ask(driver, named(driver, "s-0012-cram-archive"))
        assert rules(disabled)[:2] == ["environments-out", "queue-disabled"]
        await driver.until_text("Its environment legacy is invalid.", "Its queue is disabled: archive.", "Go to")
        await driver.press("2")
        await driver.until_text("job queue", "DISABLED")


@pytest.mark.slow
async def test_a_cause_that_nobody_knows_says_what_it_is_not(large: DemoWorld) -> None:
    async with live(large) as driver:
        large.fault("GetLogEvents", "DescribeLogStreams", **DENIED)
        screen = await ask(driver, find(large, driver, lambda job: _exit_code(job) == 1))
        assert rules(screen)[0] == "general-error"
        await driver.until_text("Ruled out", "Spot: no host loss told", "Could not be looked at", "its log: ")
        assert "The last lines of the log" not in driver.text


def _exit_code(job: dict[str, Any]) -> int | None:
    container = job.get("container", {})
    return container.get("exitCode") if job["status"] == "FAILED" and container.get("logStreamName") else None


async def test_a_job_that_cannot_be_described_has_what_the_lists_know(large: DemoWorld) -> None:
    async with live(large) as driver:
        job_id = find(large, driver, failed_with("OutOfMemoryError"))
        large.fault("DescribeJobs", **DENIED)
        await ask(driver, job_id)
        await driver.until_text("Out of memory", "Could not be looked at", "the job: DescribeJobs")
        large.heal()
        await driver.press("ctrl+r")
        await driver.until_text("memory limit")
        assert "Could not be looked at" not in driver.text


async def test_a_queue_whose_front_may_not_be_seen(large: DemoWorld) -> None:
    async with live(large) as driver:
        large.fault("GetJobQueueSnapshot", **DENIED)
        queued = [
            job
            for job in driver.app.all_jobs()
            if job.status == "RUNNABLE" and job.job_queue == "train-gpu" and not job.array_properties
        ]
        await ask(driver, queued[0].job_id)
        await driver.until_text("Could not be looked at", "its place in the queue: ", "GetJobQueueSnapshot")


async def test_jobs_that_run_or_succeeded_have_a_short_answer(demo: DemoWorld) -> None:
    async with live(demo, settings=Settings(max_calls_per_second=50.0, read_only=True)) as driver:
        screen = await ask(driver, find(demo, driver, lambda job: job["status"] == "RUNNING"))
        assert rules(screen)[0] == "running"
        await driver.until_text(": AWS reports nothing wrong.")
        await driver.press("escape", "escape")
        await ask(driver, find(demo, driver, lambda job: job["status"] == "SUCCEEDED"))
        await driver.until_text("It succeeded: nothing went wrong.", "ran ")


async def test_it_asks_again_when_the_status_is_another_one_and_never_while_covered(demo: DemoWorld) -> None:
    async with live(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        job_id = demo.submit("watched")
        await driver.until(lambda: driver.snapshot.job(job_id) is not None, "the job is listed")
        screen = await ask(driver, job_id)
        assert screen.answered is not None
        before = screen.answered.job.status
        asked: list[str] = []
        demo.faults.append(lambda operation: asked.append(operation))
        await driver.press("question_mark")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen), "the help")
        asked.clear()
        demo.advance(20)
        driver.app.action_refresh_now()
        await driver.until(lambda: (job := driver.snapshot.job(job_id)) is not None and job.status != before, "on")
        assert "GetJobQueueSnapshot" not in asked
        assert screen.answered is not None
        assert screen.answered.job.status == before
        await driver.press("escape")
        await driver.until(
            lambda: screen.answered is not None and screen.answered.job.status != before, "another answer"
        )


@pytest.mark.slow
async def test_the_lists_and_the_overview_say_it_in_one_line(large: DemoWorld) -> None:
    async with live(large, size=(200, 50)) as driver:
        await driver.press("7", "slash", *"reason:OutOfMemoryError", "enter")
        await driver.until_text("Out of memory")
        await driver.press("w")
        await answered(driver)
        await driver.press("escape", "escape", "3", "slash", *"evaluate-model-xxl", "enter", "z")
        await driver.until_text("No allowed instance type is large enough for it")
        await driver.press("enter")
        await driver.until_text("Why ", "No allowed instance type is large enough for it · w")
        await driver.press("escape", "shift+tab", "w")
        await driver.until_text("This is told of jobs")


@pytest.mark.slow
async def test_no_job_that_waits_has_an_empty_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list and the tab Overview say the same; a full environment and a stuck head are told without asking."""
    with demo_world(jobs=2000, queues=16, seed=4) as world:
        use_credentials_of(world, monkeypatch)
        async with live(world, size=(200, 50)) as driver:
            await driver.press("z", "3")
            await driver.until_text("likely: its queue's head has no place: ")
            quick, table = driver.main.query_one(JobsPane).quick, driver.table("jobs")
            lines = {job.job_id: quick.line(job).text for job in table.rows}
            assert all(lines.values())
            full = [job_id for job_id, text in lines.items() if text.startswith("Its environments are full: ")]
            table.go_to(full[0])
            await driver.until_text("Its environments are full: ")
            await driver.press("enter")
            await driver.until_text("Why ", "vCPUs in use · w")
            await driver.press("escape", "2")
            await driver.until_text("It waits for ")


@pytest.mark.slow
async def test_a_chain_of_dependencies_is_followed_to_where_it_began(large: DemoWorld) -> None:
    async with live(large) as driver:
        failed = {job.job_id: job for job in driver.app.all_jobs() if job.status == "FAILED"}

        def is_second(job: dict[str, Any]) -> bool:
            if not failed_with("Dependent Job failed")(job):
                return False
            first = failed.get(job["dependsOn"][0]["jobId"])
            return first is not None and first.status_reason == "Dependent Job failed"

        screen = await ask(driver, find(large, driver, is_second))
        assert screen.answered is not None
        assert screen.answered.behind is not None
        first, *others = screen.answered.behind.answer.verdicts
        assert first.rule != "dependency-failed", others
        way = next(lead for lead in screen.answered.leads if lead.words.startswith("where it began: "))
        await driver.until_text(
            "The job behind that (", first.cause, "What the retry strategy did for the job behind"
        )
        await driver.press(str(screen.answered.leads.index(way) + 1))
        await driver.until(lambda: getattr(driver.app.screen, "key", "") == way.key, "where it began")
