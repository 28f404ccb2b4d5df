"""What a person configures and what is remembered, on the screen."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from batchtui.configuration.reading import read_config
from batchtui.settings import LogChoice, Settings, default_state_file
from batchtui.state import Left, read_state
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.service_jobs import ServiceJobsScreen
from tests.ui.driver import Driver, running
from tests.worlds import REGION, DemoWorld

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)


def configured(path: Path, text: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return replace(PATIENT, **read_config(path).alone)


def columns(driver: Driver, name: str) -> list[str]:
    return driver.table(name).shown_columns


@pytest.mark.slow
async def test_keys_columns_order_filters_and_logs_as_configured(demo: DemoWorld, tmp_path: Path) -> None:
    settings = configured(
        tmp_path / "c.toml",
        '[columns]\njobs = ["id", "status", "name"]\nqueues = ["-priority"]\nservice-jobs = ["name"]\n'
        '[sort]\njobs = "name reversed"\nservice-jobs = "name"\n'
        '[keymap]\nfilter = "f4"\nerrors = ["E", "f7"]\n'
        '[filters]\nbad = "status:failed"\nworse = "@bad exit:1"\nodd = "[red]x[/] /[a-c]/"\n'
        '[logs]\nwrap = false\ntimestamps = "utc"\njson = "indented"\n',
    )
    async with running(demo, settings=settings) as driver:
        await driver.until_live()
        jobs = driver.main.jobs_pane
        assert columns(driver, "jobs") == ["id", "status", "name"]
        assert "priority" not in columns(driver, "queues")
        assert "name" in columns(driver, "queues")
        shown = [job.job_name.casefold() for job in jobs.table.rows]
        assert shown == sorted(shown, reverse=True)
        assert "by name ↑" in driver.text

        await driver.press("0", "slash")
        assert driver.app.focused is jobs.table, "the usual key does nothing any more"
        await driver.press("f4", *"@wor")
        await driver.until_text("saved: @worse")
        await driver.press("s", "e", "enter")
        assert {(job.status, job.exit_code) for job in jobs.table.rows} == {("FAILED", 1)}
        assert "/@worse" in driver.text
        await driver.press("f4", *" E")
        assert jobs.filter.text == "@worse E", "a letter that is bound is a letter while one types"
        await driver.press("escape", "E")
        await driver.until_text("Errors of this session")
        await driver.press("escape", "question_mark")
        await driver.until_text("  f4   ")
        await driver.press("end", "pageup")
        await driver.until_text("  E f7   ")
        await driver.press("escape")
        assert " f4 " in driver.text.splitlines()[-1]

        await driver.press("colon", *"filter odd")
        await driver.until_text(":filter odd · [red]x[/] /[a-c]/")
        await driver.press("escape", "colon", *"filter bad")
        await driver.until_text(":filter bad · status:failed")
        await driver.press("enter")
        await driver.until(lambda: jobs.filter.text == "@bad", "filtered")
        assert {job.status for job in jobs.table.rows} == {"FAILED"}

        await driver.press("l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")
        log = driver.app.screen
        assert isinstance(log, LogScreen)
        assert (log._view.look.wraps, log._view.look.json, log._times) == (False, "indented", "utc")
        await driver.press("escape")

        listed = await driver.go("service-jobs", "Service jobs", ServiceJobsScreen)
        assert listed.pane.table.chosen == ("name",)
        assert listed.pane.choice.order == ("name", False)


@pytest.mark.slow
async def test_commands_hide_and_show_columns(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0")
        before = columns(driver, "jobs")
        for command, there in (("column status: hide", False), ("column status: show", True)):
            await driver.press("colon", *command.replace(" ", "").replace(":", ""))
            await driver.until_text(command)
            await driver.press("enter")
            await driver.until(lambda there=there: ("status" in columns(driver, "jobs")) is there, command)  # type: ignore[misc]
        assert columns(driver, "jobs") == before


async def leave_something(driver: Driver) -> None:
    """Another queue, status, filter, order and columns than at the beginning."""
    await driver.until_live()
    await driver.press("down", "down", "7", "slash", *"align", "enter", "s", "S")
    driver.main.jobs_pane.choose_columns(("-vcpus",))


def left_state() -> Left:
    (left,) = read_state(default_state_file()).accounts.values()
    return left


@pytest.mark.slow
async def test_it_comes_back_as_it_was_left(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, remembers=True) as driver:
        await leave_something(driver)
        queue = driver.main.queue
        order = driver.main.jobs_pane.choice.order
    assert queue is not None
    left = left_state()
    assert (left.queue, left.status, left.filter) == (queue, "FAILED", "align")
    assert read_state(default_state_file()).regions == (REGION,)
    async with running(demo, settings=PATIENT, remembers=True) as driver:
        await driver.until_live()
        jobs = driver.main.jobs_pane
        assert (driver.main.queue, jobs.status, jobs.filter.text) == (queue, "FAILED", "align")
        assert jobs.choice.order == order
        assert jobs.table.chosen == ("-vcpus",)
        assert {job.status for job in jobs.table.rows} <= {"FAILED"}
        await driver.until_text("As it was left: FAILED · align.")
        assert driver.app.contexts.recent.names("region") == (REGION,)
        driver.app.memory.leave()  # for another account, and back
        jobs.status = ""
        driver.app.memory.follow()
        assert jobs.status == "FAILED"
    written = default_state_file().read_bytes()

    async with running(demo, settings=replace(PATIENT, fresh=True), remembers=True) as driver:
        await driver.until_live()
        jobs = driver.main.jobs_pane
        assert (driver.main.queue, jobs.status, jobs.filter.text, jobs.choice.order) == (None, "", "", None)
        await driver.press("6")
    assert default_state_file().read_bytes() == written, "--fresh leaves what was kept"

    settings = replace(PATIENT, queues=("align-low",), sort={"jobs": ("name", False)})
    async with running(demo, settings=settings, remembers=True) as driver:
        await driver.until_live()
        assert driver.main.queue is None, "--queue has precedence"
        assert driver.main.jobs_pane.choice.order == ("name", False), "and so has what was configured since then"
        assert driver.main.jobs_pane.status == "FAILED"
    assert left_state().queue == queue


async def test_what_is_remembered_is_no_reason_not_to_start(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = default_state_file()
    path.parent.mkdir(parents=True)
    path.write_text("{")
    async with running(demo, settings=PATIENT, remembers=True) as driver:
        told = driver.app._notifications
        await driver.until(lambda: any("is damaged" in each.message for each in told), "told")
        await driver.until_live()
        await driver.press("5")
    assert left_state().status == "RUNNING", "it was replaced"

    path.unlink()
    path.mkdir()  # a file cannot be put in its place, whoever one is
    (path / "x").touch()
    logging.getLogger("batchtui").propagate = True
    async with running(demo, settings=PATIENT, remembers=True) as driver:
        await driver.until_live()
        await driver.press("5")
        assert driver.main.jobs_pane.status == "RUNNING"
    assert [record.message for record in caplog.records if "nothing is remembered" in record.message]
    assert sorted(each.name for each in path.parent.iterdir()) == ["state.json"]


@pytest.mark.slow
async def test_the_demo_account_is_not_remembered(demo: DemoWorld) -> None:
    async with running(demo, settings=replace(PATIENT, demo=True), remembers=True, account=None) as driver:
        await driver.until_live()
        await driver.press("5")
    assert not default_state_file().exists()


def test_log_choices_are_those_of_the_log() -> None:
    from batchtui.configuration.table import TABLES
    from batchtui.logs.timestamps import TimestampForm

    logs = next(table for table in TABLES if table.name == "logs")
    assert next(entry for entry in logs.entries if entry.key == "timestamps").choices == tuple(TimestampForm)
    assert LogChoice().timestamps == TimestampForm.NONE
    assert json.dumps(LogChoice().json)


async def test_a_key_that_is_another_one_on_a_screen_to_come_ends_the_start(demo: DemoWorld) -> None:
    async with running(demo, settings=replace(PATIENT, keymap={"reverse": ("T",)})) as driver:
        await driver.until(lambda: driver.app.failure is not None, "the reason")
        assert "'reverse' in [keymap] would be 'T' in the list Jobs in groups" in (driver.app.failure or "")
