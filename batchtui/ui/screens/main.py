"""The main screen: queues and compute environments at the left, jobs at the right."""

from collections.abc import Callable, Collection, Mapping, Sequence
from time import time
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.message import Message

from batchtui.actions.watch import StopWatch
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.keys import FOOTER, MAIN_KEYS, STATUS_KEYS, bindings
from batchtui.ui.messages import (
    ChangeWanted,
    ConsoleWanted,
    DetailWanted,
    NewJobWanted,
    WhyWanted,
)
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.chosen_jobs import ChosenJobs
from batchtui.ui.screens.panes import PanesScreen
from batchtui.ui.widgets.beside import Beside, Told
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.status_bar import StatusBar
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

_TICK_SECONDS = 1.0


class MainScreen(ChosenJobs, PanesScreen):
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
        super().__init__(clock)
        self._snapshot = Snapshot()
        self._calls_per_minute = calls_per_minute
        self._clock = clock
        self._bar = StatusBar()
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
        for pane in self.panes:
            pane.table.redraw()
        self._beside.redraw()
        self._update_bar(self._clock())

    def action_status(self, status: str) -> None:
        """Shows the jobs of one status, ``active`` or all (empty), and goes to them."""
        self._jobs.status = status
        self._jobs.update(self._snapshot, self._queues.selected)
        self.set_focus(self._jobs.table)

    @property
    def queue(self) -> str | None:
        """The queue under the cursor; None for all of them."""
        return self._queues.selected

    def go_to(self, kind: str, name: str) -> None:
        """Puts focus and cursor on a ``queue`` or an ``environment``."""
        table: LineTable[Any] = self._queues.table if kind == "queue" else self._environments.table
        self.make_room_for(table)
        self.set_focus(table)
        if not table.go_to(name):
            self.notify(f"{name} is hidden by the filter of its list; esc clears it.")

    def action_back(self) -> None:
        """Takes one step back: clears the filter, then the status, then the zoom."""
        pane = self.focused_pane
        if pane is not None and pane.clear_filter():
            return
        if self._jobs.status and (pane is self._jobs or not self.has_class("-zoom")):
            self._jobs.status = ""
            self._jobs.update(self._snapshot, self._queues.selected)
        else:
            self.remove_class("-zoom")

    async def action_filter(self) -> None:
        """Opens the filter of the pane with the focus."""
        if self.focused_pane is not None:
            await self.focused_pane.open_filter()

    def action_sort(self) -> None:
        """Sorts the pane with the focus by its next column."""
        if self.focused_pane is not None:
            self.focused_pane.sort_next()

    def action_reverse(self) -> None:
        """Turns the order of the pane with the focus round."""
        if self.focused_pane is not None:
            self.focused_pane.sort_reversed()

    @on(events.DescendantFocus)
    def _follow_focus(self) -> None:
        if isinstance(self.focused, LineTable):
            self.make_room_for(self.focused)
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

    def action_why(self) -> None:
        """Asks why the job under the cursor failed, or why it waits; how the queue under it stands, or all."""
        if (queue := self._queues.selected) is not None and self._queues.has_focus_within:
            self.post_message(DetailWanted("queue", queue, queue, tab="Insight"))
        elif self._queues.has_focus_within:
            self.run_worker(self.app.run_action("app.place('queues')"), name="queues")
        elif (job := self.job_here("This is told of jobs and of queues: choose one.")) is not None:
            self.post_message(WhyWanted(job.job_id, job.job_name, job))

    def action_blocked(self) -> None:
        """Asks why the queue under the cursor is blocked, else why the next blocked one is."""
        head = row.head if (row := self._queues.next_blocked()) is not None else None
        if head is None:
            self.notify("No queue is blocked.")
        else:
            self.post_message(WhyWanted(head.job_id, head.job_name, head))

    def action_watch_list(self) -> None:
        """Asks to be told when all jobs that are shown have ended."""
        if self._jobs.table.is_outdated:
            self._say_why_not()
        else:
            self.post_message(self._jobs.watch_wanted())

    @property
    def jobs_table(self) -> LineTable[JobSummary]:
        return self._jobs.table

    @property
    def are_marks_meant(self) -> bool:
        return self._jobs.has_focus_within

    def known_jobs(self) -> Sequence[Mapping[str, JobSummary]]:
        return [each.jobs for each in self._snapshot.jobs.values()]

    def job_here(self, why_not: str) -> JobSummary | None:
        if not self._jobs.has_focus_within:
            self.notify(why_not, severity="warning")
        elif self._jobs.table.cursor_row is None:
            self._say_why_not()
        else:
            return self._jobs.table.cursor_row
        return None

    def action_new_job(self) -> None:
        """Goes to the newest job that was made of the one under the cursor."""
        if (job := self.job_here("Only of jobs new ones are made: tab goes to them.")) is not None:
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
            self.notify(f"AWS told no ARN of {here.title}.", severity="warning")
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

        export_list(self.app, self.focused_pane or self._jobs)

    def _say_why_not(self) -> None:
        if self.table_in_use.is_outdated:
            self.notify("The list is still being made: a moment, please.", severity="warning")
            return
        is_all = self._queues.has_focus_within and self._queues.table.cursor_row is not None
        why_not = "All queues together have none: choose one." if is_all else "There is nothing in this list."
        self.notify(why_not, severity="warning")

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied {what}.")

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
