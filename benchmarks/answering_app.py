"""The floor of an answer to a key: a Textual app with one word on the screen, which changes with each key."""

from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

WORD = "Empty"


class AnsweringApp(App[None]):
    """Counts keys."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._keys = 0

    def compose(self) -> ComposeResult:
        yield Static(WORD)

    def on_key(self, event: events.Key) -> None:
        self._keys += 1
        self.query_one(Static).update(f"{WORD} {self._keys}")


if __name__ == "__main__":
    AnsweringApp().run()
