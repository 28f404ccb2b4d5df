"""The screen *All jobs*: the jobs of every context in one list, each with where it is."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message

from batchtui.format import duration, plain, plural
from batchtui.query.jobs_in_contexts import JobInContext
from batchtui.sync.poller import UNSEEN_SECONDS
from batchtui.ui.contexts import Contexts
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import (
    ChildrenWanted,
    DependenciesWanted,
    DetailWanted,
    LogWanted,
    NewJobWanted,
    WhyWanted,
)
from batchtui.ui.panes.all_jobs import AllJobsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.heading import Heading

KEYS = listing_keys(
    "all-jobs",
    "Jobs of all contexts",
    Key("all-jobs-contexts", "v", "app.place('contexts')", "The contexts, and how each is doing", "contexts"),
    refresh="Ask AWS now, for everything, in every context",
    meant={"open": "Details of the job; its context becomes the current one"},
)
_TICK_SECONDS = 1.0


class AllJobsScreen(ListingScreen):
    """The list. Where a job of another context leads, that context becomes the current one first.

    Args:
        contexts: What is watched.
        clock: Epoch seconds.
    """

    SHOWS_JOBS: ClassVar[bool] = True
    pane: AllJobsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(self, contexts: Contexts, *, clock: Callable[[], float]) -> None:
        super().__init__()
        self.pane = AllJobsPane(clock)
        self._contexts = contexts
        self._meant: JobInContext | None = None
        self._heading = Heading(plain("All jobs", "strong"))
        self.above = (self._heading,)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.set_interval(_TICK_SECONDS, self._tick)
        self._tick()

    def target(self) -> Target | None:
        """The job under the cursor."""
        self._meant = self.pane.table.cursor_row
        if self._meant is None:
            self.say_nothing_here()
            return None
        job = self._meant.job
        return Target("job", job.job_id, job.job_name, arn=job.job_arn, job=job)

    def action_refresh_now(self) -> None:
        """Asks AWS now, in every context."""
        for poller in self._contexts.pollers:
            poller.wake(everything=True)

    @on(ChildrenWanted)
    @on(DependenciesWanted)
    @on(DetailWanted)
    @on(LogWanted)
    @on(NewJobWanted)
    @on(WhyWanted)
    def _go_there_first(self, event: Message) -> None:
        """What leads on is about the account of the job: it must not be asked of another one."""
        account = self._contexts.named(self._meant.context) if self._meant is not None else None
        if account is self._contexts.current:
            return
        event.stop()
        if account is None:
            self.notify("That context is no longer watched.", severity="warning")
        else:
            self._contexts.go_to(account, then=partial(self.app.post_message, event))

    def _tick(self) -> None:
        if not self.is_covered:
            self.pane.update({each.title: each.snapshot for each in self._contexts.watched})
            self.pane.table.redraw()
            self._heading.title = (("All jobs", "strong"), (f"  {_summary(self._contexts)}", "muted"))
            self._heading.redraw()


def _summary(contexts: Contexts) -> str:
    """Which contexts the list is of, and how old what it tells of them may be."""
    known = sum(each.snapshot.job_queues is not None for each in contexts.watched)
    of = f"of {known} of {plural(len(contexts.watched), 'context')}"
    others = f"; what is not the current one is looked at every {duration(UNSEEN_SECONDS)}"
    return of + (others if contexts.has_several else "")
