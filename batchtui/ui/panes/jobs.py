"""Jobs of the selected queue, or of all queues, newest first."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from batchtui.actions.watch import StopWatch
from batchtui.format import (
    NOTHING,
    Cell,
    age,
    array_progress,
    duration,
    iso_moment,
    left_out,
    number,
    plain,
    ran,
    status_style,
    text_of,
    waited,
    why,
)
from batchtui.insight.array_progress import ArrayProgress, ArraySights, Sight, progress_of
from batchtui.insight.quick import NO_CAUSE, Line, QuickWhy, load_rules
from batchtui.model.job import (
    ACTIVE,
    FAILED,
    JOB_STATUSES,
    SERVICE_JOB_STATUSES,
    STARTING,
    TERMINAL_STATUSES,
    JobSummary,
)
from batchtui.query.jobs import JOB_FIELDS, JOB_SORTS
from batchtui.query.steps import Steps, chosen
from batchtui.sync.snapshot import DESCRIBED_JOBS, DESCRIBED_SERVICE_JOBS, JOB_QUEUES, QueueJobs, Snapshot, jobs_of
from batchtui.ui.array_words import ended_words, progress_cell
from batchtui.ui.messages import Shown, WatchWanted
from batchtui.ui.panes.job_order import NewestFirst
from batchtui.ui.panes.pane import Pane
from batchtui.ui.panes.target import Target
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.lines import Lines
from batchtui.ui.widgets.status_strip import StatusStrip

_AT_LENGTH = 400  # cells
WATCHED = "◎ "
"""Before the name of a job of whose end somebody wants to be told."""


def marked_jobs(
    marked: Collection[str], rows: Iterable[JobSummary], known: Sequence[Mapping[str, JobSummary]]
) -> tuple[list[JobSummary], int]:
    """The marked jobs, those that the list shows in its order before the others, newest first; pure.

    Args:
        marked: Their ids.
        rows: What the list shows.
        known: Every job that is known.

    Returns:
        The jobs, and how many of them the list does not show.
    """
    shown = [job for job in rows if job.job_id in marked]
    ids = {job.job_id for job in shown}
    others = [jobs[key] for key in marked if key not in ids for jobs in known if key in jobs]
    return [*shown, *sorted(others, key=lambda job: -(job.created_at or 0))], len(others)


def has_status(job: JobSummary, wanted: str) -> bool:
    """Whether a job belongs to a status, to ``active``, or to all (empty)."""
    return not wanted or job.status == wanted or (wanted == ACTIVE and job.is_active)


class JobsPane(Pane[JobSummary]):
    """The pane ``Jobs``."""

    TITLE = "Jobs"
    LIST = "jobs"

    def __init__(self, clock: Callable[[], float]) -> None:
        self._stops = StopWatch()
        self.quick = QuickWhy()
        """Why jobs wait and failed, as far as the lists tell."""
        self._sights = ArraySights()
        self._looked_at: Mapping[str, QueueJobs] = {}
        self._watched: Collection[str] = ()
        own = {"why": self._why, "name": self._watched_name}
        self._columns = tuple(replace(column, cell=own.get(column.key, column.cell)) for column in _COLUMNS)
        self._columns_of_one_queue = tuple(column for column in self._columns if column.key != "queue")
        table = LineTable(self._columns, key=lambda job: job.job_id, id="jobs-table", clock=clock)
        super().__init__(table, fields=JOB_FIELDS, sorts=JOB_SORTS, id="jobs", clock=clock)
        self._strip = StatusStrip(id="status-strip")
        self._order_of_jobs = NewestFirst()
        self._wanted: tuple[str | None, str] | None = None  # queue and status
        self._held: Mapping[str, QueueJobs] = {}
        self._known = 0
        self._is_loading = True
        self._dropped_before: int | None = None
        self._has_queues = False
        self._unknown_queues: Sequence[str] = ()
        self._is_failing = False
        self._counts: Mapping[str, int] = {}
        self.status = ""
        """The status that is shown, ``active``, or empty for all."""

    def show_stops(self, watched: StopWatch) -> None:
        """Marks jobs that were asked to stop, until AWS says that they have."""
        if watched != self._stops:
            self._stops = watched
            self.table.redraw()

    def show_watched(self, job_ids: Collection[str]) -> None:
        """Marks jobs of whose end somebody wants to be told."""
        if job_ids != self._watched:
            self._watched = job_ids
            self.table.redraw()

    def watch_wanted(self) -> WatchWanted:
        """The wish to be told when all that is shown has ended, and what comes to match later."""
        queue, status, wanted = self._wanted[0] if self._wanted else None, self.status, self.filter
        parts = (wanted.text, status, queue)
        title = " · ".join(part for part in parts if part) or "all jobs"

        def matches(job: JobSummary) -> bool:
            return has_status(job, status) and wanted.matches(job, self.clock())

        return WatchWanted(self.table.rows, shown=Shown(title, matches, queue))

    @property
    def stops(self) -> StopWatch:
        """What was asked to stop, as far as that is marked here."""
        return self._stops

    @property
    def target(self) -> Target | None:
        """What the row under the cursor leads to."""
        job = self.table.cursor_row
        return Target("job", job.job_id, job.job_name, arn=job.job_arn) if job is not None else None

    def rows_to_export(self) -> Sequence[JobSummary]:
        marked, rows = self.table.marked, self.table.rows
        known = [held.jobs for held in self._looked_at.values()]
        return marked_jobs(marked, rows, known)[0] if marked else rows

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = [self.status] if self.status else []
        words.append(str(shown) if shown == self._known else f"{shown} of {self._known}")
        if self._dropped_before is not None and (not self.status or self.status in TERMINAL_STATUSES):
            words.append(left_out(self._dropped_before, self.clock()))
        return [*words, "loading"] if self._is_loading else words

    def above(self) -> list[Lines]:
        return [self._strip]

    def update(self, snapshot: Snapshot, queue: str | None) -> None:
        """Shows a snapshot's jobs of one queue, or of all (None)."""
        self.quick.know(snapshot.job_queues, snapshot.compute_environments, snapshot.jobs)
        self._look_at_arrays(snapshot.jobs)
        # By name: of two jobs of the same moment always the same one comes first.
        held = {name: jobs for name, jobs in sorted(snapshot.jobs.items()) if queue in (None, name)}
        wanted = (queue, self.status)
        is_another_list = wanted != self._wanted
        was_loading = self._is_loading
        self._is_loading = snapshot.job_queues is None or not all(each.is_complete for each in held.values())
        self._dropped_before = snapshot.dropped_before
        if snapshot.job_queues and not self._has_queues:  # jobs come next; before, the first frame has precedence
            self.run_worker(load_rules, name="rules", thread=True)
        self._has_queues, self._unknown_queues = bool(snapshot.job_queues), snapshot.unknown_queues
        self._is_failing = any(state.error is not None for state in snapshot.sources.values())
        self._show_counts(held)
        if self.table.marked:
            self.table.keep_marks(each.jobs for each in snapshot.jobs.values())
        if is_another_list or not _are_same(held, self._held):
            self._wanted, self._held = wanted, held
            self._order_of_jobs.keep(snapshot.jobs)
            jobs = sum(len(each.jobs) for each in held.values())
            # What is loading comes in now and then; all of it is waited for.
            is_awaited = is_another_list or (was_loading and not self._is_loading)
            self.rearrange(jobs, is_asked=is_awaited, is_another_list=is_another_list)
        self.table.set_empty(*self.empty_lines())
        self.set_title(f"{self.TITLE} · {queue}" if queue else self.TITLE)
        self.update_corner()
        names = [queue] if queue else [detail.job_queue_name for detail in snapshot.job_queues or ()]
        listing = () if names else (JOB_QUEUES,)  # while the queues are unknown, that is why there are no jobs
        kinds = {
            detail.takes_service_jobs
            for detail in snapshot.job_queues or ()
            if queue in (None, detail.job_queue_name)
        }
        described = [DESCRIBED_SERVICE_JOBS if is_service else DESCRIBED_JOBS for is_service in sorted(kinds)]
        self.show_failure(snapshot.error_of(*listing, *map(jobs_of, names), *described))

    def rows_in_order(self) -> Steps[Sequence[JobSummary]]:
        """The newest first, of the status that is asked for."""
        status, jobs = self.status, (yield from self._order_of_jobs.jobs(self._held))
        self._known = len(jobs)
        if not status:
            return jobs
        return (yield from chosen(jobs, lambda job: has_status(job, status)))

    def before_show(self) -> None:
        is_of_all = self._wanted is None or self._wanted[0] is None
        self.table.set_columns(self._columns if is_of_all else self._columns_of_one_queue)

    def why_of(self, job: JobSummary, now: float) -> Cell:
        """Why it waits or failed, at length."""
        return self._why(job, _AT_LENGTH, now)

    def _show_counts(self, held: Mapping[str, QueueJobs]) -> None:
        counts: dict[str, int] = {}
        for each in held.values():
            for status, count in each.counts.items():
                counts[status] = counts.get(status, 0) + count
        is_known = bool(counts) or any(each.is_complete for each in held.values())
        self._counts = counts
        self._strip.counts, self._strip.shown = counts if is_known else None, self.status
        self._strip.redraw()

    def _watched_name(self, job: JobSummary, width: int, now: float) -> Cell:
        name = _name(job, width, now)
        return ((WATCHED, "accent"), *name) if job.job_id in self._watched else name

    def _why(self, job: JobSummary, width: int, now: float) -> Cell:
        """Between asked and seen a job reads *stopping*, whatever AWS says of it meanwhile."""
        if job.job_id in self._stops.stopping and job.is_active:
            return plain("stopping …", "warning")
        if job.job_id in self._stops.not_followed and job.is_active:
            return plain("asked to stop, and has not followed: x tries again", "warning")
        held, seen = self._held.get(job.job_queue), self._sights.of(job.job_id)
        return why_cell(job, width, now, quick=self.quick, held=held, seen=seen)

    def _look_at_arrays(self, jobs: Mapping[str, QueueJobs]) -> None:
        """Of every queue, shown or not: who comes to it later wants to know how its arrays went on."""
        if jobs is self._looked_at:
            return
        for name, held in jobs.items():
            if held is not self._looked_at.get(name):
                self._sights.look(held.active.values(), self.clock())
        self._sights.keep([held.active for held in jobs.values()])
        self._looked_at = jobs

    def empty_lines(self) -> tuple[str, ...]:
        """What there is instead, and the key to it."""
        if self._is_loading:
            return ("Nothing was heard of jobs yet.",) if self._is_failing else ("Asking AWS …",)
        if not self._has_queues and self._unknown_queues:
            names = ", ".join(f"'{name}'" for name in self._unknown_queues)
            return (f"There is no job queue {names} in this account and region.", "--queue asked for no other.")
        if not self._has_queues:
            return ("No job queues in this account and region.", "Is it the right profile and region?")
        if self.filter:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        others = [
            f"{self._counts[status]} in {status}{_key_of(status)}"
            for status in SERVICE_JOB_STATUSES
            if self._counts.get(status)
        ]
        if not others:
            return ("No jobs. AWS lists finished jobs for about seven days.",)
        what = {ACTIVE: "active", "": "here"}.get(self.status, self.status)
        return (f"Nothing is {what}. There are: " + ", ".join(others) + ".", "0 shows them all.")


def _key_of(status: str) -> str:
    """The key that shows only this status, in brackets, where there is one."""
    return f" ({JOB_STATUSES.index(status) + 1})" if status in JOB_STATUSES else ""


def _are_same(one: Mapping[str, QueueJobs], other: Mapping[str, QueueJobs]) -> bool:
    return one.keys() == other.keys() and all(one[name] is other[name] for name in one)


def _quiet(job: JobSummary) -> str:
    return "muted" if job.status in TERMINAL_STATUSES and job.status != FAILED else ""


def _name(job: JobSummary, width: int, now: float) -> Cell:
    return plain(job.job_name or job.job_id, _quiet(job))


def _status(job: JobSummary, width: int, now: float) -> Cell:
    return plain(job.status, status_style(job.status))


def _seconds(measure: Callable[[JobSummary, float], float | None]) -> Callable[[JobSummary, int, float], Cell]:
    def cell(job: JobSummary, width: int, now: float) -> Cell:
        return plain(duration(measure(job, now)), _quiet(job))

    return cell


def _created(job: JobSummary, now: float) -> str | None:
    return iso_moment(job.created_at)


def _vcpus(job: JobSummary, width: int, now: float) -> Cell:
    return plain(number(job.vcpus), _quiet(job) if job.vcpus is not None else "muted")


def _queue(job: JobSummary, width: int, now: float) -> Cell:
    return plain(job.job_queue, "muted")


def _definition(job: JobSummary, width: int, now: float) -> Cell:
    return plain((job.job_definition or NOTHING).rpartition("/")[2], "muted")


def _id(job: JobSummary, width: int, now: float) -> Cell:
    return plain(job.job_id, "muted")


def why_cell(
    job: JobSummary,
    width: int,
    now: float,
    *,
    quick: QuickWhy,
    held: QueueJobs | None,
    seen: Sequence[Sight] = (),
) -> Cell:
    """How far an array is, or why a job waits or failed, as far as the lists of its account tell.

    Args:
        job: The job.
        width: Cells that there are.
        now: Epoch seconds.
        quick: The rules, which know its account.
        held: What is known of its queue's jobs.
        seen: What was seen of it, where it is an array.
    """
    progress = progress_of(job, now, seen) if job.array_properties is not None else None
    if progress is not None and job.is_active:
        return progress_cell(progress, width)
    since = held.starting_since.get(job.job_id) if held is not None and job.status == STARTING else None
    cause = quick.line(job, now=int(now * 1000), status_since=since)
    if " children failed" in cause.text:  # its counts need not be told twice
        progress = None
    return with_children(progress, with_cause(why(job, width), cause, job, width))


def with_cause(told: Cell, cause: Line, job: JobSummary, width: int) -> Cell:
    """What the rules say before what AWS tells, which stays where there is room; progress has precedence."""
    text, is_ordinary = cause
    if not text or (job.is_active and array_progress(job, width) is not None):
        return told
    words = text_of(told)
    if text.startswith(NO_CAUSE):
        return (*told, (f" · {text}" if words else text, "muted"))
    style = "failed" if job.status == FAILED else "muted" if is_ordinary else "warning"
    rest = f" · {words}" if words and words.rstrip(".") != text else ""
    return ((text, style), (rest, "muted"))


def with_children(progress: ArrayProgress | None, told: Cell) -> Cell:
    """What is said of an array that has ended, after what has become of its children."""
    if progress is None:
        return told
    between: Cell = ((" · ", "muted"),) if text_of(told) else ()
    return (*ended_words(progress), *between, *told)


def _plain_why(job: JobSummary, width: int, now: float) -> Cell:
    return why(job, width)


_COLUMNS: tuple[Column[JobSummary], ...] = (
    Column("name", "NAME", 14, _name, importance=100, comfort=26, flex=2, most=48),
    Column("status", "STATUS", 9, _status, importance=95),
    Column("age", "AGE", 4, _seconds(age), importance=90, is_right=True, raw=_created, raw_name="created_at"),
    Column("waited", "WAITED", 6, _seconds(waited), importance=68, is_right=True),
    Column("ran", "RAN", 4, _seconds(ran), importance=75, is_right=True),
    Column("vcpus", "vCPU", 4, _vcpus, importance=50, is_right=True),
    Column("queue", "QUEUE", 12, _queue, importance=60, flex=1, most=24),
    Column("why", "WHY / PROGRESS", 24, _plain_why, importance=85, comfort=48, flex=8, most=90),
    Column("definition", "DEFINITION", 34, _definition, importance=30, flex=1, most=40),
    Column("id", "ID", 36, _id, importance=20),
)
