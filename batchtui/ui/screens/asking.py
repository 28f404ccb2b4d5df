"""A screen that can ask for a line of text, and be searched."""

from collections.abc import Callable

from textual import on

from batchtui.ui.screens.searching import SearchingScreen
from batchtui.ui.widgets.filter_line import FilterLine


class AskingScreen(SearchingScreen):
    """One line is open at a time: a question, or the search."""

    def __init__(self) -> None:
        super().__init__()
        self._question: tuple[FilterLine, Callable[[str], None]] | None = None

    async def ask(self, label: str, text: str, then: Callable[[str], None]) -> None:
        """A line to type in; enter goes on with what was typed, esc leaves it.

        Args:
            label: Stands before it.
            text: What is already there.
            then: Called with what was typed, if that is anything.
        """
        await self._close_search(takes_focus=False)
        await self._close_question()
        line = FilterLine(text, label=label)
        self._question = (line, then)
        await self.query_one("#reading").mount(line)
        line.take_focus()

    async def _close_question(self) -> None:
        if self._question is not None:
            (line, _), self._question = self._question, None
            self.set_focus(self.reader)
            await line.leave()

    @on(FilterLine.Changed)
    def _let_type(self, event: FilterLine.Changed) -> None:
        if self._question is not None:
            event.prevent_default()  # it is no search

    @on(FilterLine.Kept)
    async def _answer(self, event: FilterLine.Kept) -> None:
        if self._question is not None:
            event.prevent_default()
            _, then = self._question
            await self._close_question()
            if event.by_key and event.text.strip():
                then(event.text.strip())

    @on(FilterLine.Cleared)
    async def _leave_question(self, event: FilterLine.Cleared) -> None:
        if self._question is not None:
            event.prevent_default()
            await self._close_question()
