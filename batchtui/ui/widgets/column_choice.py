"""Which columns a table shows: those that a person chose, as many as there is room for, with their titles."""

from collections.abc import Sequence
from typing import Any, Generic

from batchtui.format import Cell
from batchtui.ui.widgets.columns import Column, Row, chosen_columns, fit


class ColumnChoice(Generic[Row]):
    """What a table needs to know of its columns; the table says how much room there is for a row.

    Args:
        columns: All columns; those that fit are shown.
    """

    def __init__(self, columns: Sequence[Column[Row]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._columns = columns
        self._chosen: tuple[str, ...] = ()
        self._sorted: tuple[str, bool] | None = None
        self._fitted: tuple[Sequence[Column[Row]], int, list[tuple[Column[Row], int]]] | None = None

    @property
    def row_width(self) -> int:
        """Cells that there are for the columns."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Sends what looks different now."""
        raise NotImplementedError

    def redraw_header(self) -> None:
        """The titles look different now."""
        raise NotImplementedError

    def set_columns(self, columns: Sequence[Column[Row]]) -> None:
        """Replaces the columns."""
        if columns is not self._columns:
            self._columns = columns
            self.redraw()

    @property
    def every_column(self) -> list[Column[Row]]:
        """All columns that there are for these rows, chosen or not."""
        return list(self._columns)

    @property
    def chosen_columns(self) -> Sequence[Column[Row]]:
        """Those that a person chose, else all; there may not be room for all of them."""
        return chosen_columns(self._columns, self._chosen) if self._chosen else self._columns

    @property
    def chosen(self) -> tuple[str, ...]:
        """The keys of the columns that a person chose; empty where nobody did."""
        return self._chosen

    def choose(self, keys: Sequence[str]) -> None:
        """Shows these columns only, in this order; all where there are none."""
        if tuple(keys) != self._chosen:
            self._chosen, self._fitted = tuple(keys), None
            self.redraw()

    def show_order(self, column: str | None, *, is_reversed: bool = False) -> None:
        """Says in the header by which column the rows are sorted; None for none."""
        self._sorted = None if column is None else (column, is_reversed)
        self.redraw_header()

    @property
    def shown_columns(self) -> list[str]:
        """The keys of the columns for which there is room."""
        return [column.key for column in self.columns_in_sight]

    @property
    def columns_in_sight(self) -> list[Column[Row]]:
        """The columns for which there is room."""
        return [column for column, _ in self.fitting(self.row_width)]

    def fitting(self, width: int) -> list[tuple[Column[Row], int]]:
        """The columns in sight with their widths: the same for every row until the room or the columns change."""
        if self._fitted is None or self._fitted[:2] != (self._columns, width):
            self._fitted = (self._columns, width, fit(self.chosen_columns, width))
        return self._fitted[2]

    def titled(self, column: Column[Row], room: int) -> Cell:
        """The title of the column by which the rows are sorted bears an arrow, where there is room for it."""
        if self._sorted is None or self._sorted[0] != column.key:
            return ((column.title, "header"),)
        arrow = "↑" if self._sorted[1] else "↓"
        return ((column.title + (arrow if len(column.title) < room else ""), "accent"),)
