"""Marks: the rows of a list that a person chose, to do something with all of them together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic

from batchtui.ui.widgets.columns import Row


class Marking(Generic[Row]):
    """What the keys for marks do; the list says which rows it shows, and where its cursor is."""

    rows: Sequence[Row]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.marked: set[str] = set()
        """Keys of the rows that a person marked, also of those that a filter hides."""
        self._mark_from: str | None = None

    @property
    def markable(self) -> Sequence[Row]:
        """The rows that are shown; none while another list is made, for nobody has pointed at those."""
        raise NotImplementedError

    @property
    def cursor_index(self) -> int:
        """The cursor's line among the rows, from 0."""
        raise NotImplementedError

    def key_of(self, row: Row) -> str:
        """What a row is known by."""
        raise NotImplementedError

    def action_cursor(self, lines: int) -> None:
        """Moves the cursor by so many rows."""
        raise NotImplementedError

    def tell_marks(self) -> None:
        """Rows were marked or unmarked."""
        raise NotImplementedError

    def action_mark(self) -> None:
        """Marks the row under the cursor, or unmarks it, and goes on to the next."""
        if rows := self.markable:
            self._mark_from = self.key_of(rows[self.cursor_index])
            self.marked ^= {self._mark_from}
            self.tell_marks()
            self.action_cursor(1)

    def action_mark_to_here(self) -> None:
        """Marks every row between the last one that was marked by itself and the cursor.

        Where that one is no longer shown, only the row under the cursor: never rows that nobody pointed at.
        """
        if keys := [self.key_of(row) for row in self.markable]:
            start = keys.index(self._mark_from) if self._mark_from in keys else self.cursor_index
            first, last = sorted((start, self.cursor_index))
            self.marked |= set(keys[first : last + 1])
            self.tell_marks()

    def action_mark_all(self) -> None:
        """Marks every row that is shown."""
        self.marked |= {self.key_of(row) for row in self.markable}
        self.tell_marks()

    def action_unmark_all(self) -> None:
        """Takes every mark away, also from rows that are hidden."""
        self.marked.clear()
        self._mark_from = None
        self.tell_marks()

    def keep_marks(self, there: Iterable[Mapping[str, object]]) -> None:
        """Takes the marks away from rows that are no longer there at all."""
        self.marked = {key for each in there for key in self.marked & each.keys()}
