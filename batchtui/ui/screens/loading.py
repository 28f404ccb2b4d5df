"""What the screens have in common whose list is asked for when they are opened, a page at a time."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from time import monotonic
from typing import Any, ClassVar, Generic, TypeVar

from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.format import Cell
from batchtui.sync.patience import Patience
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.heading import Heading

Item = TypeVar("Item")
_TICK_SECONDS = 1.0


class LoadingScreen(ListingScreen, Generic[Item]):
    """Asks only while it is on top, asks for no more than ``MOST``, and keeps what it has where AWS fails.

    Args:
        title: What it is about.
        pane: The list.
        load: Asks for all of it, a page at a time.
        seconds: After how long it is asked for again, None while polling is paused; None where only a person asks.
    """

    MOST: ClassVar[int] = 2_000
    """So many are asked for at most: every call is one that all wait for who share the account."""
    ARE_CALLED: ClassVar[str] = "rows"
    LEAST_SECONDS: ClassVar[float] = 30.0
    """More often a list is not asked for again, however fresh the view should be."""

    pane: LoadedPane[Any]

    def __init__(
        self,
        title: Cell,
        pane: LoadedPane[Any],
        load: Callable[[], AsyncGenerator[Sequence[Item]]],
        *,
        seconds: Callable[[], float | None] | None = None,
    ) -> None:
        super().__init__()
        self.pane = pane
        self._pages = load
        self._seconds = seconds
        self._known: dict[str, Item] = {}
        self._listed_at = 0.0
        self._patience = Patience()
        self._heading = Heading(title)
        self.above = (self._heading,)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.action_refresh_now()
        if self._seconds is not None:
            self.set_interval(_TICK_SECONDS, self._ask_again)

    def action_refresh_now(self) -> None:
        """Asks for all of them, again."""
        _: Worker[None] = self.run_worker(self._list_all, name=self.pane.id or "", exclusive=True)

    def take(self, found: dict[str, Item], items: Iterable[Item]) -> None:
        """Adds what AWS told, by what it is known by."""
        found.update((self.pane.key(item), item) for item in items)

    def show(self, items: dict[str, Item]) -> None:
        """Shows these."""
        self.pane.show_rows(list(items.values()))

    async def _list_all(self) -> None:
        self.pane.show_state(is_loading=True, is_failing=False)
        found: dict[str, Item] = {}
        told = 0
        trouble, failed = "", False
        try:
            async with aclosing(self._pages()) as pages:
                async for page in pages:
                    await self.in_sight()
                    told += len(page)
                    self.take(found, page)
                    # Until all are there the old ones stay: a list must not shrink under the cursor.
                    shown = dict(self._known)
                    self.take(shown, found.values())
                    self.show(shown)
                    if told >= self.MOST:
                        trouble = f"There are more than {self.MOST:,} {self.ARE_CALLED}: these are the first."
                        break
            self._known = found
            self.show(found)
        except AwsError as error:
            trouble, failed = str(error), True
            self.take(self._known, found.values())
        self._listed_at = monotonic()
        self._patience.note(failed=failed)
        self._heading.trouble = trouble
        self.pane.show_state(is_loading=False, is_failing=bool(trouble))
        self._heading.redraw()

    def _ask_again(self) -> None:
        """Where what is shown has become too old: not while it is covered, nor while polling is paused."""
        seconds = self._seconds() if self._seconds is not None and not self.is_covered else None
        if seconds is None or self.pane.is_loading:
            return
        if monotonic() - self._listed_at >= max(self.LEAST_SECONDS, seconds, self._patience.seconds):
            self.action_refresh_now()
