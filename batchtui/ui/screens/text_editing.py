"""A text to edit where there is no editor: what is wrong with it stands below."""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import TextArea

from batchtui.actions.request_reading import Edited, TextProblem
from batchtui.format import Cell, plain
from batchtui.model.text import clean_block
from batchtui.ui.keys import EDITING_KEYS, bindings
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.lines import Lines
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

_INDENT = 2
_SHOWN = 5


class YamlArea(TextArea):
    """A text area in which tab indents and enter keeps the indentation; what is pasted is plain text."""

    def __init__(self, text: str) -> None:
        super().__init__(clean_block(text), show_line_numbers=True, soft_wrap=False, compact=True, id="text")

    def on_key(self, event: events.Key) -> None:
        row, column = self.cursor_location
        if event.key == "tab":
            typed = " " * (_INDENT - column % _INDENT)
        elif event.key == "enter":
            line = self.document[row][:column]
            typed = "\n" + " " * (len(line) - len(line.lstrip(" ")))
        else:
            return
        event.stop()
        event.prevent_default()
        self.replace(typed, *self.selection, maintain_selection_offset=False)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(clean_block(event.text), *self.selection, maintain_selection_offset=False)


class ProblemLines(Lines):
    """What is wrong, each with its line; the first ones where there are many."""

    def __init__(self) -> None:
        super().__init__(id="problems")
        self._lines: list[Cell] = []

    def content(self, width: int) -> list[Cell]:
        return self._lines

    def show(self, problems: Sequence[TextProblem]) -> None:
        """Shows other problems."""
        self._lines = problem_lines(problems, _SHOWN)
        self.display = bool(self._lines)
        self.redraw()


class TextEditingScreen(Screen[Edited | None]):
    """Edits a text until it can be read, and is dismissed with what it means; with None where the person left.

    Args:
        title: Stands in the frame.
        text: What stands there at first.
        read: What a text means; called in a thread.
        problems: What is known to be wrong with it.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings(EDITING_KEYS)
    AUTO_FOCUS = "#text"
    DEFAULT_CSS = """
    TextEditingScreen #editing { border: round $accent; border-title-color: $accent; height: 1fr; }
    TextEditingScreen #text { height: 1fr; background: $background; }
    TextEditingScreen #problems { max-height: 6; border-top: solid $foreground 25%; display: none; }
    """

    def __init__(
        self, title: str, text: str, read: Callable[[str], Edited], problems: Sequence[TextProblem] = ()
    ) -> None:
        super().__init__()
        self._frame_title = title
        self._area = YamlArea(text)
        self._first = self._area.text
        self._meaning = read
        self._problems = ProblemLines()
        self._known = problems
        self._may_leave = False
        self._is_checking = False

    def compose(self) -> ComposeResult:
        with Vertical(id="editing") as frame:
            frame.border_title = self._frame_title
            yield self._area
            yield self._problems
        yield KeyLine(EDITING_KEYS)

    def on_mount(self) -> None:
        if self._known:
            self._tell(self._known)

    async def action_done(self) -> None:
        """Goes on if the text can be read, else shows what is wrong and goes to the first of it."""
        if self._is_checking:
            return
        self._is_checking = True
        try:
            edited = await asyncio.to_thread(self._meaning, self._area.text)
        finally:
            self._is_checking = False
        if edited.problems:
            self._tell(edited.problems)
        else:
            self.dismiss(edited)

    def action_leave(self) -> None:
        """Leaves; what was written is only given up by who says so twice."""
        if self._area.text == self._first or self._may_leave:
            self.dismiss(None)
            return
        self._may_leave = True
        self.notify("The text was changed: esc once more gives that up.", severity="warning")

    def on_text_area_changed(self) -> None:
        self._may_leave = False

    def _tell(self, problems: Sequence[TextProblem]) -> None:
        self._problems.show(problems)
        self._area.move_cursor((problems[0].line - 1, 0), center=True)
        self.set_focus(self._area)


def problem_lines(problems: Sequence[TextProblem], most: int) -> list[Cell]:
    """Problems for the screen, the first ones with their lines."""
    lines: list[Cell] = [
        ((f"line {problem.line}: ", "warning"), (problem.sentence, "")) for problem in problems[:most]
    ]
    if len(problems) > most:
        lines.append(plain(f"and {len(problems) - most} more", "muted"))
    return lines
