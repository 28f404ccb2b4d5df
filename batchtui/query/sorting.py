"""Sorting by one column, with what is unknown always last."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Row = TypeVar("Row")


def sorted_rows(
    rows: Iterable[Row],
    by: Callable[[Row, float], Any],
    *,
    now: float,
    tie: Callable[[Row], Any],
    is_reversed: bool = False,
) -> list[Row]:
    """Rows by one value.

    Args:
        rows: In any order.
        by: The value at ``now``; None goes last, whichever way the others go.
        now: Epoch seconds.
        tie: Decides between equal values, always in the same way, so that the order never flickers.
        is_reversed: The greatest first.
    """
    told = [(by(row, now), row) for row in sorted(rows, key=tie)]
    known = [pair for pair in told if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=is_reversed)
    return [row for _, row in known] + [row for value, row in told if value is None]
