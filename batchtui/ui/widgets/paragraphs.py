"""What a dialog says."""

from collections.abc import Sequence

from batchtui.format import Cell, wrap_words
from batchtui.ui.widgets.line_view import wrap
from batchtui.ui.widgets.lines import Lines


class Paragraphs(Lines):
    """Lines of words, wrapped; what a name holds is never markup."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[Cell] = ()

    def content(self, width: int) -> list[Cell]:
        wrapped: list[Cell] = []
        for line in self.lines:
            if not all(text.isascii() for text, _ in line):  # words of letters that are wider than one cell
                wrapped += wrap(line, max(10, width))
            elif len(line) == 1 and len(line[0][0]) > width:
                wrapped += [((part, line[0][1]),) for part in wrap_words(line[0][0], max(10, width))]
            else:
                wrapped.append(line)
        return wrapped

    def show(self, lines: Sequence[Cell]) -> None:
        """Shows other lines."""
        self.lines = lines
        self.redraw()
