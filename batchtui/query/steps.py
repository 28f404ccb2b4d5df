"""Long pure work in steps of a millisecond or two, so that whoever runs it can do something else between them."""

from bisect import bisect_left
from collections.abc import Callable, Generator, Sequence
from itertools import chain
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
    places = list(range(len(rows)))
    unknown: list[int] = []
    if None in values:
        unknown = [place for place in places if values[place] is None]
        yield
        places = [place for place in places if values[place] is not None]
        yield
    if is_reversed:  # before and after: so equal ones stay as they came
        places.reverse()
    places = yield from ascending(places, values.__getitem__)
    if is_reversed:
        places.reverse()
    yield
    return [rows[place] for place in (*places, *unknown)]


def ascending(rows: Sequence[Value], key: Callable[[Value], Any]) -> Steps[list[Value]]:
    """The least first; equal ones stay in the order in which they come."""
    runs: list[list[Value]] = []
    for start in range(0, len(rows), _SORTED):
        runs.append(sorted(rows[start : start + _SORTED], key=key))
        yield
    return (yield from merged(runs, key))


def merged(runs: Sequence[list[Value]], key: Callable[[Value], Any]) -> Steps[list[Value]]:
    """Sorted rows of sorted runs; equal ones stay in the order of the runs."""
    runs = yield from _longer(runs, key)
    while len(runs) > 1:
        halved: list[list[Value]] = []
        for one, other in zip(runs[::2], runs[1::2], strict=False):
            halved.append((yield from _merged(one, other, key)))
        runs = [*halved, *runs[len(halved) * 2 :]]
    return list(runs[0]) if runs else []


def _longer(runs: Sequence[list[Value]], key: Callable[[Value], Any]) -> Steps[list[list[Value]]]:
    """Many short runs are sorted together, which asks for each key once."""
    longer: list[list[Value]] = []
    together: list[list[Value]] = []
    for place, run in enumerate(runs):
        together.append(run)
        if sum(map(len, together)) >= _SORTED or place + 1 == len(runs):
            longer.append(sorted(chain.from_iterable(together), key=key) if len(together) > 1 else run)
            together = []
            yield
    return longer


def _merged(one: list[Value], other: list[Value], key: Callable[[Value], Any]) -> Steps[list[Value]]:
    """Part by part: Python's own sort sees that both halves of a part are sorted, and only merges them."""
    found: list[Value] = []
    begun = 0
    for start in range(0, len(one), _SORTED):
        stop = start + _SORTED
        end = bisect_left(other, key(one[stop]), lo=begun, key=key) if stop < len(one) else len(other)
        found += sorted(one[start:stop] + other[begun:end], key=key)
        begun = end
        yield
    return found if one else other
