"""Lines to read, as long as they are: wrapped at the width, so that nothing is cut, and searchable."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, get_character_cell_size
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.format import Cell, Span
from batchtui.ui.keys import READ_KEYS, bindings
from batchtui.ui.widgets.styled import Styled

LABEL = "label"
"""A line that begins with a span of this style wraps beside that span, not below it."""


class LineView(Styled, ScrollView, can_focus=True):
    """A text that scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(READ_KEYS)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.searched = ""
        """What is searched for; empty for nothing."""
        self._lines: tuple[Cell, ...] = ()
        self._wrapped: list[Cell] = []
        self._places: list[tuple[int, int]] = []  # of each wrapped line: its line, and where in it that begins
        self._found: list[int] = []
        self._here = -1
        self._shown: dict[int, Strip] = {}

    def show(self, lines: Sequence[Cell]) -> None:
        """Replaces the text; the place in it stays, and only lines that look different are sent."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._wrap()

    def search(self, text: str) -> int:
        """Looks for a text, whatever its case, and goes to the first line that has it below this place.

        Returns:
            How many lines have it.
        """
        self.searched = text
        self._look()
        below = [index for index, line in enumerate(self._found) if line >= self.scroll_offset.y]
        self._here = (below[0] if below else 0) - 1
        if text:
            self.find(1)
        self._redraw()
        return len(self._found)

    def find(self, steps: int) -> bool:
        """Goes to the next or the previous line that was searched for; answers whether there is one."""
        if not self._found:
            return False
        self._here = (self._here + steps) % len(self._found)
        line, height = self._found[self._here], self.size.height
        if not self.scroll_offset.y <= line < self.scroll_offset.y + height:
            self.scroll_to(y=max(0, line - height // 3), animate=False, force=True)
        self._redraw()
        return True

    def on_resize(self, event: events.Resize) -> None:
        self._wrap()

    def render_line(self, y: int) -> Strip:
        strip = self._strip(y)
        self._shown[y] = strip
        return strip

    def action_scroll(self, lines: int) -> None:
        """Scrolls by so many lines."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)

    def action_page(self, pages: int) -> None:
        """Scrolls by so many screens."""
        self.action_scroll(pages * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """Scrolls to the beginning."""
        self.scroll_to(y=0, animate=False, force=True)

    def action_last(self) -> None:
        """Scrolls to the end."""
        self.scroll_to(y=len(self._wrapped), animate=False, force=True)

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if width < 2:
            return
        self._wrapped, self._places = [], []
        for index, line in enumerate(self._lines):
            offset = 0
            for part in wrap(line, width):
                self._places.append((index, offset))
                self._wrapped.append(part)
                is_indented = offset > 0 and bool(part) and not part[0][0].strip()
                offset += sum(len(text) for text, _ in part[is_indented:])
        self._look()
        self.virtual_size = Size(width, len(self._wrapped))
        self._redraw()

    def _look(self) -> None:
        """Looks in the lines as they are, not as they are wrapped: a break must not hide what stands around it."""
        sought = self.searched.lower()  # keeps the length of nearly every text, as the places need it
        self._found = []
        texts = ["".join(text for text, _ in line).lower() for line in self._lines] if sought else []
        for piece, (index, offset) in enumerate(self._places):
            if not sought:
                break
            is_last = piece + 1 == len(self._places) or self._places[piece + 1][0] != index
            end = len(texts[index]) if is_last else self._places[piece + 1][1]
            found = texts[index].find(sought, offset)
            if 0 <= found < end:
                self._found.append(piece)
        self._here = min(self._here, len(self._found) - 1)

    def _redraw(self) -> None:
        for y in range(self.size.height):
            if self._shown.get(y) != self._strip(y):
                self.refresh(Region(0, y, self.size.width, 1))

    def _strip(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        line = self._wrapped[index] if index < len(self._wrapped) else ()
        over = ""
        if self.searched and index in self._found:
            over = "cursor" if self._found[self._here] == index else "cursor-idle"
        return self.strip(line, width, over)


def wrap(line: Cell, width: int) -> list[Cell]:
    """A line in parts of at most so many cells; what the parts hold beside their indentation is the line.

    Args:
        line: Spans without control characters.
        width: At least 2, the width of the widest character.
    """
    if sum(cell_len(text) for text, _ in line) <= width:
        return [line]
    indent = cell_len(line[0][0]) if line and line[0][1] == LABEL else 0
    margin: list[Span] = [(" " * indent, "")] if 0 < indent <= width // 2 else []
    parts: list[list[Span]] = [[]]
    room = width
    for text, style in line:
        start = 0
        for index, character in enumerate(text):
            size = get_character_cell_size(character)
            if size > room:
                parts[-1].append((text[start:index], style))
                parts.append(list(margin))
                start, room = index, width - (indent if margin else 0)
            room -= size
        parts[-1].append((text[start:], style))
    return [tuple(part) for part in parts]
