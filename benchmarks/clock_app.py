"""The peer of an app that idles: nothing but a clock that is drawn anew every second, and a count of keys."""

from datetime import UTC, datetime
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class ClockApp(App[None]):
    """A clock."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def compose(self) -> ComposeResult:
        yield Static(id="clock")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self._keys = 0
        self.set_interval(1.0, self.tick)

    def on_key(self, event: events.Key) -> None:
        self._keys += 1
        self.query_one("#keys", Static).update(f"key {self._keys}")

    def tick(self) -> None:
        """Draws the time."""
        self.query_one("#clock", Static).update(f"{datetime.now(UTC):%H:%M:%S}")


if __name__ == "__main__":
    ClockApp().run()
