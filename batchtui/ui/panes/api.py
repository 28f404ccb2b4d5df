"""The list of AWS operations that this session uses, and what they cost."""

from collections.abc import Callable, Sequence

from batchtui.aws.call_statistics import LATEST, OperationStatistics
from batchtui.format import NOTHING, Cell, duration, plain, plural
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.lines import Lines

_SLOW = 10.0
"""Seconds without an answer after which the column says for how long."""


class ApiPane(Pane[OperationStatistics]):
    """The list of the screen *API calls*.

    Args:
        figures: What stands above the table.
        clock: Epoch seconds.
    """

    TITLE = "API calls"
    LIST = "api"

    def __init__(self, figures: Lines, clock: Callable[[], float]) -> None:
        table = LineTable(_COLUMNS, key=lambda row: row.name, id="api-table", clock=clock)
        super().__init__(table, fields=_FIELDS, sorts=_SORTS, id="api", clock=clock)
        self._figures = figures

    def above(self) -> Sequence[Lines]:
        return (self._figures,)

    def show_operations(self, operations: Sequence[OperationStatistics]) -> None:
        """Shows these, what costs most first."""
        self.show_rows(sorted(operations, key=lambda row: (-row.calls, row.name)))

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = plural(self._total, "operation") if shown == self._total else f"{shown} of {self._total}"
        return [words, f"times of the last {LATEST} answers"]

    def empty_lines(self) -> tuple[str, ...]:
        if self._total:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        return (
            "Nothing was asked of AWS yet.",
            "Each operation is listed here from its first call on: how often, how long AWS takes,",
            "and whether it throttles. What is asked less often costs less: see --refresh, and p pauses.",
        )


def brief(seconds: float | None) -> str:
    """A short length of time: ``85ms``, ``1.2s``, and from ten seconds on as everywhere."""
    if seconds is None:
        return NOTHING
    if (milliseconds := round(seconds * 1000)) < 1000:
        return f"{max(0, milliseconds)}ms"
    return f"{seconds:.1f}s" if seconds < 9.95 else duration(seconds)


_FIELDS: Fields[OperationStatistics] = {
    "operation": TextField(lambda row: (row.operation, row.name)),
    "service": TextField(lambda row: (row.service,)),
    "error": TextField(lambda row: (row.last_error,)),
    "calls": NumberField(lambda row, now: row.calls),
    "minute": NumberField(lambda row, now: row.last_minute),
    "flight": NumberField(lambda row, now: row.in_flight),
    "throttled": NumberField(lambda row, now: row.throttled),
    "errors": NumberField(lambda row, now: row.errors),
    "median": NumberField(lambda row, now: row.times.median, is_duration=True),
    "longest": NumberField(lambda row, now: row.times.longest, is_duration=True),
}
_SORTS: dict[str, Callable[[OperationStatistics, float], object]] = {
    "operation": lambda row, now: row.operation,
    "service": lambda row, now: row.service,
    "calls": lambda row, now: row.calls,
    "minute": lambda row, now: row.last_minute,
    "flight": lambda row, now: row.in_flight,
    "median": lambda row, now: row.times.median,
    "p95": lambda row, now: row.times.p95,
    "longest": lambda row, now: row.times.longest,
    "throttled": lambda row, now: row.throttled,
    "errors": lambda row, now: row.errors,
    "error": lambda row, now: row.last_error_ago,
}


def _operation(row: OperationStatistics, width: int, now: float) -> Cell:
    return plain(row.operation)


def _service(row: OperationStatistics, width: int, now: float) -> Cell:
    return plain(row.service, "muted")


def _calls(row: OperationStatistics, width: int, now: float) -> Cell:
    return plain(f"{row.calls:,}")


def _count(count: int, style: str) -> Cell:
    """A number that is quiet while it is nothing."""
    return plain(f"{count:,}", style if count else "muted")


def _minute(row: OperationStatistics, width: int, now: float) -> Cell:
    return _count(row.last_minute, "")


def _flight(row: OperationStatistics, width: int, now: float) -> Cell:
    if row.oldest_in_flight is not None and row.oldest_in_flight >= _SLOW:
        return plain(f"{row.in_flight:,} {duration(row.oldest_in_flight)}", "warning")
    return _count(row.in_flight, "accent")


def _median(row: OperationStatistics, width: int, now: float) -> Cell:
    return plain(brief(row.times.median))


def _p95(row: OperationStatistics, width: int, now: float) -> Cell:
    return plain(brief(row.times.p95))


def _longest(row: OperationStatistics, width: int, now: float) -> Cell:
    return plain(brief(row.times.longest))


def _throttled(row: OperationStatistics, width: int, now: float) -> Cell:
    return _count(row.throttled, "warning")


def _errors(row: OperationStatistics, width: int, now: float) -> Cell:
    return _count(row.errors, "failed")


def _error(row: OperationStatistics, width: int, now: float) -> Cell:
    if row.last_error_ago is None:
        return plain("")
    return ((f"{duration(row.last_error_ago):>3} ago ", "muted"), (row.last_error, "failed"))


_COLUMNS: tuple[Column[OperationStatistics], ...] = (
    Column("operation", "OPERATION", 16, _operation, importance=100, comfort=27, flex=1, most=34),
    Column("service", "SERVICE", 7, _service, importance=40),
    Column("calls", "CALLS", 6, _calls, importance=98, is_right=True),
    Column("minute", "PER MIN", 7, _minute, importance=96, is_right=True),
    Column("flight", "IN FLIGHT", 9, _flight, importance=50, is_right=True),
    Column("median", "MEDIAN", 6, _median, importance=88, is_right=True),
    Column("p95", "P95", 6, _p95, 84, is_right=True, raw=lambda row, now: row.times.p95, raw_name="p95_seconds"),
    Column("longest", "LONGEST", 7, _longest, importance=60, is_right=True),
    Column("throttled", "THROTTLED", 9, _throttled, importance=94, is_right=True),
    Column("errors", "ERRORS", 6, _errors, importance=92, is_right=True),
    Column("error", "LAST ERROR", 22, _error, importance=65, flex=2, most=60),
)
