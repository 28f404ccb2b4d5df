"""The style names of ``format`` as Textual component classes, so that a theme decides on every colour."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from batchtui.format import Cell

STYLES = (
    "accent",
    "bar",
    "cursor",
    "cursor-idle",
    "failed",
    "header",
    "key",
    "muted",
    "pending",
    "runnable",
    "running",
    "starting",
    "strong",
    "submitted",
    "succeeded",
    "warning",
)


class Styled(Widget):
    """A widget that draws spans of named styles."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"style--{name}" for name in STYLES}

    def named_style(self, name: str) -> Style:
        """The style of that name over the widget's own; Textual keeps it until the theme changes."""
        return self.get_component_rich_style(f"style--{name}") if name else self.visual_style.rich_style

    def strip(self, cell: Cell, width: int, over: str = "") -> Strip:
        """Spans as one line of exactly so many cells.

        Args:
            cell: The spans, not wider than ``width``.
            width: In cells.
            over: The name of a style whose background and weight the whole line takes.
        """
        line = Style.null()
        if over:
            style = self.named_style(over)
            line = Style(bgcolor=style.bgcolor, bold=style.bold, reverse=style.reverse)
        segments = [Segment(text, self.named_style(name) + line) for text, name in cell if text]
        return Strip(segments).adjust_cell_length(width, self.named_style("") + line).simplify()
