"""The screen *Queues*: how all of them stand, a line each; of one the tab Insight tells the rest."""

import asyncio
from typing import ClassVar, Final

from textual import events, on
from textual.binding import BindingType

from batchtui.format import Cell, plain
from batchtui.insight.queue_standing import Standing
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.lines import masked_lines
from batchtui.ui.details.queue_insight import rate
from batchtui.ui.details.queue_live import LiveInsight
from batchtui.ui.details.views import INSIGHT
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import DetailWanted, WhyWanted
from batchtui.ui.panes.queue_standings import QueueStandingsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.reach import Reach
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.screens.resting import rest
from batchtui.ui.widgets.beside import Beside, Told
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.line_table import LineTable

TALL: Final = 36
"""From so many lines on the queue under the cursor is told at length below the list."""
SECONDS_A_QUEUE: Final = 2.0
"""Each queue costs a call: where there are many, AWS is asked for what is in use the more rarely."""

KEYS = listing_keys(
    "queues",
    "Queues",
    Key("queues-blocked", "B", "blocked", "Why the queue under the cursor is blocked", "why blocked"),
    refresh="Ask AWS again what is in use in each",
    without=("log", "new-job", "children", "dependencies"),
    meant={"open": "How the queue stands, at length", "why": "How the queue stands, at length"},
)


class QueueStandingsScreen(ListingScreen):
    """The list, highest priority first, kept true while it is in sight.

    Args:
        reach: The program around it.
    """

    SHOWS_JOBS: ClassVar[bool] = True
    pane: QueueStandingsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(self, reach: Reach) -> None:
        super().__init__()
        self.pane = QueueStandingsPane(reach.clock)
        self._reach = reach
        self._live: dict[str, LiveInsight] = {}
        self._again = asyncio.Event()
        self._is_asked = False
        self._heading = Heading(plain("Queues", "strong"))
        self.above = (self._heading,)
        self._beside = Beside(self._queue_at_length)
        self.below = (self._beside,)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= TALL, "-tall")
        self._beside.redraw()

    @on(LineTable.Highlighted)
    def _follow_cursor(self) -> None:
        self._beside.redraw()

    def _queue_at_length(self, width: int) -> Told:
        """What the tab Insight tells of the queue under the cursor."""
        found: Standing | None = self.pane.table.cursor_row
        name = found.queue.job_queue_name if found is not None else ""
        live = self._live.get(name)
        lines = live.lines(width, self._reach.clock(), 0) if live is not None else ()
        return name or "Queue", masked_lines(lines)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self._show()
        self._reach.published.subscribe(self, self._hear)
        self.run_worker(self._keep_true(), name="standings")

    def on_unmount(self) -> None:
        self._reach.published.unsubscribe(self)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._again.set()

    def target(self) -> Target | None:
        """The queue under the cursor."""
        found: Standing | None = self.pane.table.cursor_row
        if found is None:
            self.say_nothing_here()
            return None
        queue = found.queue
        return Target("queue", queue.job_queue_name, queue.job_queue_name, arn=queue.job_queue_arn)

    def action_blocked(self) -> None:
        """Asks why the queue under the cursor is blocked."""
        found: Standing | None = self.pane.table.cursor_row
        if found is None:
            self.say_nothing_here()
        elif found.blocked is None:
            self.notify("Nothing blocks this queue.")
        else:
            job = found.blocked.job
            self.post_message(WhyWanted(job.job_id, job.job_name, job))

    def action_refresh_now(self) -> None:
        """Asks AWS again."""
        self._is_asked = True
        self._again.set()

    def _go(self, *, is_json: bool) -> None:
        target = self.target()
        if target is not None:
            tab = "" if is_json else INSIGHT
            self.post_message(DetailWanted(target.kind, target.key, target.title, is_json=is_json, tab=tab))

    async def _keep_true(self) -> None:
        """Queue by queue: what is known of one is shown before the next is asked about."""
        while True:
            await self.in_sight()
            self._again.clear()
            is_asked, self._is_asked = self._is_asked, False
            self._keep()
            for live in list(self._live.values()):
                await self.in_sight()
                await live.update(is_asked)
                self._show()
            await rest(self._again, self._reach.seconds)

    def _keep(self) -> None:
        """One for each queue that there is."""
        names = [queue.job_queue_name for queue in self._reach.snapshot().job_queues or ()]
        spacing = SECONDS_A_QUEUE * len(names)
        self._live = {
            name: self._live.get(name) or LiveInsight(self._reach, name, least_seconds=spacing) for name in names
        }

    def _hear(self, snapshot: Snapshot) -> None:
        if self.is_covered:
            return
        if {queue.job_queue_name for queue in snapshot.job_queues or ()} != self._live.keys():
            self._again.set()
        self._show()

    def _show(self) -> None:
        rows = [found for live in self._live.values() if (found := live.standing()) is not None]
        self.pane.show_rows(rows)
        self.pane.show_state(is_loading=self._reach.snapshot().job_queues is None, is_failing=False)
        self._heading.title = _summary(rows)
        self._heading.trouble = next((live.trouble for live in self._live.values() if live.trouble), "")
        self._heading.is_paused = self._reach.seconds() is None
        self._heading.redraw()
        self._beside.redraw()


def _summary(rows: list[Standing]) -> Cell:
    """All queues together."""
    counted = [found.counted for found in rows if found.counted is not None]
    left, placed = sum(each.tally.left for each in counted), sum(each.tally.placed for each in counted)
    ended = sum(each.pace.ended_an_hour for each in counted)
    came = sum(each.pace.came_an_hour for each in counted)
    blocked = sum(1 for found in rows if found.blocked is not None)
    arrays = ", arrays as their children" if any(each.tally.arrays for each in counted) else ""
    words = f"  {left - placed:,} wait, {placed:,} run{arrays}; {rate(ended)} end, {rate(came)} come"
    return (
        ("Queues", "strong"),
        (f"  {blocked} of {len(rows)} blocked" if blocked else "", "warning"),
        (words if counted else "  The jobs are being counted …", "muted"),
    )
