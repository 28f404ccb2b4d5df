"""The top of a screen about one thing: what it is, how old what is shown is, and what went wrong."""

from batchtui.format import Cell, Span, plain
from batchtui.ui.widgets.line_view import wrap
from batchtui.ui.widgets.lines import Lines

_MOST_LINES = 6
"""Of trouble: more would leave too little for what is known."""


class Heading(Lines):
    """As many lines as it takes; the screen sets its parts and calls ``redraw()``."""

    def __init__(self, title: Cell) -> None:
        super().__init__()
        self.title = title
        self.is_paused = False
        self.age = ""
        """How long ago AWS told what is shown; empty while it is kept true."""
        self.trouble = ""

    def content(self, width: int) -> list[Cell]:
        spans: list[Span] = [(" ", ""), *self.title]
        if self.is_paused:
            spans.append(("  ‖ paused", "warning"))
        if self.age:
            spans.append((f"  as of {self.age} ago", "muted"))
        room = max(2, width)
        lines = wrap(tuple(spans), room)
        if self.trouble:
            lines += wrap(plain(f" ✕ {self.trouble}", "failed"), room)[:_MOST_LINES]
        return lines
