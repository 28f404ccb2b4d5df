"""The table of every list: a ScrollView that draws the lines in sight and nothing else.

Stock tables cost seconds at 100,000 rows. Here a list is a tuple of rows; a line is made when it is drawn, and
after a change only the lines that look different are sent. The cursor belongs to a row's key, so that it stays
on its job while rows come, go and are sorted anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from time import time
from typing import Any, ClassVar, NamedTuple

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from batchtui.format import Cell, Span
from batchtui.ui.keys import LIST_KEYS, bindings
from batchtui.ui.widgets.column_choice import ColumnChoice
from batchtui.ui.widgets.columns import GAP, Column, Row, fill
from batchtui.ui.widgets.difference import changed_regions
from batchtui.ui.widgets.drawn_as_made import DrawnAsMade
from batchtui.ui.widgets.marking import Marking
from batchtui.ui.widgets.styled import Styled

_RELATED, _MARKED = "▌", "◆"
_HEADER = 1
_READING_SECONDS = 0.02


class _Looks(NamedTuple):
    """What all lines of a frame have in common: to ask for it line by line would take as long as the lines."""

    top: int
    width: int
    fitting: Sequence[tuple[Column[Any], int]]
    clock: float
    has_focus: bool
    is_plain: bool


class LineTable(Marking[Row], ColumnChoice[Row], Styled, DrawnAsMade, ScrollView, can_focus=True):
    """A list of rows under a header.

    Args:
        columns: All columns; those that fit are shown.
        key: What a row is known by.
        clock: Epoch seconds, for ages.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(LIST_KEYS)

    class Told(Message):
        """Something that concerns one table; ``@on`` can choose it by the table's id."""

        def __init__(self, table: "LineTable[Any]") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "LineTable[Any]":
            return self.table

    class Highlighted(Told):
        """The cursor came to another row, or to none."""

    class Opened(Told):
        """A person asks for the details of the row under the cursor."""

    class MarksChanged(Told):
        """Rows were marked or unmarked."""

    class HeaderClicked(Told):
        """A column's title was clicked."""

        def __init__(self, table: "LineTable[Any]", column: str) -> None:
            super().__init__(table)
            self.column = column

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        id: str | None = None,
        clock: Callable[[], float] = time,
    ) -> None:
        super().__init__(columns, id=id)
        self.rows: Sequence[Row] = ()
        self._key = key
        self.clock = clock
        self._cursor = 0
        self._cursor_key: str | None = None
        self._is_touched = False
        self._related: Collection[str] = ()
        self._empty: tuple[str, ...] = ()
        self._shown: dict[int, Strip] = {}
        self._preparing: Timer | None = None
        self.is_outdated = False
        """Whether another list was asked for and is not there yet: nothing can be done to what still stands."""

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor; none while another list is made, whose first row it will be on."""
        return self.rows[self._cursor] if self.rows and not self.is_outdated else None

    @property
    def cursor_index(self) -> int:
        return self._cursor

    @property
    def markable(self) -> Sequence[Row]:
        return () if self.is_outdated else self.rows

    def show(self, rows: Sequence[Row], *, is_another_list: bool = False) -> None:
        """Replaces the rows.

        The cursor stays on its key and on its line of the screen. Before it was moved for the first time
        it stays at the top, where what is new appears.

        Args:
            rows: In the order of the list.
            is_another_list: Another filter or another queue: the cursor goes to the top.
        """
        old_index, old_key = self._cursor, self._cursor_key
        self.rows = rows
        if is_another_list:
            self._is_touched = False
        self._cursor = self._find_cursor(old_index, old_key)
        self._cursor_key = self._key(rows[self._cursor]) if rows else None
        self.virtual_size = Size(self._line_width, len(rows) + _HEADER)
        offset = self.scroll_offset.y
        if not self._is_touched:
            offset = 0
        elif self._cursor != old_index:
            offset = max(0, offset + self._cursor - old_index)
        if offset != self.scroll_offset.y:
            self.scroll_to(y=offset, animate=False, force=True)
        self.redraw()
        if self._cursor_key != old_key:
            self.post_message(self.Highlighted(self))

    def go_to(self, key: str) -> bool:
        """Puts the cursor on a row; answers whether it is among those that are shown."""
        index = next((index for index, row in enumerate(self.rows) if self._key(row) == key), None)
        if index is not None:
            self._move_to(index)
        return index is not None

    def relate(self, keys: Collection[str]) -> None:
        """Puts a bar at the left edge of these rows."""
        if keys != self._related:
            self._related = keys
            self.redraw()

    def key_of(self, row: Row) -> str:
        return self._key(row)

    def set_empty(self, *lines: str) -> None:
        """What stands there while there are no rows."""
        if lines != self._empty:
            self._empty = lines
            self.redraw()

    def redraw(self) -> None:
        """Sends the lines that look different from what stands there, and none else."""
        if not self.is_mounted:
            return
        if not self.size.height:
            self.refresh()  # hidden: what was drawn before must not come back
            return
        now = self._looks_now()
        shown = [(y, self._shown.get(y), self._line(y, now)) for y in range(self.size.height)]
        for region in changed_regions(shown, now.width):
            strip = self._shown[region.y] = shown[region.y][2]
            self.refresh(region)
            self.put(region.y, strip)

    def redraw_header(self) -> None:
        """The header says something else: rows are drawn anew once they are others."""
        self.refresh(Region(0, 0, self.size.width, _HEADER))

    def lines_at(self, ys: Iterable[int]) -> Iterator[Strip]:
        now = self._looks_now()
        for y in ys:
            strip = self._shown[y] = self._line(y, now)
            yield strip

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if self._preparing is not None:
            self._preparing.stop()
        further = round(new_value) - round(old_value)
        self._preparing = self.set_timer(_READING_SECONDS, partial(self._prepare, further))
        if self._thumb(old_value) != self._thumb(new_value):
            super().watch_scroll_y(old_value, new_value)
        elif round(old_value) != round(new_value):
            self.refresh(self.size.region)  # without the scroll bar, which costs as much as the lines

    def _prepare(self, lines: int) -> None:
        """The next lines in the same direction are made while these are read: that is half of a page's time."""
        self._preparing = None
        now = self._looks_now()
        top = now.top + lines
        if abs(lines) <= self.size.height:
            indexes = range(max(0, top), min(len(self.rows), top + self.size.height - _HEADER))
            self.prepare(self._row_line(index, now) for index in indexes)

    def _thumb(self, top: float) -> int:
        """Where the scroll bar's thumb begins, in eighths of a cell, as Textual draws it."""
        height, lines = self.size.height, self.virtual_size.height
        if not 0 < height < lines:
            return 0
        return int((height - max(1, height * height / lines)) * top / (lines - height) * 8)

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(self._line_width, len(self.rows) + _HEADER)
        self._keep_in_sight()

    def on_focus(self, event: events.Focus) -> None:
        self.redraw()

    def on_blur(self, event: events.Blur) -> None:
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y - _HEADER
        if event.y < _HEADER:
            self._click_header(event.x)
        elif index < len(self.rows):
            self._move_to(index)
            if event.chain == 2:
                self.action_open()

    def action_cursor(self, lines: int) -> None:
        """Moves the cursor by so many rows."""
        self._move_to(self._cursor + lines)

    def action_page(self, pages: int) -> None:
        """Moves the cursor by so many screens."""
        self._move_to(self._cursor + pages * max(1, self.size.height - _HEADER - 1))

    def action_first(self) -> None:
        """Moves the cursor to the top and leaves it there while rows come in above."""
        self._move_to(0)
        self._is_touched = False

    def action_last(self) -> None:
        """Moves the cursor to the last row."""
        self._move_to(len(self.rows) - 1)

    def action_open(self) -> None:
        """Asks for the details of the row under the cursor."""
        if self.cursor_row is not None:
            self.post_message(self.Opened(self))

    def tell_marks(self) -> None:
        self.redraw()
        self.post_message(self.MarksChanged(self))

    def _click_header(self, x: int) -> None:
        start = len(_RELATED)
        for column, room in self.fitting(self.row_width):
            if start <= x < start + room + GAP:
                self.post_message(self.HeaderClicked(self, column.key))
                return
            start += room + GAP

    @property
    def row_width(self) -> int:
        return self._line_width - len(_RELATED)

    @property
    def _line_width(self) -> int:
        return self.scrollable_content_region.width

    def _find_cursor(self, old_index: int, old_key: str | None) -> int:
        if not self.rows or not self._is_touched:
            return 0
        last = len(self.rows) - 1
        if old_index <= last and self._key(self.rows[old_index]) == old_key:
            return old_index
        found = (index for index, row in enumerate(self.rows) if self._key(row) == old_key)
        return next(found, min(old_index, last))

    def _move_to(self, index: int) -> None:
        if not self.rows:
            return
        self._is_touched = True
        left, top = self._cursor, self.scroll_offset.y
        self._cursor = max(0, min(len(self.rows) - 1, index))
        key = self._key(self.rows[self._cursor])
        self._keep_in_sight()
        if not self.size.height:
            self.redraw()
        elif self.scroll_offset.y == top:  # else every line is another, and is drawn by the scrolling
            for each in {left, self._cursor}:
                self.refresh_line(each + _HEADER)
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.Highlighted(self))

    def _keep_in_sight(self) -> None:
        top, visible = self.scroll_offset.y, max(1, self.size.height - _HEADER)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + visible:
            self.scroll_to(y=self._cursor - visible + 1, animate=False, force=True)

    def _looks_now(self) -> _Looks:
        width = self._line_width
        return _Looks(
            top=self.scroll_offset.y,
            width=width,
            fitting=self.fitting(width - len(_RELATED)),
            clock=self.clock(),
            has_focus=self.has_focus,
            is_plain=self.is_plain,
        )

    def _line(self, y: int, now: _Looks) -> Strip:
        if y < _HEADER:
            titles = [self.titled(column, room) for column, room in now.fitting]
            return self._join(titles, now, (" ", ""), "header")
        index = now.top + y - _HEADER
        if index >= len(self.rows):
            return self._empty_line(y - _HEADER, now.width)
        return self._row_line(index, now)

    def _row_line(self, index: int, now: _Looks) -> Strip:
        row, clock, is_here = self.rows[index], now.clock, index == self._cursor
        cells = [column.cell(row, room, clock) for column, room in now.fitting]
        over = ("cursor" if now.has_focus else "cursor-idle") if is_here else ""
        return self._join(cells, now, self._edge(self._key(row), now, is_here=is_here), over)

    def _edge(self, key: str, now: _Looks, *, is_here: bool) -> Span:
        if key in self.marked:
            return (_MARKED, "warning")
        if not now.is_plain:
            return (_RELATED if key in self._related else " ", "accent")
        return (">" if is_here and now.has_focus else "+" if key in self._related else " ", "accent")

    def _join(self, cells: Sequence[Cell], now: _Looks, edge: Span, over: str) -> Strip:
        def make() -> Strip:
            spans = [edge]
            for (column, room), cell in zip(now.fitting, cells, strict=True):
                spans += fill(cell, room, is_right=column.is_right)
                spans.append((" " * GAP, ""))
            return self.made(tuple(spans), now.width, over)

        rooms = tuple([room for _, room in now.fitting])
        return self.kept((tuple(cells), rooms, now.width, edge, over), make)

    def _empty_line(self, y: int, width: int) -> Strip:
        text = self._empty[y - 1] if not self.rows and 0 < y <= len(self._empty) else ""
        if not text:
            return Strip.blank(width, self.visual_style.rich_style)
        return self.strip(tuple(fill((("  " + text, "muted"),), width)), width)
