"""Driving the app as a person does: keys in, text out, waiting for what should appear."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from textual._wait import wait_for_idle
from textual.geometry import Size
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from batchtui.cli import account_of
from batchtui.settings import Settings
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.screens.main import MainScreen
from batchtui.ui.watched_account import AccountContext
from batchtui.ui.widgets.line_table import LineTable
from tests.ui.drawing import draw, drawn_when_looked_at, forget_drawn
from tests.worlds import DemoWorld, World

AnyScreen = TypeVar("AnyScreen", bound=Screen[Any])


@dataclass
class Driver:
    """An app under Pilot."""

    app: BatchtuiApp
    pilot: Pilot[None]
    _seen: tuple[Screen[Any], Size, str] | None = None
    """The screen as it was looked at last, which is most of a test's time to make."""

    @property
    def text(self) -> str:
        """Everything on the screen, line by line."""
        self._draw()
        screen = self.app.screen
        if self._seen is None or self._seen[0] is not screen or self._seen[1] != screen.size:
            strips = screen._compositor.render_strips()
            text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
            self._seen = screen, screen.size, text
        return self._seen[2]

    def _draw(self) -> None:
        """Also what lies behind a dialog."""
        if draw(self.app):
            self._seen = None

    @property
    def snapshot(self) -> Snapshot:
        return self.app.snapshot

    @property
    def is_asking(self) -> bool:
        """Whether a call to the account in sight is on its way, or waits for its turn."""
        assert self.app.account.gateway is not None
        statistics = self.app.account.gateway.budget.statistics.freeze()
        return statistics.waiting > 0 or any(each.in_flight for each in statistics.operations)

    @property
    def main(self) -> MainScreen:
        return self.app._main

    def table(self, name: str) -> LineTable[Any]:
        """``queues``, ``environments`` or ``jobs``."""
        table: LineTable[Any] = self.main.query_one(f"#{name}-table", LineTable)
        return table

    def row(self, name: str) -> Any:
        """The row under the cursor of a table."""
        row = self.table(name).cursor_row
        assert row is not None
        return row

    async def until(self, condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
        """Waits until something holds, and fails with the screen where it does not in time."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await wait_for_idle(0)  # a pause of Pilot's asks every widget as well, which takes longer
        except TimeoutError:
            raise AssertionError(f"never happened: {what}\n{self.text}") from None

    async def until_text(self, *texts: str) -> None:
        """Waits until all these texts are on the screen."""
        await self.until(lambda: all(text in self.text for text in texts), f"on the screen: {texts}")

    async def until_live(self) -> None:
        """Waits until the first sweep is done and shown."""
        await self.until(lambda: "● live" in self.text and self.snapshot.progress is None, "live")

    async def go(self, place: str, offer: str, screen: type[AnyScreen]) -> AnyScreen:
        """Goes to a screen as a person does, by the palette, as soon as that offers it."""
        await self.until_live()
        await self.press("colon", *place)
        await self.until_text(offer)
        await self.press("enter")
        await self.until(lambda: isinstance(self.app.screen, screen), place)
        found = self.app.screen
        assert isinstance(found, screen)
        return found

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        self._draw()


@asynccontextmanager
async def running(
    world: World,
    *,
    size: tuple[int, int] = (160, 45),
    settings: Settings | None = None,
    on_message: Callable[[Message], None] | None = None,
    account: AccountContext | None = None,
    remembers: bool = False,
) -> AsyncIterator[Driver]:
    """The app on this account through nothing but ``--endpoint-url`` and the environment's credentials.

    Args:
        world: The account.
        size: Of the terminal.
        settings: What was asked for.
        on_message: Is told of every message within the app.
        account: Another way to reach it.
        remembers: Whether it begins as it was left, and keeps how it is left.
    """
    settings = settings or Settings(max_calls_per_second=50.0)
    settings = replace(settings, endpoint_url=world.url, fresh=settings.fresh or not remembers)
    clock = world.clock.now if isinstance(world, DemoWorld) else None
    app = BatchtuiApp(settings, account or account_of(settings), **({"clock": clock} if clock else {}))
    with drawn_when_looked_at():
        async with app.run_test(size=size, notifications=True, message_hook=on_message) as pilot:
            yield Driver(app, pilot)
            draw(app)
            drawn = [widget for screen in app.screen_stack for widget in screen.walk_children(with_self=True)]
        forget_drawn(drawn)
