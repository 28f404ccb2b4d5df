"""What all screens that can be searched have in common: the line to type in, and what its keys do."""

from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from batchtui.ui.keys import SEARCH_KEYS, bindings
from batchtui.ui.screens.in_sight import InSightScreen
from batchtui.ui.widgets.filter_line import FilterLine
from batchtui.ui.widgets.styled import COMPONENT_CLASSES


class SearchingScreen(InSightScreen):
    """The container with the id ``reading`` gets the search line; subclasses do the searching."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings(SEARCH_KEYS)

    def __init__(self) -> None:
        super().__init__()
        self.searched = ""
        """What is searched for; empty for nothing."""
        self.search_line: FilterLine | None = None

    @property
    def reader(self) -> Widget:
        """What has the focus while nothing is typed."""
        raise NotImplementedError

    def search(self, text: str) -> None:
        """Looks for a text, and says beside the line what was found; an empty text ends the search."""
        raise NotImplementedError

    def find(self, steps: int) -> bool:
        """Goes to the next or the previous place that was found; answers whether there is one."""
        raise NotImplementedError

    async def action_search(self) -> None:
        """Opens the search; it has the focus when this returns."""
        if self.search_line is None:
            self.search_line = FilterLine(self.searched)
            await self.query_one("#reading").mount(self.search_line)
        self.search_line.take_focus()

    def action_find(self, steps: int) -> None:
        """Goes to the next or the previous place that was searched for."""
        if not self.find(steps):
            self.notify("Nothing was found; / searches.", severity="warning")

    def action_back(self) -> None:
        """Clears the search first, then goes back to the screen below."""
        if self.searched:
            self._search_for("")
        else:
            self.app.pop_screen()

    def say_found(self, count: int, *, is_more: bool = False) -> None:
        """Says how many places were found, beside the line in which one types."""
        if self.search_line is not None:
            self.search_line.say(f"{count:,}{' …' if is_more else ''} found" if self.searched else "")

    def _search_for(self, text: str) -> None:
        self.searched = text
        self.search(text)

    @on(FilterLine.Changed)
    def _search_as_typed(self, event: FilterLine.Changed) -> None:
        event.stop()
        self._search_for(event.text)

    @on(FilterLine.Kept)
    async def _keep_search(self, event: FilterLine.Kept) -> None:
        event.stop()
        await self._close_search(takes_focus=event.by_key)

    @on(FilterLine.Cleared)
    async def _drop_search(self, event: FilterLine.Cleared) -> None:
        event.stop()
        self._search_for("")
        await self._close_search(takes_focus=True)

    async def _close_search(self, *, takes_focus: bool) -> None:
        if self.search_line is not None:
            line, self.search_line = self.search_line, None
            if takes_focus:
                self.set_focus(self.reader)
            await line.leave()
