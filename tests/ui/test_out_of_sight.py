"""What another screen covers, the help or a dialog, asks AWS for nothing, and catches up afterwards."""

from functools import partial
from time import monotonic
from typing import Any

import pytest

from batchtui.settings import Settings
from batchtui.ui.screens.definitions import DefinitionsScreen
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.relations import RelationsScreen
from batchtui.ui.screens.text import TextScreen
from tests.contract.test_job_definitions import register_many
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, find, open_job
from tests.worlds import DemoWorld

QUICK = Settings(max_calls_per_second=50.0, refresh=1.0)
LONG_ENOUGH = 1.8  # seconds: more than an interval, which each of these would have used


class Asked:
    """What is asked of the endpoint from now on."""

    def __init__(self, demo: DemoWorld) -> None:
        self.operations: list[str] = []
        demo.faults.append(lambda operation: self.operations.append(operation))

    def count(self, *operations: str) -> int:
        return sum(self.operations.count(operation) for operation in operations)


def has_a_log(status: str, job: dict[str, Any]) -> bool:
    return job["status"] == status and bool(job.get("container", {}).get("logStreamName"))


async def a_while(driver: Driver) -> None:
    until = monotonic() + LONG_ENOUGH
    await driver.until(lambda: monotonic() > until, "time passes")


async def cover(driver: Driver, key: str = "question_mark") -> None:
    below = driver.app.screen
    await driver.press(key)
    await driver.until(lambda: driver.app.screen is not below, "something above it")


async def settled(driver: Driver, asked: Asked) -> None:
    """Waits until what was under way has been answered."""
    await driver.until(lambda: not driver.is_asking, "calls are done")
    await a_while(driver)
    asked.operations.clear()


@pytest.mark.slow
@pytest.mark.parametrize("key", ["question_mark", "x", "colon"])
async def test_details_that_are_covered(demo: DemoWorld, key: str) -> None:
    async with running(demo, settings=QUICK) as driver:
        await driver.until_live()
        job_id = demo.submit("watched")
        await open_job(driver, job_id)
        asked = Asked(demo)
        await driver.until(lambda: asked.count("DescribeJobs") >= 2, "it follows the job")
        await cover(driver, key)
        await settled(driver, asked)
        demo.advance(20)
        await a_while(driver)
        await a_while(driver)
        assert asked.count("DescribeJobs") <= 1, "the lists behind it, which are asked much more rarely"
        asked.operations.clear()
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
        await driver.until(lambda: asked.count("DescribeJobs") > 0 and "SUBMITTED" not in driver.text, "caught up")


@pytest.mark.slow
async def test_a_log_that_is_covered(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, partial(has_a_log, "RUNNING"))
        driver.app.open_log((job_id,), "a job")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")
        log = driver.app.screen
        assert isinstance(log, LogScreen)
        await driver.until(lambda: len(log.session.buffer) > 0, "lines")
        await cover(driver)
        asked = Asked(demo)
        await settled(driver, asked)
        count = len(log.session.buffer)
        demo.advance(60)
        log.session.wake()
        driver.app.account.published.publish(driver.snapshot)
        await a_while(driver)
        assert asked.count("GetLogEvents", "DescribeJobs", "FilterLogEvents") == 0
        assert len(log.session.buffer) == count
        await driver.press("escape")
        await driver.until(lambda: len(log.session.buffer) > count, "what came meanwhile")


@pytest.mark.slow
async def test_a_covered_log_at_its_top_does_not_try_for_older_lines_again_and_again(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = find(demo, driver, partial(has_a_log, "FAILED"))
        demo.fault("GetLogEvents", status=400, code="AccessDeniedException", message="not you")
        driver.app.open_log((job_id,), "denied")
        await driver.until_text("no permission on log group")
        await cover(driver)
        asked = Asked(demo)
        await settled(driver, asked)
        for _ in range(20):
            driver.app.account.published.publish(driver.snapshot)
            await driver.pilot.pause()
        await a_while(driver)
        assert asked.count("GetLogEvents") == 0


async def test_a_list_of_children_that_is_covered_while_it_grows(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        parent = find(demo, driver, lambda job: job.get("arrayProperties", {}).get("size", 0) > 20)
        (job,) = demo.batch.describe_jobs(jobs=[parent])["jobs"]
        statuses = sum(1 for count in job["arrayProperties"]["statusSummary"].values() if count)
        assert statuses >= 3
        await open_job(driver, parent)
        demo.fault("ListJobs", delay=0.4)
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.screen, RelationsScreen), "the list")
        await cover(driver)
        asked = Asked(demo)
        await a_while(driver)
        assert asked.count("ListJobs") <= 1, "what was under way"
        await driver.press("escape")
        relations = driver.app.screen
        assert isinstance(relations, RelationsScreen)
        await driver.until(lambda: not relations.pane.is_loading, "all of it")
        rows = [row for row in relations.pane.table.rows if row.role.startswith("child")]
        assert len(rows) == job["arrayProperties"]["size"]


async def test_a_list_of_definitions_that_is_covered_while_it_grows(demo: DemoWorld) -> None:
    register_many(demo, 600)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        demo.fault("DescribeJobDefinitions", delay=0.4)
        driver.app.open_place("definitions")
        await driver.until(lambda: isinstance(driver.app.screen, DefinitionsScreen), "the list")
        await cover(driver)
        asked = Asked(demo)
        await a_while(driver)
        assert asked.count("DescribeJobDefinitions") <= 1, "what was under way"
        await driver.press("escape")
        definitions = driver.app.screen
        assert isinstance(definitions, DefinitionsScreen)
        await driver.until(lambda: not definitions.pane.is_loading, "all of it")
        assert asked.count("DescribeJobDefinitions") >= 5


@pytest.mark.slow
async def test_lists_below_another_screen_are_asked_rarely_and_below_a_dialog_as_ever(demo: DemoWorld) -> None:
    async with running(demo, settings=QUICK) as driver:
        await driver.until_live()
        asked = Asked(demo)
        await driver.press("5", "x")
        await driver.until(lambda: driver.app.screen.is_modal, "a dialog")
        asked.operations.clear()
        await driver.until(lambda: asked.count("ListJobs") >= 12, "two cycles")
        await driver.press("escape")
        await cover(driver, "question_mark")
        assert isinstance(driver.app.screen, TextScreen)
        await settled(driver, asked)
        newcomer = demo.submit("newcomer")
        asked.operations.clear()
        await a_while(driver)
        assert asked.count("ListJobs") == 0
        await driver.press("escape")
        await driver.until(lambda: driver.snapshot.job(newcomer) is not None, "caught up", seconds=5.0)
