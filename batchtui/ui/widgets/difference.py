"""Which part of a widget looks different from what stands on the terminal: over a slow link every byte counts."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import get_character_cell_size
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

_FEW: Final = 4
"""So many lines are compared cell by cell; of more, as after a scroll, each is sent whole."""

Cells = list[tuple[str, Style | None]]


def changed_regions(lines: Sequence[tuple[int, Strip | None, Strip]], width: int) -> Iterator[Region]:
    """What has to be drawn.

    Args:
        lines: Of each line of the widget its number, what stands there (None where that is not known), and what
            should.
        width: The widget's, in cells.
    """
    changed = [line for line in lines if line[1] != line[2]]
    for y, old, new in changed:
        span = None
        if old is not None and len(changed) <= _FEW and old.cell_length == new.cell_length:
            span = _changed_cells(_cells(old), _cells(new))
        start, stop = span or (0, width)
        yield Region(start, y, stop - start, 1)


def _changed_cells(old: Cells | None, new: Cells | None) -> tuple[int, int] | None:
    """The first cell that differs, and the one after the last; no character of two cells is cut."""
    if old is None or new is None:
        return None
    differing = [place for place, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    if not differing:
        return None  # the same cells in other segments
    start, stop = differing[0], differing[-1] + 1
    while start and not (old[start][0] and new[start][0]):
        start -= 1
    while stop < len(new) and not (old[stop][0] and new[stop][0]):
        stop += 1
    return start, stop


def _cells(strip: Strip) -> Cells | None:
    """Each cell's text and style; the second cell of a wide character is empty.

    None where a character has no cell of its own: where a line is cut, it would be lost.
    """
    cells: Cells = []
    for text, style, _ in strip:
        for character in text:
            width = get_character_cell_size(character)
            if not width:
                return None
            cells.append((character, style))
            cells.extend([("", style)] * (width - 1))
    return cells
