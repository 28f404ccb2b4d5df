"""Where the focus is, in a sentence, for the plain mode: a function of what the widgets say of themselves."""

from typing import Any, Final

from textual.content import Content
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Select, TextArea

from batchtui.format import Cell, plain
from batchtui.plain_words import plain_text, words_of
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.line_view import LineView
from batchtui.ui.widgets.lines import Lines
from batchtui.ui.widgets.log_view import LogView
from batchtui.ui.widgets.tab_line import TabLine

_LONGEST_TITLE: Final = 60
_SPOKEN: Final = 80
"""Cells of which the words of a row are made."""


class FocusLine(Lines):
    """The bottom line of every screen in the plain mode: what has the focus."""

    def __init__(self) -> None:
        super().__init__(id="focus-line")
        self.words = ""

    def say(self, words: str) -> None:
        """Says it, where it is anything new."""
        if words != self.words:
            self.words = words
            self.redraw()

    def content(self, width: int) -> list[Cell]:
        words = self.words if len(self.words) <= width else f"{self.words[: max(0, width - 1)]}…"
        return [plain(words)]


def announce(screen: Screen[Any]) -> Offset:
    """Says on the bottom line of a screen what has the focus; answers where that is on the terminal."""
    line = next(iter(screen.query(FocusLine)), None)
    if line is None:
        if screen.is_mounted:
            screen.mount(FocusLine())
        return Offset(0, 0)
    focused = screen.focused
    line.say(words_of_focus(screen, focused))
    if focused is None:
        return Offset(0, 0)
    return focused.content_region.offset + Offset(0, max(0, _line_of(focused)))


def words_of_focus(screen: Screen[Any], focused: Widget | None) -> str:
    """What has the focus, what it is in, and where in it one is."""
    if focused is None:
        return "Nothing has the focus."
    words = [_title_of(focused, screen)]
    if isinstance(focused, LineTable):
        words.append(_row(focused))
    elif isinstance(focused, LineView):
        words.append(focused.place_in_words())
    elif isinstance(focused, LogView):
        words.append(_log_line(focused))
    elif isinstance(focused, Button):
        words.append(f"button {focused.label}")
    elif isinstance(focused, Input):
        words.append(f"text field: {focused.value or focused.placeholder or 'empty'}")
    elif isinstance(focused, TextArea):
        row, column = focused.cursor_location
        words.append(f"line {row + 1}, column {column + 1}: {focused.document.get_line(row)}")
    elif isinstance(focused, OptionList):
        words.append(_option(focused))
    elif isinstance(focused, Select):
        words.append(f"choice: {focused.selection}")
    return plain_text(", ".join(word for word in words if word))


def _row(table: LineTable[Any]) -> str:
    """Where the cursor is, and what that row says, column by column."""
    if not table.rows:
        return "no rows"
    row, now = table.rows[table.cursor_index], table.clock()
    said = f"row {table.cursor_index + 1:,} of {len(table.rows):,}"
    marked = ", marked" if table.key_of(row) in table.marked else ""
    cells = [
        (f"{column.title} " if column.is_right else "", words_of(column.cell(row, _SPOKEN, now)))
        for column in table.columns_in_sight
    ]
    return f"{said}{marked}: {', '.join(title + words for title, words in cells if words)}"


def _log_line(view: LogView) -> str:
    number = view.buffer.end - 1 if view.is_following else view.cursor
    if not view.buffer.first <= number < view.buffer.end:
        return "no lines"
    where = "following, newest line" if view.is_following else f"line {number - view.buffer.first + 1:,}"
    return f"{where} of {len(view.buffer):,}: {view.text_of(view.buffer[number])}"


def _line_of(focused: Widget) -> int:
    """The line of a widget that has its cursor, from its upper edge."""
    if isinstance(focused, LineTable):
        return focused.cursor_index - focused.scroll_offset.y + 1
    if isinstance(focused, LineView):
        return focused.spoken - focused.scroll_offset.y
    if isinstance(focused, LogView):
        window = focused.window()
        here = focused.buffer.end - 1 if focused.is_following else focused.cursor
        return next((y for y, (number, _) in enumerate(window) if number == here), len(window) - 1)
    return 0


def _option(options: OptionList) -> str:
    here = options.highlighted
    if here is None:
        return f"{options.option_count} choices"
    return f"choice {here + 1} of {options.option_count}: {options.get_option_at_index(here).prompt}"


def _title_of(focused: Widget, screen: Screen[Any]) -> str:
    """The nearest title around it."""
    for node in focused.ancestors_with_self:
        title = getattr(node, "border_title", None)
        if title:  # Textual keeps it as markup
            return Content.from_markup(title).plain[:_LONGEST_TITLE].strip()
        if node is screen:
            break
    tabs = next(iter(screen.query(TabLine)), None)
    return f"tab {tabs.shown}" if tabs is not None and tabs.shown else ""
