"""The plain mode's last gate before the terminal: whatever a widget draws goes through it."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from batchtui.plain_words import plain_text


class PlainFilter(LineFilter):
    """Takes the drawings out of whatever is on its way to the screen."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(plain_text(text), style, control) for text, style, control in segments]
