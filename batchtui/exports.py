"""Lists as files: CSV, JSON and NDJSON, a part at a time; pure functions from values to text."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import PurePath
from typing import Any, Final

from batchtui.format import NOTHING, Cell

Value = str | int | float | bool | None
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, which might do anything."""
_DRAWN: Final = frozenset("█▉▊▋▌▍▎▏░▁▂▃▄▅▆▇")


class Format(StrEnum):
    """A kind of file, by the ending of its name."""

    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"


def format_of(name: str) -> Format | None:
    """The format that the ending of a file's name stands for; None for another ending."""
    ending = PurePath(name).suffix.removeprefix(".").lower()
    return {"csv": Format.CSV, "json": Format.JSON, "ndjson": Format.NDJSON, "jsonl": Format.NDJSON}.get(ending)


class Writing:
    """The text of one file, row by row.

    Args:
        form: Its format.
        columns: The names of the columns, in their order: the header of CSV.
    """

    def __init__(self, form: Format, columns: Sequence[str]) -> None:
        self._form = form
        self._columns = columns
        self._has_rows = False

    def head(self) -> str:
        """Before the first row."""
        return _csv([self._columns]) if self._form is Format.CSV else "[" if self._form is Format.JSON else ""

    def rows(self, rows: Sequence[Mapping[str, Any]]) -> str:
        """Some rows, by the names of the columns in CSV, and else by whatever names they have."""
        if self._form is Format.CSV:
            return _csv([[row.get(name) for name in self._columns] for row in rows])
        texts = [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
        if self._form is Format.NDJSON:
            return "".join(f"{text}\n" for text in texts)
        between = ",\n " if self._has_rows else "\n "
        self._has_rows |= bool(texts)
        return between + ",\n ".join(texts) if texts else ""

    def foot(self) -> str:
        """After the last row."""
        return ("\n]\n" if self._has_rows else "]\n") if self._form is Format.JSON else ""


def guarded(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula with an apostrophe before it; numbers are none."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def value_of(cell: Cell, *, is_number: bool) -> Value:
    """What a cell says, without what is only drawn; None where it says that there is nothing."""
    text = "".join(text for text, _ in cell if not _DRAWN.issuperset(text.strip()) or not text.strip()).strip()
    if text in ("", NOTHING):
        return None
    if is_number:
        try:
            return int(text.replace(",", ""))
        except ValueError:
            try:
                return float(text.replace(",", ""))
            except ValueError:
                return text
    return text


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([guarded(value) for value in row] for row in rows)
    return written.getvalue()
