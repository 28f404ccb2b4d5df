"""The floor of a key: the smallest Textual app that does what the key asks for, in a list without any content.

100,000 lines that are numbers, a cursor, an order, and an input that no list listens to.
"""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input

ROWS = 100_000
LINES = 38
"""As many as the program's list shows in the same terminal, so that both scroll at the same keys."""
WORD = "number"
_CURSOR, _OTHERS = Style(reverse=True), Style()


class Numbers(ScrollView, can_focus=True):
    """Numbered lines."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)"),
        Binding("pagedown", "page"),
        Binding("g", "go_to(0)"),
        Binding("G", f"go_to({ROWS - 1})"),
        Binding("s", "turn_round"),
        Binding("slash", "app.type"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._at = 0
        self._is_turned = False

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, ROWS)

    def render_line(self, y: int) -> Strip:
        line = self.scroll_offset.y + y
        number = ROWS - line if self._is_turned else line
        style = _CURSOR if line == self._at else _OTHERS
        return Strip([Segment(f"{WORD} {number}".ljust(self.size.width), style)], self.size.width)

    def action_move(self, lines: int) -> None:
        self.action_go_to(self._at + lines)

    def action_page(self) -> None:
        self.action_go_to(self._at + self.size.height)

    def action_turn_round(self) -> None:
        self._is_turned = not self._is_turned
        self.refresh()

    def action_go_to(self, line: int) -> None:
        before, top, height = self._at, self.scroll_offset.y, self.size.height
        self._at = max(0, min(ROWS - 1, line))
        if top <= self._at < top + height:
            self.refresh_line(before)
            self.refresh_line(self._at)
        else:
            wanted = self._at if self._at < top else self._at - height + 1
            self.scroll_to(y=wanted, animate=False, force=True)


class NumbersApp(App[None]):
    """The list, and an input while something is typed."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    CSS = f"Numbers {{ height: {LINES}; }} Input {{ dock: bottom; display: none; }}"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", priority=True)]

    def compose(self) -> ComposeResult:
        yield Numbers()
        yield Input(compact=True)

    def on_mount(self) -> None:
        self.query_one(Numbers).focus()

    def action_type(self) -> None:
        line = self.query_one(Input)
        line.display = True
        line.focus()

    def action_leave(self) -> None:
        line = self.query_one(Input)
        line.clear()
        line.display = False
        self.query_one(Numbers).focus()


if __name__ == "__main__":
    NumbersApp().run()
