"""The list of the jobs of all contexts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from batchtui.format import NOTHING, Cell, age, duration, plain, ran, status_style, why
from batchtui.insight.quick import QuickWhy
from batchtui.model.job import FAILED, TERMINAL_STATUSES, JobSummary
from batchtui.query.jobs_in_contexts import FIELDS, SORTS, JobInContext, first_of_all
from batchtui.query.steps import Steps
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.panes.jobs import why_cell
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.status_bar import PRODUCTION


class AllJobsPane(LoadedPane[JobInContext]):
    """The list of the screen *All jobs*."""

    TITLE = "Jobs of all contexts"
    NONE = ("No jobs in any context. AWS lists finished jobs for about seven days.",)

    def __init__(self, clock: Callable[[], float]) -> None:
        own = {"context": self._name_of_context, "why": self._why}
        columns = tuple(replace(column, cell=own.get(column.key, column.cell)) for column in _COLUMNS)
        super().__init__(columns, key=lambda row: row.key, fields=FIELDS, sorts=SORTS, id="all-jobs", clock=clock)
        self.styles_of: Mapping[str, str] = {}
        """Of the contexts' names, by name: that of a production one is not like the others."""
        self._snapshots: Mapping[str, Snapshot] = {}
        self._quick: dict[str, QuickWhy] = {}
        self._of_all = 0

    def update(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Shows what is known of each context, by its name; nothing is done where none has changed."""
        known = self._snapshots
        if snapshots.keys() == known.keys() and all(snapshots[name].jobs is known[name].jobs for name in known):
            return
        self._snapshots = snapshots
        self._quick = {name: self._quick.get(name) or QuickWhy() for name in snapshots}
        for name, each in snapshots.items():
            self._quick[name].know(each.job_queues, each.compute_environments, each.jobs)
        self._of_all = sum(len(held.jobs) for each in snapshots.values() for held in each.jobs.values())
        self.rearrange(self._of_all, is_asked=False)

    def rows_in_order(self) -> Steps[Sequence[JobInContext]]:
        """Active and failed ones first, the newest before the others; at most so many as one can look through."""
        jobs = {name: _jobs(snapshot) for name, snapshot in self._snapshots.items()}
        return (yield from first_of_all(jobs))

    def corner_words(self) -> list[str]:
        words = super().corner_words()
        return [*words, f"of {self._of_all:,} known"] if self._total < self._of_all else words

    def _name_of_context(self, row: JobInContext, width: int, now: float) -> Cell:
        style = self.styles_of.get(row.context) or "muted"
        word = f"  {PRODUCTION}" if style == PRODUCTION else ""
        return ((row.context, style), (word if len(row.context) + len(word) <= width else "", PRODUCTION))

    def _why(self, row: JobInContext, width: int, now: float) -> Cell:
        """By the rules, as they know the account that the job is in."""
        job, quick = row.job, self._quick.get(row.context)
        if quick is None:  # a context that was left, whose rows go with the next look
            return why(job, width)
        held = self._snapshots[row.context].jobs.get(job.job_queue)
        return why_cell(job, width, now, quick=quick, held=held)


def _jobs(snapshot: Snapshot) -> list[JobSummary]:
    return [job for held in snapshot.jobs.values() for job in held.jobs.values()]


def _quiet(row: JobInContext) -> str:
    return "muted" if row.job.status in TERMINAL_STATUSES and row.job.status != FAILED else ""


def _text(
    read: Callable[[JobInContext], str], style: Callable[[JobInContext], str]
) -> Callable[[JobInContext, int, float], Cell]:
    return lambda row, width, now: plain(read(row) or NOTHING, style(row))


def _seconds(
    measure: Callable[[JobSummary, float], float | None],
) -> Callable[[JobInContext, int, float], Cell]:
    return lambda row, width, now: plain(duration(measure(row.job, now)), _quiet(row))


def _muted(row: JobInContext) -> str:
    return "muted"


_COLUMNS: tuple[Column[JobInContext], ...] = (
    Column("context", "CONTEXT", 8, _text(lambda row: row.context, _muted), 98, 18, 1, 40),
    Column("name", "NAME", 14, _text(lambda row: row.job.job_name or row.job.job_id, _quiet), 100, 26, 2, 48),
    Column("status", "STATUS", 9, _text(lambda row: row.job.status, lambda row: status_style(row.job.status)), 95),
    Column("age", "AGE", 4, _seconds(age), importance=90, is_right=True),
    Column("ran", "RAN", 4, _seconds(ran), importance=75, is_right=True),
    Column("queue", "QUEUE", 12, _text(lambda row: row.job.job_queue, _muted), importance=60, flex=1, most=24),
    Column("why", "WHY / PROGRESS", 20, lambda row, width, now: why(row.job, width), 85, 40, 4, 90),
    Column("id", "ID", 36, _text(lambda row: row.job.job_id, _muted), importance=20),
)
