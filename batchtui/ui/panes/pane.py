"""What the three panes have in common: a frame with a title, a table, and a line that says what is wrong."""

from collections.abc import Sequence
from typing import Generic

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from batchtui.format import Cell, duration
from batchtui.sync.snapshot import SourceState
from batchtui.ui.widgets.columns import Row
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.lines import Lines


class Notice(Lines):
    """What failed, since when, and what to do; no line at all while nothing fails."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def content(self, width: int) -> list[Cell]:
        if not self.text:
            return []
        lines: list[str] = []
        for word in self.text.split():
            if lines and len(lines[-1]) + 1 + len(word) <= width - 2:
                lines[-1] += " " + word
            else:
                lines.append(word)
        return [((f" {line}"[:width], "failed"),) for line in lines[:4]]


class Pane(Vertical, Generic[Row]):
    """A framed table."""

    TITLE = ""

    def __init__(self, table: LineTable[Row], *, id: str) -> None:
        super().__init__(id=id)
        self.table = table
        self._notice = Notice()
        self._title = Content("")
        self._corner = ""

    def compose(self) -> ComposeResult:
        self.set_title(self.TITLE)
        yield from self.above()
        yield self.table
        yield self._notice

    def above(self) -> Sequence[Lines]:
        """Lines between the frame and the table."""
        return ()

    def show_failure(self, state: SourceState | None, now: float) -> None:
        """Says what is wrong with the pane's source, or that nothing is."""
        text = ""
        if state is not None and state.error is not None:
            since = duration(now - state.failing_since) if state.failing_since else ""
            text = f"✕ {state.error.operation} fails for {since}: {state.error.detail}. {state.error.what_to_do}"
        if text != self._notice.text:
            self._notice.text = text
            self._notice.redraw()

    def set_title(self, text: str, other: str = "") -> None:
        """The words in the upper edge of the frame: never markup, for a queue's name is among them.

        Args:
            text: The pane's own title.
            other: The title of a pane that shares the place on a narrow screen.
        """
        title = Content(text)
        if other:
            title = Content.assemble(title, (f" · {other} ", "dim not bold"))
        if title != self._title:
            self._title = title
            self.border_title = title

    def set_corner(self, text: str) -> None:
        """A few words in the lower edge of the frame."""
        if text != self._corner:
            self._corner = text
            self.border_subtitle = Content(text)
