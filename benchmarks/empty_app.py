"""The floor: the smallest Textual app, with one word on the screen."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import Static

WORD = "Empty"


class EmptyApp(App[None]):
    """Nothing but a word."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False

    def compose(self) -> ComposeResult:
        yield Static(WORD)


if __name__ == "__main__":
    EmptyApp().run()
