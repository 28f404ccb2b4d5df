"""The screen Dependencies: what a job waits for and what waits for it, from job to job."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.signal import Signal

from batchtui.aws.errors import AwsError
from batchtui.format import Cell, Span, plain, plural, status_style
from batchtui.model.children import index_of
from batchtui.model.job import JobSummary
from batchtui.sync.dependencies import DependencyBook, Search
from batchtui.sync.patience import Patience
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import ResubmitWanted, StopWanted
from batchtui.ui.panes.dependencies import DETAILS, WALK, DependenciesPane, rows_of
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.screens.resting import rest
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.line_view import wrap
from batchtui.ui.widgets.lines import Lines

_MOST_STEPS: Final = 100  # of a walk, remembered
_MOST_NAMED: Final = 3

KEYS = listing_keys(
    "dependencies",
    "Dependencies",
    WALK,
    DETAILS,
    refresh="Ask AWS again, and look again for what waits for it",
    without=("open", "sort", "reverse", "mark", "mark-to-here", "mark-all", "unmark-all", "dependencies"),
    of_jobs=True,
)


class SearchLine(Lines):
    """How far it was looked for what waits for the job."""

    def __init__(self) -> None:
        super().__init__(id="search-line")
        self.text = ""

    def content(self, width: int) -> list[Cell]:
        return wrap(plain(f" {self.text}", "muted"), max(2, width)) if self.text else []


def search_words(search: Search) -> str:
    """Plainly what was looked at, and what was not."""
    where = plural(search.queues, "queue")
    if not search.candidates:
        return f"No job in {where} could wait for it: of those created later none is active or failed with it."
    left = search.candidates - search.looked_at
    among = f"{search.candidates:,}" if left <= 0 else f"{search.looked_at:,} of {search.candidates:,}"
    among += " job" if search.candidates == 1 else " jobs"
    return (
        f"AWS tells only what a job waits for. What waits for it was sought among {among} in {where}: "
        f"created later, and active or failed with what they waited for. Others that ended are not looked at."
    ) + (" ctrl+r looks further." if left > 0 else "")


class DependenciesScreen(ListingScreen):
    """The screen.

    Args:
        job_id: The job in the centre.
        book: What is known of links, and asks for more.
        snapshot: What is known of the account.
        published: Tells of every new snapshot.
        seconds: How long what is shown stays true enough; None while polling is paused.
        clock: Epoch seconds.
    """

    pane: DependenciesPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings([key for key in KEYS.bound if key not in (WALK, DETAILS)])

    def __init__(
        self,
        job_id: str,
        book: DependencyBook,
        *,
        snapshot: Callable[[], Snapshot],
        published: Signal[Snapshot],
        seconds: Callable[[], float | None],
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.centre = job_id
        """The id of the job in the centre."""
        self.walked: list[str] = []
        """The ids of the jobs that one came from, the last one last."""
        self._book = book
        self._snapshot = snapshot
        self._published = published
        self._seconds = seconds
        self._clock = clock
        self._wanted = ""
        self._trouble = ""
        self._heading = Heading(plain("Dependencies", "strong"))
        self.above = (self._heading,)
        self._search_line = SearchLine()
        self.below = (self._search_line,)
        self.pane = DependenciesPane(clock)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self._show(is_another=True)
        self._look()
        self._published.subscribe(self, self._hear)

    def on_unmount(self) -> None:
        self._published.unsubscribe(self)

    def target(self) -> Target | None:
        """The job under the cursor."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        if not row.job_id:
            self.notify("There is no job in this line.", severity="warning")
            return None
        return Target("job", row.job_id, row.text, arn=row.job.job_arn if row.job else None, job=row.job)

    def action_walk(self) -> None:
        """Makes the job under the cursor the centre."""
        if (target := self.target()) is None:
            return
        if target.key == self.centre:
            self.notify("It is the centre already: d shows its details.", severity="warning")
            return
        self.walked = [*self.walked, self.centre][-_MOST_STEPS:]
        self._go_to(target.key)

    def action_open(self) -> None:
        """Opens the details of the job under the cursor."""
        self.pane.table.action_open()

    def action_back(self) -> None:
        """Clears the filter, else goes one step back along the walk, else leaves."""
        if self.pane.clear_filter():
            return
        if self.walked:
            self._wanted = self.centre  # the cursor is where one left
            self._go_to(self.walked.pop())
        else:
            self.app.pop_screen()

    def action_dependencies(self) -> None:
        """The same as walking there."""
        self.action_walk()

    def action_refresh_now(self) -> None:
        """Asks again."""
        self._look()

    def action_stop(self) -> None:
        """Asks whether to stop the job under the cursor."""
        if (job := self._known_job()) is not None:
            self.post_message(StopWanted([job]))

    def action_resubmit(self) -> None:
        """Asks whether to submit the job under the cursor once more."""
        if (job := self._known_job()) is not None:
            self.post_message(ResubmitWanted([job]))

    def action_edit(self) -> None:
        """Edits the request of the job under the cursor."""
        if (job := self._known_job()) is not None:
            self.post_message(ResubmitWanted([job], is_edited=True))

    def _known_job(self) -> JobSummary | None:
        target = self.target()
        if target is not None and target.job is None:
            self.notify("Nothing is known of this job.", severity="warning")
        return target.job if target is not None else None

    def _go_to(self, job_id: str) -> None:
        self.centre = job_id
        self._show(is_another=True)
        self._look()

    def _look(self) -> None:
        self.pane.is_loading = True
        self.run_worker(self._keep_true(), name="dependencies", exclusive=True)

    async def _keep_true(self) -> None:
        """Looks for everything once; from then on only the statuses of what is shown can change."""
        await self.in_sight()
        try:
            async with aclosing(self._book.look(self.centre, self._snapshot())) as steps:
                async for _ in steps:
                    self._show()
                    await self.in_sight()
            self._trouble = ""
        except AwsError as error:
            self._trouble = str(error)
        patience = Patience()
        patience.note(failed=bool(self._trouble))
        self.pane.is_loading = False
        self._show()
        never = asyncio.Event()  # who asks again begins anew
        while True:
            await rest(never, self._seconds, least=patience.seconds)
            await self.in_sight()
            try:
                await self._book.tell_again(row.job_id for row in self.pane.every_row if row.job_id)
                self._trouble = ""
            except AwsError as error:
                self._trouble = str(error)
            patience.note(failed=bool(self._trouble))
            self._show()

    def _hear(self, snapshot: Snapshot) -> None:
        """The lists have news, of the jobs in sight perhaps."""
        if not self.is_covered:
            shown = {row.job_id for row in self.pane.every_row if row.job_id}
            self._book.know(job for job_id in shown if (job := snapshot.job(job_id)) is not None)
            self._show()

    def _show(self, *, is_another: bool = False) -> None:
        self.pane.show_tree(rows_of(self.centre, self._book), is_another=is_another)
        self.pane.update_corner()
        if self._wanted and self.pane.go_to_job(self._wanted):
            self._wanted = ""
        if (text := search_words(self._book.search)) != self._search_line.text:
            self._search_line.text = text
            self._search_line.redraw()
        self._draw_heading()

    def _draw_heading(self) -> None:
        job = self._book.jobs.get(self.centre)
        spans: list[Span] = [("Dependencies of ", "muted"), (self._name_of(self.centre), "strong")]
        if job is not None:
            spans += [(f"  {job.status}", status_style(job.status)), (f"  {job.job_queue}", "muted")]
        if self.walked:
            names = [self._name_of(job_id) for job_id in self.walked[-_MOST_NAMED:]]
            more = "… › " if len(self.walked) > _MOST_NAMED else ""
            spans.append((f"  esc goes back: {more}{' › '.join(names)}", "muted"))
        self._heading.title = tuple(spans)
        self._heading.trouble = self._trouble
        if not self._trouble and self._book.is_absent(self.centre):
            self._heading.trouble = "AWS Batch does not know this job, or not any more."
        self._heading.is_paused = self._seconds() is None
        self._heading.redraw()

    def _name_of(self, job_id: str) -> str:
        job = self._book.jobs.get(job_id)
        index = index_of(job_id)
        return (job.job_name + ("" if index is None else f":{index}")) if job is not None else job_id
