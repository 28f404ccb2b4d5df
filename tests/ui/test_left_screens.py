"""A screen that was left leaves nothing behind, however many there were."""

import gc
from collections import Counter

import pytest
from textual import _wait
from textual.strip import Strip

from batchtui.ui.widgets.typed_input import TypedInput
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld

_WARM = 5
_TURN = 12
"""Visits in which asyncio once lets go of the timers that were cancelled, and of what these hold."""
_TIMES = 15


async def visit(driver: Driver) -> None:
    """Opens the details of a job and leaves them."""
    await driver.press("enter")
    await driver.until(lambda: driver.app.screen is not driver.main, "details")
    await driver.until_text("Attempts")
    await driver.press("escape")
    await driver.until(lambda: driver.app.screen is driver.main, "the main screen")


def held() -> Counter[str]:
    gc.collect()
    return Counter(type(each).__name__ for each in gc.get_objects())


async def fewest_held(driver: Driver) -> Counter[str]:
    """What is there while nothing but the screen itself holds anything of it."""
    fewest = held()
    for _ in range(_TURN):
        await visit(driver)
        fewest &= held()
    return fewest


@pytest.mark.slow
async def test_details_that_were_left_are_gone(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 1 / 50)  # a visit in which everything is drawn, as a person's
    async with running(demo, settings=PATIENT, size=(140, 60)) as driver:
        await driver.until_live()
        driver.main.set_focus(driver.table("jobs"))
        for _ in range(_WARM):
            await visit(driver)
        before = await fewest_held(driver)
        for _ in range(_TIMES):
            await visit(driver)
        more = await fewest_held(driver) - before
    assert more[Strip.__name__] < 15 * _TIMES, "Textual keeps a few lines of each, not all of them"
    assert more["KeyLine"] <= 3
    assert more["DetailScreen"] <= 3
    assert more["LineView"] <= 3


async def test_filters_that_were_cleared_are_gone(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        for _ in range(_WARM):
            await driver.press("slash", "x")
            await driver.until(lambda: bool(driver.app.screen.query(TypedInput)), "a filter")
            await driver.press("escape")
            await driver.until(lambda: not driver.app.screen.query(TypedInput), "none")
        await driver.until(
            lambda: held()["TypedInput"] <= 2, "gone but for the last, which Textual keeps for a while"
        )
