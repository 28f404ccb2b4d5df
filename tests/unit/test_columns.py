"""Which columns fit, how wide they are, and cells that are exactly as wide as their column."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.format import Cell, plain
from batchtui.ui.panes.compute_environments import _COLUMNS as ENVIRONMENTS
from batchtui.ui.panes.job_queues import _COLUMNS as QUEUES
from batchtui.ui.panes.jobs import _COLUMNS as JOBS
from batchtui.ui.widgets.columns import GAP, Column, chosen_columns, fill, fit

CELLS = st.lists(st.tuples(st.text(st.characters(exclude_categories=("Cc", "Cs"))), st.just(""))).map(tuple)


@given(st.integers(0, 400))
def test_columns_never_take_more_than_there_is(width: int) -> None:
    for columns in (JOBS, QUEUES, ENVIRONMENTS):
        fitting = fit(columns, width)  # type: ignore[misc]
        assert sum(room for _, room in fitting) + GAP * max(0, len(fitting) - 1) <= width
        assert all(column.width <= room <= max(column.most, column.wanted) for column, room in fitting)


def keys(width: int) -> list[str]:
    return [column.key for column, _ in fit(JOBS, width)]


def test_at_80_columns_the_jobs_keep_name_status_age_and_why() -> None:
    assert {"name", "status", "age", "why"} <= set(keys(76))


def test_more_room_shows_more() -> None:
    assert set(keys(76)) < set(keys(130)) < set(keys(260))


def test_the_order_of_columns_is_kept() -> None:
    order = [column.key for column in JOBS]
    assert keys(130) == [key for key in order if key in keys(130)]


@given(CELLS, st.integers(1, 60), st.booleans())
def test_a_filled_cell_is_exactly_as_wide(cell: Cell, width: int, is_right: bool) -> None:
    assert sum(cell_len(text) for text, _ in fill(cell, width, is_right=is_right)) == width


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert "".join(text for text, _ in fill(plain("abcdef"), 4)) == "abc…"


def test_chosen_columns() -> None:
    columns: list[Column[str]] = [
        Column(key, key.upper(), 10, _nothing, importance=rank) for rank, key in enumerate("abc")
    ]

    def shown(chosen: tuple[str, ...], width: int = 100) -> list[str]:
        return [column.key for column, _ in fit(chosen_columns(columns, chosen), width)]

    assert shown(()) == ["a", "b", "c"]
    assert shown(("c", "a", "c", "gone")) == ["c", "a"]
    assert shown(("a", "c"), 15) == ["a"], "what is named first has precedence"
    assert shown(("-b",)) == ["a", "c"]
    assert shown(("-b",), 15) == ["c"], "what is only left out changes nothing of that"
    assert shown(("gone",)) == shown(("-a", "-b", "-c")) == ["a", "b", "c"]


def _nothing(row: str, width: int, now: float) -> Cell:
    return ()
