"""The search of a log's screen: it looks on while lines come, and can show nothing but what it finds."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable
from functools import partial

from textual.worker import Worker

from batchtui.logs.line import LogLine
from batchtui.logs.search import Pattern, Search, SearchError
from batchtui.ui.logs.rows import Places
from batchtui.ui.screens.searching import SearchingScreen
from batchtui.ui.widgets.log_view import LogView


class LogSearch:
    """What is searched for in the lines of a view, and what was found so far.

    Args:
        owner: The screen, where one types and where the count stands.
        view: Where the lines are shown.
        looked: Called when all the lines were looked at that there are now.
    """

    def __init__(self, owner: SearchingScreen, view: LogView, looked: Callable[[], None]) -> None:
        self._owner = owner
        self._view = view
        self._looked = looked
        self._search: Search | None = None
        self._searching: Worker[None] | None = None
        self.has_only_matches = False
        """Whether nothing is shown but what was found."""

    def begin(self, text: str) -> None:
        """Searches for another text, and goes to the first line that holds it; an empty one ends the search."""
        try:
            self._search = Search(self._view.buffer, Pattern(text)) if text else None
        except SearchError as error:
            self._explain(str(error), is_error=True)
            return
        self._explain("")
        self.has_only_matches &= self._search is not None
        self.look_on(goes_to_first=bool(text))

    def find(self, steps: int) -> bool:
        """Goes to the next or the previous line that was found; answers whether there is one."""
        if self._search is None:
            return False
        here = self._view.buffer.end if self._view.is_following else self._view.cursor
        number = self._search.after(here) if steps > 0 else self._search.before(here)
        if number is not None:
            self._view.go_to(number)
        return number is not None

    def turn_only_matches(self) -> bool:
        """Shows only what was found, or all; answers whether anything is searched for."""
        if self._search is None:
            return False
        self.has_only_matches = not self.has_only_matches
        self._show_matches()
        return True

    def lines_came(self) -> None:
        """There are lines that were not looked at yet, which matters if anything is searched for."""
        if self._search is not None:
            self.look_on()

    def buffer_changed(self) -> None:
        """The view shows another buffer: all of that is searched for the same, and all of it is shown."""
        self.has_only_matches, self._view.only = False, None
        if self._search is not None:
            self._search = Search(self._view.buffer, self._search.pattern)

    def forget(self) -> None:
        """Lets go of the lines."""
        self._search = None
        self._view.found_in = lambda line: ()
        self._view.only = None

    def words(self, *, has_older: bool) -> str:
        """How many lines were found, and which of them the cursor is on; empty where nothing is searched for.

        Args:
            has_older: Whether there are lines that are not loaded.
        """
        if self._search is None:
            return ""
        found, here = self._search.found, self._view.cursor
        place = bisect_left(found, here)
        is_on_one = not self._view.is_following and place < len(found) and found[place] == here
        count = f"{place + 1:,} of {len(found):,}" if is_on_one else f"{len(found):,} found"
        where = " in what is loaded, H loads all" if not found and has_older else ""
        return f"{self._owner.searched}  {count}{where}"

    def look_on(self, *, goes_to_first: bool = False) -> None:
        """Searches what was not looked at yet, a slice at a time."""
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None
        if self._search is None:
            self._show_matches()
            self._owner.say_found(0)
            return
        self._searching = self._owner.run_worker(
            partial(self._look, self._search, goes_to_first=goes_to_first), group="search"
        )

    async def _look(self, search: Search, *, goes_to_first: bool) -> None:
        is_done = False
        while not is_done:
            is_done = search.advance()
            self._owner.say_found(len(search.found), is_more=not is_done)
            await asyncio.sleep(0)
        if search.error:
            self._explain(search.error, is_error=True)
        self._show_matches()
        self._looked()
        if goes_to_first and search.found:
            self.find(-1 if self._view.is_following else 1)

    def _show_matches(self) -> None:
        self._view.only = self._search.found if self._search and self.has_only_matches else None
        self._view.found_in = self._places_of if self._search else lambda line: ()
        self._view.changed()

    def _places_of(self, line: LogLine) -> Places:
        try:
            return self._search.pattern.spans(line.text) if self._search else ()
        except SearchError:  # said once, where it was searched for
            return ()

    def _explain(self, text: str, *, is_error: bool = False) -> None:
        if self._owner.search_line is not None:
            self._owner.search_line.explain(text, is_error=is_error)
