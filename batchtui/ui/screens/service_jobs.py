"""The screen Service jobs: those of all queues that take them, as the poller knows them."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType
from textual.signal import Signal

from batchtui.format import plain, plural
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.keys import LIST_KEYS, STATUS_KEYS, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import ChangeWanted, LogWanted, StopWanted, WatchWanted
from batchtui.ui.panes.jobs import marked_jobs
from batchtui.ui.panes.service_jobs import ServiceJobsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.heading import Heading

_PRIORITY = next(replace(key, action="change('numbers')") for key in LIST_KEYS if key.id == "change")
KEYS = listing_keys(
    "service-jobs",
    "Service jobs",
    *(replace(key, label="") for key in STATUS_KEYS),  # the strip above the list names them
    replace(_PRIORITY, id="service-priority", help="Change the priority of the service job", label="priority"),
    refresh="Ask AWS now, for everything",
    without=("resubmit", "edit", "new-job"),
    of_jobs=True,
)
_TICK_SECONDS = 1.0


class ServiceJobsScreen(ListingScreen):
    """The list, newest first. It asks nothing itself: what the poller hears is shown.

    Args:
        snapshot: What is known of the account.
        published: Tells of every new snapshot.
        clock: Epoch seconds.
    """

    SHOWS_JOBS = True
    """What the poller tells is in sight here as well."""
    pane: ServiceJobsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self, *, snapshot: Callable[[], Snapshot], published: Signal[Snapshot], clock: Callable[[], float]
    ) -> None:
        super().__init__()
        self.pane = ServiceJobsPane(clock)
        self._snapshot = snapshot
        self._published = published
        self._heading = Heading(plain("Service jobs: AWS Batch queues them, SageMaker runs them", "strong"))
        self.above = (self._heading,)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.pane.show_known(self._snapshot())
        self._published.subscribe(self, self._show)
        self.set_interval(_TICK_SECONDS, self._tick)

    def on_unmount(self) -> None:
        self._published.unsubscribe(self)

    def action_refresh_now(self) -> None:
        """Asks AWS now, for everything: its answer comes as every other."""
        self.run_worker(self.app.run_action("app.refresh_now"), name="refresh")

    def action_status(self, status: str) -> None:
        """Shows the jobs of one status, ``active`` or all (empty)."""
        self.pane.status = status
        self.pane.show_known(self._snapshot())

    def action_back(self) -> None:
        """Clears the filter first, then the status, then leaves."""
        if self.pane.clear_filter():
            return
        if self.pane.status:
            self.action_status("")
        else:
            self.app.pop_screen()

    def action_log(self) -> None:
        """Opens the log of the job under the cursor, or of the marked jobs together."""
        jobs, _ = self._chosen()
        if len(jobs) > 1:
            ids = tuple(job.job_id for job in jobs)
            self.post_message(LogWanted(ids, plural(len(jobs), "marked job")))
        else:
            super().action_log()

    def action_watch(self) -> None:
        """Asks to be told when the job under the cursor has ended, or the marked ones."""
        jobs, hidden = self._chosen()
        if jobs:
            self.post_message(WatchWanted(jobs, hidden=hidden))

    def action_stop(self) -> None:
        """Asks whether to stop the job under the cursor, or the marked ones."""
        jobs, hidden = self._chosen()
        if jobs:
            self.post_message(StopWanted(jobs, hidden=hidden))

    def action_change(self, verb: str) -> None:
        """Asks to change the job under the cursor: its priority."""
        if (target := self.target()) is not None:
            self.post_message(ChangeWanted(verb, target.kind, target.key))

    def target(self) -> Target | None:
        """The job under the cursor."""
        job = self.pane.table.cursor_row
        if job is None:
            self.say_nothing_here()
            return None
        return Target("job", job.job_id, job.job_name, arn=job.job_arn, job=job)

    def _chosen(self) -> tuple[list[JobSummary], int]:
        """The marked jobs with how many of them the filter hides, else the one under the cursor."""
        table = self.pane.table
        if table.marked:
            known = [held.jobs for held in self._snapshot().jobs.values()]
            return marked_jobs(frozenset(table.marked), table.rows, known)
        target = self.target()
        return ([target.job] if target is not None and target.job is not None else []), 0

    def _show(self, snapshot: Snapshot) -> None:
        self.pane.show_known(snapshot)

    def _tick(self) -> None:
        if not self.is_covered:
            self.pane.table.redraw()  # ages
