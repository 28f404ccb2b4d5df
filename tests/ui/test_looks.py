"""What colour tells is told without it; and the plain mode, in words alone."""

import re
from functools import partial

import pytest
from rich.segment import Segment

from batchtui.settings import Settings
from batchtui.ui.announcing import FocusLine
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.saving import SavingScreen
from batchtui.ui.widgets.columns import fit
from batchtui.ui.widgets.line_table import LineTable
from tests.ui.driver import Driver, running
from tests.ui.kinds import KINDS, find, open_job
from tests.worlds import DemoWorld

DRAWN = re.compile("[\u2500-\u25ff\u2800-\u28ff✕‖•›‹🔎]")


def segments_of(driver: Driver) -> list[list[Segment]]:
    return [list(strip) for strip in driver.app.screen._compositor.render_strips()]


def lines_with(driver: Driver, attribute: str) -> list[str]:
    """The parts of lines that are drawn with an attribute, such as ``reverse``."""
    found = (
        "".join(s.text for s in line if s.style and getattr(s.style, attribute)) for line in segments_of(driver)
    )
    return [text for text in found if text.strip()]


async def test_without_colours_every_difference_is_still_told(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=3600.0, theme="ansi")) as driver:
        await driver.until_live()
        for segment in (segment for line in segments_of(driver) for segment in line if segment.style):
            assert segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor):
                assert colour is None or colour.is_default, segment
        assert "┏━ Job queues" in driver.text, "the frame of the pane with the focus"
        assert "╭─ Jobs" in driver.text
        assert any("All queues" in line for line in lines_with(driver, "reverse"))
        assert lines_with(driver, "underline"), "the cursors of the other panes"
        await driver.press("7")
        assert "▐7 FAILED" in driver.text
        assert "┏━ Jobs" in driver.text
        await driver.press("space")
        assert "◆" in driver.text
        await driver.press("S")
        await driver.until(lambda: re.search("[A-Z] ?[↑↓]", driver.text) is not None, "the order")
        await driver.press("u", "shift+tab", "shift+tab", "down")
        await driver.until(lambda: re.search("│▌[a-z]", driver.text) is not None, "the queue's environments")
        ids = {kind: find(demo, driver, KINDS[kind]) for kind in ("failed", "array parent")}
        await open_job(driver, ids["failed"])
        assert "▐Overview▌" in driver.text
        assert "FAILED" in driver.text
        screen = driver.app.screen
        assert isinstance(screen, DetailScreen)
        screen.show_tab("Timeline")
        await driver.until_text("Attempt 1 failed")
        await driver.press("slash", *"fail", "enter")
        assert any("ail" in line for line in lines_with(driver, "reverse")), "what was found"
        await open_job(driver, ids["array parent"])
        await driver.press("a")
        await driver.until_text("● RUNNING", "○ RUNNABLE")
        await driver.press("tab")
        await driver.until_text("+10")
        cells = "".join(driver.text.splitlines()[3:])
        assert "●" in cells
        assert "○○○" in cells


async def test_plain_is_words_and_numbers(demo: DemoWorld) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=3600.0, plain=True)
    async with running(demo, size=(120, 35), settings=settings) as driver:

        def said() -> str:
            return driver.app.screen.query_one(FocusLine).words

        async def until_said(*texts: str) -> None:
            def is_said() -> bool:
                driver.app._announce()
                lines = driver.app.screen.query(FocusLine)
                return bool(lines) and all(text in lines.first().words for text in texts)

            await driver.until(is_said, str(texts))
            await driver.until(lambda: driver.text.splitlines()[-1][:60].rstrip() in said(), "the bottom line")
            assert DRAWN.findall(driver.text) == [], driver.text

        await driver.until_text("live", "Job queues")
        await driver.until(lambda: driver.snapshot.progress is None and bool(driver.table("jobs").rows), "jobs")
        await until_said("Job queues, row 1 of", "All queues")
        await driver.press("down")
        await until_said("row 2 of", "FAIL ")
        assert ">" in driver.text
        await driver.press("7", "space")
        await until_said("Jobs", "row 2 of", "FAILED")
        assert "[7 FAILED" in driver.text
        assert driver.app.cursor_position.y == driver.table("jobs").region.y + 2
        await driver.press("up")
        await until_said("row 1 of", "marked")
        await driver.press("ctrl+s")
        await driver.until(lambda: isinstance(driver.app.screen, SavingScreen), "the dialog")
        await until_said("Export", "text field", ".csv")
        await driver.press("tab")
        await until_said("button Leave")
        assert "Job queues" not in driver.text, "what lies behind would be read as a part of the dialog's lines"
        await driver.press("escape", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the details")
        await until_said("tab Overview", "line 1 of")
        assert "[Overview]" in driver.text
        await driver.press("l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "the log")
        await until_said("line")
        await driver.press("escape", "escape", "colon")
        await until_said("text field")
        await driver.press("escape")
        await open_job(driver, find(demo, driver, KINDS["array parent"]))
        await driver.press("a")
        await driver.until(lambda: bool(driver.app.screen.query("#children-table")), "the children")
        table = driver.app.screen.query_one("#children-table", LineTable)
        await driver.until(lambda: bool(table.rows), "children")
        await until_said("Children, row 1 of")
        await driver.press("tab")
        await driver.until_text("The map is a drawing")


async def test_wide_and_tall_terminals_show_the_job_beside_the_list(demo: DemoWorld) -> None:
    async with running(
        demo, size=(200, 50), settings=Settings(max_calls_per_second=50.0, refresh=3600.0)
    ) as driver:
        await driver.until_live()
        await driver.press("7")
        await driver.until_text("enter asks AWS for the rest", driver.row("jobs").job_id[:20])
        await driver.press("down")
        await driver.until_text(driver.row("jobs").job_id[:20])

        jobs, beside, widths = driver.table("jobs"), driver.main.query_one("#beside"), []
        for size in ((179, 50), (180, 50), (200, 50), (180, 30), (209, 30), (210, 30), (280, 50)):
            is_there = size[0] >= 210 or (size[0] >= 180 and size[1] >= 40)
            await driver.pilot.resize_terminal(*size)
            arranged = partial(
                lambda size, is_there: jobs.app.size == size and beside.display is is_there, size, is_there
            )
            await driver.until(arranged, f"{size}, with it in sight: {is_there}")
            widths += [
                width for column, width in fit(jobs.chosen_columns, jobs.size.width - 2) if column.key == "why"
            ]
        assert len(widths) == 7
        assert min(widths) >= 45, f"why a job waits or failed has the room that it needs: {widths}"
        await driver.pilot.resize_terminal(160, 45)
        await driver.until(lambda: "enter asks AWS" not in driver.text, "no room beside the list")
        await driver.pilot.resize_terminal(80, 100)
        await driver.until_text("Status reason", "Compute environments", "Job queues", "RUNS ON")
        await driver.pilot.resize_terminal(200, 50)
        driver.app.open_place("queues")
        await driver.until_text("How the queues stand", "Throughput in the last", "Trend of the session")
        (heading,) = (line for line in driver.text.splitlines() if "Drains" in line)
        assert heading.count("  ") > 1
        await driver.until(lambda: "RUNNING longest" in driver.text or "RUNNABLE longest" in driver.text, "more")
