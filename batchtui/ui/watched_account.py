"""What belongs to one account and region, so that it can end, and another begin, while the program goes on."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, suppress
from functools import cached_property
from importlib import import_module
from random import random
from time import monotonic
from typing import TYPE_CHECKING

from textual.signal import Signal

from batchtui import garbage
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.errors import AwsError, MissingCredentialsError, NotConfiguredError
from batchtui.context import Context, is_production
from batchtui.read_only import read_only_reason
from batchtui.settings import StartError
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.sources import SessionError, Sources, all_errors
from batchtui.sync.trends import Trends
from batchtui.ui.open_details import OpenDetails
from batchtui.ui.open_logs import OpenLogs
from batchtui.ui.reach import Reach
from batchtui.ui.whereabouts import Whereabouts

if TYPE_CHECKING:  # imported in the background, once the first frame is on the screen
    from batchtui.actions.record import ActionRecord
    from batchtui.aws.connection import Connection
    from batchtui.aws.gateway import Gateway
    from batchtui.sync.poller import Poller
    from batchtui.ui.acting import Acting
    from batchtui.ui.app import BatchtuiApp
    from batchtui.ui.past_keeping import PastKeeping
    from batchtui.ui.watching import Watching

log = logging.getLogger(__name__)

AccountContext = AbstractAsyncContextManager[ConnectionSettings]


class WatchedAccount:
    """One account in one region: its connection, its budget of calls, what is known of it, and what is open of it.

    Args:
        app: The program around it.
        context: What it is called, and whether it is a production one.
        reached: How to reach it; entered once it begins.
        is_from_start: Whether it was asked for when the program was started, as ``--queue`` was.
        is_only_one: Whether the program ends where it can never be reached: it was started for nothing else.
    """

    def __init__(
        self,
        app: "BatchtuiApp",
        context: Context,
        reached: AccountContext,
        *,
        is_from_start: bool = False,
        is_only_one: bool = False,
    ) -> None:
        self.context = context
        self.is_only_one = is_only_one
        self._is_from_start = is_from_start
        self.connection: Connection | None = None
        self.gateway: Gateway | None = None
        self.poller: Poller | None = None
        self.record: ActionRecord | None = None
        """What was done from here; None until it is known to which account."""
        self.acting: Acting | None = None
        """What changes anything; None where that is not allowed, or not yet."""
        self.past: PastKeeping | None = None
        """What writes down which jobs are seen, where that is wanted."""
        self.published: Signal[Snapshot] = Signal(app, "published")
        """Every snapshot, for screens above the main one."""
        # What the poller did not ask: details, logs, actions.
        self.heard = Sources(clock=monotonic, wall_clock=app.clock, chance=random)
        self.where = Whereabouts(lambda: self.connection, lambda: self.snapshot)
        self.reach = Reach(
            app,
            gateway=lambda: self.gateway,
            snapshot=lambda: self.snapshot,
            record=lambda: self.record,
            where=lambda: self.where.actor,
            published=self.published,
            refresh=app.settings.refresh,
            clock=app.clock,
            trends=Trends(),
        )
        self.logs = OpenLogs(self.reach)
        self.details = OpenDetails(self.reach, self.logs)
        self._app = app
        self._reached = reached
        self._jobs_held = garbage.Growing()
        self._polling: asyncio.Task[None] | None = None
        self._learning: asyncio.Task[None] | None = None

    @property
    def snapshot(self) -> Snapshot:
        """What is known of it; nothing before it has begun, and after it has ended."""
        return self.poller.snapshot if self.poller else Snapshot()

    @property
    def errors(self) -> list[SessionError]:
        """The errors of its session, the latest first."""
        return all_errors(self.poller.sources.errors if self.poller else (), self.heard.errors)

    @property
    def calls_per_minute(self) -> int:
        """Calls that went out to it during the last 60 seconds."""
        return self.gateway.budget.calls_per_minute() if self.gateway else 0

    @property
    def is_production(self) -> bool:
        """Whether a mistake here hurts, as far as is known by now."""
        actor, settings = self.where.actor, self._app.settings
        configured = (each.profile for each in settings.configured_contexts if each.is_production)
        patterns = (*settings.production, *(profile for profile in configured if profile))
        return is_production(self.context, patterns, actor.profile, actor.account, self.where.alias)

    @property
    def title(self) -> str:
        """What a person calls it: its context's name, else as the status bar has it."""
        asked = (self.context.profile, self.context.region)  # while nothing is known
        return self.context.name or " · ".join(self.where.words or filter(None, asked))

    @cached_property
    def watching(self) -> "Watching":
        """What tells that jobs have ended."""
        from batchtui.ui.watching import Watching

        return Watching(
            self.reach,
            self._app.settings,
            place=lambda: self.title if self._app.contexts.has_several else "",
            show=self._mark_watched,
            on_error=self._failed,
        )

    @property
    def watched_jobs(self) -> Collection[str]:
        """The ids of the jobs of whose end somebody wants to be told."""
        return self.watching.watches.ids() if "watching" in self.__dict__ else ()

    def stop_watching(self) -> str:
        """From now on nobody is told of the end of jobs; answers of which somebody would have been."""
        return self.watching.leave() if "watching" in self.__dict__ else ""

    def leads_to(self, context: Context) -> bool:
        """Whether a context is this one, as far as is known by now."""
        return (self._place or self.context.place) == context.place

    def is_where(self, other: "WatchedAccount") -> bool:
        """Whether it is known that both lead to the same place."""
        return self._place is not None and self._place == other._place

    @property
    def _place(self) -> tuple[str | None, str | None, str | None] | None:
        """Where it leads, once the chain has said so."""
        connection = self.connection
        if connection is None or connection.resolved is None:
            return None
        return connection.resolved.profile, connection.resolved.region, connection.settings.endpoint_url

    def begin(self) -> None:
        """Reaches the account, and polls it until the end."""
        self._polling = asyncio.create_task(self._watch())

    async def end(self) -> None:
        """Ends polling and closes every connection."""
        if self.acting is not None:
            self.acting.forbid()
        if "watching" in self.__dict__:
            await self.watching.close()
        for task in (self._learning, self._polling):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def forget(self) -> None:
        """Lets go of what was known, once it has ended, for the program goes on."""
        if self.poller is not None:
            self.poller.forget()  # thousands of jobs must not wait for a collection that may never walk them
        self.acting = self.gateway = self.poller = self.connection = None

    def decide_read_only(self) -> str | None:
        """What changes anything is made only once it is certain that it may be.

        Returns:
            Why nothing can be changed, in a sentence; None where it can, or will be once there is a connection.
        """
        why = read_only_reason(self._app.settings, self.where.profile, self.snapshot.account)
        if why is not None:
            if self.acting is not None:
                self.acting.forbid()
            self.acting = None
        elif self.acting is None and self.gateway and self.poller and self.record:
            from batchtui.ui.acting import Acting
            from batchtui.ui.means import Means

            reach = self.reach
            self.acting = Acting(
                Means(
                    self._app,
                    self.gateway,
                    self.record,
                    reach.where,
                    reach.snapshot,
                    reach.clock,
                    self.poller.wake,
                )
            )
        return why

    async def _watch(self) -> None:
        try:
            if self._is_from_start and self._app.settings.keymap:
                from batchtui.ui.keymap import check_keymap

                await asyncio.to_thread(check_keymap, self._app.settings, is_whole=True)
            async with self._reached as connection_settings:
                await self._poll(connection_settings)
        except (NotConfiguredError, MissingCredentialsError, StartError) as error:
            self._app.cannot_start(str(error))
        except Exception as error:
            self._app.crashed(error)

    async def _poll(self, connection_settings: ConnectionSettings) -> None:
        # aiobotocore takes a quarter of a second to import: in a thread, the screen answers meanwhile.
        poller_module = await asyncio.to_thread(import_module, "batchtui.sync.poller")
        from batchtui.aws.connection import Connection
        from batchtui.aws.gateway import Gateway
        from batchtui.aws.pacing import CallBudget
        from batchtui.ui.open_history import record_of
        from batchtui.ui.past_keeping import keeping_past

        settings = self._app.settings
        self.record = record_of(self._app, is_self_contained=connection_settings.is_self_contained)
        self.connection = connection = Connection(connection_settings)
        try:
            try:
                await self._open(connection)
            finally:
                if self._is_from_start:  # later it would set aside what the account before has left
                    garbage.settle()
            if self._app.contexts.meets_its_double(self):
                return
            budget = CallBudget(settings.max_calls_per_second)
            self.gateway = Gateway(connection, budget, on_error=self._failed)
            self.poller = poller_module.Poller(
                self.gateway,
                refresh=settings.refresh,
                only=settings.queues if self._is_from_start else (),
                wall_clock=self._app.clock,
                on_snapshot=self._hear,
            )
            self._app.reached(self)
            async with keeping_past(self.reach, settings, connection_settings) as self.past:
                await self.poller.run()
        finally:
            await connection.close()

    async def _open(self, connection: "Connection") -> None:
        """Only what no waiting can mend ends the program, and only where there is nothing else to look at."""
        try:
            await connection.open()
        except (NotConfiguredError, MissingCredentialsError) as error:
            if self.is_only_one:
                raise
            log.warning("%s", error)
            if self is self._app.account:
                words = "This cannot be reached: P goes to another profile, R to another region."
                self._app.notify(words, severity="warning", timeout=12)
        except AwsError as error:
            log.warning("%s", error)

    def _hear(self, snapshot: Snapshot) -> None:
        """The poller has news."""
        self._jobs_held.note(sum(len(queue.jobs) for queue in snapshot.jobs.values()))
        if snapshot.account is not None and self._learning is None:
            self._learning = asyncio.create_task(self._learn_alias())
        self._app.heard_of(self)

    def _failed(self, error: AwsError) -> None:
        self.heard.failed(error.operation, error)

    def _mark_watched(self, job_ids: Collection[str]) -> None:
        if self is self._app.account:
            self._app.main.show_watched(job_ids)

    async def _learn_alias(self) -> None:
        from batchtui.aws.account_alias import account_alias

        if self.gateway is not None:
            self.where.alias = await account_alias(self.gateway.connection, self.gateway.budget)
            self._app.heard_of(self)
