"""What all screens to read on have in common: a text that scrolls and that can be searched."""

from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.screen import Screen

from batchtui.ui.keys import SEARCH_KEYS, bindings
from batchtui.ui.widgets.filter_line import FilterLine
from batchtui.ui.widgets.line_view import LineView
from batchtui.ui.widgets.styled import COMPONENT_CLASSES


class ReadingScreen(Screen[None]):
    """Holds ``text``; the container with the id ``reading`` gets the search line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings(SEARCH_KEYS)

    def __init__(self) -> None:
        super().__init__()
        self.text = LineView()
        self._search: FilterLine | None = None

    async def action_search(self) -> None:
        """Opens the search; it has the focus when this returns."""
        if self._search is None:
            self._search = FilterLine(self.text.searched)
            await self.query_one("#reading").mount(self._search)
        self._search.take_focus()

    def action_find(self, steps: int) -> None:
        """Goes to the next or the previous place that was searched for."""
        if not self.text.find(steps):
            self.notify("Nothing was found; / searches.", severity="warning")

    def action_back(self) -> None:
        """Clears the search first, then goes back to the screen below."""
        if self.text.searched:
            self.text.search("")
        else:
            self.app.pop_screen()

    @on(FilterLine.Changed)
    def _search_as_typed(self, event: FilterLine.Changed) -> None:
        found = self.text.search(event.text)
        if self._search is not None:
            self._search.say(f"{found} found" if event.text else "")

    @on(FilterLine.Kept)
    async def _keep_search(self, event: FilterLine.Kept) -> None:
        await self._close_search(takes_focus=event.by_key)

    @on(FilterLine.Cleared)
    async def _drop_search(self) -> None:
        self.text.search("")
        await self._close_search(takes_focus=True)

    async def _close_search(self, *, takes_focus: bool) -> None:
        if self._search is not None:
            line, self._search = self._search, None
            if takes_focus:
                self.set_focus(self.text)
            await line.remove()
