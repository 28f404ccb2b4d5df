"""Composition and routing, nothing else."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from time import time
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.command import Provider
from textual.message import Message
from textual.reactive import var
from textual.signal import Signal
from textual.worker import Worker

from batchtui.actions.watch import job_lookup
from batchtui.format import Cell
from batchtui.model.job import JobSummary
from batchtui.settings import APPLICATION, COULD_NOT_START, Settings
from batchtui.sync.snapshot import Snapshot
from batchtui.ui import themes
from batchtui.ui.chosen import bind_keys
from batchtui.ui.contexts import Contexts
from batchtui.ui.keys import DETAIL_HELP, GLOBAL_KEYS, LOG_HELP, MAIN_HELP, Key, bindings
from batchtui.ui.messages import (
    ChangeWanted,
    ChildrenWanted,
    ConsoleWanted,
    DependenciesWanted,
    DetailWanted,
    LogWanted,
    NewJobWanted,
    ResubmitWanted,
    RevisionsWanted,
    ShellWanted,
    StopWanted,
    SubmitWanted,
    WatchWanted,
    Way,
    WhyWanted,
    Wish,
)
from batchtui.ui.news import News
from batchtui.ui.remembering import Remembering
from batchtui.ui.screens.main import MainScreen
from batchtui.ui.terminal_app import TerminalApp
from batchtui.ui.watched_account import AccountContext, WatchedAccount


def _commands() -> type[Provider]:
    """The palette, imported when it is first opened."""
    from batchtui.ui.palette import Commands

    return Commands


class BatchtuiApp(TerminalApp):
    """The monitor.

    Args:
        settings: What was asked for.
        account: How to reach the account; entered once the first frame is on the screen.
        clock: Epoch seconds.
    """

    TITLE = APPLICATION

    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = bindings(GLOBAL_KEYS)

    why_read_only: var[str | None] = var(None, init=False)
    """Why nothing can be changed, in a sentence; None where it can, or will be once there is a connection."""

    class Published(Message):
        """An account's poller has a new snapshot."""

        def __init__(self, account: WatchedAccount) -> None:
            super().__init__()
            self.account = account

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, BatchtuiApp.Published)

    def __init__(self, settings: Settings, account: AccountContext, *, clock: Callable[[], float] = time) -> None:
        super().__init__()
        themes.begin_with(self, settings.theme)
        if settings.plain:
            self.be_plain()
        self.set_class("NO_COLOR" in os.environ, "-no-colour")
        self.settings = settings
        self.clock = clock
        bind_keys(self, settings)
        self.failure: str | None = None
        """Why the monitor could not start, in one sentence."""
        self.read_only_changed: Signal[str | None] = Signal(self, "read-only-changed")
        """Why nothing can be changed, or that something can."""
        self.contexts = Contexts(self, account)
        """Every account and region that is watched."""
        self._news = News(self, lambda: self.post_message(self.Published(self.account)))
        self._main = self._main_screen()
        self.memory = Remembering(self)
        self._decide_read_only()

    @property
    def account(self) -> WatchedAccount:
        """The account and region that every screen shows."""
        return self.contexts.current

    @property
    def snapshot(self) -> Snapshot:
        """What is known of it."""
        return self.account.snapshot

    @property
    def main(self) -> MainScreen:
        """Its lists."""
        return self._main

    @property
    def place_of_changes(self) -> Cell:
        """What a dialog says about where it changes something; nothing where that is clear."""
        return self.contexts.place_of_changes

    def get_default_screen(self) -> MainScreen:
        return self._main

    def on_mount(self) -> None:
        if (why_not := themes.go_on_with(self, self.settings.theme)) is not None:
            self.cannot_start(why_not)
            return
        self.begin_on_terminal()
        self.memory.begin()
        self.screen_change_signal.subscribe(self, lambda _: self._follow_sight())
        self.call_after_refresh(self.contexts.begin)

    async def on_unmount(self) -> None:
        await self.memory.end()
        await self.contexts.close()

    def action_refresh_now(self) -> None:
        """Asks AWS now, for everything."""
        if self.snapshot.is_paused:
            self.notify("Polling is paused: p resumes it.", severity="warning")
        elif self.account.poller is not None:
            self.account.poller.wake(everything=True)

    def action_pause(self) -> None:
        """Pauses and resumes polling, of every context."""
        is_paused = not self.snapshot.is_paused
        for poller in self.contexts.pollers:
            poller.pause(is_paused)

    def go_away(self, is_away: bool) -> None:
        for poller in self.contexts.pollers:
            poller.go_away(is_away)

    def action_help(self) -> None:
        """Shows the keys of where one is."""
        from batchtui.ui.open_texts import open_help

        groups: Sequence[tuple[str, Sequence[Key]]] = LOG_HELP if self.screen in self.account.logs else DETAIL_HELP
        if self.screen is self._main:
            from batchtui.ui.places import in_help

            groups = (*MAIN_HELP, in_help())
        open_help(self, groups)

    def action_errors(self) -> None:
        """Shows the errors of the session."""
        from batchtui.ui.open_texts import open_errors

        open_errors(self, self.account.errors)

    def open_place(self, name: str) -> None:
        """Opens a screen by its name in ``places``."""
        from batchtui.ui.places import place

        place(name).open(self.account.reach)

    action_place = open_place

    def all_jobs(self) -> Iterator[JobSummary]:
        """Every job that is known."""
        return chain.from_iterable(held.jobs.values() for held in self.snapshot.jobs.values())

    def go_to_queue(self, name: str) -> None:
        """Puts the cursor on a queue; on all queues together where the name is empty."""
        self._go_to_main()
        self._main.go_to("queue", name)

    def go_to_environment(self, name: str) -> None:
        """Puts the cursor on a compute environment."""
        self._go_to_main()
        self._main.go_to("environment", name)

    def _go_to_main(self) -> None:
        while self.screen is not self._main:
            self.pop_screen()

    async def action_quit(self) -> None:
        """Leaves."""
        self.exit()

    def reached(self, account: WatchedAccount) -> None:
        """An account is about to be polled."""
        if account is self.account:
            self._decide_read_only()
        self._follow_sight()

    def heard_of(self, account: WatchedAccount) -> None:
        """An account's poller has news."""
        if account is self.account:
            self._news.heard()
        else:
            account.reach.trends.note(account.snapshot)
            account.published.publish(account.snapshot)

    def show_account(self) -> None:
        """Another account is current: the main screen goes too, with everything that stood on it."""
        self._main.update(Snapshot())
        if not self._main._result_callbacks:  # the first screen was not pushed: Textual could not replace it
            self._main._push_result_callback(self._main, None)
        self._main = self._main_screen()
        self.switch_screen(self._main)
        self.clear_notifications()
        self._decide_read_only()
        self._main.show_read_only(self.why_read_only is not None)
        self._main.show_watched(self.account.watched_jobs)
        self._show_where()
        self._follow_sight()
        self._news.heard()

    def _main_screen(self) -> MainScreen:
        account = self.account
        return MainScreen(calls_per_minute=lambda: account.calls_per_minute, clock=self.clock)

    def _show_where(self) -> None:
        account = self.account
        self._main.set_where(
            *account.where.words,
            alias=account.where.alias,
            is_production=account.is_production,
            colour=account.context.colour,
        )

    @on(Published)
    def _show(self, event: Published) -> None:
        account, snapshot = event.account, event.account.snapshot
        if account is not self.account:
            return
        if snapshot.unknown_queues and account.is_only_one:
            names = ", ".join(f"'{name}'" for name in snapshot.unknown_queues)
            self.cannot_start(f"There is no job queue {names} in this account and region.")
            return
        account.reach.trends.note(snapshot)
        self._show_where()
        self._decide_read_only()
        if account.acting is not None:
            jobs_of = [held.jobs for held in snapshot.jobs.values()]
            account.acting.watch(job_lookup(jobs_of), self._main.show_stops)
        self._main.update(snapshot)
        self.memory.follow()
        account.published.publish(snapshot)

    @on(MainScreen.QueueSelected)
    def _prefer_queue(self, event: MainScreen.QueueSelected) -> None:
        if self.account.poller is not None and event.screen is self._main:
            self.account.poller.select(event.queue)

    def _follow_sight(self) -> None:
        """The lists are seen below a dialog, but not below another screen."""
        below = next(screen for screen in reversed(self.screen_stack) if not screen.is_modal)
        # The details of a queue count its jobs too.
        counts = below is self._main or getattr(below, "kind", "") == "queue"
        self.contexts.see(getattr(below, "SHOWS_JOBS", counts))

    @on(DetailWanted)
    @on(WhyWanted)
    @on(RevisionsWanted)
    @on(ChildrenWanted)
    @on(DependenciesWanted)
    @on(ConsoleWanted)
    async def _show_detail(self, event: Way) -> None:
        await self.account.details.follow(event)

    def on_watch_wanted(self, event: WatchWanted) -> None:
        self.account.watching.ask(event)

    def open_detail(self, kind: str, key: str, title: str) -> None:
        """Opens the details of one of ``lookup.KINDS``, or goes back to them."""
        self.account.details.open(kind, key, title)

    @on(NewJobWanted)
    async def _open_new_job(self, event: NewJobWanted) -> None:
        await self.account.details.open_newest_made_of(event.job_id)

    @on(StopWanted)
    @on(ResubmitWanted)
    @on(SubmitWanted)
    @on(ChangeWanted)
    @on(ShellWanted)
    def _act(self, event: Wish) -> None:
        account = self.account
        if account.acting is None:
            self.notify(self.why_read_only or "Not connected yet.", severity="warning")
        elif account.gateway is not None:
            work = partial(account.where.learn, account.gateway)
            _: Worker[None] = self.run_worker(work, name="who", group="who", exclusive=True)
            account.acting.ask(event)

    @on(LogWanted)
    def _show_log(self, event: LogWanted) -> None:
        self.open_log(event.job_ids, event.title)

    def open_log(self, job_ids: tuple[str, ...], title: str) -> None:
        """Opens the log of jobs, or comes back to it at the place where it was left."""
        self.account.logs.open(job_ids, title)

    def _decide_read_only(self) -> None:
        self.why_read_only = self.account.decide_read_only()

    def watch_why_read_only(self, why: str | None) -> None:
        self._main.show_read_only(why is not None)
        self.read_only_changed.publish(why)

    def cannot_start(self, sentence: str) -> None:
        """Ends, for there is nothing that could be shown."""
        self.failure = sentence
        self.exit(return_code=COULD_NOT_START)

    def crashed(self, error: Exception) -> None:
        """Ends, for a mistake of this program's own."""
        self._handle_exception(error)
