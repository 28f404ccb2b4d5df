"""The jobs by status, each with its count and its key; the one that is shown stands out."""

from collections.abc import Mapping

from rich.cells import cell_len

from batchtui.format import ABBREVIATIONS, NOTHING, Cell, Span, status_style
from batchtui.model.job import ACTIVE, JOB_STATUSES, RUNNING, SERVICE_JOB_STATUSES, TERMINAL_STATUSES
from batchtui.ui.widgets.lines import Lines


class StatusStrip(Lines):
    """The counts on one line or two; abbreviations where the words do not fit on two, on more lines if need be.

    The seven statuses of every job are always there; others, such as SCHEDULED of service jobs, only while a job
    has them.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.counts: Mapping[str, int] | None = None
        """None until AWS has told of any job."""
        self.shown = ""
        """The status that is shown, ``active``, or empty for all."""

    def content(self, width: int) -> list[Cell]:
        counts = self.counts or {}
        statuses = [status for status in SERVICE_JOB_STATUSES if status in JOB_STATUSES or counts.get(status)]
        statuses += sorted(status for status in counts if status not in SERVICE_JOB_STATUSES)
        half = statuses.index(RUNNING)  # those that wait above, those that run or ended below
        words = [self._item(status, status) for status in statuses]
        short = [self._item(status, ABBREVIATIONS.get(status, status[:3])) for status in statuses]
        ways = ([words], [words[:half], words[half:]], [short], [short[:half], short[half:]])
        fitting = (way for way in ways if all(_width(line) <= width for line in way))
        return [_join(line) for line in next(fitting, None) or _wrapped(short, width)]

    def _item(self, status: str, word: str) -> Cell:
        count = NOTHING if self.counts is None else self.counts.get(status, 0)
        is_shown = self.shown == status or (self.shown == ACTIVE and status not in TERMINAL_STATUSES)
        edges = "▐▌" if is_shown else "  "
        style = "strong" if is_shown else (status_style(status) if count not in (0, NOTHING) else "muted")
        digit = str(JOB_STATUSES.index(status) + 1) if status in JOB_STATUSES else " "
        return ((edges[0], "accent"), (digit, "muted"), (f" {word} {count}", style), (edges[1], "accent"))


def _wrapped(items: list[Cell], width: int) -> list[list[Cell]]:
    """As many lines as it takes: no status is ever cut off."""
    lines: list[list[Cell]] = [[]]
    for item in items:
        if lines[-1] and _width([*lines[-1], item]) > width:
            lines.append([])
        lines[-1].append(item)
    return lines


def _join(items: list[Cell]) -> Cell:
    spans: list[Span] = [span for item in items for span in item]
    return tuple(spans)


def _width(items: list[Cell]) -> int:
    return sum(cell_len(text) for item in items for text, _ in item)
