"""The plain text table that a run prints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HEADINGS = ("MEASURE", "VALUE", "AIM", "MET")
_GAP = "   "


@dataclass(frozen=True, slots=True)
class Row:
    """One measure."""

    measure: str
    value: str
    aim: str = "–"
    is_met: bool | None = None
    """None where there is no aim, or where it could not be measured."""
    details: tuple[str, ...] = ()
    """Medians and extremes behind the value, a line each."""


def at_most(measure: str, ratio: float, aim: float, *details: str) -> Row:
    """A ratio that should not exceed its aim."""
    return Row(measure, f"{ratio:.2f} ×", f"≤ {aim:.2f} ×", ratio <= aim, details)


def table(rows: Sequence[Row]) -> str:
    """All measures in columns, the details indented below each."""
    cells = [_HEADINGS, *((row.measure, row.value, row.aim, _met(row.is_met)) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    lines = [_line(_HEADINGS, widths), "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))]
    for row, line in zip(rows, cells[1:], strict=True):
        lines.append(_line(line, widths))
        lines += (f"    {detail}" for detail in row.details)
    return "\n".join(lines)


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    return _GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _met(is_met: bool | None) -> str:
    return "–" if is_met is None else "yes" if is_met else "NO"
