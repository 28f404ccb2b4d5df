"""Lines that are kept for the next second: another theme is seen at once, and few are kept."""

from batchtui.ui.themes import THEMES
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
