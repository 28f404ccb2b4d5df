"""The jobs of one group, where no filter of the jobs list can say which: the same keys, the same marks."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.signal import Signal
from textual.worker import Worker

from batchtui.actions.watch import StopWatch
from batchtui.format import plural
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.aside import aside
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import ChangeOfJobs, LogWanted, ResubmitWanted, StopWanted, WatchWanted
from batchtui.ui.panes.group_jobs import GroupJobsPane
from batchtui.ui.panes.jobs import marked_jobs
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen

KEYS = listing_keys("group-jobs", "Jobs of a group", refresh="Ask AWS now, for everything", of_jobs=True)
_TICK_SECONDS = 1.0


class GroupJobsScreen(ListingScreen):
    """The list, kept true as the jobs list is.

    Args:
        title: What the group is called.
        belongs: Tells its jobs.
        queue: Only jobs of this queue; None for all.
        status: Only jobs of this status, ``active``, or all (empty).
        snapshot: What is known of the account.
        published: Tells of every new snapshot.
        stops: What was asked to stop.
        refresh: Asks AWS for everything.
        clock: Epoch seconds.
    """

    SHOWS_JOBS: ClassVar[bool] = True
    pane: GroupJobsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self,
        title: str,
        belongs: Callable[[JobSummary], bool],
        *,
        queue: str | None,
        status: str,
        snapshot: Callable[[], Snapshot],
        published: Signal[Snapshot],
        stops: Callable[[], StopWatch],
        refresh: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.pane = GroupJobsPane(title, belongs, clock)
        self.pane.status = status
        self._queue = queue
        self._snapshot = snapshot
        self._published = published
        self._stops = stops
        self._refresh = refresh

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self._published.subscribe(self, self._show)
        self.set_interval(_TICK_SECONDS, self._tick)
        self._show(self._snapshot())

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.pane.is_mounted:
            self._show(self._snapshot())

    def action_refresh_now(self) -> None:
        """Asks AWS for everything."""
        self._refresh()

    def action_log(self) -> None:
        """Opens the log of the job under the cursor, or of the marked jobs together."""
        if marked := tuple(self.pane.table.marked):
            self.post_message(LogWanted(marked, plural(len(marked), "marked job")))
        else:
            super().action_log()

    def action_watch(self) -> None:
        """Asks to be told when the job under the cursor has ended, or the marked ones."""
        self._with_chosen_jobs(WatchWanted)

    def action_stop(self) -> None:
        """Asks whether to stop the job under the cursor, or the marked ones."""
        self._with_chosen_jobs(StopWanted)

    def action_resubmit(self) -> None:
        """Asks whether to submit the job under the cursor, or the marked ones, once more."""
        self._with_chosen_jobs(ResubmitWanted)

    def action_edit(self) -> None:
        """Edits the request of the job under the cursor."""
        self._with_chosen_jobs(partial(ResubmitWanted, is_edited=True))

    def target(self) -> Target | None:
        """The job under the cursor."""
        job = self.pane.table.cursor_row
        if job is None:
            self.say_nothing_here()
            return None
        return Target("job", job.job_id, job.job_name, arn=job.job_arn, job=job)

    def _with_chosen_jobs(self, wish: ChangeOfJobs) -> None:
        table = self.pane.table
        if table.marked:
            work = self._with_marked_jobs(wish, frozenset(table.marked), table.rows)
            _: Worker[None] = self.run_worker(work, name="marked", group="marked", exclusive=True)
        elif table.cursor_row is not None:
            self._wish(wish([table.cursor_row], hidden=0))
        else:
            self.say_nothing_here()

    async def _with_marked_jobs(
        self, wish: ChangeOfJobs, marked: frozenset[str], rows: Sequence[JobSummary]
    ) -> None:
        known = [each.jobs for each in self._snapshot().jobs.values()]
        jobs, hidden = await aside(len(marked), marked_jobs, marked, rows, known)
        if not self.is_covered:  # a dialog about this list must not open above another screen
            self._wish(wish(jobs, hidden=hidden))

    def _wish(self, message: Message) -> None:
        self.post_message(message)

    def _show(self, snapshot: Snapshot) -> None:
        if not self.is_covered:
            self.pane.show_stops(self._stops())
            self.pane.update(snapshot, self._queue)

    def _tick(self) -> None:
        if not self.is_covered:
            self.pane.table.redraw()
