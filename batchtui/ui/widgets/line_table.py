"""The table of every list: a ScrollView that draws the lines in sight and nothing else.

Stock tables cost seconds at 100,000 rows. Here a list is a tuple of rows; a line is made when it is drawn, and
after a change only the lines that look different are sent. The cursor belongs to a row's key, so that it stays
on its job while rows come, go and are sorted anew.
"""

from collections.abc import Callable, Collection, Sequence
from time import time
from typing import Any, ClassVar, Generic

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from batchtui.format import Cell
from batchtui.ui.keys import LIST_KEYS, bindings
from batchtui.ui.widgets.columns import GAP, Column, Row, fill, fit
from batchtui.ui.widgets.styled import Styled

_MARK = "▌"
_HEADER = 1


class LineTable(Styled, ScrollView, Generic[Row], can_focus=True):
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

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        id: str | None = None,
        clock: Callable[[], float] = time,
    ) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self._columns = columns
        self._key = key
        self._clock = clock
        self._cursor = 0
        self._cursor_key: str | None = None
        self._is_touched = False
        self._marked: Collection[str] = ()
        self._empty: tuple[str, ...] = ()
        self._shown: dict[int, Strip] = {}

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self._cursor] if self.rows else None

    @property
    def cursor_index(self) -> int:
        """The cursor's line among the rows, from 0."""
        return self._cursor

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

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Replaces the columns."""
        if columns is not self._columns:
            self._columns = columns
            self.redraw()

    def mark(self, keys: Collection[str]) -> None:
        """Puts a bar at the left edge of the rows with these keys."""
        if keys != self._marked:
            self._marked = keys
            self.redraw()

    def set_empty(self, *lines: str) -> None:
        """What stands there while there are no rows."""
        if lines != self._empty:
            self._empty = lines
            self.redraw()

    def redraw(self) -> None:
        """Sends the lines that look different from what stands there, and none else."""
        if not self.is_mounted:
            return
        width = self._line_width
        for y in range(self.size.height):
            if self._shown.get(y) != self._line(y, width):
                self.refresh(Region(0, y, width, 1))

    def render_line(self, y: int) -> Strip:
        strip = self._line(y, self._line_width)
        self._shown[y] = strip
        return strip

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(self._line_width, len(self.rows) + _HEADER)
        self._keep_in_sight()

    def on_focus(self, event: events.Focus) -> None:
        self.redraw()

    def on_blur(self, event: events.Blur) -> None:
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y - _HEADER
        if event.y >= _HEADER and index < len(self.rows):
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
        if self.rows:
            self.post_message(self.Opened(self))

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
        self._cursor = max(0, min(len(self.rows) - 1, index))
        key = self._key(self.rows[self._cursor])
        self._keep_in_sight()
        self.redraw()
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.Highlighted(self))

    def _keep_in_sight(self) -> None:
        top, visible = self.scroll_offset.y, max(1, self.size.height - _HEADER)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + visible:
            self.scroll_to(y=self._cursor - visible + 1, animate=False, force=True)

    def _line(self, y: int, width: int) -> Strip:
        fitting = fit(self._columns, width - len(_MARK))
        if y < _HEADER:
            titles: list[Cell] = [((column.title, "header"),) for column, _ in fitting]
            return self._join(fitting, titles, width, " ", "header")
        index = self.scroll_offset.y + y - _HEADER
        if index >= len(self.rows):
            return self._empty_line(y - _HEADER, width)
        row = self.rows[index]
        now = self._clock()
        cells = [column.cell(row, room, now) for column, room in fitting]
        over = ""
        if index == self._cursor:
            over = "cursor" if self.has_focus else "cursor-idle"
        return self._join(fitting, cells, width, _MARK if self._key(row) in self._marked else " ", over)

    def _join(
        self,
        fitting: Sequence[tuple[Column[Row], int]],
        cells: Sequence[Cell],
        width: int,
        mark: str,
        over: str,
    ) -> Strip:
        spans = [(mark, "accent")]
        for (column, room), cell in zip(fitting, cells, strict=True):
            spans += fill(cell, room, is_right=column.is_right)
            spans.append((" " * GAP, ""))
        return self.strip(tuple(spans), width, over)

    def _empty_line(self, y: int, width: int) -> Strip:
        text = self._empty[y - 1] if not self.rows and 0 < y <= len(self._empty) else ""
        return self.strip(tuple(fill((("  " + text, "muted"),), width)), width)
