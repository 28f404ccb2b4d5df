"""Composition and routing, nothing else."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from importlib import import_module
from itertools import chain
from random import random
from time import monotonic, time
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import App
from textual.binding import BindingType
from textual.command import Provider
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.screen import Screen
from textual.signal import Signal
from textual.widgets import Input
from textual.worker import Worker, WorkerFailed

from batchtui import garbage
from batchtui.actions.watch import job_lookup
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.errors import AwsError, MissingCredentialsError, NotConfiguredError
from batchtui.model.job import JobSummary
from batchtui.settings import APPLICATION, COULD_NOT_START, Settings, StartError
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.sources import Sources, all_errors
from batchtui.ui import themes
from batchtui.ui.clipboard import copy_to_tmux, is_in_tmux
from batchtui.ui.keys import DETAIL_HELP, GLOBAL_KEYS, LOG_HELP, MAIN_HELP, bindings, offered
from batchtui.ui.messages import DetailWanted, LogWanted, StopWanted
from batchtui.ui.open_logs import OpenLogs, go_back_to
from batchtui.ui.screens.main import MainScreen
from batchtui.ui.screenshot import self_contained

if TYPE_CHECKING:  # imported in the background, once the first frame is on the screen
    from batchtui.aws.connection import Connection
    from batchtui.aws.gateway import Gateway
    from batchtui.sync.poller import Poller
    from batchtui.ui.acting import Acting

log = logging.getLogger(__name__)

_TERMINAL_CHECK_SECONDS = 2.0
AccountContext = AbstractAsyncContextManager[ConnectionSettings]


def _commands() -> type[Provider]:
    """The palette, imported when it is first opened."""
    from batchtui.ui.palette import Commands

    return Commands


class BatchtuiApp(App[None]):
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

    class Published(Message):
        """The poller has a new snapshot."""

        def __init__(self, snapshot: Snapshot) -> None:
            super().__init__()
            self.snapshot = snapshot

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, BatchtuiApp.Published)

    def __init__(self, settings: Settings, account: AccountContext, *, clock: Callable[[], float] = time) -> None:
        super().__init__()
        for theme in themes.THEMES:
            self.register_theme(theme)
            if theme.name == (settings.theme or themes.DEFAULT):
                # Before the first frame: a change later would parse and apply every style twice.
                self.set_reactive(App.theme, theme.name)
                self.update_classes({"-dark-mode": theme.dark, "-light-mode": not theme.dark}, update=False)
                self.stylesheet.set_variables(self.get_css_variables())
        self.set_class("NO_COLOR" in os.environ, "-no-colour")
        self.settings = settings
        self.failure: str | None = None
        """Why the monitor could not start, in one sentence."""
        self.published: Signal[Snapshot] = Signal(self, "published")
        """Every snapshot, for screens above the main one."""
        self._logs = OpenLogs(self, snapshot=lambda: self.snapshot, published=self.published, clock=clock)
        self._account = account
        self._has_mouse = True
        self._acting: Acting | None = None
        # What the poller did not ask: details, logs, actions.
        self._heard = Sources(clock=monotonic, wall_clock=clock, chance=random)
        self._clock = clock
        self._monitoring: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self._gateway: Gateway | None = None
        self._poller: Poller | None = None
        self._main = MainScreen(
            is_read_only=settings.read_only,
            calls_per_minute=lambda: self._gateway.budget.calls_per_minute() if self._gateway else 0,
            clock=clock,
        )

    @property
    def snapshot(self) -> Snapshot:
        """What is known of the account."""
        return self._poller.snapshot if self._poller else Snapshot()

    def get_default_screen(self) -> MainScreen:
        return self._main

    def on_mount(self) -> None:
        name = self.settings.theme or themes.DEFAULT
        if name not in self.available_themes:
            there_are = ", ".join(self.available_themes)
            self._cannot_start(f"There is no theme '{name}'; there are: {there_are}.")
            return
        self.theme = name
        for ending in (signal.SIGTERM, signal.SIGHUP):
            with suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread: no signals
                asyncio.get_running_loop().add_signal_handler(ending, self.exit)
        # The terminal comes back empty from a suspension: everything must be drawn, not only what changed.
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh(layout=True))
        if not self.is_headless:
            self.set_interval(_TERMINAL_CHECK_SECONDS, self._leave_without_terminal)
        self.call_after_refresh(self._start_monitoring)

    async def on_unmount(self) -> None:
        if self._monitoring is not None:
            self._monitoring.cancel()
            with suppress(asyncio.CancelledError):
                await self._monitoring

    def on_key(self, event: events.Key) -> None:
        """What was typed so fast that it still went to the list, which had the focus before, is text all the same.

        An input keeps every character that reaches it, so that one which comes here was sent elsewhere: ``/quit``
        in one burst must not quit.
        """
        if isinstance(self.focused, Input) and event.is_printable:
            event.prevent_default()
            self.focused.post_message(events.Key(event.key, event.character))

    def copy_to_clipboard(self, text: str) -> None:
        super().copy_to_clipboard(text)  # by OSC 52, which works over SSH too
        if is_in_tmux():
            _: Worker[bool] = self.run_worker(partial(copy_to_tmux, text), name="tmux", group="clipboard")

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        return self_contained(super().export_screenshot(title=title, simplify=simplify))

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

    def action_help(self) -> None:
        """Shows the keys of where one is."""
        from batchtui.ui.screens.text import TextScreen, help_lines

        groups = MAIN_HELP if self.screen is self._main else LOG_HELP if self.screen in self._logs else DETAIL_HELP
        read_only = self.settings.read_only
        there = [(title, offered(keys, is_read_only=read_only)) for title, keys in groups]
        self.push_screen(TextScreen("Help", lambda: help_lines(there)))

    def action_errors(self) -> None:
        """Shows the errors of the session."""
        from batchtui.ui.screens.text import TextScreen, error_lines

        errors = all_errors(self._poller.sources.errors if self._poller else (), self._heard.errors)
        self.push_screen(TextScreen("Errors of this session", lambda: error_lines(errors)))

    def action_mouse(self) -> None:
        """Lets go of the mouse, so that the terminal selects text, or takes it back."""
        self._has_mouse = not self._has_mouse
        driver = self._driver
        if isinstance(driver, LinuxDriver):  # the only driver with a mouse to let go of
            (driver._enable_mouse_support if self._has_mouse else driver._disable_mouse_support)()
            driver.flush()
        free = "The terminal has the mouse: it selects text now. M takes it back."
        self.notify("The mouse works here again." if self._has_mouse else free)

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

    def open_definitions(self) -> None:
        """Opens the list of job definitions."""
        from batchtui.ui.new_jobs import open_definitions

        open_definitions(self, self._gateway, self._clock)

    def _go_to_main(self) -> None:
        while self.screen is not self._main:
            self.pop_screen()

    async def action_quit(self) -> None:
        """Leaves."""
        self.exit()

    @on(Published)
    def _show(self, event: Published) -> None:
        snapshot = event.snapshot
        if snapshot.unknown_queues:
            names = ", ".join(f"'{name}'" for name in snapshot.unknown_queues)
            self._cannot_start(f"There is no job queue {names} in this account and region.")
            return
        self._main.set_where(*self._where(snapshot))
        if self._acting is not None:
            jobs_of = [held.jobs for held in snapshot.jobs.values()]
            self._main.show_stops(self._acting.watch(job_lookup(jobs_of)))
        self._main.update(snapshot)
        self.published.publish(snapshot)

    @on(MainScreen.QueueSelected)
    def _prefer_queue(self, event: MainScreen.QueueSelected) -> None:
        if self._poller is not None:
            self._poller.select(event.queue)

    @on(DetailWanted)
    def _show_detail(self, event: DetailWanted) -> None:
        self.open_detail(event.kind, event.key, event.title, is_json=event.is_json, job=event.job)

    def open_detail(
        self, kind: str, key: str, title: str, *, is_json: bool = False, job: JobSummary | None = None
    ) -> None:
        """Opens the detail view of a ``job``, ``queue``, ``environment`` or ``definition``.

        From a log it goes back to the details from which that was opened, at their place.
        """
        from batchtui.ui.details.lookup import Lookup
        from batchtui.ui.screens.detail import JSON, OVERVIEW, DetailScreen

        def is_there(screen: Screen[Any]) -> bool:
            return isinstance(screen, DetailScreen) and (screen.kind, screen.key) == (kind, key)

        if self.screen in self._logs and go_back_to(self, is_there):
            return

        def seconds() -> float | None:
            return None if self.snapshot.is_paused else max(self.settings.refresh, self.snapshot.interval)

        lookup = Lookup(lambda: self._gateway, lambda: self.snapshot)
        tab, known = JSON if is_json else OVERVIEW, lookup.known(kind, key, job)
        fetch = partial(lookup.view, kind, key)
        self.push_screen(
            DetailScreen(
                kind,
                key,
                title,
                fetch,
                seconds=seconds,
                clock=self._clock,
                published=self.published,
                tab=tab,
                known=known,
            )
        )

    @on(StopWanted)
    def _stop(self, event: StopWanted) -> None:
        if self.settings.read_only:
            self.notify("This is read-only: nothing can be changed.", severity="warning")
        elif self._acting is None:
            self.notify("Not connected yet.", severity="warning")
        else:
            self._acting.ask_to_stop(event.jobs, event.hidden)

    @on(LogWanted)
    def _show_log(self, event: LogWanted) -> None:
        self.open_log(event.job_ids, event.title)

    def open_log(self, job_ids: tuple[str, ...], title: str) -> None:
        """Opens the log of jobs, or comes back to it at the place where it was left."""
        if self._gateway is None:
            self.notify("Not connected yet.", severity="warning")
            return
        self._logs.open(self._gateway, job_ids, title)

    def _where(self, snapshot: Snapshot) -> tuple[str, ...]:
        resolved = self._connection.resolved if self._connection else None
        if resolved is None:
            return ()
        who = resolved.profile or resolved.credentials_source
        return tuple(part for part in (who, resolved.region, snapshot.account) if part)

    def _leave_without_terminal(self) -> None:
        """A terminal that is gone without a hang-up signal would be read from for ever, by a busy thread."""
        if not sys.__stdin__ or not sys.__stdin__.isatty():
            log.warning("the terminal is gone")
            self.exit()

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
                on_snapshot=lambda snapshot: self.post_message(self.Published(snapshot)),
            )
            if not self.settings.read_only:
                from batchtui.ui.acting import acting_on

                self._acting = acting_on(
                    self,
                    self._gateway,
                    account=lambda: self.snapshot.account,
                    clock=self._clock,
                    acted=self._poller.wake,
                )
            await self._poller.run()
        finally:
            await connection.close()

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

    def _fatal_error(self) -> None:
        """A crash: the traceback goes to the log, without the values of variables, which may be secret."""
        crash = self._exception
        # A worker's failure only names what failed; the traceback is that of the error within.
        log.error("batchtui crashed", exc_info=crash.error if isinstance(crash, WorkerFailed) else crash)
        self._close_messages_no_wait()
