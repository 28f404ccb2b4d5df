"""Composition and routing, nothing else."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from importlib import import_module
from itertools import chain
from random import random
from time import monotonic, time
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.command import Provider
from textual.message import Message
from textual.reactive import var
from textual.signal import Signal
from textual.worker import Worker

from batchtui import garbage
from batchtui.actions.watch import job_lookup
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.errors import AwsError, MissingCredentialsError, NotConfiguredError
from batchtui.model.job import JobSummary
from batchtui.read_only import read_only_reason
from batchtui.settings import APPLICATION, COULD_NOT_START, Settings, StartError
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.sources import Sources, all_errors
from batchtui.sync.trends import Trends
from batchtui.ui import themes
from batchtui.ui.keys import DETAIL_HELP, GLOBAL_KEYS, LOG_HELP, MAIN_HELP, Key, bindings
from batchtui.ui.messages import (
    ChangeWanted,
    ChildrenWanted,
    DependenciesWanted,
    DetailWanted,
    LogWanted,
    NewJobWanted,
    ResubmitWanted,
    RevisionsWanted,
    ShellWanted,
    StopWanted,
    SubmitWanted,
    Way,
    WhyWanted,
    Wish,
)
from batchtui.ui.news import News
from batchtui.ui.open_details import OpenDetails
from batchtui.ui.open_logs import OpenLogs
from batchtui.ui.reach import Reach
from batchtui.ui.screens.main import MainScreen
from batchtui.ui.terminal_app import TerminalApp
from batchtui.ui.whereabouts import Whereabouts

if TYPE_CHECKING:  # imported in the background, once the first frame is on the screen
    from batchtui.actions.record import ActionRecord
    from batchtui.aws.connection import Connection
    from batchtui.aws.gateway import Gateway
    from batchtui.sync.poller import Poller
    from batchtui.ui.acting import Acting

log = logging.getLogger(__name__)

AccountContext = AbstractAsyncContextManager[ConnectionSettings]


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
        """The poller has a new snapshot."""

        def __init__(self, snapshot: Snapshot) -> None:
            super().__init__()
            self.snapshot = snapshot

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, BatchtuiApp.Published)

    def __init__(self, settings: Settings, account: AccountContext, *, clock: Callable[[], float] = time) -> None:
        super().__init__()
        themes.begin_with(self, settings.theme)
        self.set_class("NO_COLOR" in os.environ, "-no-colour")
        self.settings = settings
        self.failure: str | None = None
        """Why the monitor could not start, in one sentence."""
        self.published: Signal[Snapshot] = Signal(self, "published")
        """Every snapshot, for screens above the main one."""
        self.read_only_changed: Signal[str | None] = Signal(self, "read-only-changed")
        """Why nothing can be changed, or that something can."""
        self._where = Whereabouts(lambda: self._connection, lambda: self.snapshot)
        self._reach = Reach(
            self,
            gateway=lambda: self._gateway,
            snapshot=lambda: self.snapshot,
            record=lambda: self.record,
            where=lambda: self._where.actor,
            published=self.published,
            refresh=settings.refresh,
            clock=clock,
            trends=Trends(),
        )
        self._logs = OpenLogs(self._reach)
        self._details = OpenDetails(self._reach, self._logs)
        self._account = account
        self.record: ActionRecord | None = None
        """What was done from here; None until it is known to which account."""
        self._acting: Acting | None = None
        # What the poller did not ask: details, logs, actions.
        self._heard = Sources(clock=monotonic, wall_clock=clock, chance=random)
        self._clock = clock
        self._jobs_held = garbage.Growing()
        self._news = News(self, lambda: self.post_message(self.Published(self.snapshot)))
        self._monitoring: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self._gateway: Gateway | None = None
        self._poller: Poller | None = None
        self._main = MainScreen(
            calls_per_minute=lambda: self._gateway.budget.calls_per_minute() if self._gateway else 0,
            clock=clock,
        )
        self._decide_read_only()

    @property
    def snapshot(self) -> Snapshot:
        """What is known of the account."""
        return self._poller.snapshot if self._poller else Snapshot()

    def get_default_screen(self) -> MainScreen:
        return self._main

    def on_mount(self) -> None:
        if (why_not := themes.go_on_with(self, self.settings.theme)) is not None:
            self._cannot_start(why_not)
            return
        self.begin_on_terminal()
        self.screen_change_signal.subscribe(self, lambda _: self._follow_sight())
        self.call_after_refresh(self._start_monitoring)

    async def on_unmount(self) -> None:
        if self._monitoring is not None:
            self._monitoring.cancel()
            with suppress(asyncio.CancelledError):
                await self._monitoring

    def action_refresh_now(self) -> None:
        """Asks AWS now, for everything."""
        if self.snapshot.is_paused:
            self.notify("Polling is paused: p resumes it.", severity="warning")
        elif self._poller is not None:
            self._poller.wake(everything=True)

    def action_pause(self) -> None:
        """Pauses and resumes polling."""
        if self._poller is not None:
            self._poller.pause(not self._poller.snapshot.is_paused)

    def go_away(self, is_away: bool) -> None:
        if self._poller is not None:
            self._poller.go_away(is_away)

    def action_help(self) -> None:
        """Shows the keys of where one is."""
        from batchtui.ui.open_texts import open_help

        groups: Sequence[tuple[str, Sequence[Key]]] = LOG_HELP if self.screen in self._logs else DETAIL_HELP
        if self.screen is self._main:
            from batchtui.ui.places import in_help

            groups = (*MAIN_HELP, in_help())
        open_help(self, groups)

    def action_errors(self) -> None:
        """Shows the errors of the session."""
        from batchtui.ui.open_texts import open_errors

        open_errors(self, all_errors(self._poller.sources.errors if self._poller else (), self._heard.errors))

    def open_place(self, name: str) -> None:
        """Opens a screen by its name in ``places``."""
        from batchtui.ui.places import place

        place(name).open(self._reach)

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

    def _hear(self, _: Snapshot) -> None:
        """The poller has news."""
        self._jobs_held.note(sum(len(queue.jobs) for queue in self.snapshot.jobs.values()))
        self._news.heard()

    @on(Published)
    def _show(self, event: Published) -> None:
        snapshot = event.snapshot
        if snapshot.unknown_queues:
            names = ", ".join(f"'{name}'" for name in snapshot.unknown_queues)
            self._cannot_start(f"There is no job queue {names} in this account and region.")
            return
        self._reach.trends.note(snapshot)
        self._main.set_where(*self._where.words)
        self._decide_read_only()
        if self._acting is not None:
            jobs_of = [held.jobs for held in snapshot.jobs.values()]
            self._acting.watch(job_lookup(jobs_of), self._main.show_stops)
        self._main.update(snapshot)
        self.published.publish(snapshot)

    @on(MainScreen.QueueSelected)
    def _prefer_queue(self, event: MainScreen.QueueSelected) -> None:
        if self._poller is not None:
            self._poller.select(event.queue)

    def _follow_sight(self) -> None:
        """The lists are seen below a dialog, but not below another screen."""
        if self._poller is not None:
            below = next(screen for screen in reversed(self.screen_stack) if not screen.is_modal)
            # The details of a queue count its jobs too.
            counts = below is self._main or getattr(below, "kind", "") == "queue"
            self._poller.see(getattr(below, "SHOWS_JOBS", counts))

    @on(DetailWanted)
    @on(WhyWanted)
    @on(RevisionsWanted)
    @on(ChildrenWanted)
    @on(DependenciesWanted)
    async def _show_detail(self, event: Way) -> None:
        await self._details.follow(event)

    def open_detail(self, kind: str, key: str, title: str) -> None:
        """Opens the details of one of ``lookup.KINDS``, or goes back to them."""
        self._details.open(kind, key, title)

    @on(NewJobWanted)
    async def _open_new_job(self, event: NewJobWanted) -> None:
        await self._details.open_newest_made_of(event.job_id)

    @on(StopWanted)
    @on(ResubmitWanted)
    @on(SubmitWanted)
    @on(ChangeWanted)
    @on(ShellWanted)
    def _act(self, event: Wish) -> None:
        if self._acting is None:
            self.notify(self.why_read_only or "Not connected yet.", severity="warning", markup=False)
        elif self._gateway is not None:
            work = partial(self._where.learn, self._gateway)
            _: Worker[None] = self.run_worker(work, name="who", group="who", exclusive=True)
            self._acting.ask(event)

    @on(LogWanted)
    def _show_log(self, event: LogWanted) -> None:
        self.open_log(event.job_ids, event.title)

    def open_log(self, job_ids: tuple[str, ...], title: str) -> None:
        """Opens the log of jobs, or comes back to it at the place where it was left."""
        self._logs.open(job_ids, title)

    def _start_monitoring(self) -> None:
        self._monitoring = asyncio.create_task(self._monitor())

    async def _monitor(self) -> None:
        """Reaches the account and polls it until the end."""
        try:
            async with self._account as connection_settings:
                await self._poll(connection_settings)
        except (NotConfiguredError, MissingCredentialsError, StartError) as error:
            self._cannot_start(str(error))
        except Exception as error:
            self._handle_exception(error)

    async def _poll(self, connection_settings: ConnectionSettings) -> None:
        # aiobotocore takes a quarter of a second to import: in a thread, the screen answers meanwhile.
        poller_module = await asyncio.to_thread(import_module, "batchtui.sync.poller")
        from batchtui.aws.connection import Connection
        from batchtui.aws.gateway import Gateway
        from batchtui.aws.pacing import CallBudget
        from batchtui.ui.open_history import record_of

        self.record = record_of(self, is_self_contained=connection_settings.is_self_contained)
        self._connection = connection = Connection(connection_settings)
        try:
            try:
                await self._open(connection)
            finally:
                garbage.settle()
            budget = CallBudget(self.settings.max_calls_per_second)
            self._gateway = Gateway(
                connection, budget, on_error=lambda error: self._heard.failed(error.operation, error)
            )
            self._poller = poller_module.Poller(
                self._gateway,
                refresh=self.settings.refresh,
                only=self.settings.queues,
                wall_clock=self._clock,
                on_snapshot=self._hear,
            )
            self._decide_read_only()
            await self._poller.run()
        finally:
            await connection.close()

    def _decide_read_only(self) -> None:
        """What changes anything is made only once it is certain that it may be."""
        self.why_read_only = read_only_reason(self.settings, self._where.profile, self.snapshot.account)
        if self.why_read_only is not None:
            if self._acting is not None:
                self._acting.forbid()
            self._acting = None
        elif self._acting is None and self._gateway and self._poller and self.record:
            from batchtui.ui.acting import Acting
            from batchtui.ui.means import Means

            reach = self._reach
            self._acting = Acting(
                Means(
                    self, self._gateway, self.record, reach.where, reach.snapshot, reach.clock, self._poller.wake
                )
            )

    def watch_why_read_only(self, why: str | None) -> None:
        self._main.show_read_only(why is not None)
        self.read_only_changed.publish(why)

    async def _open(self, connection: "Connection") -> None:
        """Only what no waiting can mend ends the program; the rest the status bar says."""
        try:
            await connection.open()
        except (NotConfiguredError, MissingCredentialsError):
            raise
        except AwsError as error:
            log.warning("%s", error)

    def _cannot_start(self, sentence: str) -> None:
        self.failure = sentence
        self.exit(return_code=COULD_NOT_START)
