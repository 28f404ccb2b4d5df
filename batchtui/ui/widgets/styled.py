"""The style names of ``format`` as Textual component classes, so that a theme decides on every colour."""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from batchtui.format import BAR, LINK, Cell
from batchtui.model.text import clean

STYLES = (
    "accent",
    "bar",
    "cursor",
    "cursor-idle",
    "failed",
    "found",
    "header",
    "key",
    "label",
    "muted",
    "pending",
    "production",
    "runnable",
    "running",
    "starting",
    "strong",
    "submitted",
    "succeeded",
    "warning",
)


COMPONENT_CLASSES: set[str] = {f"style--{name}" for name in STYLES}
"""For each screen to declare: Textual makes a node for every class of every widget, which a start would feel."""


_LEAST_KEPT: Final = 40
"""Lines; in a high list three times as many as it shows: what stands there, the next page, and the one before."""

_MOST_LOOKS: Final = 200
"""Styles that are looked up once."""


class Styled(Widget):
    """A widget that draws spans of named styles, which its screen declares."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Every second each line in sight is asked for, and hardly one of them is another.
        self._kept: dict[Hashable, Strip] = {}
        self._looks: dict[tuple[str, str], Style] = {}

    @property
    def is_plain(self) -> bool:
        """Whether there are to be words and numbers alone."""
        return bool(getattr(self.app, "is_plain", False))

    def notify_style_update(self) -> None:
        self._kept.clear()
        self._looks.clear()
        super().notify_style_update()

    def named_style(self, name: str, over: str) -> Style:
        """A style as it is drawn, looked up once.

        Args:
            name: As ``own_style``.
            over: The name of a style whose background and weight the whole line takes; empty for none.
        """
        style = self._looks.get((name, over))
        if style is None:
            if len(self._looks) >= _MOST_LOOKS:  # each link, and each colour of a log, is a style of its own
                self._looks.clear()
            style = self._looks[name, over] = self.own_style(name) + self._across(over)
        return style

    def own_style(self, name: str) -> Style:
        """The style of that name over the widget's own colours; the empty name is the widget's own."""
        own = self.visual_style.rich_style
        if name.startswith(LINK):
            return own + _without_background(self._named("accent")) + Style(link=name.removeprefix(LINK))
        return own + _without_background(self._named(name)) if name else own

    def _across(self, over: str) -> Style:
        if not over:
            return Style.null()
        style = self._named(over)
        return Style(bgcolor=style.bgcolor, bold=style.bold, reverse=style.reverse, underline=style.underline)

    def _named(self, name: str) -> Style:
        """Textual keeps it until the theme changes."""
        return self.screen.get_component_rich_style(f"style--{name}")

    def strip(self, cell: Cell, width: int, over: str = "") -> Strip:
        """Spans as one line of exactly so many cells.

        Args:
            cell: The spans, not wider than ``width``.
            width: In cells.
            over: The name of a style whose background and weight the whole line takes.
        """
        return self.kept((cell, width, over), lambda: self.made(cell, width, over))

    def kept(self, looks: Hashable, make: Callable[[], Strip]) -> Strip:
        """The line that looks so, as it was made before, if it was."""
        strip = self._kept.get(looks)
        if strip is None:
            if len(self._kept) >= max(_LEAST_KEPT, 3 * self.size.height):
                del self._kept[next(iter(self._kept))]  # the oldest: what was made for the next page stays
            strip = self._kept[looks] = make()
        return strip

    def made(self, cell: Cell, width: int, over: str) -> Strip:
        """The same as ``strip``, made anew."""
        texts: list[str] = []
        styles: list[Style] = []
        is_plain = self.is_plain
        for shown, name in cell:
            text = " " * len(shown) if is_plain and name == BAR else shown
            style = self.named_style(name, over)
            if styles and styles[-1] is style:
                texts[-1] += text
            elif text:
                texts.append(text)
                styles.append(style)
        # Clean already, all of it: this is the last gate before the terminal, should a field have been forgotten.
        segments = [Segment(clean(text), style) for text, style in zip(texts, styles, strict=True)]
        return Strip(segments).adjust_cell_length(width, self.named_style("", over))


@lru_cache(maxsize=256)
def _without_background(style: Style) -> Style:
    """The background is each widget's own: a screen's style knows only the screen's."""
    return Style(color=style.color, bold=style.bold, dim=style.dim, italic=style.italic, reverse=style.reverse)
