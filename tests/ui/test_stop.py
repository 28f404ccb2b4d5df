"""Stopping jobs from the keyboard: what the dialog says, and what then happens at the endpoint."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from batchtui.actions.stop import StopCall
from batchtui.settings import Settings
from batchtui.ui.screens.change import ChangeScreen
from batchtui.ui.screens.stop import StopScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld, demo_world

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)


def status_of(demo: DemoWorld, job_id: str) -> tuple[str, str]:
    (job,) = demo.batch.describe_jobs(jobs=[job_id])["jobs"]
    return job["status"], job.get("statusReason", "")


async def ask(driver: Driver, *keys: str) -> StopScreen:
    await driver.press(*keys, "x")
    await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
    screen = driver.app.screen
    assert isinstance(screen, StopScreen)
    return screen


async def until_closed(driver: Driver) -> None:
    await driver.until(lambda: not isinstance(driver.app.screen, StopScreen), "the end of the dialog")


async def test_a_running_job_is_terminated_with_the_reason_and_reads_stopping(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5")
        job = driver.row("jobs")
        await ask(driver)
        await driver.until_text("Stop 1 job in", job.job_name, "not saved")
        await driver.press("shift+tab", *"enough of it", "tab")
        await driver.press("y")
        await until_closed(driver)
        await driver.until_text("1 job will stop", "stopping …")
        demo.advance(120)
        assert status_of(demo, job.job_id) == ("FAILED", "enough of it")
        await driver.press("ctrl+r")
        await driver.until(lambda: "stopping …" not in driver.text, "seen to have stopped")


@pytest.mark.parametrize("keys", [("enter",), ("escape",), ("n",)])
async def test_the_safe_button_has_the_focus_and_leaving_changes_nothing(
    demo: DemoWorld, keys: tuple[str, ...]
) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5")
        job = driver.row("jobs")
        screen = await ask(driver)
        assert screen.focused is not None
        assert screen.focused.id == "leave"
        await driver.press(*keys)
        await until_closed(driver)
        assert status_of(demo, job.job_id)[0] == "RUNNING"


async def test_waiting_jobs_are_cancelled(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job_id = demo.submit("to-be-cancelled")
        await driver.press("ctrl+r")
        await driver.until(lambda: any(job.job_id == job_id for job in driver.app.all_jobs()), "the job")
        await driver.press("0", "slash", *"to-be-cancelled", "enter")
        await ask(driver)
        await driver.press("y")
        await until_closed(driver)
        demo.advance(5)
        assert status_of(demo, job_id)[0] == "FAILED"


async def test_marked_jobs_are_named_with_those_that_the_filter_hides(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5", "space", "space", "space")
        marked = [job for job in driver.table("jobs").rows if job.job_id in driver.table("jobs").marked]
        assert len(marked) == 3
        await driver.press("slash", *marked[0].job_id[:8], "enter")
        await ask(driver)
        await driver.until_text("Stop 3 jobs", "2 marked jobs that the filter hides are among them")
        await driver.press("y")
        await until_closed(driver)
        demo.advance(120)
        assert {status_of(demo, job.job_id)[0] for job in marked} == {"FAILED"}


async def test_more_than_twenty_jobs_are_counted_by_who_stops_them(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        ids = {demo.submit(f"many-{number}") for number in range(25)}
        await driver.press("ctrl+r")
        await driver.until(lambda: ids <= {job.job_id for job in driver.app.all_jobs()}, "the jobs")
        await driver.press("0", "slash", *"name:many", "enter", "ctrl+a")
        await ask(driver)
        await driver.press("y")
        assert isinstance(driver.app.screen, StopScreen)
        await driver.until_text("type 25 first")
        await driver.press(*"24", "tab", "y")
        assert isinstance(driver.app.screen, StopScreen), "24 are not 25"
        await driver.press(*"25", "tab", "y")
        await until_closed(driver)
        demo.advance(5)
        assert {status_of(demo, job_id)[0] for job_id in ids} == {"FAILED"}


async def test_what_failed_is_told_and_tried_again(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5")
        job = driver.row("jobs")
        demo.fault("TerminateJob", "TerminateJobs", status=403, code="AccessDeniedException", message="not you")
        await ask(driver)
        await driver.press("y")
        await driver.until_text("0 of 1 job will stop", "not you", "Try 1 job again")
        (heard,) = driver.app.account.heard.errors
        assert (heard.error.operation, heard.error.code) == ("TerminateJob", "AccessDeniedException")
        assert heard.error.request_id
        demo.heal()
        await driver.press("y")
        await until_closed(driver)
        demo.advance(120)
        assert status_of(demo, job.job_id)[0] == "FAILED"


async def test_what_has_ended_cannot_be_stopped(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("7", "x")
        await driver.until_text("Nothing to stop: 1 job has already ended")
        await driver.press("tab", "x")
        await driver.until_text("Only jobs can be stopped")


async def test_the_detail_view_stops_its_job(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5", "enter")
        await driver.until_text("▐Overview▌", "Status")
        await ask(driver)
        await driver.press("escape")
        await driver.until_text("▐Overview▌")


async def test_read_only_has_no_key_no_entry_and_no_gateway(demo: DemoWorld) -> None:
    read_only = Settings(max_calls_per_second=50.0, refresh=3600.0, read_only=True)
    async with running(demo, settings=read_only, size=(160, 90)) as driver:
        await driver.until_live()
        assert driver.app.account.acting is None
        await driver.press("5")
        assert "x stop" not in driver.text
        await driver.press("x")
        await driver.until_text("This is read-only")
        await driver.press("question_mark")
        assert "Stop the job" not in driver.text
        assert "The log of the job" in driver.text
        await driver.press("escape", "colon", *"stop the job")
        await driver.until_text("No matches found")


@pytest.mark.slow
async def test_what_was_done_is_recorded_for_its_owner_alone(demo: DemoWorld, tmp_path: Path) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5")
        job = driver.row("jobs")
        await ask(driver)
        await driver.press("y")
        await until_closed(driver)
    mode, text = recorded(tmp_path)
    assert mode == 0o600
    assert job.job_id in text
    assert '"accepted"' in text


def recorded(home: Path) -> tuple[int, str]:
    (file,) = home.rglob("actions.jsonl")
    return file.stat().st_mode & 0o777, file.read_text()


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    """The demo account with so many jobs that they are looked at aside."""
    with demo_world(jobs=3_000) as world:
        use_credentials_of(world, monkeypatch)
        yield world


@pytest.mark.slow
async def test_thousands_of_marked_jobs_are_planned_aside(many: DemoWorld) -> None:
    async with running(many, settings=PATIENT, size=(120, 50)) as driver:
        await driver.until_live()
        await driver.press("0", "ctrl+a")
        jobs = driver.table("jobs").rows
        marked, active = len(jobs), sum(job.is_active for job in jobs)
        assert marked >= 3_000
        assert gc.isenabled()
        screen = await ask(driver)
        assert gc.isenabled()
        await driver.until_text(f"Stop {active} jobs in", f"Left out: {marked - active} jobs that")
        assert len(screen._plan.left_out) == marked - active
        ids = [step.job_id for step in screen._plan.steps if step.call is StopCall.TERMINATE]
        assert ids == [job.job_id for job in jobs if job.job_id in ids], "in the order of the list"
        await driver.press("escape", "slash", *"status:active", "enter")
        await ask(driver)
        await driver.until_text(f"{marked - active} marked jobs that the filter hides are among them")


async def test_a_dialog_about_many_does_not_open_above_another_screen(many: DemoWorld) -> None:
    async with running(many, settings=PATIENT, size=(120, 50)) as driver:
        await driver.until_live()
        await driver.press("0", "ctrl+a")
        driver.main.action_stop()
        driver.app.action_errors()
        await driver.until_text("Errors of this session")
        await driver.until(lambda: not driver.app.workers and not driver.main.workers, "the plan is made")
        await driver.pilot.pause()
        assert not [screen for screen in driver.app.screen_stack if isinstance(screen, StopScreen)]


async def test_a_long_question_begins_with_what_it_is_about(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
        await driver.until_live()
        await driver.press("9", "ctrl+a")
        await ask(driver)
        await driver.until_text("Stop ", " jobs in ", "Leave them")


@pytest.mark.parametrize(("keys", "dialog"), [(("5", "x"), StopScreen), (("down", "t"), ChangeScreen)])
async def test_a_dialog_that_is_left_as_soon_as_it_asks_comes_to_its_end(
    demo: DemoWorld, keys: tuple[str, ...], dialog: type
) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press(*keys)
        await driver.until(lambda: isinstance(driver.app.screen, dialog), "the dialog")
        for key in ("y", "escape"):  # at once: the asking has not made its first step
            driver.app.post_message(events.Key(key, None))
        await driver.until(
            lambda: not isinstance(driver.app.screen, dialog) or "Close" in driver.text, "the asking has ended"
        )
        if isinstance(driver.app.screen, dialog):
            await driver.press("escape")
        await driver.until(lambda: driver.app.screen is driver.main, "the dialog is gone")
