"""Lines to read, as long as they are: wrapped at the width, so that nothing is cut."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, get_character_cell_size
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.format import Cell, Span
from batchtui.ui.keys import READ_KEYS, bindings
from batchtui.ui.widgets.styled import Styled


class LineView(Styled, ScrollView, can_focus=True):
    """A text that scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(READ_KEYS)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Cell, ...] = ()
        self._wrapped: list[Cell] = []

    def show(self, lines: Sequence[Cell]) -> None:
        """Replaces the text; the place in it stays."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._wrap()

    def on_resize(self, event: events.Resize) -> None:
        self._wrap()

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        line = self._wrapped[index] if index < len(self._wrapped) else ()
        return self.strip(line, self.scrollable_content_region.width)

    def action_scroll(self, lines: int) -> None:
        """Scrolls by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scrolls by so many screens."""
        self.action_scroll(pages * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """Scrolls to the beginning."""
        self.scroll_to(y=0, animate=False)

    def action_last(self) -> None:
        """Scrolls to the end."""
        self.scroll_to(y=len(self._wrapped), animate=False)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if width < 2:
            return
        self._wrapped = [part for line in self._lines for part in wrap(line, width)]
        self.virtual_size = Size(width, len(self._wrapped))
        self.refresh()


def wrap(line: Cell, width: int) -> list[Cell]:
    """A line in parts of at most so many cells; the parts together are the line.

    Args:
        line: Spans without control characters.
        width: At least 2, the width of the widest character.
    """
    if sum(cell_len(text) for text, _ in line) <= width:
        return [line]
    parts: list[list[Span]] = [[]]
    room = width
    for text, style in line:
        start = 0
        for index, character in enumerate(text):
            size = get_character_cell_size(character)
            if size > room:
                parts[-1].append((text[start:index], style))
                parts.append([])
                start, room = index, width
            room -= size
        parts[-1].append((text[start:], style))
    return [tuple(part) for part in parts]
