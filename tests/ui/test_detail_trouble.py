"""The detail view while AWS does not answer, does not know, or is not asked."""

import pytest

from batchtui.settings import Settings
from tests.ui.driver import running
from tests.ui.kinds import PATIENT, open_job
from tests.worlds import DemoWorld

PROMPT = Settings(max_calls_per_second=50.0, refresh=1.0)
TABS_OF_AWS = ("Attempts", "Container", "Resources", "Timeline", "Host", "JSON")


async def test_a_job_opens_with_what_the_list_knows_while_the_endpoint_is_down(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(100, 40)) as driver:
        await driver.until_live()
        await driver.press("7")
        job = driver.row("jobs")
        demo.fault(status=503, code="ServiceUnavailable", message="nobody is here")
        await driver.press("enter")
        await driver.until_text(
            job.job_name, "FAILED", job.job_queue, "nobody is here", "what the list of jobs knows"
        )
        for text in (job.job_id, "Created", "Definition", " 1 queue", " 2 definition"):
            assert text in driver.text
        for tab in TABS_OF_AWS:
            await driver.press("right")
            assert f"▐{tab}▌" in driver.text
            assert "AWS has not answered yet: DescribeJobs: nobody is here" in driver.text
        await driver.press("Y")
        await driver.until_text("AWS has not answered yet.")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until_text('"jobId"')
        assert "nobody is here" not in driver.text
        await driver.press("right")
        assert "what the list of jobs knows" not in driver.text


@pytest.mark.slow
async def test_json_opened_while_the_endpoint_is_down_says_what_it_waits_for(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(100, 40)) as driver:
        await driver.until_live()
        await driver.press("7")
        demo.fault(status=503, code="ServiceUnavailable", message="nobody is here")
        await driver.press("y")
        await driver.until_text("▐JSON▌", "AWS has not answered yet: DescribeJobs: nobody is here")


async def test_a_long_trouble_is_read_to_its_end_with_the_age_of_what_is_shown(demo: DemoWorld) -> None:
    sentence = " ".join(f"word-{number}" for number in range(30)) + " the-end"
    async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
        await driver.until_live()
        await driver.press("5", "enter")
        await driver.until_text("Created", "Attempts")
        demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message=sentence)
        demo.advance(150)
        await driver.press("ctrl+r")
        await driver.until_text("the-end", "as of 2m ago", "Name ")
        (tabs,) = [y for y, line in enumerate(driver.text.splitlines()) if "▐Overview▌" in line]
        assert tabs > 4, "as many lines as it takes"
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: "▐Overview▌" in driver.text.splitlines()[1], "the heading is one line again")
        assert "as of" not in driver.text


async def test_paused_is_said_at_once_with_the_age(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5", "enter")
        await driver.until_text("Created")
        assert "paused" not in driver.text
        await driver.press("p")
        await driver.until(lambda: not driver.is_asking, "what was asked for before is answered")
        demo.advance(60)
        await driver.until_text("‖ paused", "as of 1m ago")
        await driver.press("p")
        await driver.until(lambda: "paused" not in driver.text, "it goes on")


async def test_a_job_that_has_ended_has_no_age(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("7")
        await open_job(driver, driver.row("jobs").job_id)
        await driver.press("p")
        await driver.until(lambda: driver.snapshot.is_paused, "paused")
        for _ in range(30):
            await driver.pilot.pause()
        assert "as of" not in driver.text
        assert "paused" not in driver.text


async def test_a_job_that_is_gone_keeps_what_was_seen(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5", "enter")
        await driver.until_text("Created", "Attempts")
        demo.fault("DescribeJobs", status=200, body='{"jobs": []}', content_type="application/json")
        await driver.press("ctrl+r")
        await driver.until_text("AWS Batch does not know this job, or not any more.", "Created")


async def test_queues_say_when_they_were_last_heard_of(demo: DemoWorld) -> None:
    async with running(demo, settings=PROMPT) as driver:
        await driver.until_live()
        driver.app.open_detail("queue", "align-high", "align-high")
        await driver.until_text("100 (the higher goes first)")
        demo.fault("DescribeJobQueues", status=403, code="AccessDeniedException", message="not these")
        demo.advance(90)
        await driver.press("ctrl+r")
        driver.app.account.poller.wake(everything=True)  # type: ignore[union-attr]
        await driver.until_text("DescribeJobQueues: not these", "as of 1m ago", "100 (the higher goes first)")
