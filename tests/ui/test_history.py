"""The history of actions: what was done, in this session and in earlier ones, and where it leads."""

from dataclasses import replace
from pathlib import Path

import pytest

from batchtui.actions.record import ActionEntry, ActionRecord, Actor, default_record_file
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.history import HistoryScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.relations import RelationsScreen
from batchtui.ui.screens.text import TextScreen
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, open_job
from tests.ui.test_stop import ask, until_closed
from tests.worlds import REGION, DemoWorld

ACCOUNT = "123456789012"
HERE = Actor(ACCOUNT, region=REGION, profile="dev")


def entry(demo: DemoWorld, ago: float, *ids: str, new: str | None = None, actor: Actor = HERE) -> ActionEntry:
    action = "SubmitJob" if new else "TerminateJob"
    at = demo.clock.now() - ago
    return ActionEntry(at, actor, action, len(ids), ids, "enough of it", "accepted", new_job_id=new)


def wrote(*entries: ActionEntry) -> ActionRecord:
    """What an earlier session left behind."""
    record = ActionRecord(default_record_file())
    record.add(entries)
    return record


async def open_history(driver: Driver) -> HistoryScreen:
    await driver.press("colon", *"history")
    await driver.until_text("History of actions")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, HistoryScreen), "the history")
    screen = driver.app.screen
    assert isinstance(screen, HistoryScreen)
    await driver.until(lambda: not screen.pane.is_loading, "the file was read")
    await driver.pilot.pause()
    return screen


def key_of(driver: Driver) -> str:
    assert isinstance(driver.app.screen, DetailScreen)
    return driver.app.screen.key


async def test_what_is_done_is_listed_before_what_earlier_sessions_did(demo: DemoWorld) -> None:
    old = demo.submit("of-old")
    wrote(entry(demo, 3 * 86_400, old), replace(entry(demo, 60, old), outcome="failed", error="no right"))
    async with running(demo, settings=PATIENT, size=(160, 30)) as driver:
        await driver.until_live()
        await driver.press("5")
        job = driver.row("jobs")
        await ask(driver)
        await driver.press("shift+tab", *"done here", "tab", "y")
        await until_closed(driver)
        screen = await open_history(driver)
        rows = screen.pane.table.rows
        assert [row.entry.reason for row in rows] == ["done here", "enough of it", "enough of it"]
        lines = driver.text.splitlines()[2:5]
        assert all(word in lines[0] for word in ("TerminateJob", job.job_name, "accepted"))
        assert all(word in lines[1] for word in ("TerminateJob", "of-old", "failed", "no right"))
        assert f"{ACCOUNT} · {REGION}" in lines[2]
        assert "~/.local/state/batchtui/actions.jsonl" in driver.text
        await driver.press("slash", *"outcome:failed", "enter")
        assert [row.entry.error for row in screen.pane.table.rows] == ["no right"]
        await driver.press("escape", "s", "S")
        assert [row.entry.at for row in screen.pane.table.rows] == sorted((r.entry.at for r in rows), reverse=True)
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is driver.main, "back where one was")


@pytest.mark.slow
async def test_enter_goes_to_the_new_job_or_else_to_the_first_one(demo: DemoWorld) -> None:
    first, new = demo.submit("first"), demo.submit("new-one")
    wrote(entry(demo, 20, first, "x"), entry(demo, 10, first, new=new), entry(demo, 5))
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        screen = await open_history(driver)
        await driver.press("enter")
        await driver.until_text("This entry names nothing.")
        await driver.press("j", "c")
        assert driver.app.clipboard == new
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
        assert key_of(driver) == new
        await driver.press("escape", "j", "c", "C", "enter")
        assert driver.app.clipboard == first
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
        assert key_of(driver) == first
        await driver.press("escape", "l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")
        await open_history(driver)
        assert driver.app.screen is screen, "it is opened once"


@pytest.mark.slow
async def test_what_was_done_elsewhere_is_not_looked_for_here(demo: DemoWorld) -> None:
    job_id = demo.submit("namesake")
    other_account, other_region = Actor("999900001111", region=REGION), Actor(ACCOUNT, region="eu-west-9")
    wrote(entry(demo, 20, job_id, actor=other_account), entry(demo, 10, job_id, actor=other_region))
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        screen = await open_history(driver)
        await driver.press("enter")
        await driver.until_text(f"That was in region eu-west-9; this is {REGION}.")
        await driver.press("j", "l")
        await driver.until_text(f"That was in account 999900001111; this is {ACCOUNT}.")
        assert driver.app.screen is screen


async def test_an_entry_is_read_in_full_and_the_file_again(demo: DemoWorld) -> None:
    record = wrote(replace(entry(demo, 20, *(f"job-{n}" for n in range(20))), count=5000))
    async with running(demo, settings=PATIENT, size=(80, 40)) as driver:
        await driver.until_live()
        screen = await open_history(driver)
        await driver.until_text("5,000 · job-0")
        await driver.press("y")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen), "the entry")
        await driver.until_text("job-19", "and 4,980 more", "enough of it", "Profile")
        await driver.press("escape")
        record.add([entry(demo, 0, "later")])
        with default_record_file().open("a") as file:
            file.write('\x1b[2J{"time": \n')
        await driver.press("ctrl+r")
        await driver.until(lambda: len(screen.pane.table.rows) == 2, "read again")
        await driver.until_text("1 line in it is no entry")
        assert "\x1b" not in driver.text
        await driver.press("question_mark")
        await driver.until_text("Help", "Read the file again", "The entry in full")
        assert "Stop the job" not in driver.text


async def test_a_file_that_cannot_be_read_is_told(demo: DemoWorld) -> None:
    default_record_file().mkdir(parents=True)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_history(driver)
        await driver.until_text("actions.jsonl cannot be read", "Nothing was done from here yet.")


async def test_in_read_only_mode_the_history_is_there(demo: DemoWorld) -> None:
    job_id = demo.submit("before")
    wrote(entry(demo, 20, job_id))
    before = default_record_file().read_text()
    async with running(demo, settings=replace(PATIENT, read_only=True)) as driver:
        await driver.until_live()
        await open_history(driver)
        await driver.until_text("TerminateJob", "before")
        assert driver.app.account.acting is None
    assert default_record_file().read_text() == before


@pytest.mark.slow
async def test_what_was_made_of_a_job_is_one_key_away_both_ways(demo: DemoWorld, tmp_path: Path) -> None:
    old = demo.submit("the-old-one")
    made = [demo.submit(f"made-{number}") for number in range(4)]
    wrote(*(entry(demo, 100 - number, old, new=job_id) for number, job_id in enumerate(made)))
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        await driver.until_text(*(f"resubmitted as     {job_id}" for job_id in made[:0:-1]))
        assert made[0] not in driver.text
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.screen, RelationsScreen), "the list")
        screen = driver.app.screen
        assert isinstance(screen, RelationsScreen)
        await driver.until(lambda: not screen.pane.is_loading, "all of it")
        roles = [row.role for row in screen.pane.table.rows]
        assert roles.count("resubmitted as") == 3
        await driver.press("escape", "3")
        await driver.until(lambda: key_of(driver) == made[3], "the newest")
        await driver.until_text("resubmission of", old)
        await driver.press("escape", "escape", "0", "slash", *"the-old-one", "enter", "N")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the newest")
        assert key_of(driver) == made[3]
        await driver.press("escape", "escape", "slash", *made[1][:13], "enter", "N")
        await driver.until_text("No job was made of this one from here.")
        await driver.press("shift+tab", "N")
        await driver.until_text("tab goes to them")
