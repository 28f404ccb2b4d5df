"""A terminal that is not read: polling goes on, memory stays, and then the newest state is what appears."""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from batchtui.ui.stalled import StalledTerminal
from tests.screen_model import ScreenModel
from tests.terminal import terminal
from tests.worlds import DemoWorld

STALL_SECONDS = 10.0


def resident(process: int) -> int:
    """Kilobytes of memory that a process holds."""
    (line,) = [each for each in Path(f"/proc/{process}/status").read_text().splitlines() if "VmRSS" in each]
    return int(line.split()[1])


def calls(demo: DemoWorld) -> int:
    assert demo.server is not None
    return sum(demo.server.calls.values())


@pytest.mark.slow
def test_a_terminal_that_is_not_read_stops_neither_polling_nor_the_newest_state(demo: DemoWorld) -> None:
    with terminal("--endpoint-url", demo.url, "--refresh", "1", "--max-calls-per-second", "50") as screen:
        screen.read_until("● live")
        before, memory = calls(demo), resident(screen.process.pid)
        end = time.monotonic() + STALL_SECONDS
        number = 0
        while time.monotonic() < end:  # nobody reads; everything changes all the time
            screen.press(b"\t0" if number % 2 else b"75")
            number += 1
            demo.submit(f"while-stalled-{number}")
            demo.advance(7)
            time.sleep(0.1)  # the stall itself, not a wait for something
        asked = calls(demo) - before
        # ten refreshes of a second, each of more than one call, beside the test's own submits
        assert asked - number > STALL_SECONDS, f"polling went on: {asked - number} calls"
        assert resident(screen.process.pid) - memory < 20_000, "memory is flat"
        screen.press(b"0/newest-of-all\r")
        demo.submit("newest-of-all")
        screen.press(b"\x12")
        screen.output = b""
        screen.read_until("newest-of-all", 10)
        screen.read_until("1 of", 10)
        assert len(screen.output) < 400_000, "no more than some frames were waiting"
        screen.press(b"\x03")
        assert screen.wait() == 0
        screen.assert_restored()


class Full:
    """A terminal that takes nothing more once it is full, until it is read."""

    def __init__(self) -> None:
        self._reads, self.writes = os.pipe()
        os.set_blocking(self.writes, False)
        os.set_blocking(self._reads, False)

    def fill(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.writes, b"x" * 4096)

    def read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                os.read(self._reads, 65536)

    def close(self) -> None:
        os.close(self._reads)
        os.close(self.writes)


@pytest.fixture
def full() -> Iterator[Full]:
    with contextlib.closing(Full()) as terminal:
        yield terminal


class Shown(App[None]):
    """One line on a terminal whose cells are known."""

    def __init__(self, full: Full) -> None:
        super().__init__()
        self.shown = ScreenModel()
        self.is_held = False
        self._stalled = StalledTerminal(self, full.writes)

    def compose(self) -> ComposeResult:
        one = Static("as wide as before")
        one.styles.width = 20
        yield one

    @property
    def is_drawn(self) -> bool:
        top = self.screen
        return bool(self.shown.text.strip()) and not (
            top._layout_required or top._repaint_required or top._dirty_widgets
        )

    def on_resize(self, event: events.Resize) -> None:
        self.shown = ScreenModel(event.size.width, event.size.height)

    def _display(self, screen: Screen[object], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate) and not self._batch_count:
            self.shown.feed(renderable.render_segments(self.console))
        super()._display(screen, renderable)

    def post_display_hook(self) -> None:
        self._stalled.after_frame()
        self.is_held = self._batch_count > 0


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(20):
            while not condition():
                await pilot.pause()
    except TimeoutError:
        raise AssertionError(what) from None


async def test_a_second_frame_at_once_is_not_lost(full: Full) -> None:
    app = Shown(full)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.is_drawn, "it has begun")
        full.fill()
        app.shown = ScreenModel()
        app.screen.refresh(layout=True)  # a frame of what moved, and one of everything
        await until(pilot, lambda: app.is_held, "it is held")
        assert not app.shown.text.strip()
        full.read()
        await until(pilot, lambda: "as wide as before" in app.shown.text, "everything")


async def test_another_size_while_it_is_held_is_drawn_whole(full: Full) -> None:
    app = Shown(full)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.is_drawn, "it has begun")
        full.fill()
        app.screen.refresh()
        await until(pilot, lambda: app.is_held, "it is held")
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert not app.shown.text.strip(), "nothing is drawn while it takes nothing"
        full.read()
        await until(pilot, lambda: "as wide as before" in app.shown.text, "everything")
        assert app.shown.text.count("\n") == 29
