"""The contexts that are watched beside each other, one of which is current, and the ways from one to another."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from textual.await_complete import AwaitComplete

from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.context import Context
from batchtui.format import Cell
from batchtui.ui.recent import Recent
from batchtui.ui.watched_account import AccountContext, WatchedAccount
from batchtui.ui.widgets.status_bar import PRODUCTION, style_of

if TYPE_CHECKING:
    from batchtui.sync.poller import Poller
    from batchtui.ui.app import BatchtuiApp

_LOOKS: Final = ("plan", "change", "shell", "who", "watch")
"""Groups of the app's workers that look at the account for a dialog."""


class Contexts:
    """Every account and region that is watched.

    Args:
        app: The program around them.
        reached: How to reach the one that the program was started for, or the first of several.
    """

    def __init__(self, app: "BatchtuiApp", reached: AccountContext) -> None:
        settings = app.settings
        asked = settings.contexts or (Context("", settings.profile, settings.region, settings.endpoint_url),)
        ways = [reached, *(_way_to(context) for context in asked[1:])]
        self.watched = [
            WatchedAccount(app, context, way, is_from_start=True, is_only_one=len(asked) == 1)
            for context, way in zip(asked, ways, strict=True)
        ]
        """In the order in which they were named."""
        self.current = self.watched[0]
        """What every screen shows."""
        self.recent = Recent()
        self._app = app
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def has_several(self) -> bool:
        """Whether a mistake of place is possible."""
        return len(self.watched) > 1

    @property
    def is_ending(self) -> bool:
        """Whether one that was left is not closed yet."""
        return bool(self._ending)

    @property
    def place_of_changes(self) -> Cell:
        """Where something is about to be changed, where that could be taken for another place; else nothing."""
        current = self.current
        if not (self.has_several or current.is_production):
            return ()
        actor, style = current.where.actor, style_of(current.is_production, current.context.colour)
        names = dict.fromkeys((current.context.name, actor.profile, actor.region, current.where.account))
        words = " · ".join(name for name in names if name)
        return (
            (f"{PRODUCTION}  " if current.is_production else "", PRODUCTION),
            (f"In {words}", style or "strong"),
        )

    @property
    def pollers(self) -> "Iterator[Poller]":
        """Those that run."""
        return (each.poller for each in self.watched if each.poller is not None)

    def begin(self) -> None:
        """Begins to watch all of them."""
        for each in self.watched:
            each.begin()

    async def close(self) -> None:
        """Ends all of them."""
        await asyncio.gather(*(each.end() for each in self.watched), *self._ending)

    def refresh(self) -> None:
        """Asks AWS now, in every context, for everything."""
        if self.current.snapshot.is_paused:
            self._app.notify("Polling is paused: p resumes it.", severity="warning")
            return
        for poller in self.pollers:
            poller.wake(everything=True)

    def see(self, is_seen: bool) -> None:
        """Says whether the lists of the current one are in sight: what nobody sees is kept true more slowly."""
        for each in self.watched:
            if each.poller is not None:
                each.poller.see(is_seen and each is self.current)

    def meets_its_double(self, account: WatchedAccount) -> bool:
        """Ends one of two that have turned out to lead to the same place, the current one never.

        Args:
            account: It is known just now where it leads.

        Returns:
            Whether it is the one that is not wanted: it has nothing to do any more.
        """
        other = next((each for each in self.watched if each is not account and each.is_where(account)), None)
        if other is None or account not in self.watched:
            return False
        kept, double = sorted(
            (account, other), key=lambda each: (each is not self.current, self.watched.index(each))
        )
        self.watched.remove(double)
        words = f"{double.title} leads to the same account and region as {kept.title}: it is shown once."
        self._app.notify(words, severity="warning", timeout=12)
        if double is other:
            self._end_aside(double, ())
        return double is account

    def named(self, name: str) -> WatchedAccount | None:
        """The one of that title."""
        return next((each for each in self.watched if each.title == name), None)

    def why_stay(self) -> str:
        """Why one cannot go to another context now, in a sentence; empty where one can."""
        if self._app.settings.demo:
            return "The demo account has neither profiles nor other regions."
        stays = (getattr(screen, "why_stay", "") for screen in reversed(self._app.screen_stack))
        acting = self.current.acting
        return next((why for why in stays if why), acting.why_stay if acting is not None else "")

    def go_to(self, account: WatchedAccount, then: Callable[[], object] = lambda: None) -> None:
        """Makes one that is watched the current one; what was open of the other is closed.

        Args:
            account: Where to.
            then: Called once it is current; not where it cannot be.
        """
        if account is not self.current:
            if not self._may_go():
                return
            self._show(account)
        then()

    def replace(self, context: Context) -> None:
        """Ends the current one, and begins another in its place; one that is watched already only becomes it."""
        known = next((each for each in self.watched if each.leads_to(context)), None)
        if known is not None:
            self.go_to(known)
            return
        if not self._may_go():
            return
        old = self.current
        new = WatchedAccount(self._app, context, _way_to(context))
        self.watched[self.watched.index(old)] = new
        left, unwatched = old.title, old.stop_watching()
        closing = self._show(new)
        if unwatched:
            words = f"No longer watched, for {left} was left: {unwatched}."
            self._app.notify(words, severity="warning", timeout=12)
        new.begin()
        self._end_aside(old, closing)

    def _end_aside(self, account: WatchedAccount, closing: Sequence[AwaitComplete]) -> None:
        ending = asyncio.create_task(_end(account, closing))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    def _may_go(self) -> bool:
        why = self.why_stay()
        if why:
            self._app.notify(why, severity="warning")
        return not why

    def _show(self, account: WatchedAccount) -> Sequence[AwaitComplete]:
        """In one step, so that nothing of two accounts ever stands together."""
        app, old = self._app, self.current
        app.memory.leave()
        for group in _LOOKS:
            app.workers.cancel_group(app, group)
        closing = []
        while len(app.screen_stack) > 1:
            closing.append(app.pop_screen())
        old.logs.close()
        if old.poller is not None:
            old.poller.select(None)  # nobody looks at one of its queues any more
        self.current = account
        app.show_account()
        return closing


async def _end(account: WatchedAccount, closing: Sequence[AwaitComplete]) -> None:
    """First the screens, whose workers ask the account; then the account."""
    for closed in closing:
        await closed
    await account.end()
    account.forget()


@asynccontextmanager
async def _way_to(context: Context) -> AsyncIterator[ConnectionSettings]:
    yield ConnectionSettings(context.profile, context.region, context.endpoint_url)
