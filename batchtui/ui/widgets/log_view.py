"""Lines of a log, as many as there are: only what is in sight is drawn; lines that come do not move the rest."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from batchtui.format import Cell, wrap_words
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.line import LogLine
from batchtui.model.secrets import masked_text
from batchtui.ui.keys import LOG_LINE_KEYS, bindings
from batchtui.ui.logs.rows import RAW, Look, Places, rows_of
from batchtui.ui.widgets.difference import changed_regions
from batchtui.ui.widgets.styled import Styled

_KEPT_ROWS = 512  # lines whose rows are remembered: a few screens
_WHEEL_ROWS = 3


class LogView(Styled, can_focus=True):
    """A window onto a buffer.

    While it follows, its last row is the newest line. Else it stays where it is, whatever comes or goes, and a
    cursor stands on one line.

    Args:
        buffer: The lines.
        prefix: What stands before a line: time and source.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(LOG_LINE_KEYS)

    class Moved(Message):
        """Another part is in sight, or following began or ended."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LogView.Moved)

    def __init__(self, buffer: LogBuffer, prefix: Callable[[LogLine], Cell], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.buffer = buffer
        self.look = Look()
        self.is_following = True
        self.cursor = 0
        """The number of the line under the cursor; without meaning while it follows."""
        self.marked: dict[int, LogLine] = {}
        """The lines that are marked, by identity: two equal lines are two."""
        self.only: Sequence[int] | None = None
        """The numbers of the only lines to show, in order; None for all."""
        self.found_in: Callable[[LogLine], Places] = lambda line: ()
        """Where in a line a search finds something."""
        self._prefix = prefix
        self._placeholder = ""
        self._top = (0, 0)  # the number of the first line in sight, and which of its rows is the first
        self._anchors: tuple[LogLine, LogLine] | None = None  # the lines at the top and under the cursor
        self._moves = buffer.moves
        self._rows: dict[tuple[int, int], tuple[LogLine, list[Cell]]] = {}
        self._shown: dict[int, Strip] = {}

    def set_placeholder(self, text: str) -> None:
        """What stands there while there is no line to show."""
        if text != self._placeholder:
            self._placeholder = text
            self.redraw()

    def show(self, buffer: LogBuffer) -> None:
        """Shows another buffer, at its end."""
        self.buffer = buffer
        self.marked.clear()
        self._anchors = None
        self.is_following = True
        self._moves = buffer.moves
        self.changed()

    def changed(self) -> None:
        """The buffer has other lines, or they look different: what is in sight stays in sight."""
        if self.buffer.moves != self._moves and self._anchors is not None:
            top, cursor = (
                self.buffer.place_of(line, near)
                for line, near in zip(self._anchors, (self._top[0], self.cursor), strict=True)
            )
            self._top = (self.buffer.first, 0) if top is None else (top, self._top[1])
            self.cursor = self.cursor if cursor is None else cursor
        self._moves = self.buffer.moves
        if self._top[0] < self.buffer.first:
            self._top = (self.buffer.first, 0)
        self._rows.clear()
        self.redraw()

    def set_look(self, look: Look) -> None:
        """Shows the lines differently."""
        if look != self.look:
            self.look = look
            self._top = (self._top[0], 0)
            self._rows.clear()
            self.redraw()

    def follow(self) -> None:
        """Goes to the end, and stays there."""
        self.is_following = True
        self.redraw()

    def go_to(self, number: int) -> None:
        """Puts the cursor on a line and shows it, with some of what stands around it."""
        self._leave_end()
        self.cursor = number
        if not any(line == number for line, _ in self.window()):
            self._top = (number, 0)
            self._scroll(-(self.size.height // 3))
        self.redraw()

    def window(self) -> list[tuple[int, int]]:
        """What is in sight: for each row the line's number, and which of its rows it is."""
        if not self.size.height or not self.size.width:
            return []
        if self.is_following:
            return self._last_rows()
        rows: list[tuple[int, int]] = []
        number: int | None = self._at_or_after(self._top[0])
        row = self._top[1] if number == self._top[0] else 0
        while number is not None and len(rows) < self.size.height:
            count = len(self._rows_of(number))
            rows += [(number, index) for index in range(row, count)][: self.size.height - len(rows)]
            number, row = self._beside(number, 1), 0
        return rows if len(rows) == self.size.height else self._last_rows()

    def redraw(self) -> None:
        """Sends the rows that look different, and none else."""
        if not self.is_mounted or not self.size.height:
            return
        window = self.window()
        self._remember(window)
        shown = [(y, self._shown.get(y), self._strip(y, window)) for y in range(self.size.height)]
        for region in changed_regions(shown, self.size.width):
            self.refresh(region)
        self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        self._shown[y] = strip = self._strip(y, self.window())
        return strip

    def own_style(self, name: str) -> Style:
        if name.startswith(RAW):
            return self.visual_style.rich_style + _raw_style(name.removeprefix(RAW))
        return super().own_style(name)

    def on_resize(self, event: events.Resize) -> None:
        self._rows.clear()
        self._top = (self._top[0], 0)
        self.redraw()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll(-_WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Puts the cursor on the line that was clicked."""
        window = self.window()
        if event.y < len(window):
            number = window[event.y][0]
            self._leave_end()
            self.cursor = number
            self.redraw()

    def action_cursor(self, lines: int) -> None:
        """Moves the cursor; a line taller than the screen is passed row by row. Past the end, it follows."""
        window = self.window()
        if self.is_following or not window:
            if lines < 0 and window:
                self._leave_end()
                self.redraw()
            return
        edge = window[-1] if lines > 0 else window[0]
        hidden = edge[1] < len(self._rows_of(edge[0])) - 1 if lines > 0 else edge[1] > 0
        if edge[0] == self.cursor and hidden:
            self._scroll(lines)
        else:
            number = self._beside(self.cursor, lines)
            if number is not None:
                self.cursor = number
                self._keep_cursor_in_sight()
            elif lines > 0:
                self.is_following = True
        self.redraw()

    def action_scroll(self, rows: int) -> None:
        """Moves the window by so many rows; the cursor stays in sight. Past the end, it follows."""
        if self.is_following and rows > 0:
            return
        self._leave_end()
        if not self._scroll(rows) and rows > 0:
            self.is_following = True
        window = self.window()
        numbers = [number for number, _ in window]
        if numbers and self.cursor not in numbers:
            self.cursor = numbers[0] if self.cursor < numbers[0] else numbers[-1]
        self.redraw()

    def action_page(self, pages: int) -> None:
        """Moves by so many screens."""
        self.action_scroll(pages * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """Goes to the oldest line."""
        self._leave_end()
        first = self._at_or_after(self.buffer.first)
        if first is not None:
            self._top, self.cursor = (first, 0), first
        self.redraw()

    def action_last(self) -> None:
        """Goes to the end, and follows it."""
        self.follow()

    def action_shift(self, steps: int) -> None:
        """Moves along lines that do not wrap, by half a screen."""
        if self.look.wraps:
            self.notify("Lines wrap: w cuts them, then the arrows move along them.", severity="warning")
            return
        self.set_look(replace(self.look, shift=max(0, self.look.shift + steps * max(8, self.size.width // 2))))

    def action_mark(self) -> None:
        """Marks the line under the cursor, or takes the mark away; the last line while it follows."""
        window = self.window()
        if not window:
            return
        number = window[-1][0] if self.is_following else self.cursor
        line = self.buffer[number]
        if self.marked.pop(id(line), None) is None:
            self.marked[id(line)] = line
        self.redraw()

    def action_next_mark(self, steps: int) -> None:
        """Goes to the next marked line, or the previous one; round at the ends."""
        marks = sorted(self.marked_numbers())
        if not marks:
            self.notify("No line is marked; m marks.", severity="warning")
            return
        here = self.buffer.end if self.is_following else self.cursor
        index = bisect_left(marks, here + 1) if steps > 0 else bisect_left(marks, here) - 1
        self.go_to(marks[index % len(marks)])

    def text_of(self, line: LogLine) -> str:
        """A line as a copy has it: what looks secret is no more readable than on the screen."""
        return line.text if self.look.shows_secrets else masked_text(line.text)

    def marked_numbers(self) -> list[int]:
        """The numbers of the marked lines that are still kept."""
        if not self.marked:
            return []
        return [self.buffer.first + index for index, line in enumerate(self.buffer) if id(line) in self.marked]

    def _leave_end(self) -> None:
        """Stays at what is in sight now, with the cursor on the last line."""
        if self.is_following:
            window = self.window()
            self.is_following = False
            if window:
                self._top, self.cursor = window[0], window[-1][0]
            else:
                self._top, self.cursor = (self.buffer.first, 0), self.buffer.first

    def _last_rows(self) -> list[tuple[int, int]]:
        rows: list[tuple[int, int]] = []
        number = self._at_or_before(self.buffer.end - 1)
        while number is not None and len(rows) < self.size.height:
            count = len(self._rows_of(number))
            rows += [(number, index) for index in range(count - 1, -1, -1)][: self.size.height - len(rows)]
            number = self._beside(number, -1)
        rows.reverse()
        return rows

    def _scroll(self, rows: int) -> bool:
        """Moves the window by so many rows as far as there are any; answers whether it moved all the way."""
        window = self.window()
        if not window:
            return False
        number, row = window[0]
        last = self._last_rows()[0]
        left = rows
        while left > 0 and (number, row) < last:
            count = len(self._rows_of(number))
            step = min(left, count - row)
            row, left = row + step, left - step
            beside = self._beside(number, 1) if row == count else None
            if beside is not None:
                number, row = beside, 0
        if (number, row) > last:
            number, row = last
        while left < 0:
            if row:
                step = min(-left, row)
                row, left = row - step, left + step
            else:
                before = self._beside(number, -1)
                if before is None:
                    break
                number, row, left = before, len(self._rows_of(before)) - 1, left + 1
        self._top = (number, row)
        return left == 0 and ((number, row) < last or rows < 0)

    def _keep_cursor_in_sight(self) -> None:
        window = self.window()
        numbers = [number for number, _ in window]
        if not numbers:
            return
        if self.cursor < numbers[0] or (self.cursor == numbers[0] and window[0][1] > 0):
            self._top = (self.cursor, 0)
        elif self.cursor > numbers[-1] or (
            self.cursor == numbers[-1] and window[-1][1] < len(self._rows_of(self.cursor)) - 1
        ):
            rows = len(self._rows_of(self.cursor))
            hidden = rows if self.cursor > numbers[-1] else rows - 1 - window[-1][1]
            self._scroll(min(hidden, self.size.height))

    def _beside(self, number: int, step: int) -> int | None:
        """The next line that is shown, or the one before."""
        if self.only is None:
            beside = number + (1 if step > 0 else -1)
            return beside if self.buffer.first <= beside < self.buffer.end else None
        if step > 0:
            return self._at_or_after(number + 1)
        return self._at_or_before(number - 1)

    def _at_or_after(self, number: int) -> int | None:
        number = max(number, self.buffer.first)
        if self.only is None:
            return number if number < self.buffer.end else None
        index = bisect_left(self.only, number)
        return self.only[index] if index < len(self.only) and self.only[index] < self.buffer.end else None

    def _at_or_before(self, number: int) -> int | None:
        if self.only is not None:
            index = bisect_left(self.only, number + 1) - 1
            number = self.only[index] if index >= 0 else self.buffer.first - 1
        return number if self.buffer.first <= number < self.buffer.end else None

    def _rows_of(self, number: int) -> list[Cell]:
        """The rows of a line, remembered while it is in sight."""
        line = self.buffer[number]
        key = (number, self.size.width)
        known = self._rows.get(key)
        if known is not None and known[0] is line:
            return known[1]
        if len(self._rows) > _KEPT_ROWS:
            self._rows.clear()
        rows = rows_of(line, self._prefix(line), self.size.width - 1, self.look, self.found_in(line))
        self._rows[key] = (line, rows)
        return rows

    def _remember(self, window: Sequence[tuple[int, int]]) -> None:
        """Holds on to the lines at the top and under the cursor, so that they are found again among others."""
        if window and not self.is_following:
            self._top = window[0]
            if not self.buffer.first <= self.cursor < self.buffer.end:
                self.cursor = window[0][0]
            self._anchors = (self.buffer[window[0][0]], self.buffer[self.cursor])

    def _strip(self, y: int, window: Sequence[tuple[int, int]]) -> Strip:
        if y >= len(window):
            words = wrap_words(self._placeholder, max(10, self.size.width - 4)) if not window else []
            text = f"  {words[y - 1]}" if 0 < y <= len(words) else ""
            return self.strip(((text, "muted"),), self.size.width)
        number, row = window[y]
        edge = "▌" if id(self.buffer[number]) in self.marked else " "
        over = ""
        if not self.is_following and number == self.cursor:
            over = "cursor" if self.has_focus else "cursor-idle"
        return self.strip(((edge, "warning"), *self._rows_of(number)[row]), self.size.width, over)


@lru_cache(maxsize=512)
def _raw_style(words: str) -> Style:
    """A style that a log asks for, without what would hide the text from a reader."""
    style = Style.parse(words)
    return Style(
        color=style.color, bgcolor=style.bgcolor, bold=style.bold, dim=style.dim, italic=style.italic,
        underline=style.underline, reverse=style.reverse, strike=style.strike,
    )  # fmt: skip
