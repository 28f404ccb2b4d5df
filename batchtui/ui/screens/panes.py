"""Queues, compute environments and jobs on one terminal: which pane one is in, and what room each of them has."""

from collections.abc import Callable
from typing import Any, Final

from textual import events
from textual.screen import Screen

from batchtui.ui.panes.compute_environments import ComputeEnvironmentsPane
from batchtui.ui.panes.job_queues import JobQueuesPane
from batchtui.ui.panes.jobs import JobsPane
from batchtui.ui.widgets.line_table import LineTable

AnyPane = JobQueuesPane | ComputeEnvironmentsPane | JobsPane

NARROW: Final = 112
"""Terminals of fewer columns stack the panes."""
WIDE: Final = 180
"""From so many columns on the job under the cursor is in sight, too."""
HIGH: Final = 40
"""From so many lines on it stands below the queues and environments, which leaves the list its width."""
WIDE_AND_LOW: Final = 210
"""On fewer lines it stands at the right, from so many columns on: WHY needs the room more."""
VERY_WIDE: Final = 280
"""From so many columns on there is room enough at the right, however many lines there are."""
TALL: Final = 60
"""From so many lines on a narrow terminal has all panes in sight, and that job below them."""


class PanesScreen(Screen[None]):
    """A screen with the three panes; its classes tell the style sheet which of them are in sight.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._queues = JobQueuesPane(clock)
        self._environments = ComputeEnvironmentsPane(clock)
        self._jobs = JobsPane(clock)

    @property
    def panes(self) -> tuple[JobQueuesPane, ComputeEnvironmentsPane, JobsPane]:
        """All of them, in the order of the tab key."""
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
    def focused_pane(self) -> AnyPane | None:
        """The pane with the focus."""
        return next((pane for pane in self.panes if pane.has_focus_within), None)

    @property
    def pane_in_use(self) -> AnyPane:
        """The pane with the focus, else that of the jobs."""
        return self.focused_pane or self._jobs

    @property
    def table_in_use(self) -> LineTable[Any]:
        """The table with the focus, else that of the jobs."""
        return self.pane_in_use.table

    def action_next_pane(self) -> None:
        """Goes to the next pane."""
        self._go(1)

    def action_previous_pane(self) -> None:
        """Goes to the previous pane."""
        self._go(-1)

    def action_zoom(self) -> None:
        """Gives the whole screen to the pane with the focus, or takes it back."""
        self.toggle_class("-zoom")
        if (pane := self.focused_pane) is not None:
            self.make_room_for(pane.table)

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        is_narrow = width < NARROW
        self.set_class(is_narrow, "-narrow")
        self.set_class(width >= (WIDE if height >= HIGH else WIDE_AND_LOW), "-wide")
        self.set_class(WIDE <= width < VERY_WIDE and height >= HIGH, "-stacked")
        self.set_class(is_narrow and height >= TALL, "-tall")
        self.make_room_for(self.table_in_use)
        # The two upper panes share one place then: each names the other, so that nobody misses it.
        is_shared = is_narrow and not self.has_class("-tall")
        self._queues.set_title(self._queues.TITLE, self._environments.TITLE if is_shared else "")
        self._environments.set_title(self._environments.TITLE, self._queues.TITLE if is_shared else "")

    def make_room_for(self, target: LineTable[Any]) -> None:
        """Brings a table in sight.

        Classes change only where a pane is hidden: each change draws the whole screen anew.
        """
        if self.has_class("-zoom"):
            for pane in self.panes:
                self.set_class(pane.table is target, f"-in-{pane.id}")
        if self.has_class("-narrow") and target is not self._jobs.table:
            self.set_class(target is self._environments.table, "-environments")

    def _go(self, steps: int) -> None:
        tables = [pane.table for pane in self.panes]
        here = next((index for index, table in enumerate(tables) if table.has_focus), 0)
        target = tables[(here + steps) % len(tables)]
        self.make_room_for(target)  # a hidden pane could not take the focus
        self.set_focus(target)
