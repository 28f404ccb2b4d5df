"""Long work in steps: every step is short, and the result is that of the plain way."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from batchtui.query import steps
from batchtui.query.steps import at_once, chosen, ordered


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=300), st.booleans(), st.integers(1, 40))
def test_runs_are_merged_to_what_one_sort_gives(values: list[int | None], is_reversed: bool, run: int) -> None:
    rows = list(enumerate(values))
    known = [row for row in rows if row[1] is not None]
    expected = sorted(known, key=lambda row: row[1] or 0, reverse=is_reversed) + [
        row for row in rows if row[1] is None
    ]
    before, steps._SORTED = steps._SORTED, run
    try:
        assert at_once(ordered(rows, lambda row: row[1], is_reversed=is_reversed)) == expected
    finally:
        steps._SORTED = before


def test_a_step_looks_at_few_rows() -> None:
    looked: list[int] = []
    work = chosen(range(1000), lambda row: looked.append(row) or row % 2 == 0)  # type: ignore[func-returns-value]
    after = [len(looked) for _ in work]
    assert looked == list(range(1000))
    assert max(many - before for before, many in pairwise(after)) <= 16
