"""All children of an array at a glance: one cell a child, its glyph and colour telling its status."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.format import GLYPHS, UNKNOWN_GLYPH, Span, status_style
from batchtui.model.job import JobSummary
from batchtui.query.children import rank
from batchtui.ui.keys import LIST_KEYS, Key, bindings
from batchtui.ui.widgets.difference import changed_regions
from batchtui.ui.widgets.styled import Styled

UNTOLD = "░"
"""A child of which nothing is known yet."""
_FILTERED, _MARKED = " ", "◆"
_RULER = 1
_TENS = 10

MAP_KEYS = (
    Key("cell-right", "right", "cell(1)", "In the map: the next child", "", "→"),
    Key("cell-left", "left", "cell(-1)", "In the map: the child before", "", "←"),
)


class ChildrenMap(Styled, ScrollView, can_focus=True):
    """The map; the cursor is on a child, whatever shape the map has."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((*LIST_KEYS, *MAP_KEYS))

    class Moved(Message):
        """The cursor came to another child."""

    class Opened(Message):
        """A person asks for the details of the child under the cursor."""

    class MarkWanted(Message):
        """A person marks children by their indexes.

        Attributes:
            indexes: Which.
            is_toggled: Whether those that are marked lose their mark.
        """

        def __init__(self, indexes: Sequence[int], *, is_toggled: bool = False) -> None:
            super().__init__()
            self.indexes = indexes
            self.is_toggled = is_toggled

    class UnmarkAll(Message):
        """A person takes all marks away."""

    def __init__(self) -> None:
        super().__init__(id="children-map")
        self.family: Sequence[JobSummary | None] = ()
        self.marked: Collection[str] = ()
        self.matching: Collection[str] | None = None
        """The ids of those that the filter lets through; None where there is no filter."""
        self.cursor = 0
        """The index of a child."""
        self.is_whole = False
        """Whether all is in sight, with several children a cell where that takes it."""
        self._mark_from = 0
        self._shown: dict[int, Strip] = {}

    @property
    def columns(self) -> int:
        """Cells of a line: whole tens, so that an index is found by its digits."""
        room = self._line_width - self._margin
        return max(_TENS, room // _TENS * _TENS)

    @property
    def per_cell(self) -> int:
        """Children of a cell."""
        cells = self.columns * max(1, self.size.height - _RULER)
        return max(1, -(-len(self.family) // cells)) if self.is_whole else 1

    def in_cell(self, index: int) -> range:
        """The indexes that share a cell with one."""
        size = self.per_cell
        first = index // size * size
        return range(first, min(first + size, len(self.family)))

    def show(self, children: Sequence[JobSummary | None]) -> None:
        """Replaces the children; the cursor stays on its index."""
        self.family = children
        self.cursor = max(0, min(self.cursor, len(children) - 1))
        self.fit()

    def fit(self) -> None:
        """The shape of the map is another."""
        self.virtual_size = Size(self._line_width, self._lines + _RULER)
        self._keep_in_sight()
        self.redraw()

    def redraw(self) -> None:
        """Sends the lines that look different from what stands there, and none else."""
        if not self.is_mounted or not self.size.height:
            return
        width = self._line_width
        shown = [(y, self._shown.get(y), self._line(y, width)) for y in range(self.size.height)]
        for region in changed_regions(shown, width):
            self.refresh(region)

    def render_line(self, y: int) -> Strip:
        strip = self._line(y, self._line_width)
        self._shown[y] = strip
        return strip

    def on_resize(self, event: events.Resize) -> None:
        self.fit()

    def on_focus(self, event: events.Focus) -> None:
        self.redraw()

    def on_blur(self, event: events.Blur) -> None:
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        line, column = self.scroll_offset.y + event.y - _RULER, event.x - self._margin
        index = (line * self.columns + column) * self.per_cell
        if event.y >= _RULER and 0 <= column < self.columns and index < len(self.family):
            self.go_to(index)
            if event.chain == 2:
                self.action_open()

    def action_cell(self, cells: int) -> None:
        """Moves the cursor by so many cells."""
        self.go_to(self.in_cell(self.cursor).start + cells * self.per_cell)

    def action_cursor(self, lines: int) -> None:
        """Moves the cursor by so many lines; at the edge it stays in its column."""
        step = lines * self.columns * self.per_cell
        if 0 <= self.cursor + step < len(self.family):
            self.go_to(self.cursor + step)

    def action_page(self, pages: int) -> None:
        """Moves the cursor by so many screens."""
        lines = max(1, self.size.height - _RULER - 1)
        self.go_to(self.cursor + pages * lines * self.columns * self.per_cell)

    def action_first(self) -> None:
        """Moves the cursor to the first child."""
        self.go_to(0)

    def action_last(self) -> None:
        """Moves the cursor to the last child."""
        self.go_to(len(self.family) - 1)

    def action_open(self) -> None:
        """Asks for the details of the child under the cursor."""
        self.post_message(self.Opened())

    def action_mark(self) -> None:
        """Marks the child under the cursor, or unmarks it, and goes on to the next; a shared cell as a whole."""
        self._mark_from = self.cursor
        self.post_message(self.MarkWanted(self.in_cell(self.cursor), is_toggled=True))
        self.action_cell(1)

    def action_mark_to_here(self) -> None:
        """Marks every child between the last one that was marked by itself and the cursor."""
        first, last = sorted((self._mark_from, self.cursor))
        self.post_message(self.MarkWanted(range(self.in_cell(first).start, self.in_cell(last).stop)))

    def action_mark_all(self) -> None:
        """Marks every child that the filter lets through."""
        self.post_message(self.MarkWanted(range(len(self.family))))

    def action_unmark_all(self) -> None:
        """Takes every mark away."""
        self.post_message(self.UnmarkAll())

    def go_to(self, index: int) -> None:
        """Puts the cursor on a child."""
        index = max(0, min(index, len(self.family) - 1))
        if index != self.cursor and self.family:
            self.cursor = index
            self._keep_in_sight()
            self.redraw()
            self.post_message(self.Moved())

    @property
    def in_sight(self) -> range:
        """The indexes on the screen."""
        line = self.columns * self.per_cell
        first = self.scroll_offset.y * line
        return range(first, min(first + line * max(1, self.size.height - _RULER), len(self.family)))

    def worst_in_cell(self, index: int) -> int:
        """Of the children that share a cell the one that needs attention most: the cell shows its status."""
        return self._worst(self.in_cell(index))

    @property
    def _line_width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _margin(self) -> int:
        return len(str(max(0, len(self.family) - 1))) + 2

    @property
    def _lines(self) -> int:
        return -(-len(self.family) // (self.columns * self.per_cell))

    def _keep_in_sight(self) -> None:
        if not self.size.height:
            return
        line, top = self.cursor // (self.columns * self.per_cell), self.scroll_offset.y
        visible = max(1, self.size.height - _RULER)
        if line < top:
            self.scroll_to(y=line, animate=False, force=True)
        elif line >= top + visible:
            self.scroll_to(y=line - visible + 1, animate=False, force=True)

    def _worst(self, shared: range) -> int:
        """Children that the filter lets through come before the others, and those before what is not known."""
        found, place = shared.start, (3, 0)
        for index in shared:
            child = self.family[index]
            if child is not None:
                is_hidden = self.matching is not None and child.job_id not in self.matching
                here = (int(is_hidden), rank(child.status))
                if here < place:
                    found, place = index, here
        return found

    def _look(self, index: int) -> Span:
        """The glyph and the style of the cell that shows a child."""
        child = self.family[index]
        if child is None:
            return (UNTOLD, "muted")
        if self.matching is not None and child.job_id not in self.matching:
            return (_FILTERED, "muted")
        if child.job_id in self.marked:
            return (_MARKED, "warning")
        return (GLYPHS.get(child.status, UNKNOWN_GLYPH), status_style(child.status))

    def _line(self, y: int, width: int) -> Strip:
        if y < _RULER:
            return self.strip(self._ruler(), width)
        step, columns, size = self.per_cell, self.columns, len(self.family)
        first = (self.scroll_offset.y + y - _RULER) * columns * step
        if first >= size:
            return Strip.blank(width, self.visual_style.rich_style)
        last = min(first + columns * step, size)
        here = self.in_cell(self.cursor).start
        if step == 1:
            looks = [self._look(index) for index in range(first, last)]
        else:
            cells = (range(index, min(index + step, size)) for index in range(first, last, step))
            looks = [self._look(self._worst(shared)) for shared in cells]
        if first <= here < last:
            place = (here - first) // step
            glyph = looks[place][0]
            looks[place] = (glyph if glyph != _FILTERED else "·", "found" if self.has_focus else "key")
        spans = [
            ("".join(text for text, _ in run), style) for style, run in groupby(looks, key=lambda look: look[1])
        ]
        return self.strip((self._label(first), *spans), width)

    def _label(self, first: int) -> Span:
        return (f"{first:>{self._margin - 1}} ", "muted")

    def _ruler(self) -> tuple[Span, ...]:
        """How far a cell is from the first of its line; it ends with the last child, if all stand in one line."""
        step = self.per_cell
        cells = min(self.columns, -(-len(self.family) // step))
        ticks = "".join(f"{f'+{column * step}':<{_TENS}}" for column in range(0, cells, _TENS))
        return ((" " * self._margin + ticks[: self.columns], "header"),)
