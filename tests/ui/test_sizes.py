"""Every screen at every size, the smallest and the largest, and back."""

import contextlib
import time
from collections.abc import Iterator
from functools import partial

import pytest
from rich.cells import cell_len
from textual.widgets import Button

from batchtui.format import text_of
from batchtui.insight.quick import QuickWhy
from batchtui.model.job import SERVICE_JOB_STATUSES
from batchtui.settings import Settings
from batchtui.ui.panes.child_cells import ChildCells
from batchtui.ui.places import PLACES
from batchtui.ui.screens.all_jobs import AllJobsScreen
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.widgets.columns import fit
from batchtui.ui.widgets.status_strip import StatusStrip
from tests.terminal import Terminal
from tests.ui.driver import Driver, running
from tests.ui.kinds import KINDS, PATIENT, find, open_job
from tests.worlds import DemoWorld

SIZES = ((20, 5), (400, 120), (1, 1), (40, 12), (20, 24))
HOME = (100, 30)
TABS = 7


def is_so_high(driver: Driver, lines: int) -> bool:
    return driver.text.count("\n") + 1 == lines


async def at_every_size(driver: Driver, what: str) -> None:
    """Resizes what is on the screen; nothing breaks, and at its own size again it is as large as that."""
    for size in (*SIZES, HOME):
        await driver.pilot.resize_terminal(*size)
        await driver.until(partial(is_so_high, driver, size[1]), f"{what} at {size}", 5)
        assert driver.app.return_code is None, (what, size)
    assert driver.text.strip(), what


async def back(driver: Driver) -> None:
    """To the main screen, by the key that leaves."""
    for _ in range(10):
        if driver.app.screen is driver.main:
            return
        await driver.press("escape")
    raise AssertionError(driver.text)


async def test_the_safe_button_is_in_sight_on_however_small_a_screen(demo: DemoWorld) -> None:
    async with running(demo, size=HOME, settings=PATIENT) as driver:
        await driver.until_live()
        driver.main.set_focus(driver.table("jobs"))
        for key, told, safe in (("x", "Stop 1 job in", "Leave them"), ("r", "ubmit", "Cancel")):
            await driver.press("5" if key == "x" else "7", "g", key)
            await driver.until_text(safe)
            for size in ((20, 5), (30, 8), (40, 12), (80, 24), (20, 5)):
                await driver.pilot.resize_terminal(*size)
                await driver.until_text(safe, told)
                assert isinstance(driver.app.focused, Button)
                assert driver.app.focused.id == "leave"
            await driver.pilot.resize_terminal(40, 20)
            shown = [each for each in driver.app.screen.query(Button) if each.display]
            dialog = driver.app.screen.query_one("#dialog")
            in_sight = partial(
                lambda shown, dialog: all(each.region in dialog.region for each in shown), shown, dialog
            )
            await driver.until(in_sight, "every button whole")
            await driver.pilot.resize_terminal(*HOME)
            await driver.press("escape")


@pytest.mark.parametrize("size", [(20, 5), (30, 8), (40, 12)])
async def test_the_safe_button_is_in_sight_when_what_is_asked_comes_later(
    demo: DemoWorld, size: tuple[int, int]
) -> None:
    async with running(demo, size=HOME, settings=PATIENT) as driver:
        await driver.until_live()
        driver.main.set_focus(driver.table("jobs"))
        await driver.press("7", "g")
        await driver.pilot.resize_terminal(*size)
        await driver.press("r")
        await driver.until_text("Submit", "Cancel")
        await driver.until(lambda: driver.app.screen.query_one("#go").display, "it is asked")
        await driver.until_text("Submit", "Cancel")
        assert isinstance(driver.app.focused, Button)
        assert driver.app.focused.id == "leave"


async def test_what_matters_most_is_there_at_forty_columns(demo: DemoWorld) -> None:
    async with running(demo, size=(40, 20), settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("7", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "its details")
        await driver.press("f")
        await driver.until_text("Go to", "NAME", "definition")
        await back(driver)
        await driver.go("all-jobs", "Jobs of all contexts", AllJobsScreen)
        await driver.until_text("NAME", "STATUS", "CONTEXT")


def test_an_id_takes_no_room_from_the_reason() -> None:
    for width in range(20, 300):
        widths = {column.key: room for column, room in fit(ChildCells(QuickWhy()).of_children, width)}
        assert "id" not in widths or widths["why"] >= 60, (width, widths)


def test_no_status_is_cut_off() -> None:
    strip = StatusStrip()
    strip.counts = dict.fromkeys(SERVICE_JOB_STATUSES, 12345)
    strip.shown = "RUNNING"
    for width in (20, 38, 60, 200):
        lines = [text_of(line) for line in strip.content(width)]
        assert all(cell_len(line) <= width for line in lines), lines
        words = " ".join(lines)
        assert words.count("12345") == len(SERVICE_JOB_STATUSES), words
        assert "▐5 RUN" in words
    strip.counts = {"RUNNING": 1}
    assert len(strip.content(38)) == 2, "as few lines as it takes"


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_no_size_breaks_any_screen(demo: DemoWorld) -> None:
    """One app goes through all of them."""
    async with running(demo, size=HOME, settings=Settings(max_calls_per_second=50.0)) as driver:
        await driver.until_live()
        await at_every_size(driver, "main")
        ids = {kind: find(demo, driver, KINDS[kind]) for kind in ("failed", "array parent", "runnable")}

        async def by_keys(*keys: str) -> None:
            await driver.press(*keys)
            await driver.pilot.pause(0.05)
            await at_every_size(driver, str(keys))
            await back(driver)

        driver.main.set_focus(driver.table("jobs"))
        for keys in (("question_mark",), ("exclamation_mark",), ("colon",), ("slash",), ("z",), ("v",)):
            await by_keys(*keys)
        await driver.press("z")
        for place in PLACES:
            driver.app.open_place(place.name)
            await by_keys("down")
        for kind, job_id in ids.items():
            await open_job(driver, job_id)
            for _ in range(TABS):
                await at_every_size(driver, kind)
                await driver.press("right")
            for key in ("f", "w", "b", "l", "a", "V"):
                await driver.press(key)
                await driver.pilot.pause(0.05)
                await at_every_size(driver, f"{kind} {key}")
                await back(driver)
                await open_job(driver, job_id)
            for key in ("r", "e", "x"):
                await driver.press(key)
                await driver.pilot.pause(0.1)
                await at_every_size(driver, f"{kind} {key}")
                await back(driver)
                await open_job(driver, job_id)
            await back(driver)
        for name in ("queues", "environments"):
            driver.main.set_focus(driver.table(name))
            await driver.press("down")
            for key in ("enter", "t", "equals_sign"):
                await by_keys(key)
                driver.main.set_focus(driver.table(name))
        driver.app.open_place("definitions")
        await driver.until_text("fastqc")
        await by_keys("n")
        await driver.until_text("Job queues")


@pytest.fixture
def on_a_terminal(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    with contextlib.closing(
        Terminal("-m", "batchtui", "--endpoint-url", demo.url, columns=80, lines=24)
    ) as screen:
        screen.read_until("● live")
        yield screen
        screen.press(b"q")
        assert screen.wait() == 0
        screen.assert_restored()


def until_whole(screen: Terminal, columns: int, lines: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        shown = screen.shown.split("\n")
        if len(shown) == lines and "q quit" in shown[-1][:columns] and "batchtui" in shown[0]:
            return
        assert time.monotonic() < deadline, f"{columns}x{lines}\n{screen.shown}"
        screen.read(0.05)


@pytest.mark.slow
def test_on_a_terminal_the_last_size_is_the_one_that_is_drawn(on_a_terminal: Terminal) -> None:
    for columns, lines in ((20, 5), (400, 120), (20, 5), (80, 24), (200, 50), (20, 5), (80, 24)):
        on_a_terminal.resize(columns, lines)
        until_whole(on_a_terminal, columns, lines)
