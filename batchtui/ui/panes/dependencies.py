"""What a job waits for and what waits for it, as rows that are joined like a tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

from textual.binding import BindingType

from batchtui.format import GLYPHS, UNKNOWN_GLYPH, Cell, age, duration, plain, ran, status_style, why
from batchtui.insight.dependency_graph import (
    N_TO_N,
    SEQUENTIAL,
    DependencyGraph,
    Doom,
    TreeLine,
    dooms,
    leads,
    waited_for_tree,
    waits_for_tree,
)
from batchtui.model.children import index_of
from batchtui.model.job import JobSummary
from batchtui.query.fields import Fields, TextField
from batchtui.sync.dependencies import DependencyBook, Search
from batchtui.ui.keys import Key, bindings
from batchtui.ui.panes.job_fields import fields_of_job
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable

WALK = Key("dependencies-walk", "enter", "screen.walk", "Walk there: it becomes the centre", "walk there", "enter")
DETAILS = Key("dependencies-detail", "d", "open", "Details of the job", "details")


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row.

    Attributes:
        key: Tells it from the others.
        lead: The lines before the name.
        job_id: Empty where the row is a heading, or says that there is more.
        text: What stands there where there is no job, or where nothing is known of it.
        job: What is known of the job.
        type: N_TO_N or SEQUENTIAL; empty where the whole job is waited for.
        note: What else is to be said.
        style: Of the note.
    """

    key: str
    lead: str
    job_id: str = ""
    text: str = ""
    job: JobSummary | None = None
    type: str = ""
    note: str = ""
    style: str = "muted"


def rows_of(centre: str, book: DependencyBook) -> list[TreeRow]:
    """The whole picture: the job, what it waits for, and what waits for it."""
    graph = book.graph
    above, below = waits_for_tree(graph, centre), waited_for_tree(graph, centre)
    shown = {centre, *(line.job_id for line in (*above, *below))}
    jobs = {job_id: book.jobs[job_id] for job_id in shown if job_id in book.jobs}
    doomed = dooms(graph, jobs)
    rows = [_row("centre", "", TreeLine(centre, 0), graph, book, doomed)]
    sections = (
        ("waits for", above, "nothing"),
        ("is waited for by", below, no_waiters(book.search)),
    )
    for number, (title, lines, nothing) in enumerate(sections):
        is_last = number == len(sections) - 1
        stem = "  " if is_last else "│ "
        rows.append(TreeRow(title, "└ " if is_last else "├ ", text=title, note="" if lines else nothing))
        joined = leads([line.depth for line in lines])
        rows += (
            _row(f"{title}:{place}", stem + lead, line, graph, book, doomed)
            for place, (line, lead) in enumerate(zip(lines, joined, strict=True))
        )
    return rows


def no_waiters(search: Search) -> str:
    """What is said where nothing was found that waits for it."""
    return "nothing that is known" if search.looked_at >= search.candidates else "nothing so far"


def _row(
    key: str, lead: str, line: TreeLine, graph: DependencyGraph, book: DependencyBook, doomed: dict[str, Doom]
) -> TreeRow:
    if not line.job_id:
        return TreeRow(key, lead, text=f"… {line.cut:,} more are not shown: walk there")
    job = book.jobs.get(line.job_id)
    note, style = _note(line, job, graph, book, doomed.get(line.job_id))
    name = job.job_name if job is not None else line.job_id
    return TreeRow(key, lead, line.job_id, name, job, line.type, note, style)


def _note(
    line: TreeLine, job: JobSummary | None, graph: DependencyGraph, book: DependencyBook, doom: Doom | None
) -> tuple[str, str]:
    if line.is_cycle:
        return "see above: it goes round in a circle", "warning"
    if line.is_repeated:
        return "see above", "muted"
    if line.cut:
        return f"{line.cut:,} more behind it are not shown: walk there", "muted"
    if job is None:
        return ("AWS does not know it any more", "warning") if book.is_absent(line.job_id) else ("", "muted")
    if doom is not None:
        culprit = book.jobs.get(doom.culprit)
        name = f"{culprit.job_name}{_part(culprit.job_id)}" if culprit is not None else doom.culprit
        has_failed = "has failed children" if culprit is not None and culprit.is_active else "has failed"
        return f"{'will fail' if doom.is_whole else 'will fail in part'}: {name} {has_failed}", "failed"
    if graph.is_sequential(line.job_id):
        return "SEQUENTIAL: one child after another", "muted"
    return "", "muted"


def _part(job_id: str) -> str:
    index = index_of(job_id)
    return "" if index is None else f":{index}"


class DependencyTable(LineTable[TreeRow]):
    """Enter walks on; d opens the details as everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = bindings((WALK, DETAILS))


class DependenciesPane(Pane[TreeRow]):
    """The list of the screen Dependencies."""

    TITLE = "Dependencies"

    def __init__(self, clock: Callable[[], float]) -> None:
        table = DependencyTable(_COLUMNS, key=lambda row: row.key, id="dependencies-table", clock=clock)
        super().__init__(table, fields=_FIELDS, sorts={}, id="dependencies", clock=clock)
        self.is_loading = False

    @property
    def every_row(self) -> Sequence[TreeRow]:
        """The rows without the filter."""
        return self._rows

    def show_tree(self, rows: Sequence[TreeRow], *, is_another: bool = False) -> None:
        """Shows these; where they are of another job, the cursor goes to it."""
        self._rows = rows
        self.table.set_columns(_columns(max((len(row.type) for row in rows), default=0)))
        self.rearrange(len(rows), is_asked=is_another, is_another_list=is_another)

    def go_to_job(self, job_id: str) -> bool:
        """Puts the cursor on the first row of a job; answers whether there is one."""
        key = next((row.key for row in self.table.rows if row.job_id == job_id), None)
        return key is not None and self.table.go_to(key)

    def corner_words(self) -> list[str]:
        jobs = {row.job_id for row in self.table.rows if row.job_id}
        words = [f"{len(jobs):,} {'job' if len(jobs) == 1 else 'jobs'}"]
        return [*words, "loading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        return ("Nothing matches the filter; esc clears it, / changes it.",)


_FIELDS: Fields[TreeRow] = {
    **fields_of_job(lambda row: row.job),
    "type": TextField(lambda row: (row.type,)),
    "note": TextField(lambda row: (row.text, row.note)),
}


def _name(row: TreeRow, width: int, now: float) -> Cell:
    if not row.job_id:
        return ((row.lead, "muted"), (row.text, "label"))
    status = row.job.status if row.job else ""
    glyph = GLYPHS.get(status, UNKNOWN_GLYPH)
    name = f"{row.text}{_part(row.job_id)}" if row.job is not None else row.text
    return (
        (row.lead, "muted"),
        (f"{glyph} ", status_style(status)),
        (name, "strong" if row.key == "centre" else ""),
    )


def _status(row: TreeRow, width: int, now: float) -> Cell:
    return plain(row.job.status, status_style(row.job.status)) if row.job else plain("")


def _link(row: TreeRow, width: int, now: float) -> Cell:
    return plain(row.type, "accent" if row.type in (N_TO_N, SEQUENTIAL) else "muted")


def _age(row: TreeRow, width: int, now: float) -> Cell:
    return plain(duration(age(row.job, now)) if row.job else "", "muted")


def _ran(row: TreeRow, width: int, now: float) -> Cell:
    return plain(duration(ran(row.job, now)) if row.job else "", "muted")


def _why(row: TreeRow, width: int, now: float) -> Cell:
    told = why(row.job, width) if row.job else ()
    if not row.note:
        return told
    between: Cell = ((" · ", "muted"),) if any(text for text, _ in told) else ()
    return ((row.note, row.style), *between, *told)


def _queue(row: TreeRow, width: int, now: float) -> Cell:
    return plain(row.job.job_queue if row.job else "", "muted")


def _id(row: TreeRow, width: int, now: float) -> Cell:
    return plain(row.job_id, "muted")


@lru_cache
def _columns(link: int) -> tuple[Column[TreeRow], ...]:
    """The columns, with so many cells for the types of links: none where there are none."""
    return tuple(
        replace(column, width=max(link, len(column.title))) if column.key == "link" else column
        for column in _COLUMNS
        if link or column.key != "link"
    )


_COLUMNS: tuple[Column[TreeRow], ...] = (
    Column("name", "JOB", 26, _name, importance=100, comfort=34, flex=3, most=80),
    Column("link", "LINK", 10, _link, importance=88),
    Column("status", "STATUS", 9, _status, importance=95),
    Column("age", "AGE", 4, _age, importance=55, is_right=True),
    Column("ran", "RAN", 4, _ran, importance=60, is_right=True),
    Column("why", "WHAT TO KNOW", 22, _why, importance=92, comfort=34, flex=3, most=90),
    Column("queue", "QUEUE", 12, _queue, importance=50, flex=1, most=24),
    Column("id", "ID", 36, _id, importance=20),
)
