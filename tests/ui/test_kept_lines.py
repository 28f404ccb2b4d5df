"""Lines that are kept for the next second: another theme is seen at once, and few are kept."""

from dataclasses import replace
from typing import Any

import pytest
from textual.strip import Strip
from textual.widget import Widget

from batchtui.format import Cell
from batchtui.ui.themes import THEMES
from batchtui.ui.widgets import line_table
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.styled import Styled
from tests.matrix import slow_after
from tests.ui.driver import running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld


async def test_another_theme_colours_every_line_anew(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()

        def colours() -> set[object]:
            strips = driver.app.screen._compositor.render_strips()
            return {segment.style.bgcolor for strip in strips for segment in strip if segment.style}

        before, (here,) = colours(), [theme for theme in THEMES if theme.name == driver.app.theme]
        driver.app.theme = next(theme.name for theme in THEMES if theme.dark != here.dark)
        await driver.until(lambda: not before & colours(), "nothing has a colour of the theme before")


async def test_what_is_kept_is_bounded(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0")
        table = driver.table("jobs")
        for _ in range(9):
            await driver.press("pagedown")
        assert len(driver.table("jobs").rows) > 300
        assert 0 < len(table._kept) <= 200


async def test_the_next_page_is_made_while_this_one_is_read(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0")
        table = driver.table("jobs")
        made: list[str] = []
        make = Styled.made

        def noted(self: Styled, cell: Cell, *arguments: Any) -> Strip:
            if self is table:
                made.append(cell[1][0])
            return make(self, cell, *arguments)

        monkeypatch.setattr(Styled, "made", noted)
        page = table.size.height - 2
        for key, first in (("pagedown", page), ("pageup", -page)):
            await driver.press(key, key)
            top = table.scroll_offset.y
            await driver.until(lambda: table._preparing is None, "prepared")
            with monkeypatch.context() as patch:  # the page after it is not made before this one was seen
                patch.setattr(line_table, "_READING_SECONDS", 3600.0)
                made.clear()
                await driver.press(key)
                assert table.scroll_offset.y == top + first
                shown = driver.text
            assert sum(name in shown for name in made) <= 2, "the cursor's line, as it was and as it is"


@pytest.mark.parametrize("theme", ["", "ansi"])
@pytest.mark.parametrize("has_colours", slow_after(1, [True, False]))
async def test_lines_look_as_textual_would_draw_them(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch, theme: str, has_colours: bool
) -> None:
    """With and without a scroll bar, a cursor, a mark, in several sizes."""
    if not has_colours:
        monkeypatch.setenv("NO_COLOR", "1")
    settings = replace(PATIENT, theme=theme or PATIENT.theme)
    async with running(demo, settings=settings) as driver:
        await driver.until_live()
        has_bar = set()
        for keys, size in ((("0",), (160, 45)), (("G", "space", "up"), (120, 35)), (("tab", "down"), (80, 24))):
            await driver.press(*keys)
            await driver.pilot.resize_terminal(*size)
            await driver.press("down", "up")
            for table in driver.app.screen.query(LineTable):
                region, width = table.size.region, table.scrollable_content_region.width
                ours, textuals = table.render_lines(region), Widget.render_lines(table, region)
                for mine, other in zip(ours, textuals, strict=True):
                    assert drawn(mine.crop(0, width)) == drawn(other.crop(0, width))
                    assert table.show_vertical_scrollbar or mine.cell_length == table.size.width
                has_bar |= {table.show_vertical_scrollbar} if table.size else set()
        assert has_bar == {True, False}


async def test_a_cursor_that_moves_behind_a_tick_is_where_it_is_drawn(demo: DemoWorld) -> None:
    """Both before one frame: what the tick made of the two lines is outdated."""
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        table = driver.table("jobs")
        table.focus()
        await driver.press("down")
        demo.clock.advance(7200)
        table.redraw()
        table.action_cursor(1)
        lines = table.render_lines(table.size.region)
        looks = {str(lines[y]._segments[0].style) for y in (1, 2, 4)}
        assert len(looks) == 1, "no cursor"
        assert str(lines[3]._segments[0].style) not in looks, "the cursor"


async def test_what_was_made_last_is_kept_when_there_is_too_much(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        table = driver.table("jobs")
        made = [table.strip(((f"line {number}", ""),), 40) for number in range(500)]
        for number in (499, 450):
            assert table.strip(((f"line {number}", ""),), 40) is made[number]


def drawn(line: Strip) -> list[tuple[str, str]]:
    """Every cell with its style."""
    return [(character, str(segment.style)) for segment in line for character in segment.text]
