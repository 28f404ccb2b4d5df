"""The screen *Contexts*: every account and region that is watched, and how each is doing."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from batchtui.format import plain
from batchtui.model.job import FAILED, RUNNING, STARTING, TERMINAL_STATUSES
from batchtui.sync.condition import condition
from batchtui.ui.contexts import Contexts
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.contexts import ContextRow, ContextsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.watched_account import WatchedAccount
from batchtui.ui.widgets.heading import Heading

_KEYS = listing_keys(
    "contexts",
    "Contexts",
    Key("contexts-all-jobs", "v", "app.place('all-jobs')", "The jobs of all contexts in one list", "all jobs"),
    refresh="Ask AWS now, for everything, in every context",
    without=("log", "why", "new-job", "json", "copy-list-arn"),
    meant={
        "open": "Go there: every screen then shows this account and region",
        "copy": "Copy the account's number",
    },
)
_ROWS = tuple(replace(key, label="go there") if key.id == "open" else key for key in _KEYS.rows)
KEYS = replace(_KEYS, rows=_ROWS)
_TICK_SECONDS = 1.0
_PLACED = (STARTING, RUNNING)


class ContextsScreen(ListingScreen):
    """The list, looked at once a second while it is on top; it asks AWS nothing.

    Args:
        contexts: What is watched.
        clock: Epoch seconds.
    """

    pane: ContextsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(self, contexts: Contexts, *, clock: Callable[[], float]) -> None:
        super().__init__()
        self.pane = ContextsPane(clock)
        self._contexts = contexts
        self._clock = clock
        self._heading = Heading(plain("Contexts", "strong"))
        self.above = (self._heading,)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.set_interval(_TICK_SECONDS, self._show)
        self._show()

    def target(self) -> Target | None:
        """The account under the cursor."""
        row: ContextRow | None = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        return Target("", row.account or row.name, row.name, name=row.account.partition(" ")[0] or row.name)

    def action_refresh_now(self) -> None:
        """Asks AWS now, in every context."""
        self._contexts.refresh()

    def _go(self, *, is_json: bool) -> None:
        target = self.target()
        account = self._contexts.named(target.title) if target is not None else None
        if account is self._contexts.current:
            self.app.pop_screen()
        elif account is not None:
            self._contexts.go_to(account)

    def _show(self) -> None:
        if not self.is_covered:
            now = self._clock()
            rows = [_row(each, self._contexts, now) for each in self._contexts.watched]
            self.pane.show_rows(rows)
            live = sum(row.condition.word == "live" for row in rows)
            calls = sum(row.calls_per_minute for row in rows)
            words = f"  {live} of {len(rows)} live; {calls:,} calls/min in all, each within a budget of its own"
            self._heading.title = (("Contexts", "strong"), (words, "muted"))
            self._heading.redraw()


def _row(account: WatchedAccount, contexts: Contexts, now: float) -> ContextRow:
    snapshot, actor = account.snapshot, account.where.actor
    counts: dict[str, int] = {}
    for held in snapshot.jobs.values():
        for status, count in held.counts.items():
            counts[status] = counts.get(status, 0) + count
    running = sum(counts.get(status, 0) for status in _PLACED)
    waiting = sum(counts.values()) - running - sum(counts.get(status, 0) for status in TERMINAL_STATUSES)
    return ContextRow(
        account.title,
        account is contexts.current,
        account.is_production,
        account.context.colour,
        actor.profile or account.context.profile or "",
        actor.region or account.context.region or "",
        account.where.account,
        condition(snapshot, now),
        (waiting, running, counts.get(FAILED, 0)) if snapshot.job_queues is not None else None,
        account.calls_per_minute,
        len(account.errors),
    )
