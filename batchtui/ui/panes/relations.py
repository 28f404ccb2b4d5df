"""A list of everything that one thing leads to: queue, definition, dependencies, children."""

from collections.abc import Callable, Sequence
from typing import Any

from batchtui.format import Cell, duration, plain, ran, status_style, why
from batchtui.model.job import JobSummary
from batchtui.query.fields import Fields, TextField
from batchtui.query.jobs import JOB_SORTS
from batchtui.ui.details.lines import Relation
from batchtui.ui.panes.job_fields import fields_of_job
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable


class RelationsPane(Pane[Relation]):
    """The list of the screen Go to."""

    TITLE = "Go to"

    def __init__(self, clock: Callable[[], float]) -> None:
        table = LineTable(_COLUMNS, key=lambda relation: relation.key, id="relations-table", clock=clock)
        super().__init__(table, fields=_FIELDS, sorts=_SORTS, id="relations", clock=clock)
        self.is_loading = False

    def show_relations(self, relations: Sequence[Relation]) -> None:
        """Shows these."""
        self.show_rows(relations)

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = [str(shown) if shown == self._total else f"{shown} of {self._total}"]
        return [*words, "loading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        return ("Nothing matches the filter; esc clears it, / changes it.",)


def _sort_of_job(read: Callable[[JobSummary, float], Any]) -> Callable[[Relation, float], Any]:
    return lambda row, now: read(row.job, now) if row.job else None


_FIELDS: Fields[Relation] = {
    **fields_of_job(lambda row: row.job),
    "role": TextField(lambda row: (row.role,)),
    "key": TextField(lambda row: (row.key, row.note)),
}
_SORTS = {
    **{name: _sort_of_job(read) for name, read in JOB_SORTS.items()},
    "name": lambda row, now: ((row.job.job_name if row.job else "") or row.name).casefold(),
    "role": lambda row, now: row.role,
}


def _role(row: Relation, width: int, now: float) -> Cell:
    return plain(row.role, "muted" if row.kind != "job" else "")


def _status(row: Relation, width: int, now: float) -> Cell:
    return plain(row.job.status, status_style(row.job.status)) if row.job else plain(row.note, "muted")


def _ran(row: Relation, width: int, now: float) -> Cell:
    return plain(duration(ran(row.job, now)) if row.job else "")


def _why(row: Relation, width: int, now: float) -> Cell:
    return why(row.job, width) if row.job else plain("")


def _name(row: Relation, width: int, now: float) -> Cell:
    return plain((row.job.job_name if row.job else "") or row.name)


def _id(row: Relation, width: int, now: float) -> Cell:
    return plain(row.key if row.kind == "job" else "", "muted")


_COLUMNS: tuple[Column[Relation], ...] = (
    Column("role", "WHAT IT IS", 13, _role, importance=100, comfort=19),
    Column("status", "STATUS", 9, _status, importance=95),
    Column("name", "NAME", 16, _name, importance=98, comfort=20, flex=2, most=48),
    Column("ran", "RAN", 4, _ran, importance=60, is_right=True),
    Column("why", "WHY / PROGRESS", 18, _why, importance=92, comfort=34, flex=3, most=80),
    Column("id", "ID", 36, _id, importance=40, flex=1, most=41),
)
