"""The jobs of the past: what an earlier session saw stands there, whatever AWS knows now."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from batchtui.model.job import JobSummary
from batchtui.past.bounds import Bounds
from batchtui.past.file import default_past_file
from batchtui.past.writer import PastWriter
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.past import PastScreen
from batchtui.ui.screens.text import TextScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld, demo_world

KEEPING = replace(PATIENT, history=True)


async def open_past(driver: Driver) -> PastScreen:
    screen = await driver.go("past", "Jobs of the past", PastScreen)
    await driver.until(lambda: not screen.pane.is_loading and bool(screen.pane.table.rows), "the file was read")
    await driver.pilot.pause()
    return screen


@pytest.mark.slow
async def test_what_was_seen_stands_there_after_a_restart_when_aws_has_forgotten_it(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = demo.submit("of-old")
    async with running(demo, settings=KEEPING) as driver:
        await driver.until_live()
        known = len(list(driver.app.all_jobs()))
    assert default_past_file().stat().st_mode & 0o777 == 0o600
    elsewhere = PastWriter(default_past_file(), Bounds(), wall_clock=demo.clock.now)
    alien = JobSummary(
        "alien-1", "evil \x1b[2J[red]", "high", "FAILED", created_at=int(demo.clock.now() * 1000) - 5
    )
    elsewhere.take("999900001111", "eu-west-9", {"high": {alien.job_id: alien}})
    elsewhere.stop(30)
    with demo_world(jobs=50, seed=7) as later:
        use_credentials_of(later, monkeypatch)
        async with running(later, settings=KEEPING, size=(140, 34)) as driver:
            await driver.until_live()
            now_known = len(list(driver.app.all_jobs()))
            remembering = driver.app.account.past
            assert remembering is not None
            await driver.until(lambda: remembering.writer.is_idle, "what is new is written")
            screen = await open_past(driver)
            pane = screen.pane
            assert len(pane.table.rows) == pane.remembered == known + now_known
            assert [row.at for row in pane.table.rows] == sorted((row.at for row in pane.table.rows), reverse=True)
            assert "~/.local/state/batchtui/past.sqlite3" in driver.text
            await driver.press("slash", *"of-old", "enter")
            await driver.until(lambda: len(pane.table.rows) == 1 and not pane.is_loading, "found in the file")
            await driver.until_text("of-old", "not listed")
            assert "999900001111" not in driver.text
            await driver.press("enter")
            await driver.until(lambda: isinstance(driver.app.screen, TextScreen), "what is remembered")
            await driver.until_text("AWS Batch does not know this job any more", job_id, "123456789012")
            await driver.press("escape")
            await driver.until_text("forgotten")
            await driver.press("escape", "slash", *"status:running", "enter")
            await driver.until(lambda: not pane.is_loading and "running" in driver.text, "those that run")
            here = next(
                row for row in pane.table.rows if row.job.job_id in {j.job_id for j in driver.app.all_jobs()}
            )
            assert pane.table.go_to(here.key)
            await driver.press("enter")
            await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the real details")
            await driver.press("escape", "escape", "A")
            await driver.until(
                lambda: any(row.account == "999900001111" for row in pane.table.rows), "all accounts"
            )
            await driver.until_text("999900001111 · eu-west-9", "evil �[2J[red]")
            await driver.press("slash", *"account:9999", "enter")
            await driver.until(lambda: len(pane.table.rows) == 1 and not pane.is_loading, "of that account")
            await driver.press("l")
            await driver.until_text("That was in account 999900001111; this is 123456789012.")
            await driver.press("enter")
            await driver.until(lambda: isinstance(driver.app.screen, TextScreen), "what is remembered of it")
            assert "\x1b" not in driver.text


async def test_it_is_read_as_far_as_one_goes_down(demo: DemoWorld) -> None:
    now = int(demo.clock.now() * 1000)
    jobs = [JobSummary(f"j-{n}", f"old-{n}", "q", "SUCCEEDED", created_at=now - n * 1000) for n in range(1_800)]
    writer = PastWriter(default_past_file(), Bounds(), wall_clock=demo.clock.now)
    writer.take("123456789012", "us-east-1", {"gone": {job.job_id: job for job in jobs}})
    writer.stop(30)
    async with running(demo, settings=KEEPING, size=(100, 30)) as driver:
        screen = await open_past(driver)
        pane = screen.pane
        assert len(pane.table.rows) == 500
        await driver.until_text("500 of ", "more below")
        await driver.press("G")
        await driver.until(lambda: len(pane.table.rows) == 1_000, "the next page")
        await driver.press("slash", *"old-1799", "enter")
        await driver.until(lambda: [row.job.job_name for row in pane.table.rows] == ["old-1799"], "far down")
        await driver.press("slash", *"x", "enter")
        await driver.until_text("Nothing that is remembered matches the filter")
        await driver.press("escape", "question_mark")
        await driver.until_text("Of all accounts and regions, or of this one alone")


async def test_without_history_nothing_is_written_and_it_is_said_how(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("colon", *"past")
        await driver.until_text("Jobs of the past")
        await driver.press("enter")
        await driver.until_text("history = true in config.toml, or --history")
    assert not default_past_file().exists()


@pytest.fixture
def broken() -> Iterator[None]:
    """A file that is no database; it is left as it is."""
    path = default_past_file()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"broken " * 1000)
    yield
    assert path.read_bytes() == b"broken " * 1000


@pytest.mark.slow
@pytest.mark.usefixtures("broken")
async def test_a_file_that_cannot_be_used_is_told_and_the_rest_goes_on(demo: DemoWorld) -> None:
    async with running(demo, settings=KEEPING, size=(140, 34)) as driver:
        await driver.until_live()
        told = driver.app._notifications  # where its lines break depends on how long the file's name is
        words = "file is not a database): jobs are not remembered."
        await driver.until(lambda: any(words in each.message for each in told), "told")
        await driver.go("past", "Jobs of the past", PastScreen)
        await driver.until_text("The file cannot be read: below stands why.", "cannot be used (file is not a")
