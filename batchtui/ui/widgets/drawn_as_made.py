"""Lines that are drawn as they were made.

Textual works each line over before it is drawn: borders, padding, tints. A list has none of these, and after each
scrolling every line of it stands elsewhere. Handed on as it was made, a line keeps what was found out about it
before, its escape sequences too: to make the frame of a scrolled list takes little more than half as long.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Self

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from batchtui.ui.standing import run_of


class DrawnAsMade(Widget):
    """A widget without border, padding and tint, whose lines are as wide as its content and in its own colours."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._drawn: dict[int, Strip] = {}
        self._drawn_size = Size(0, 0)

    def render_lines(self, crop: Region) -> list[Strip]:
        drawn, size = self._drawn, self.size
        if size != self._drawn_size:
            drawn.clear()
            self._drawn_size = size
        if missing := [y for y in crop.line_range if y not in drawn]:
            drawn.update(zip(missing, self.ready(self.lines_at(missing)), strict=True))
        lines = [drawn[y] for y in crop.line_range]
        return lines if crop.column_span == (0, size.width) else [line.crop(*crop.column_span) for line in lines]

    def put(self, y: int, line: Strip) -> None:
        """Hands over a line for the next frame, after ``refresh`` was called for it; a later call drops it."""
        self._drawn[y] = self.ready((line,))[0]

    def lines_at(self, ys: Iterable[int]) -> Iterator[Strip]:
        """Makes some of the lines of a frame."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        return next(self.lines_at((y,)))

    def prepare(self, lines: Iterable[Strip]) -> None:
        """Does to lines all that is done to them when they are drawn, as far as what is known of them is kept."""
        for line in self.ready(lines):
            run_of(line.render(self.app.console))

    def ready(self, lines: Iterable[Strip]) -> list[Strip]:
        """Lines in the colours that the terminal has; of one that was made ready before, the same again."""
        filters, (_, background) = self.get_line_filters(), self.background_colors
        # Where room is kept for a scroll bar that is not there, nobody else paints it.
        width, style = self.size.width, self.visual_style.rich_style
        is_alone = not self.show_vertical_scrollbar
        found = []
        for line in lines:
            strip = line.adjust_cell_length(width, style) if is_alone else line
            for each in filters:
                strip = strip.apply_filter(each, background)
            found.append(strip)
        return found

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        if repaint and not regions:
            self._drawn.clear()
        elif repaint:
            for region in regions:
                for y in region.line_range:
                    self._drawn.pop(y, None)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        self._drawn.clear()
        super().notify_style_update()
