"""The main screen: queues and compute environments at the left, jobs at the right."""

from collections.abc import Callable, Collection
from functools import partial
from time import time
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker

from batchtui.actions.watch import StopWatch
from batchtui.format import plural
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.aside import aside
from batchtui.ui.keys import FOOTER, MAIN_KEYS, STATUS_KEYS, bindings
from batchtui.ui.messages import (
    ChangeOfJobs,
    ChangeWanted,
    ConsoleWanted,
    DetailWanted,
    LogWanted,
    NewJobWanted,
    ResubmitWanted,
    StopWanted,
    WatchWanted,
    WhyWanted,
)
from batchtui.ui.panes.compute_environments import ComputeEnvironmentsPane
from batchtui.ui.panes.job_queues import JobQueuesPane
from batchtui.ui.panes.jobs import JobsPane, marked_jobs
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.ways import JobAtHand, WaysOfJobs
from batchtui.ui.widgets.beside import Beside, Told
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.status_bar import StatusBar
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

NARROW = 112
"""Terminals of fewer columns stack the panes."""
WIDE = 180
"""From so many columns on the job under the cursor is in sight, too."""
HIGH = 40
"""From so many lines on it stands below the queues and environments, which leaves the list its width."""
WIDE_AND_LOW = 210
"""On fewer lines it stands at the right, from so many columns on: WHY needs the room more."""
VERY_WIDE = 280
"""From so many columns on there is room enough at the right, however many lines there are."""
TALL = 60
"""From so many lines on a narrow terminal has all panes in sight, and that job below them."""
_TICK_SECONDS = 1.0


class MainScreen(WaysOfJobs, Screen[None]):
    """The three panes between the status bar and the keys.

    Args:
        calls_per_minute: Asks how many calls went out lately.
        clock: Epoch seconds.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings((*MAIN_KEYS, *STATUS_KEYS))

    class QueueSelected(Message):
        """The cursor came to a queue, or to all of them (None)."""

        def __init__(self, queue: str | None, screen: "MainScreen") -> None:
            super().__init__()
            self.queue = queue
            self.screen = screen

    def __init__(
        self,
        *,
        calls_per_minute: Callable[[], int],
        clock: Callable[[], float] = time,
    ) -> None:
        super().__init__()
        self._snapshot = Snapshot()
        self._calls_per_minute = calls_per_minute
        self._clock = clock
        self._bar = StatusBar()
        self._queues = JobQueuesPane(clock)
        self._environments = ComputeEnvironmentsPane(clock)
        self._jobs = JobsPane(clock)
        self._is_there = False
        self._beside = Beside(self._job_beside, ("batchtui.ui.details.known_job",), "enter asks AWS for the rest")
        self._was_in_environments = False  # a cursor that nobody has seen yet has chosen nothing

    def compose(self) -> ComposeResult:
        yield self._bar
        with Container(id="panes"):
            with Vertical(id="left"):
                yield self._queues
                yield self._environments
            yield self._jobs
            yield self._beside
        yield KeyLine(FOOTER)

    def on_mount(self) -> None:
        self.set_focus(self._queues.table)
        self.set_interval(_TICK_SECONDS, self.tick)
        self._is_there = True
        self.update(self._snapshot)

    def set_where(
        self, *where: str, alias: str | None = None, is_production: bool = False, colour: str | None = None
    ) -> None:
        """Profile or source of the credentials, region, account; see ``StatusBar``."""
        self._bar.where, self._bar.alias = where, alias
        self._bar.is_production, self._bar.colour = is_production, colour
        self._bar.redraw()

    def show_read_only(self, is_read_only: bool) -> None:
        """Whether the status bar says so."""
        self._bar.is_read_only = is_read_only
        self._bar.redraw()

    def update(self, snapshot: Snapshot) -> None:
        """Shows a snapshot; what it shares with the one before is not drawn anew."""
        self._snapshot = snapshot
        if not self._is_there:
            return
        now = self._clock()
        self._queues.update(snapshot)
        self._environments.update(snapshot)
        self._jobs.update(snapshot, self._queues.selected)
        self._mark_relations()
        self._beside.redraw()
        self._update_bar(now)

    def tick(self) -> None:
        """A second has passed: ages, and nothing that did not change; all is drawn when one comes back here."""
        if not self.is_current:
            return
        for pane in self._panes:
            pane.table.redraw()
        self._beside.redraw()
        self._update_bar(self._clock())

    def action_status(self, status: str) -> None:
        """Shows the jobs of one status, ``active`` or all (empty), and goes to them."""
        self._jobs.status = status
        self._jobs.update(self._snapshot, self._queues.selected)
        self.set_focus(self._jobs.table)

    def action_next_pane(self) -> None:
        """Goes to the next pane."""
        self._go(1)

    def action_previous_pane(self) -> None:
        """Goes to the previous pane."""
        self._go(-1)

    @property
    def queue(self) -> str | None:
        """The queue under the cursor; None for all of them."""
        return self._queues.selected

    def go_to(self, kind: str, name: str) -> None:
        """Puts focus and cursor on a ``queue`` or an ``environment``."""
        table: LineTable[Any] = self._queues.table if kind == "queue" else self._environments.table
        self._make_room_for(table)
        self.set_focus(table)
        if not table.go_to(name):
            self.notify(f"{name} is hidden by the filter of its list; esc clears it.", markup=False)

    def action_zoom(self) -> None:
        """Gives the whole screen to the pane with the focus, or takes it back."""
        self.toggle_class("-zoom")
        if self._pane is not None:
            self._make_room_for(self._pane.table)

    def action_back(self) -> None:
        """Takes one step back: clears the filter, then the status, then the zoom."""
        pane = self._pane
        if pane is not None and pane.clear_filter():
            return
        if self._jobs.status and (pane is self._jobs or not self.has_class("-zoom")):
            self._jobs.status = ""
            self._jobs.update(self._snapshot, self._queues.selected)
        else:
            self.remove_class("-zoom")

    async def action_filter(self) -> None:
        """Opens the filter of the pane with the focus."""
        if self._pane is not None:
            await self._pane.open_filter()

    def action_sort(self) -> None:
        """Sorts the pane with the focus by its next column."""
        if self._pane is not None:
            self._pane.sort_next()

    def action_reverse(self) -> None:
        """Turns the order of the pane with the focus round."""
        if self._pane is not None:
            self._pane.sort_reversed()

    @property
    def _panes(self) -> tuple[JobQueuesPane, ComputeEnvironmentsPane, JobsPane]:
        return (self._queues, self._environments, self._jobs)

    @property
    def jobs_pane(self) -> JobsPane:
        """The pane Jobs."""
        return self._jobs

    @property
    def queues_pane(self) -> JobQueuesPane:
        """The pane Job queues."""
        return self._queues

    @property
    def pane_in_use(self) -> JobQueuesPane | ComputeEnvironmentsPane | JobsPane:
        """The pane with the focus, else that of the jobs."""
        return self._pane or self._jobs

    @property
    def table_in_use(self) -> LineTable[Any]:
        """The table with the focus, else that of the jobs."""
        return self.pane_in_use.table

    @property
    def _pane(self) -> JobQueuesPane | ComputeEnvironmentsPane | JobsPane | None:
        """The pane with the focus."""
        return next((pane for pane in self._panes if pane.has_focus_within), None)

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        is_narrow = width < NARROW
        self.set_class(is_narrow, "-narrow")
        self.set_class(width >= (WIDE if height >= HIGH else WIDE_AND_LOW), "-wide")
        self.set_class(WIDE <= width < VERY_WIDE and height >= HIGH, "-stacked")
        self.set_class(is_narrow and height >= TALL, "-tall")
        self._make_room_for(self.table_in_use)
        # The two upper panes share one place then: each names the other, so that nobody misses it.
        is_shared = is_narrow and not self.has_class("-tall")
        self._queues.set_title(self._queues.TITLE, self._environments.TITLE if is_shared else "")
        self._environments.set_title(self._environments.TITLE, self._queues.TITLE if is_shared else "")

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        if isinstance(self.focused, LineTable):
            self._make_room_for(self.focused)
            self._mark_relations()

    @on(LineTable.Highlighted, "#queues-table")
    def _select_queue(self) -> None:
        self._jobs.update(self._snapshot, self._queues.selected)
        self._mark_relations()
        self.post_message(self.QueueSelected(self._queues.selected, self))

    @on(LineTable.Highlighted, "#jobs-table")
    def _follow_job(self) -> None:
        self._beside.redraw()

    def _job_beside(self, width: int) -> Told:
        """What the lists know of the job under the cursor, whichever pane has the focus."""
        from batchtui.ui.details.known_job import known_job_lines

        job, now = self._jobs.table.cursor_row, self._clock()
        why = self._jobs.why_of(job, now) if job is not None else ()
        return (job.job_name or job.job_id) if job is not None else "Job", known_job_lines(job, why, now)

    @on(LineTable.Highlighted, "#environments-table")
    def _select_environment(self) -> None:
        self._mark_relations()

    @on(LineTable.Opened)
    def _open(self) -> None:
        self._open_here(is_json=False)

    def action_open_json(self) -> None:
        """Opens what AWS tells of the row under the cursor, as JSON."""
        self._open_here(is_json=True)

    def action_log(self) -> None:
        """Opens the log of the job under the cursor, or of the marked jobs together."""
        marked = tuple(self._jobs.table.marked)
        if marked and self._jobs.has_focus_within:
            self.post_message(LogWanted(marked, plural(len(marked), "marked job")))
        elif (job := self._job_here("Logs are of jobs: tab goes to them, 7 to those that failed.")) is not None:
            self.post_message(LogWanted((job.job_id,), job.job_name))

    def action_why(self) -> None:
        """Asks why the job under the cursor failed, or why it waits; how the queue under it stands, or all."""
        if (queue := self._queues.selected) is not None and self._queues.has_focus_within:
            self.post_message(DetailWanted("queue", queue, queue, tab="Insight"))
        elif self._queues.has_focus_within:
            self.run_worker(self.app.run_action("app.place('queues')"), name="queues")
        elif (job := self._job_here("This is told of jobs and of queues: choose one.")) is not None:
            self.post_message(WhyWanted(job.job_id, job.job_name, job))

    def action_blocked(self) -> None:
        """Asks why the queue under the cursor is blocked, else why the next blocked one is."""
        head = row.head if (row := self._queues.next_blocked()) is not None else None
        if head is None:
            self.notify("No queue is blocked.")
        else:
            self.post_message(WhyWanted(head.job_id, head.job_name, head))

    def job_at_hand(self, why_not: str) -> JobAtHand | None:
        return JobAtHand.of(self._job_here(f"{why_not}: tab goes to them."))

    def action_stop(self) -> None:
        """Asks whether to stop the job under the cursor, or the marked ones."""
        self._with_chosen_jobs("Only jobs can be stopped: tab goes to them.", StopWanted)

    def action_watch(self) -> None:
        """Asks to be told when the job under the cursor has ended, or the marked ones."""
        self._with_chosen_jobs("This is told of jobs: tab goes to them.", WatchWanted)

    def action_watch_list(self) -> None:
        """Asks to be told when all jobs that are shown have ended."""
        if self._jobs.table.is_outdated:
            self._say_why_not()
        else:
            self.post_message(self._jobs.watch_wanted())

    def action_resubmit(self) -> None:
        """Asks whether to submit the job under the cursor, or the marked ones, once more."""
        self._with_chosen_jobs("Only jobs can be submitted again: tab goes to them.", ResubmitWanted)

    def action_edit(self) -> None:
        """Edits the request of the job under the cursor."""
        wish = partial(ResubmitWanted, is_edited=True)
        self._with_chosen_jobs("Only jobs can be edited: tab goes to them.", wish)

    def _with_chosen_jobs(self, why_not: str, wish: ChangeOfJobs) -> None:
        """Posts a wish for the marked jobs, with how many of them the filter hides, else for the one here."""
        if self._jobs.has_focus_within and self._jobs.table.marked:
            work = partial(self._with_marked_jobs, wish)
            _: Worker[None] = self.run_worker(work, name="marked", group="marked", exclusive=True)
        elif (job := self._job_here(why_not)) is not None:
            self.post_message(wish([job], hidden=0))

    def _job_here(self, why_not: str) -> JobSummary | None:
        """The job under the cursor; where there is none, it is said why."""
        if not self._jobs.has_focus_within:
            self.notify(why_not, severity="warning")
        elif self._jobs.table.cursor_row is None:
            self._say_why_not()
        else:
            return self._jobs.table.cursor_row
        return None

    async def _with_marked_jobs(self, wish: ChangeOfJobs) -> None:
        table = self._jobs.table
        known, marked = [each.jobs for each in self._snapshot.jobs.values()], frozenset(table.marked)
        jobs, hidden = await aside(len(marked), marked_jobs, marked, table.rows, known)
        if self.app.screen is self:  # a dialog about this list must not open above another screen
            self.post_message(wish(jobs, hidden=hidden))

    def action_new_job(self) -> None:
        """Goes to the newest job that was made of the one under the cursor."""
        if (job := self._job_here("Only of jobs new ones are made: tab goes to them.")) is not None:
            self.post_message(NewJobWanted(job.job_id))

    def action_change(self, verb: str) -> None:
        """Asks to change the queue, the environment or the job under the cursor."""
        here = self._here()
        if here is not None:
            self.post_message(ChangeWanted(verb, here.kind, here.key))
        elif self._queues.has_focus_within and self._queues.table.cursor_row is not None:
            self.notify("All queues together cannot be changed: choose one.", severity="warning")
        else:
            self._say_why_not()

    def show_stops(self, watched: StopWatch) -> None:
        """Which jobs are between *asked to stop* and *seen to have stopped*."""
        self._jobs.show_stops(watched)

    def show_watched(self, job_ids: Collection[str]) -> None:
        """Of which jobs somebody wants to be told when they have ended."""
        self._jobs.show_watched(job_ids)

    def action_copy_id(self) -> None:
        """Copies the id or the name of the row under the cursor."""
        here = self._here()
        if here is None:
            self._say_why_not()
        else:
            self._copy(here.key, here.key)

    def action_copy_arn(self) -> None:
        """Copies the ARN of the row under the cursor."""
        here = self._here()
        if here is None:
            self._say_why_not()
        elif here.arn is None:
            self.notify(f"AWS told no ARN of {here.title}.", markup=False, severity="warning")
        else:
            self._copy(here.arn, f"the ARN of {here.title}")

    def action_console(self) -> None:
        """Goes to the page of the row under the cursor in AWS's web console."""
        here = self._here()
        if here is None:
            self._say_why_not()
        else:
            self.post_message(ConsoleWanted(here.title, here.console_page))

    def action_export(self) -> None:
        """Saves what the list shows as CSV, JSON or NDJSON."""
        from batchtui.ui.exporting import export_list

        export_list(self.app, self._pane or self._jobs)

    def _say_why_not(self) -> None:
        if self.table_in_use.is_outdated:
            self.notify("The list is still being made: a moment, please.", severity="warning")
            return
        is_all = self._queues.has_focus_within and self._queues.table.cursor_row is not None
        why_not = "All queues together have none: choose one." if is_all else "There is nothing in this list."
        self.notify(why_not, severity="warning")

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied {what}.", markup=False)

    def _open_here(self, *, is_json: bool) -> None:
        here = self._here()
        if here is not None:
            self.post_message(DetailWanted(here.kind, here.key, here.title, is_json=is_json))
        elif self._queues.table.has_focus and self._queues.table.rows and not is_json:
            # All queues together have no details: their jobs are what there is to see.
            self.set_focus(self._jobs.table)
        else:
            self._say_why_not()

    def _here(self) -> Target | None:
        """What the row under the cursor leads to, of the pane with the focus."""
        return self.pane_in_use.target

    def _go(self, steps: int) -> None:
        tables = [pane.table for pane in self._panes]
        here = next((index for index, table in enumerate(tables) if table.has_focus), 0)
        target = tables[(here + steps) % len(tables)]
        self._make_room_for(target)  # a hidden pane could not take the focus
        self.set_focus(target)

    def _make_room_for(self, target: LineTable[Any]) -> None:
        """Classes change only where a pane is hidden: each change draws the whole screen anew."""
        if self.has_class("-zoom"):
            for pane in self._panes:
                self.set_class(pane.table is target, f"-in-{pane.id}")
        if self.has_class("-narrow") and target is not self._jobs.table:
            self.set_class(target is self._environments.table, "-environments")

    def _mark_relations(self) -> None:
        """The bars at the left edge; on a narrow screen both ways stay, for only one of the panes is in sight."""
        is_in_environments, is_narrow = self._environments.table.has_focus, self.has_class("-narrow")
        self._was_in_environments |= is_in_environments
        is_chosen = is_in_environments or (is_narrow and self._was_in_environments)
        environment = self._environments.selected if is_chosen else None
        queue = self._queues.selected if not is_in_environments or is_narrow else None
        self._queues.mark_users_of(environment, self._snapshot)
        self._environments.mark_used_by(queue, self._snapshot)

    def _update_bar(self, now: float) -> None:
        self._bar.calls_per_minute = self._calls_per_minute()
        self._bar.blocked_queues = self._queues.blocked_queues
        self._bar.show(self._snapshot, now, self._queues.selected)
