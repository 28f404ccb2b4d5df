"""What the commands offer for a list: saved filters, and the columns to show."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.screen import Screen

from batchtui.configuration.lists import LEFT_OUT
from batchtui.query.jobs import JOB_FIELDS
from batchtui.ui.chosen import saved_filters
from batchtui.ui.panes.pane import Pane
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.screens.main import MainScreen

Entry = tuple[str, str, Callable[[], object]]
"""What it is called, a note, and what does it."""


def filter_commands(screen: Screen[Any]) -> Iterator[Entry]:
    """The saved filters, where there is a list of jobs."""
    pane: Pane[Any] | None = None
    if isinstance(screen, MainScreen):
        pane = screen.jobs_pane
    elif isinstance(screen, ListingScreen) and screen.pane.fields is JOB_FIELDS:
        pane = screen.pane
    if pane is None:
        return
    for name, expression in (saved_filters(pane.app) or {}).items():
        yield f"filter {name}", f":filter {name} · {expression}", partial(pane.filter_by, f"@{name}")


def column_commands(screen: Screen[Any]) -> Iterator[Entry]:
    """Showing and hiding columns of the list in use."""
    pane: Pane[Any] | None = None
    if isinstance(screen, MainScreen):
        pane = screen.pane_in_use
    elif isinstance(screen, ListingScreen):
        pane = screen.pane
    if pane is None or not pane.LIST:
        return
    chosen = pane.table.chosen
    shown = {column.key for column in pane.table.chosen_columns}
    for column in pane.table.every_column:
        title = column.title.lower() or column.key
        if column.key not in shown:
            yield (
                f"column {title}: show",
                f"the list {pane.LIST}",
                partial(pane.choose_columns, _with(chosen, column.key)),
            )
        elif len(shown) > 1:
            keys = _without(chosen, column.key)
            yield f"column {title}: hide", f"the list {pane.LIST}", partial(pane.choose_columns, keys)
    if chosen:
        yield "columns: all of them", f"the list {pane.LIST}", partial(pane.choose_columns, ())


def _with(chosen: tuple[str, ...], key: str) -> tuple[str, ...]:
    if f"{LEFT_OUT}{key}" in chosen:
        return tuple(each for each in chosen if each != f"{LEFT_OUT}{key}")
    return (*chosen, key)


def _without(chosen: tuple[str, ...], key: str) -> tuple[str, ...]:
    if key in chosen:
        return tuple(each for each in chosen if each != key)
    return (*chosen, f"{LEFT_OUT}{key}")
