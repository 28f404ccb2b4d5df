"""Any list as a file: what it shows, or the marked rows, with raw values."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from time import localtime, strftime
from typing import Any, Final

from textual.app import App

from batchtui.exports import Format, Value, Writing, format_of, value_of
from batchtui.format import plural
from batchtui.model.api_like import api_like
from batchtui.model.job import JobSummary
from batchtui.model.secrets import masked_api, masked_text
from batchtui.query.fields import Fields, NumberField
from batchtui.ui.panes.pane import Pane
from batchtui.ui.saving import Saving
from batchtui.ui.widgets.columns import Column

_AT_ONCE: Final = 100
"""Rows that are made into values before the screen answers again: a few milliseconds."""
_WIDE: Final = 1000
"""Cells: so wide nothing is cut."""


def export_list(app: App[Any], pane: Pane[Any]) -> None:
    """Asks for a file's name, and saves the list."""
    rows = pane.rows_to_export()
    if not rows:
        app.notify("There is nothing in this list to export.", severity="warning")
        return
    now = pane.clock()
    columns, fields = pane.table.columns_in_sight, pane.fields
    marked = "marked " if (pane.table.marked and len(rows) < len(pane.table.rows)) or pane.table.marked else ""
    name = f"batchtui-{pane.id}-{strftime('%Y%m%d-%H%M%S', localtime(now))}.csv"
    Saving(
        app,
        title="Export",
        words=f"{plural(len(rows), f'{marked}row')} of {pane.TITLE}. The ending says how: .csv, .json or .ndjson.",
        suggested=name,
        parts=partial(parts_of, rows, columns, fields, now),
        refuses=_refuses,
    ).ask()


def _refuses(name: str) -> str:
    return "" if format_of(name) is not None else "The name must end in .csv, .json or .ndjson."


async def parts_of(
    rows: Sequence[Any], columns: Sequence[Column[Any]], fields: Fields[Any], now: float, name: str
) -> AsyncIterator[str]:
    """The text of the file, some rows at a time.

    Args:
        rows: In the order of the list.
        columns: Those that are shown.
        fields: What the list's filter can ask for: it knows the numbers behind what is shown.
        now: Epoch seconds.
        name: The file's, whose ending decides.
    """
    form = format_of(name) or Format.CSV
    writing = Writing(form, [name_of(column, fields) for column in columns])
    yield writing.head()
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        if form is Format.CSV:
            values: list[Mapping[str, Any]] = [shown(row, columns, fields, now) for row in part]
        else:
            values = [told(row) or shown(row, columns, fields, now) for row in part]
        yield writing.rows(values)
        await asyncio.sleep(0)
    yield writing.foot()


def told(row: Any) -> Mapping[str, Any] | None:
    """A row as ``--once --json`` has it, by AWS's own names and masked; None of rows that are ours alone."""
    if isinstance(row, JobSummary):
        found: Mapping[str, Any] = masked_api(api_like(row))
        return found
    raw = getattr(row, "raw", None) or getattr(getattr(row, "detail", None), "raw", None)
    return masked_api(raw) if isinstance(raw, Mapping) else None


def shown(row: Any, columns: Sequence[Column[Any]], fields: Fields[Any], now: float) -> dict[str, Value]:
    """The values of the columns: numbers, moments as ISO 8601, lengths of time in seconds, texts as they stand."""
    return {name_of(column, fields): _value(row, column, fields, now) for column in columns}


def name_of(column: Column[Any], fields: Fields[Any]) -> str:
    """What a column is called in a file; of a length of time it says that it is in seconds."""
    if column.raw is not None:
        return column.raw_name or column.key
    return f"{column.key}_seconds" if _is_duration(fields.get(column.key)) else column.key


def _is_duration(field: Any) -> bool:
    return isinstance(field, NumberField) and field.is_duration


def _value(row: Any, column: Column[Any], fields: Fields[Any], now: float) -> Value:
    if column.raw is not None:
        value = column.raw(row, now)
        return masked_text(value) if isinstance(value, str) else value
    field = fields.get(column.key)
    if isinstance(field, NumberField):
        number = field.read(row, now)
        return round(number, 3) if isinstance(number, float) else number
    found = value_of(column.cell(row, _WIDE, now), is_number=column.is_right)
    return masked_text(found) if isinstance(found, str) else found
