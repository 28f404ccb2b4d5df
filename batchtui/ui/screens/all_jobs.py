"""The screen *All jobs*: the jobs of every context in one list, each with where it is."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message

from batchtui.format import Cell, duration, plain, plural
from batchtui.query.jobs_in_contexts import JobInContext
from batchtui.sync.condition import Condition, condition
from batchtui.sync.poller import UNSEEN_SECONDS
from batchtui.ui.aside import loaded
from batchtui.ui.contexts import Contexts
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import (
    ChildrenWanted,
    ConsoleWanted,
    DependenciesWanted,
    DetailWanted,
    LogWanted,
    NewJobWanted,
    WatchWanted,
    WhyWanted,
)
from batchtui.ui.panes.all_jobs import AllJobsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.watched_account import WatchedAccount
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.status_bar import GLYPHS, style_of

KEYS = listing_keys(
    "all-jobs",
    "Jobs of all contexts",
    Key("all-jobs-contexts", "v", "app.place('contexts')", "The contexts, and how each is doing", "contexts"),
    refresh="Ask AWS now, for everything, in every context",
    meant={"open": "Details of the job; its context becomes the current one"},
)
_TICK_SECONDS = 1.0
_RULES = ("batchtui.insight.failure", "batchtui.insight.waiting")
_FINE = ("live", "loading")


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
        self._clock = clock
        self._meant: JobInContext | None = None
        self._heading = Heading(plain("All jobs", "strong"))
        self.above = (self._heading,)

    async def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        await loaded(*_RULES)
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
        self._contexts.refresh()

    @on(ChildrenWanted)
    @on(DependenciesWanted)
    @on(DetailWanted)
    @on(LogWanted)
    @on(NewJobWanted)
    @on(WhyWanted)
    def _go_there_first(self, event: Message) -> None:
        """What leads on is about the account of the job: it must not be asked of another one."""
        account = self._account_meant(event)
        if account is not None and account is not self._contexts.current:
            event.stop()
            self._contexts.go_to(account, then=partial(self.app.post_message, event))

    @on(ConsoleWanted)
    async def _open_console(self, event: ConsoleWanted) -> None:
        """The page is one of the job's own region."""
        event.stop()
        if (account := self._account_meant(event)) is not None:
            await account.details.follow(event)

    @on(WatchWanted)
    def _watch(self, event: WatchWanted) -> None:
        """Its own context looks whether it has ended, also while another one is current."""
        event.stop()
        if (account := self._account_meant(event)) is not None:
            account.watching.ask(event)

    def _account_meant(self, event: Message) -> WatchedAccount | None:
        """That of the job under the cursor; where it is no longer watched, that is said, and nobody is asked."""
        account = self._contexts.named(self._meant.context) if self._meant is not None else None
        if account is None:
            event.stop()
            self.notify("That context is no longer watched.", severity="warning")
        return account

    def _tick(self) -> None:
        if not self.is_covered:
            watched = self._contexts.watched
            self.pane.styles_of = {
                each.title: style_of(each.is_production, each.context.colour) for each in watched
            }
            self.pane.update({each.title: each.snapshot for each in watched})
            self.pane.table.redraw()
            self._heading.title = (("All jobs", "strong"), *_summary(self._contexts, self._clock()))
            self._heading.redraw()


def _summary(contexts: Contexts, now: float) -> Cell:
    """Which contexts the list is of, what is the matter with some, and how old what is told may be."""
    known = sum(each.snapshot.job_queues is not None for each in contexts.watched)
    conditions = [(each.title, condition(each.snapshot, now)) for each in contexts.watched]
    troubled = [
        (f"  {title} {GLYPHS[each.word][0]} {each.word}{_since(each, now)}", GLYPHS[each.word][1])
        for title, each in conditions
        if each.word not in _FINE
    ]
    of = f"  of {known} of {plural(len(contexts.watched), 'context')}"
    others = f"  what is not the current one is looked at every {duration(UNSEEN_SECONDS)}"
    return ((of, "muted"), *troubled, (others if contexts.has_several else "", "muted"))


def _since(condition: Condition, now: float) -> str:
    """How old what is shown of a context is, where that is older than it should be."""
    return f" {duration(now - condition.since)}" if condition.since is not None else ""
