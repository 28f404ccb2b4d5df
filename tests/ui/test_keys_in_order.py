"""Keys that come before the first of them is done: each is done as if there had been a pause before it."""

import asyncio
from collections.abc import Sequence

import pytest
from textual.command import CommandPalette
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.widgets import Input

from batchtui.ui import keys_in_order
from batchtui.ui.keys_in_order import KeyDone
from batchtui.ui.widgets.typed_input import TypedInput
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld

JOB_ID = "6e01f92b-3ccc-421c-8523-a81041446c8f"


@pytest.fixture(autouse=True)
def asked_as_late_as_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys_in_order, "ALONE_SECONDS", 0.02)


def key(name: str) -> Key:
    return Key(name, {"space": " ", "colon": ":", "slash": "/"}.get(name, name if len(name) == 1 else None))


def typed(driver: Driver) -> str:
    """What stands in the palette."""
    focused = driver.app.focused
    return focused.value if isinstance(driver.app.screen, CommandPalette) and isinstance(focused, Input) else ""


async def type_in_two(driver: Driver, events: Sequence[Event], first: int, turns: int) -> None:
    """So many of them at once, and the rest after so many turns of the event loop."""
    for number, event in enumerate(events):
        if number == first:
            for _ in range(turns):
                await asyncio.sleep(0)
        driver.app.post_message(event)


@pytest.mark.parametrize("first", slow_after(1, [1, 2, 20]))
async def test_what_is_typed_behind_the_palettes_key_stands_in_the_palette(demo: DemoWorld, first: int) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        for turns in range(0, 60, 6):
            await type_in_two(driver, [key("colon"), *map(key, JOB_ID)], first, turns)
            await driver.until(lambda: len(typed(driver)) == len(JOB_ID), "all of it is there")
            assert typed(driver) == JOB_ID
            await driver.press("escape")
            await driver.until(lambda: driver.app.screen is driver.main, "the palette is gone")


async def test_what_is_typed_behind_the_filters_key_stands_in_the_filter(demo: DemoWorld) -> None:
    """Whenever the rest comes: none of it goes to the list, whose keys they are, too."""
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        for turns in range(0, 60, 6):
            await type_in_two(driver, [key("slash"), *map(key, "quit")], 1, turns)
            await driver.until(
                lambda: isinstance(driver.app.focused, Input) and driver.app.focused.value == "quit", "all of it"
            )
            await driver.press("escape")
            await driver.until(lambda: not driver.app.screen.query(TypedInput), "the filter is gone")


async def test_what_is_pasted_behind_the_palettes_key_stands_there_in_its_place(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await type_in_two(driver, [key("colon"), key("a"), Paste("b c"), key("d")], 1, 3)
        await driver.until(lambda: typed(driver) == "ab cd", "it holds what came, in its order")


@pytest.mark.slow
async def test_keys_behind_the_end_of_a_filter_keep_their_order(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0")
        for turns in range(0, 60, 6):
            keys = [key(each) for each in ("slash", *"align", "enter", "j", "j", "j", "k", "slash", *"er")]
            await type_in_two(driver, keys, 8, turns)
            await driver.until(lambda: driver.main._jobs.filter.text == "aligner", "the filter goes on")
            await driver.press("escape", "escape")
            await driver.until(lambda: driver.main._jobs.filter.text == "", "no filter")


async def test_a_key_whose_widget_goes_away_holds_up_no_other(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("colon")
        await driver.until(lambda: isinstance(driver.app.focused, Input), "the palette is open")
        palette = driver.app.screen
        driver.app.post_message(key("x"))
        palette.dismiss()
        driver.app.post_message(key("slash"))
        await driver.until(lambda: isinstance(driver.app.focused, TypedInput), "a filter is open")
        assert driver.app.screen is driver.main


async def test_nobody_asks_whether_a_key_is_done_before_another_waits_for_it(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def note(message: Message) -> None:
        if isinstance(message, KeyDone) and isinstance(message.event, Key):
            asked.append(message.event.key)

    monkeypatch.setattr(keys_in_order, "ALONE_SECONDS", 3600.0)
    monkeypatch.setattr(keys_in_order, "_LOST_SECONDS", 3600.0)
    async with running(demo, settings=PATIENT, on_message=note) as driver:
        await driver.until_live()
        table = driver.table("queues")
        driver.app.post_message(key("j"))
        await driver.until(lambda: table.cursor_index == 1, "the first")
        await driver.pilot.pause()
        assert not asked
        driver.app.post_message(key("k"))
        await driver.until(lambda: table.cursor_index == 0, "the second, although nobody asked by itself")
        assert set(asked) == {"j"}
