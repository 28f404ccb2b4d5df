"""Lines to read, as long as they are: wrapped at the width, so that nothing is cut, and searchable."""

import re
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, get_character_cell_size
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.format import Cell, Span
from batchtui.plain_words import words_of
from batchtui.ui.keys import READ_KEYS, bindings
from batchtui.ui.widgets.difference import changed_regions
from batchtui.ui.widgets.styled import Styled

_HANGING = frozenset(("key", "label"))
"""A line that begins with spans of these styles wraps beside them, not below them."""
_WORD = re.compile(r"([^ ]*)( *)", re.DOTALL)
_NARROW = re.compile(r"[ -~…\ufffd]*+")
"""Characters of one cell, as long values are made of, and what stands where they were cut or cleaned."""


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

    def place_in_words(self) -> str:
        """Which line is at the top, or has what was found, and what it says."""
        here = self.spoken
        said = words_of(self._wrapped[here]) if here < len(self._wrapped) else ""
        return f"line {here + 1} of {len(self._wrapped)}: {said}"

    @property
    def spoken(self) -> int:
        """The line at the top, else the one that has what was searched for."""
        found = self._found[self._here] if self._found and self._here >= 0 else -1
        top = self.scroll_offset.y
        return found if top <= found < top + self.size.height else top

    def _wrap(self) -> None:
        width = self.scrollable_content_region.width
        if width < 2:
            return
        self._wrapped, self._places = [], []
        for index, line in enumerate(self._lines):
            parts = wrap(line, width)
            margin = hang(line, width) if len(parts) > 1 else 0
            offset = 0
            for number, part in enumerate(parts):
                self._places.append((index, offset))
                self._wrapped.append(part)
                offset += sum(len(text) for text, _ in part) - (margin if number else 0)
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
        shown = [(y, self._shown.get(y), self._strip(y)) for y in range(self.size.height)]
        for region in changed_regions(shown, self.size.width):
            self.refresh(region)

    def _strip(self, y: int) -> Strip:
        index = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        line = self._wrapped[index] if index < len(self._wrapped) else ()
        over = ""
        if self.searched and index in self._found:
            over = "cursor" if self._found[self._here] == index else "cursor-idle"
        return self.strip(line, width, over)


def wrap(line: Cell, width: int) -> list[Cell]:
    """A line in parts: what they hold beside the margin that ``hang()`` tells is the line, every space of it.

    It breaks after spaces, which stay at the end of the upper part: they alone may stand beyond the width, where
    nobody misses them. Only a word that is longer than a whole line is broken inside.

    Args:
        line: Spans without control characters.
        width: At least 2, the width of the widest character.
    """
    if sum(len(text) if _NARROW.fullmatch(text) else cell_len(text) for text, _ in line) <= width:
        return [line]
    indent = hang(line, width)
    margin: list[Span] = [(" " * indent, "")] if indent else []
    parts: list[list[Span]] = [[]]
    breaks = _breaks("".join(text for text, _ in line), width, indent)
    start = 0
    for text, style in line:
        end = start + len(text)
        while breaks and breaks[0] < end:
            parts[-1].append((text[len(text) - (end - start) : len(text) - (end - breaks[0])], style))
            start = breaks.pop(0)
            parts.append(list(margin))
        parts[-1].append((text[len(text) - (end - start) :], style))
        start = end
    return [tuple(part) for part in parts]


def hang(line: Cell, width: int) -> int:
    """The margin of every part of a line but the first: below the value, not below its label.

    A line without a label hangs below its own indentation.
    """
    indent = 0
    for text, style in line:
        if style not in _HANGING:
            break
        indent += cell_len(text)
    if not indent:
        text = "".join(text for text, _ in line)
        indent = len(text) - len(text.lstrip(" "))
    return indent if indent <= width // 2 else 0


def _breaks(text: str, width: int, indent: int) -> list[int]:
    """Where the parts begin, but for the first."""
    breaks: list[int] = []
    room = width
    for found in _WORD.finditer(text):
        word, spaces = found.groups()
        is_narrow = _NARROW.fullmatch(word) is not None
        size = len(word) if is_narrow else sum(map(_size, word))
        if size > room and size <= width - indent:
            breaks.append(found.start())
            room = width - indent
        elif size > room and is_narrow:
            breaks += range(found.start() + room, found.end(1), width - indent)
            room, size = width - indent - (found.end(1) - breaks[-1]), 0
        elif size > room:
            for index, character in enumerate(word, found.start()):
                if _size(character) > room:
                    breaks.append(index)
                    room = width - indent
                room -= _size(character)
            size = 0
        room = max(0, room - size - len(spaces))
    return breaks


def _size(character: str) -> int:
    """Cells that a character may take: the selector of the coloured form makes the one before it wider."""
    return 1 if character == "\ufe0f" else get_character_cell_size(character)
