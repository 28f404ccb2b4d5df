"""Long tabs on wide screens: their sections in two columns, so that all of them are in sight."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Final

from batchtui.format import Cell, text_of
from batchtui.ui.widgets.columns import fill
from batchtui.ui.widgets.line_view import wrap

_LEAST: Final = 90
"""Cells of a column: narrower ones would break what is made to be compared."""
_BETWEEN: Final = 3


def side_by_side(make: Callable[[int], Sequence[Cell]], width: int) -> Sequence[Cell]:
    """Lines in one column, or in two of the same width where there is room.

    Args:
        make: The lines for so many cells; sections end with an empty line.
        width: In cells.
    """
    room = (width - _BETWEEN) // 2
    if room < _LEAST:
        return make(width)
    sections: list[list[Cell]] = [[]]
    for line in make(room):
        sections[-1] += wrap(line, room)
        if not text_of(line).strip():
            sections.append([])
    sections = [section for section in sections if section]
    if len(sections) < 2:
        return [line for section in sections for line in section]
    heights = [len(section) for section in sections]
    place = min(range(1, len(sections)), key=lambda at: max(sum(heights[:at]), sum(heights[at:])))
    left = [line for section in sections[:place] for line in section]
    right = [line for section in sections[place:] for line in section]
    between = (" " * _BETWEEN, "")
    return [
        (*fill(one, room), between, *other) if other else one
        for one, other in zip_longest(left, right, fillvalue=())
    ]
