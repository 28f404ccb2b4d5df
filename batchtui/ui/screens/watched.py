"""The screen *Watched jobs*: of whose end one will be told, and what has ended lately."""

from typing import ClassVar

from textual.binding import BindingType

from batchtui.sync.snapshot import Snapshot
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.target import Target
from batchtui.ui.panes.watched import WatchedPane, watch_row
from batchtui.ui.reach import Reach
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.watching import Watching

KEYS = listing_keys(
    "watched",
    "Watched jobs",
    refresh="Ask AWS now, for everything",
    meant={
        "open": "The details of the job; of several, of the first that failed",
        "watch": "Take it off the list",
        "log": "The log of that job",
        "why": "Why that job failed, or why it waits",
    },
)
_TICK_SECONDS = 1.0


class WatchedScreen(ListingScreen):
    """The list, the newest first, what is under way before what has ended.

    Args:
        reach: The program around it.
        watching: What is watched.
    """

    pane: WatchedPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(self, reach: Reach, watching: Watching) -> None:
        super().__init__()
        self.pane = WatchedPane(reach.clock)
        self._reach = reach
        self._watching = watching

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self._show()
        self._reach.published.subscribe(self, self._hear)
        self.set_interval(_TICK_SECONDS, self._show)

    def on_unmount(self) -> None:
        self._reach.published.unsubscribe(self)

    def action_refresh_now(self) -> None:
        """Asks AWS now, for everything: what has ended shows by itself."""
        self.run_worker(self.app.run_action("app.refresh_now"), name="refresh")

    def action_watch(self) -> None:
        """Takes the watch under the cursor off the list."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
        else:
            self._watching.take_off(row.watch)
            self._show()

    def target(self) -> Target | None:
        """The job that the row under the cursor is about."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        if row.job is None:
            self.notify("AWS has forgotten these jobs.", severity="warning")
            return None
        return Target("job", row.job.job_id, row.job.job_name, arn=row.job.job_arn, job=row.job)

    def _hear(self, _: Snapshot) -> None:
        self._show()

    def _show(self) -> None:
        if not self.is_covered:
            watches = self._watching.watches
            self.pane.show_rows([watch_row(watch) for watch in (*watches.under_way, *watches.over)])

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._show()
