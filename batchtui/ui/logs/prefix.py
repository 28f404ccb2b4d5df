"""What stands before a line of a log: its time, and where it comes from."""

from collections.abc import Sequence

from batchtui.format import Cell
from batchtui.logs.line import LogLine
from batchtui.logs.timestamps import TimestampForm, written

_LONGEST_LABEL = 18
_WIDTHS = {
    TimestampForm.LOCAL: 18,
    TimestampForm.UTC: 18,
    TimestampForm.ELAPSED: 8,
    TimestampForm.AGO: 8,
}


def time_of(line: LogLine, form: TimestampForm, *, first: int, now: float) -> Cell:
    """The moment of a line in this form; nothing where none is wanted.

    Args:
        line: The line.
        form: How.
        first: Epoch milliseconds of the first line.
        now: Epoch seconds.
    """
    if form is TimestampForm.NONE:
        return ()
    return ((f"{written(line.timestamp, form, first=first, now=now):<{_WIDTHS[form]}} ", "muted"),)


def label_of(line: LogLine, labels: Sequence[str]) -> Cell:
    """The label of the line's source, all equally wide; of a long one the end, which tells it from the others."""
    width = min(_LONGEST_LABEL, max(map(len, labels), default=0))
    label = labels[line.source] if line.source < len(labels) else ""
    if len(label) > width:
        label = f"…{label[1 - width :]}"
    return ((f"{label:<{width}} ", "accent" if line.source % 2 else "key"),)
