"""Lines that are kept for the next second: another theme is seen at once, and few are kept."""

from typing import Any

import pytest
from textual.strip import Strip

from batchtui.format import Cell
from batchtui.ui.themes import THEMES
from batchtui.ui.widgets import line_table
from batchtui.ui.widgets.styled import Styled
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
