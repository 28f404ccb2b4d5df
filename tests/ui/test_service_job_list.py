"""The list of service jobs of all queues: what the poller knows of them, and what can be done with them."""

from collections import Counter
from collections.abc import Iterator

import pytest

from batchtui.insight.group_keys import By
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.groups import GroupsScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.service_jobs import ServiceJobsScreen
from batchtui.ui.screens.stop import StopScreen
from tests.conftest import use_credentials_of
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld, demo_world

QUEUE = "sagemaker-training"
STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "SCHEDULED", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=700, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


def truth(demo: DemoWorld) -> dict[str, str]:
    found: dict[str, str] = {}
    for status in STATUSES:
        pages = demo.batch.get_paginator("list_service_jobs").paginate(jobQueue=QUEUE, jobStatus=status)
        found |= {job["jobId"]: job["status"] for page in pages for job in page["jobSummaryList"]}
    return found


async def service_jobs(driver: Driver) -> ServiceJobsScreen:
    return await driver.go("service-jobs", ":service-jobs ·", ServiceJobsScreen)


def shown(screen: ServiceJobsScreen) -> dict[str, str]:
    return {job.job_id: job.status for job in screen.pane.table.rows}


@pytest.mark.parametrize("size", slow_after(1, [(80, 24), (120, 35), (200, 50)]))
async def test_they_are_all_there_and_no_other_job(demo: DemoWorld, size: tuple[int, int]) -> None:
    async with running(demo, settings=PATIENT, size=size) as driver:
        screen = await service_jobs(driver)
        wanted = truth(demo)
        assert shown(screen) == wanted
        created = [job.created_at or 0 for job in screen.pane.table.rows]
        assert created == sorted(created, reverse=True)
        await driver.until_text("Service jobs", "7 FAILED")
        await driver.press("6")
        assert set(shown(screen).values()) == {"SUCCEEDED"}
        await driver.press("escape", "slash", *"status:active", "enter")
        assert shown(screen) == {k: v for k, v in wanted.items() if v not in ("SUCCEEDED", "FAILED")}
        await driver.press("escape")
        assert shown(screen) == wanted
        await driver.press("escape")
        assert driver.app.screen is driver.main


async def test_it_follows_what_happens(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        screen = await service_jobs(driver)
        before = truth(demo)
        demo.advance(900)
        assert truth(demo) != before
        await driver.press("ctrl+r")
        await driver.until(lambda: shown(screen) == truth(demo), "what is true now")


async def test_details_copies_and_the_ways_on(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 45)) as driver:
        screen = await service_jobs(driver)
        job = screen.pane.table.cursor_row
        assert job is not None
        await driver.press("c")
        assert driver.app.clipboard == job.job_id
        await driver.press("C")
        assert driver.app.clipboard == job.job_arn
        await driver.press("enter")
        await driver.until_text("▐Overview▌", "Service job type", "2 service environment")
        await driver.press("2")
        await driver.until_text("sagemaker-ml  service environment", "Jobs of its queues")
        await driver.press("escape", "escape", "y")
        await driver.until_text("▐JSON▌", '"jobName"')
        assert isinstance(driver.app.screen, DetailScreen)
        await driver.press("escape", "6", "l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")


async def test_marked_ones_are_stopped_together_and_a_priority_is_changed(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        screen = await service_jobs(driver)
        await driver.press("9", "ctrl+a", "x")
        await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the question")
        active = [job_id for job_id, status in truth(demo).items() if status not in ("SUCCEEDED", "FAILED")]
        await driver.until_text(f"{len(active)} jobs")
        await driver.press("escape")
        assert driver.app.screen is screen
        await driver.press("u", "equals_sign")
        await driver.until_text("Priority", "Leave it as it is")
        await driver.press("escape", "x")
        job = screen.pane.table.cursor_row
        assert job is not None
        await driver.until_text(job.job_name, "Leave")
        await driver.press("y")
        await driver.until(
            lambda: bool(demo.batch.describe_service_job(jobId=job.job_id).get("isTerminated")), "it ends"
        )


async def test_an_account_without_such_a_queue_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=50) as world:
        use_credentials_of(world, monkeypatch)
        async with running(world, settings=PATIENT) as driver:
            screen = await service_jobs(driver)
            await driver.until_text("No queue that is known takes service jobs")
            assert shown(screen) == {}
            await driver.press("enter", "x", "l")
            await driver.until_text("There is nothing in this list.")
            assert driver.app.screen is screen


async def test_quota_shares_are_found_by_the_filter_and_make_groups(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        screen = await service_jobs(driver)
        told = {
            job["jobId"]: job["quotaShareName"]
            for status in STATUSES
            for job in demo.batch.list_service_jobs(jobQueue=QUEUE, jobStatus=status)["jobSummaryList"]
        }
        share, *others = set(told.values())
        assert others, "of more than one share"
        await driver.press("slash", *f"share=={share}", "enter")
        assert set(shown(screen)) == {job_id for job_id, name in told.items() if name == share}
        await driver.press("escape", "escape")
        driver.app.go_to_queue(QUEUE)
        await driver.press("v")
        await driver.until(lambda: isinstance(driver.app.screen, GroupsScreen), "groups")
        groups = driver.app.screen
        assert isinstance(groups, GroupsScreen)
        groups.action_by(list(By).index(By.SHARE))
        wanted = Counter(told.values())
        rows = groups.pane.table
        await driver.until(lambda: {row.key.text: row.jobs for row in rows.rows} == wanted, "a group a share")
