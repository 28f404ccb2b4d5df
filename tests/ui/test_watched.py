"""Being told of an end: keys, the list of what is watched, the terminal, and the command."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.watched import WatchedScreen
from tests.terminal import Terminal
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, open_job
from tests.worlds import DemoWorld


async def only(driver: Driver, text: str) -> None:
    await driver.press("0", "slash", *text, "enter")
    await driver.until(lambda: bool(driver.table("jobs").rows), text)


@pytest.mark.slow
async def test_ends_are_told_marked_listed_and_handed_to_the_command(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "told.jsonl"
    script = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    command = (sys.executable, "-c", script, str(written))
    ids = [demo.submit(name) for name in ("a-one", "b-one", "b-two", "c-one")]
    rings: list[str] = []
    async with running(demo, settings=replace(PATIENT, on_end=command, read_only=True), size=(140, 34)) as driver:
        await driver.until_live()
        app = driver.app
        monkeypatch.setattr(app, "tell_terminal", rings.append)  # headless there is no terminal
        await only(driver, "a-one")
        await driver.press("W")
        await driver.until_text("You will be told when a-one has ended.", "◎ a-one")
        await driver.press("W")
        await driver.until_text("a-one is no longer watched.")
        assert "◎" not in driver.text
        await open_job(driver, ids[0])
        await driver.press("W", "escape")
        await driver.until_text("◎ a-one")
        await driver.press("escape")
        await only(driver, "name:b-*")
        await driver.press("ctrl+a", "W", "u")
        await driver.until_text("You will be told when all of b-")
        await driver.press("escape")
        await only(driver, "name:c-*")
        await driver.press("ctrl+e")
        await driver.until_text("when all of name:c-* (1 job) have ended")
        later = demo.submit("c-later")
        await driver.press("ctrl+r")
        await driver.until(lambda: later in app.account.watching.watches.ids(), "what comes later belongs to it")
        await driver.press("escape", "7", "W")
        await driver.until_text("It has ended already.")
        screen = await driver.go("watched", "Watched jobs", WatchedScreen)
        await driver.until_text("◎ name:c-* (2 jobs)", "0 of 2 ended", " and 1 more", "◎ a-one")
        for job_id in (*ids[:2], later):
            demo.terminate(job_id)
        demo.advance(30)
        await driver.press("ctrl+r")
        await driver.until(lambda: app.account.watching.watches.of_one(ids[0]) is None, "a-one has ended")
        await driver.until_text("a-one FAILED", " and 1 more: b-one FAILED", "1 of 2 ended · 1 FAILED")
        for job_id in ids[2:]:
            demo.terminate(job_id)
        demo.advance(30)
        await driver.press("ctrl+r")
        await driver.until(lambda: not app.account.watching.watches.under_way, "all have ended")
        await driver.until_text("name:c-*: all have ended · 2 FAILED", " and 1 more: all have ended · 2 FAILED")
        assert len(screen.pane.table.rows) == 3
        assert not app.account.watching.watches.ids()
        assert all(ring.startswith("\x07\x1b]9;batchtui: ") for ring in rings)
        # One job, two first failures, two ends of two jobs each.
        await driver.until(lambda: written.exists() and len(written.read_text().splitlines()) == 7, "the command")
        jobs = [json.loads(line) for line in written.read_text().splitlines()]
        assert {job["jobName"] for job in jobs} == {"a-one", "b-one", "b-two", "c-one", "c-later"}
        assert all(job["status"] == "FAILED" and "jobDefinition" in job for job in jobs)
        await driver.press("G", "W")
        await driver.until(lambda: len(screen.pane.table.rows) == 2, "taken off")
        await driver.press("enter")
        await driver.until(lambda: isinstance(app.screen, DetailScreen), "the first that failed")


async def test_a_command_that_is_not_there_is_told_when_the_watch_begins(demo: DemoWorld) -> None:
    job_id = demo.submit("a-one")
    async with running(demo, settings=replace(PATIENT, on_end=("~/bin/[notfy]", "x"))) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"nothing-like-this", "enter")
        await driver.press("ctrl+e")
        await driver.until_text("No job is shown.")
        await driver.press("escape")
        await only(driver, "a-one")
        await driver.press("W")
        await driver.until_text("on_end: there is no program '~/bin/[notfy]'.", "Write its path")
        demo.terminate(job_id)
        demo.advance(30)
        await driver.press("ctrl+r")
        await driver.until_text("a-one FAILED", "The command of on_end failed: not started (! tells more).")


async def test_what_no_list_shows_is_asked_for_and_a_command_that_fails_is_told(demo: DemoWorld) -> None:
    async with running(demo, settings=replace(PATIENT, on_end=("sh", "-c", "echo no good >&2; exit 3"))) as driver:
        await driver.until_live()
        sizes = {job.job_id: job for job in driver.app.all_jobs() if job.array_properties and job.is_active}
        parent = next(iter(sizes))
        child = next(
            each["jobId"]
            for status in ("RUNNING", "RUNNABLE", "STARTING", "PENDING")
            for each in demo.batch.list_jobs(arrayJobId=parent, jobStatus=status)["jobSummaryList"]
        )
        await open_job(driver, child)
        await driver.press("W")
        await driver.until_text("You will be told when")
        demo.terminate(child)
        demo.advance(40)
        await driver.press("escape", "ctrl+r")
        await driver.until(lambda: not driver.app.account.watching.watches.under_way, "the child has ended")
        await driver.until_text("The command of on_end failed: exit 3")
        await driver.press("exclamation_mark")
        await driver.until_text("on_end", "exit 3", "sh: no good.", "See on_end in config.toml.")


@pytest.mark.slow
def test_the_terminal_is_told_and_nothing_else_is_drawn_anew(demo: DemoWorld) -> None:
    """The bytes as they come to a terminal, within tmux."""
    job_id = demo.submit("ring-me")
    tmux = {"TMUX": "/nowhere,1,0", "PATH": ""}
    screen = Terminal(
        "-m",
        "batchtui",
        "--endpoint-url",
        demo.url,
        "--refresh",
        "1",
        environ=tmux,
    )
    try:
        screen.read_until("● live")
        screen.press(b"0/ring-me\r")
        screen.read_until("1 of ")
        screen.press(b"W")
        screen.read_until("◎ ring-me")
        demo.terminate(job_id)
        demo.advance(30)
        screen.read_until("ring-me FAILED")
        while b"777" not in screen.output:
            screen.read(0.1)
        assert b"\x07\x1bPtmux;\x1b\x1b]9;batchtui: ring-me FAILED" in screen.output
        assert b"\x1bPtmux;\x1b\x1b]777;notify;batchtui;ring-me FAILED" in screen.output
        screen.press(b"q")
        assert screen.wait() == 0
    finally:
        screen.close()
