"""Long pure work in steps of a millisecond or two, so that whoever runs it can do something else between them."""

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

Steps = Generator[None, None, Result]
"""Each ``next()`` is a step; the result is what it returns at its end."""

_TESTED = 16  # rows of a step where each is looked at: a regular expression may need long for each
_READ = 256  # rows of a step where one value of each is read
_SORTED = 16_384  # rows of a step where Python's own sort does it


def at_once(steps: Steps[Result]) -> Result:
    """Goes through all steps without a break."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


def chosen(rows: Sequence[Value], test: Callable[[Value], bool]) -> Steps[list[Value]]:
    """The rows for which a test holds, in their order."""
    found: list[Value] = []
    for start in range(0, len(rows), _TESTED):
        found += [row for row in rows[start : start + _TESTED] if test(row)]
        yield
    return found


def ordered(rows: Sequence[Value], by: Callable[[Value], Any], *, is_reversed: bool = False) -> Steps[list[Value]]:
    """Rows by one value, None always last; equal ones stay in the order in which they come.

    Args:
        rows: In any order; the more of it is in order already, the quicker it goes.
        by: The value, of one type for all rows, or None.
        is_reversed: The greatest first.
    """
    values: list[Any] = []
    for start in range(0, len(rows), _READ):
        values += [by(row) for row in rows[start : start + _READ]]
        yield
    if None in values:
        known = [index for index, value in enumerate(values) if value is not None]
        yield
        unknown = [index for index, value in enumerate(values) if value is None]
        yield
    else:
        known, unknown = list(range(len(rows))), []
    order = yield from _merged(known, values.__getitem__, is_reversed)
    found = [rows[index] for index in order]
    yield
    found += [rows[index] for index in unknown]
    return found


def _merged(indices: list[int], value: Callable[[int], Any], is_reversed: bool) -> Steps[list[int]]:
    """Sorted in runs, then two runs at a time: Python's sort sees that they are sorted and only merges them."""
    runs: list[list[int]] = []
    for start in range(0, len(indices), _SORTED):
        runs.append(sorted(indices[start : start + _SORTED], key=value, reverse=is_reversed))
        yield
    while len(runs) > 1:
        merged: list[list[int]] = []
        for one, other in zip(runs[::2], runs[1::2], strict=False):
            merged.append(sorted(one + other, key=value, reverse=is_reversed))
            yield
        runs = merged + (runs[-1:] if len(runs) % 2 else [])
    return runs[0] if runs else []
