"""Columns of a line-rendering table, and which of them fit: pure functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from rich.cells import cell_len, set_cell_size

from batchtui.configuration.lists import LEFT_OUT
from batchtui.format import Cell, Span
from batchtui.model.text import MOST_JOINED

Row = TypeVar("Row")

GAP = 1
"""Blank cells between two columns."""


ESSENTIAL = 70
"""Columns of at least this importance are shown in their least width before any is made comfortable."""


_MOST_CHOSEN = 1000


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        key: What it shows, in one word.
        title: The header.
        width: Cells that it needs at least, header included.
        cell: The content for a row, the column's width in cells and now (epoch seconds).
        importance: Where room is short, the least important column goes first.
        comfort: Cells with which it is at ease; less important columns have to wait for that.
        flex: Its share of the room that is left; 0 for a column of fixed width.
        most: A flexible column grows to at most so many cells.
        is_right: Numbers and ages stand at the right.
        raw: Its value in a file, where neither the filter's field of this name nor the cell is that.
        raw_name: What the column is called there, where it is not its key.
    """

    key: str
    title: str
    width: int
    cell: Callable[[Row, int, float], Cell]
    importance: int = 0
    comfort: int = 0
    flex: int = 0
    most: int = 1000
    is_right: bool = False
    raw: Callable[[Row, float], str | int | float | None] | None = None
    raw_name: str = ""

    @property
    def wanted(self) -> int:
        """Its comfortable width."""
        return max(self.width, self.comfort)


def chosen_columns(columns: Sequence[Column[Row]], keys: Sequence[str]) -> Sequence[Column[Row]]:
    """The columns that a person chose, in that order; those named first get a place first.

    Args:
        columns: Those that there are now; which these are may depend on what is shown.
        keys: The chosen ones, or with a ``-`` before each those that are left out; where no column would be left,
            it is as if nothing was chosen.
    """
    if keys and keys[0].startswith(LEFT_OUT):
        return [each for each in columns if f"{LEFT_OUT}{each.key}" not in keys] or columns
    by_key = {column.key: column for column in columns}
    found = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    first = _MOST_CHOSEN + ESSENTIAL
    return [replace(each, importance=first - place) for place, each in enumerate(found)] or columns


def fit(columns: Sequence[Column[Row]], width: int) -> list[tuple[Column[Row], int]]:
    """The columns that fit into so many cells, in their order, each with its width."""
    widths = _admit(sorted(columns, key=lambda column: -column.importance), width + GAP)
    room = width + GAP - sum(widths.values()) - GAP * len(widths)
    by_importance = [c for c in sorted(columns, key=lambda c: -c.importance) if c.key in widths]
    for column in by_importance:
        more = min(room, column.wanted - widths[column.key])
        widths[column.key] += more
        room -= more
    growing = [column for column in by_importance if column.flex]
    while room > 0 and growing:
        shares = sum(column.flex for column in growing)
        given = 0
        for column in growing:
            more = min(max(1, room * column.flex // shares), column.most - widths[column.key], room - given)
            widths[column.key] += max(0, more)
            given += max(0, more)
        growing = [column for column in growing if widths[column.key] < column.most]
        room -= given
    return [(column, widths[column.key]) for column in columns if column.key in widths]


def _admit(by_importance: Sequence[Column[Row]], room: int) -> dict[str, int]:
    """The columns that get a place, with their least widths."""
    widths: dict[str, int] = {}
    least = comfortable = 0
    for column in by_importance:
        is_essential = column.importance >= ESSENTIAL
        if (least if is_essential else comfortable) + column.width + GAP > room:
            if is_essential:
                comfortable = room  # a narrow column of no importance must not take what a better one lacks
                continue
            break
        widths[column.key] = column.width
        least += column.width + GAP
        comfortable += column.wanted + GAP
    return widths


_MOST_A_CELL = MOST_JOINED + 2
"""Characters of a clean text that share a cell, with room for what stands in place of more."""


def fill(cell: Cell, width: int, *, is_right: bool = False) -> list[Span]:
    """A cell's spans in exactly so many cells; what does not fit ends in an ellipsis."""
    most = (width + 1) * _MOST_A_CELL
    if any(len(text) > most for text, _ in cell):  # to measure all of a very long value takes too long
        cell = tuple((text[:most], style) for text, style in cell)
    length = sum(cell_len(text) for text, _ in cell)
    if length <= width:
        blank: Span = (" " * (width - length), "")
        return [blank, *cell] if is_right else [*cell, blank]
    spans: list[Span] = []
    room = width - 1
    for text, style in cell:
        if cell_len(text) > room:
            spans.append((set_cell_size(text, room).rstrip() + "…", style))
            break
        spans.append((text, style))
        room -= cell_len(text)
    used = sum(cell_len(text) for text, _ in spans)
    return [*spans, (" " * (width - used), "")]
