"""A list of what was done from here: when, what, to which jobs, and what came of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import localtime, strftime

from batchtui.actions.entry import ActionEntry
from batchtui.format import NOTHING, Cell, iso_moment, plain
from batchtui.model.secrets import masked_text
from batchtui.query.fields import Fields, TextField
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable

_OUTCOMES = {"accepted": "muted", "failed": "failed", "in doubt": "warning", "not asked": "warning"}
_WHOLE_DATE = 16  # cells of a date with its year


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry, with the names of its jobs as far as they are known."""

    key: str
    entry: ActionEntry
    first: str
    """The name or the id of the first of what was acted on; empty where nothing is named."""
    new: str
    """The same of the job that was made."""

    @property
    def target(self) -> str:
        """The id of where it leads: the job that was made, else the first of what was acted on."""
        return self.entry.new_job_id or next(iter(self.entry.job_ids), "")

    @property
    def why(self) -> str:
        """What went wrong, else the reason that a person gave."""
        return self.entry.error or self.entry.reason

    @property
    def where(self) -> str:
        """Account and region, as far as they are known."""
        return " · ".join(part for part in (self.entry.actor.account, self.entry.actor.region) if part)


def history_rows(entries: Iterable[ActionEntry], name_of: Callable[[str], str]) -> list[HistoryRow]:
    """Rows for entries.

    Args:
        entries: In the order of the list.
        name_of: The name of a job, empty where it is not known.
    """
    seen: Counter[str] = Counter()
    rows = []
    for entry in entries:
        line = entry.as_line()
        seen[line] += 1
        first, new = next(iter(entry.job_ids), ""), entry.new_job_id or ""
        rows.append(HistoryRow(f"{seen[line]} {line}", entry, name_of(first) or first, name_of(new) or new))
    return rows


class HistoryPane(Pane[HistoryRow]):
    """The list of the screen *History of actions*."""

    TITLE = "History of actions"
    LIST = "history"

    def __init__(self, clock: Callable[[], float]) -> None:
        table = LineTable(_COLUMNS, key=lambda row: row.key, id="history-table", clock=clock)
        super().__init__(table, fields=_FIELDS, sorts=_SORTS, id="history", clock=clock)
        self.is_loading = True

    def show_history(self, rows: list[HistoryRow]) -> None:
        """Shows these."""
        self.show_rows(rows)

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = [str(shown) if shown == self._total else f"{shown} of {self._total}"]
        return [*words, "loading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        if self.filter:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        if self.is_loading:
            return ("Reading …",)
        return ("Nothing was done from here yet.", "What stops, submits or changes something is listed here.")


_FIELDS: Fields[HistoryRow] = {
    "action": TextField(lambda row: (row.entry.action,)),
    "outcome": TextField(lambda row: (row.entry.outcome,)),
    "job": TextField(lambda row: (*row.entry.job_ids, row.first, row.entry.new_job_id, row.new)),
    "reason": TextField(lambda row: (row.entry.reason, row.entry.error)),
    "account": TextField(lambda row: (row.entry.actor.account, row.entry.actor.region, row.entry.actor.profile)),
}
_SORTS: dict[str, Callable[[HistoryRow, float], object]] = {
    "time": lambda row, now: row.entry.at,
    "action": lambda row, now: row.entry.action,
    "jobs": lambda row, now: row.entry.count,
    "outcome": lambda row, now: row.entry.outcome,
    "new": lambda row, now: row.new,
    "why": lambda row, now: row.why,
    "where": lambda row, now: row.where,
}


def _time(row: HistoryRow, width: int, now: float) -> Cell:
    moment, today = localtime(row.entry.at), localtime(now)
    if moment[:3] == today[:3]:
        return plain(strftime("%H:%M:%S", moment))
    if width >= _WHOLE_DATE:
        return plain(strftime("%Y-%m-%d %H:%M", moment))
    return plain(strftime("%m-%d %H:%M" if moment[0] == today[0] else "%Y-%m-%d", moment))


def _action(row: HistoryRow, width: int, now: float) -> Cell:
    return plain(row.entry.action)


def _jobs(row: HistoryRow, width: int, now: float) -> Cell:
    if row.entry.count > 1:
        return ((f"{row.entry.count:,}", "strong"), (f" · {row.first}" if row.first else "", ""))
    return plain(row.first) if row.first else plain(NOTHING, "muted")


def _outcome(row: HistoryRow, width: int, now: float) -> Cell:
    return plain(row.entry.outcome, _OUTCOMES.get(row.entry.outcome, ""))


def _new(row: HistoryRow, width: int, now: float) -> Cell:
    return plain(row.new)


def _why(row: HistoryRow, width: int, now: float) -> Cell:
    words = row.why.removeprefix(f"{row.entry.action}: ")  # which stands beside it already
    return plain(masked_text(words), "failed" if row.entry.outcome == "failed" and row.entry.error else "muted")


def _where(row: HistoryRow, width: int, now: float) -> Cell:
    return plain(row.where, "muted")


_COLUMNS: tuple[Column[HistoryRow], ...] = (
    Column(
        "time",
        "TIME",
        11,
        _time,
        importance=82,
        comfort=_WHOLE_DATE,
        raw=lambda row, now: iso_moment(round(row.entry.at * 1000)),
    ),
    Column("action", "ACTION", 12, _action, importance=95),
    Column("jobs", "JOBS", 13, _jobs, importance=100, comfort=20, flex=2, most=46),
    Column("outcome", "OUTCOME", 9, _outcome, importance=93),
    Column("new", "NEW JOB", 8, _new, importance=80, comfort=20, flex=1, most=38),
    Column("why", "REASON / ERROR", 14, _why, importance=101, comfort=24, flex=3, most=90),
    Column("where", "ACCOUNT · REGION", 26, _where, importance=40),
)
