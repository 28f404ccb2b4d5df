"""A list of what is watched, and of what has ended lately."""

from collections.abc import Callable
from dataclasses import dataclass

from batchtui.format import Cell, bar, duration, plain, status_style
from batchtui.model.job import JobSummary
from batchtui.model.secrets import masked_text
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.sync.watched import Watch
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.watching import called, outcome
from batchtui.ui.widgets.columns import Column


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One watch as it stands now: the watch itself goes on, and a row must not."""

    key: str
    watch: Watch
    open: int
    ended: int
    outcome: str
    job: JobSummary | None
    """The job that it is about, else the first that failed, else one that has not ended."""


def watch_row(watch: Watch) -> WatchRow:
    """The row of a watch."""
    waiting = next((job for held in watch.waiting.values() for job in held.values()), None)
    ended = next(iter((*watch.failures, *watch.successes)), None)
    job = waiting or ended if watch.is_of_one else next(iter(watch.failures), waiting or ended)
    return WatchRow(f"{id(watch):x}", watch, watch.open, watch.ended, outcome(watch), job)


class WatchedPane(LoadedPane[WatchRow]):
    """The list of the screen *Watched jobs*."""

    TITLE = "Watched jobs"
    NONE = (
        "Nothing is watched.",
        "W on a job, or on marked ones, tells when they have ended; ctrl+e, when all that the list shows have.",
    )

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(
            _COLUMNS, key=lambda row: row.key, fields=_FIELDS, sorts=_SORTS, id="watched", clock=clock
        )


def _ended_ago(row: WatchRow, now: float) -> float | None:
    return None if row.watch.ended_at is None else now - row.watch.ended_at


_FIELDS: Fields[WatchRow] = {
    "what": TextField(lambda row: (row.watch.title, row.job.job_id if row.job is not None else None)),
    "queue": TextField(lambda row: (row.job.job_queue if row.job is not None else None,)),
    "outcome": TextField(lambda row: (row.outcome,)),
    "watched": NumberField(lambda row, now: now - row.watch.began_at, is_duration=True),
    "ended": NumberField(_ended_ago, is_duration=True),
}
_SORTS: dict[str, Callable[[WatchRow, float], object]] = {
    "what": lambda row, now: row.watch.title.casefold(),
    "state": lambda row, now: row.open,
    "since": lambda row, now: now - row.watch.began_at,
    "ended": _ended_ago,
    "queue": lambda row, now: row.job.job_queue if row.job is not None else None,
}


def _what(row: WatchRow, width: int, now: float) -> Cell:
    glyph = ("  ", "") if row.watch.is_over else ("◎ ", "accent")
    return (glyph, (masked_text(called(row.watch)), "muted" if row.watch.is_over else ""))


def _state(row: WatchRow, width: int, now: float) -> Cell:
    if row.watch.is_of_one and row.job is not None:
        return plain(row.job.status, status_style(row.job.status))
    style = "failed" if row.watch.failed else "muted"
    if row.watch.is_over:
        return plain(row.outcome, style)
    total = row.open + row.ended
    words = f" {row.ended:,} of {total:,} ended"
    return (
        *bar(row.ended / total if total else 0.0, 8),
        (words, ""),
        (f" · {row.outcome}" * bool(row.outcome), style),
    )


def _since(row: WatchRow, width: int, now: float) -> Cell:
    return plain(duration(now - row.watch.began_at), "muted")


def _ended(row: WatchRow, width: int, now: float) -> Cell:
    ago = _ended_ago(row, now)
    return plain("" if ago is None else f"{duration(ago)} ago")


def _queue(row: WatchRow, width: int, now: float) -> Cell:
    return plain(row.job.job_queue if row.job is not None else "", "muted")


_COLUMNS: tuple[Column[WatchRow], ...] = (
    Column("what", "WHAT", 20, _what, importance=100, comfort=30, flex=2, most=60),
    Column("state", "STATE", 18, _state, importance=95, comfort=40, flex=2, most=60),
    Column("ended", "ENDED", 8, _ended, importance=90),
    Column("since", "WATCHED", 7, _since, importance=80, is_right=True),
    Column("queue", "QUEUE", 12, _queue, importance=50, flex=1, most=24),
)
