"""The screen Children: every child of an array or node of a multi-node job, kept true while it is in sight."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.message import Message

from batchtui.actions.watch import StopWatch
from batchtui.aws.errors import AwsError
from batchtui.format import Cell, Span, plain, status_style
from batchtui.insight.array_progress import ArraySights, progress_of
from batchtui.insight.quick import QuickWhy
from batchtui.model.job import JobSummary
from batchtui.model.node_range import main_node, node_ranges
from batchtui.sync.children import ChildrenReader
from batchtui.sync.patience import Patience
from batchtui.ui.array_words import ended_words, progress_cell
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import LogWanted, ResubmitWanted, StopWanted, WatchWanted
from batchtui.ui.panes.child_cells import Around
from batchtui.ui.panes.children import ChildrenPane
from batchtui.ui.panes.jobs import marked_jobs
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.screens.resting import rest
from batchtui.ui.widgets.children_map import MAP_KEYS, ChildrenMap
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.line_table import LineTable

_SECONDS_A_CALL: Final = 2.0  # a round that took many calls is not repeated soon
_SETTLED_SECONDS: Final = 0.4
_MOST_DESCRIBED: Final = 50
_PROGRESS_WIDTH: Final = 66

KEYS = listing_keys(
    "family",
    "Children of an array, nodes of a multi-node job",
    Key("family-turn", "tab,shift+tab", "children", "From the table to the map, and back; a, too", "map", "tab a"),
    Key("family-fit", "z", "fit", "In the map: all in sight, several children a cell; and back", "whole map"),
    *MAP_KEYS,
    refresh="Ask AWS again, for all of them",
    without=("children",),
    meant={"open": "Details of the child", "log": "The log of the child, or of all marked ones together"},
    of_jobs=True,
)


class ChildrenScreen(ListingScreen):
    """The screen.

    Args:
        reader: Asks for the children.
        title: What to call the parent until AWS has told.
        cursor: The id of a child on which the cursor shall be; empty for none.
        seconds: How long what is shown stays true enough; None while polling is paused.
        stops: Which jobs were asked to stop.
        quick: Knows the queue in which they wait.
        clock: Epoch seconds.
    """

    pane: ChildrenPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self,
        reader: ChildrenReader,
        title: str,
        *,
        cursor: str = "",
        seconds: Callable[[], float | None],
        stops: Callable[[], StopWatch],
        quick: QuickWhy,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.reader = reader
        self._what = title
        self._wanted = cursor
        self._seconds = seconds
        self._stops = stops
        self._clock = clock
        self._sights = ArraySights()
        self._again = asyncio.Event()
        self._patience = Patience()
        self._attempts_patience = Patience()
        self._attempts_due_at = 0.0
        self._attempts_trouble = ""
        self._is_whole = False
        self._moved = asyncio.Event()
        self._heading = Heading(plain(title, "strong"))
        self.above = (self._heading,)
        self.pane = ChildrenPane(clock, quick)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.pane.is_loading = True
        self.pane.table.set_empty(*self.pane.empty_lines())
        self.run_worker(self._keep_true(), name="children")
        self.run_worker(self._tell_attempts(), name="attempts")
        self.set_interval(1.0, self._tick)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.reader.parent is not None and self.reader.parent.summary.is_active:
            self._again.set()  # somebody may have stopped some of them meanwhile

    def look_for(self, job_id: str) -> None:
        """Puts the cursor on a child, as soon as it is there."""
        self._wanted = job_id
        self._go_to_wanted()

    def target(self) -> Target | None:
        """The child under the cursor."""
        child = self.pane.cursor_child
        if child is None:
            self.say_nothing_here()
            return None
        return Target("job", child.job_id, child.job_id, arn=child.job_arn, job=child)

    def action_refresh_now(self) -> None:
        """Lists all of them anew."""
        self._is_whole = True
        self._attempts_due_at = 0.0
        self._again.set()

    def action_children(self) -> None:
        """Turns the table into the map, or the map into the table."""
        self.pane.turn()

    def action_fit(self) -> None:
        """All in sight, several children a cell; and back."""
        if self.pane.is_map:
            self.pane.fit_map()
            self.pane.update_corner()
        else:
            self.notify("This is for the map: tab shows it.", severity="warning")

    def action_cell(self, cells: int) -> None:
        """In the map to another child of the line."""
        if self.pane.is_map:
            self.pane.map.action_cell(cells)

    def action_log(self) -> None:
        """Opens the log of the child under the cursor, or of the marked ones together."""
        marked = self._marked()[0]
        if marked:
            self.post_message(LogWanted(tuple(child.job_id for child in marked), f"{len(marked)} of {self._what}"))
        else:
            super().action_log()

    def action_watch(self) -> None:
        """Asks to be told when the child under the cursor has ended, or the marked ones."""
        self._with_chosen(WatchWanted)

    def action_stop(self) -> None:
        """Asks whether to stop the child under the cursor, or the marked ones."""
        self._with_chosen(StopWanted)

    def action_resubmit(self) -> None:
        """Asks whether to submit the child, or the marked ones, once more: each becomes a single job."""
        self._with_chosen(ResubmitWanted)

    def action_edit(self) -> None:
        """Edits the request of the child under the cursor."""
        self._with_chosen(partial(ResubmitWanted, is_edited=True))

    @on(ChildrenMap.Opened)
    def _open_cell(self) -> None:
        self._go(is_json=False)

    @on(LineTable.Highlighted)
    @on(ChildrenMap.Moved)
    def _note_move(self) -> None:
        self._moved.set()

    def _with_chosen(self, wish: Callable[..., Message]) -> None:
        marked, hidden = self._marked()
        if marked:
            self.post_message(wish(marked, hidden=hidden))
        elif (target := self.target()) is not None and target.job is not None:
            self.post_message(wish([target.job], hidden=0))

    def _marked(self) -> tuple[Sequence[JobSummary], int]:
        """The marked children as they are known now, and how many of them the filter hides."""
        marked = self.pane.table.marked
        if not marked:
            return (), 0
        known = {child.job_id: child for child in self.reader.known if child.job_id in marked}
        return marked_jobs(marked, self.pane.table.rows, [known])

    async def _keep_true(self) -> None:
        is_first = True
        while True:
            await self.in_sight()
            is_asked = is_first or self._is_whole
            is_whole, self._is_whole, is_first = self._is_whole, False, False
            self._again.clear()
            self.pane.is_loading = is_asked
            try:
                async with aclosing(self.reader.refresh(is_whole=is_whole, urgent=is_asked)) as steps:
                    async for _ in steps:
                        self._show()
                        await self.in_sight()
            except AwsError as error:
                self._heading.trouble = str(error)
                self._patience.note(failed=True)
            else:
                self._patience.note(failed=False)
                unknown = "AWS Batch does not know this job, or not any more."
                self._heading.trouble = unknown if self.reader.is_unknown else self._attempts_trouble
            self.pane.is_loading = False
            self._show()
            await self._rest()

    async def _rest(self) -> None:
        least = max(self.reader.calls * _SECONDS_A_CALL, self._patience.seconds)
        await rest(self._again, self._seconds, least=least, is_over=self.reader.is_over)

    async def _tell_attempts(self) -> None:
        """Of the children in sight, once the cursor has come to rest: only DescribeJobs tells them."""
        while True:
            await self._moved.wait()
            await asyncio.sleep(_SETTLED_SECONDS)
            await self.in_sight()
            self._moved.clear()
            wanted = self.reader.undescribed(self._in_sight_first())
            if not wanted or self._seconds() is None or monotonic() < self._attempts_due_at:
                continue
            trouble = ""
            try:
                async with aclosing(self.reader.describe(wanted[:_MOST_DESCRIBED])) as steps:
                    async for _ in steps:
                        self.pane.show_around(self._around())
            except AwsError as error:
                trouble = str(error)
            self._attempts_patience.note(failed=bool(trouble))
            self._attempts_due_at = monotonic() + self._attempts_patience.seconds
            if self._heading.trouble in ("", self._attempts_trouble):
                self._heading.trouble = trouble
                self._heading.redraw()
            self._attempts_trouble = trouble

    def _in_sight_first(self) -> list[int]:
        """Whose attempts are wanted, by index: in the map first the one under the cursor, then those near."""
        if self.pane.is_map:
            here = self.pane.map
            return sorted(here.in_sight, key=lambda index: abs(index - here.cursor))[:_MOST_DESCRIBED]
        table = self.pane.table
        top = table.scroll_offset.y
        known = {child.job_id: place for place, child in enumerate(self.reader.children) if child is not None}
        rows = table.rows[top : top + table.size.height]
        return [known[child.job_id] for child in rows if child.job_id in known]

    def _show(self) -> None:
        parent = self.reader.parent
        if parent is not None:
            self._sights.look([parent.summary], self._clock())
            self.pane.show_children(list(self.reader.children), self._around(), are_nodes=not self.reader.is_array)
            self._go_to_wanted()
        else:
            self.pane.table.set_empty(*self.pane.empty_lines())
        self.pane.update_corner()
        self._draw_heading()
        self._moved.set()

    def _around(self) -> Around:
        parent, stopping = self.reader.parent, self._stops().stopping
        of_all = parent.summary if parent is not None and self.reader.is_array else None
        around = Around(attempts=self.reader.attempts, stopping=stopping, of_all=of_all)
        if parent is None or self.reader.is_array:
            return around
        return replace(around, ranges=node_ranges(parent.raw), main_node=main_node(parent.raw))

    def _go_to_wanted(self) -> None:
        if self._wanted and any(row.job_id == self._wanted for row in self.pane.table.rows):
            self.pane.go_to(self._wanted)
            self._wanted = ""

    def _tick(self) -> None:
        if self.is_covered:
            return
        if self._stops().stopping != self.pane.cells.around.stopping:
            self.pane.show_around(self._around())
        self.pane.tick()
        self._go_to_wanted()
        self._draw_heading()

    def _draw_heading(self) -> None:
        parent = self.reader.parent
        self._heading.is_paused = self._seconds() is None and not self.reader.is_over
        if parent is not None:
            self._what = parent.summary.job_name
            self._heading.title = self._title(parent.summary)
        self._heading.redraw()

    def _title(self, parent: JobSummary) -> Cell:
        size = len(self.reader.children)
        what = f"  array of {size:,}" if self.reader.is_array else f"  multi-node job of {size:,} nodes"
        spans: list[Span] = [
            (parent.job_name, "strong"),
            (what, "muted"),
            (f"  {parent.status}", status_style(parent.status)),
            (f"  {parent.job_queue}  ", "muted"),
        ]
        progress = progress_of(parent, self._clock(), self._sights.of(parent.job_id))
        if progress is not None:
            spans += progress_cell(progress, _PROGRESS_WIDTH) if parent.is_active else ended_words(progress)
        return tuple(spans)
