"""The jobs of one group, where no filter of the jobs list can say which: the same keys, the same marks."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.signal import Signal

from batchtui.actions.watch import StopWatch
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.group_jobs import GroupJobsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.chosen_jobs import ChosenJobs
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.line_table import LineTable

KEYS = listing_keys("group-jobs", "Jobs of a group", refresh="Ask AWS now, for everything", of_jobs=True)
_TICK_SECONDS = 1.0


class GroupJobsScreen(ChosenJobs, ListingScreen):
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

    def target(self) -> Target | None:
        """The job under the cursor."""
        job = self.pane.table.cursor_row
        if job is None:
            self.say_nothing_here()
            return None
        return Target("job", job.job_id, job.job_name, arn=job.job_arn, job=job)

    def job_here(self, why_not: str) -> JobSummary | None:
        return target.job if (target := self.target()) is not None else None

    @property
    def jobs_table(self) -> LineTable[JobSummary]:
        return self.pane.table

    @property
    def are_marks_meant(self) -> bool:
        return True

    def known_jobs(self) -> Sequence[Mapping[str, JobSummary]]:
        return [each.jobs for each in self._snapshot().jobs.values()]

    def _show(self, snapshot: Snapshot) -> None:
        if not self.is_covered:
            self.pane.show_stops(self._stops())
            self.pane.update(snapshot, self._queue)

    def _tick(self) -> None:
        if not self.is_covered:
            self.pane.table.redraw()
