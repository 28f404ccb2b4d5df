"""Only the lines that look different are drawn again."""

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from batchtui.ui.widgets.difference import changed_regions

WIDTH = 24
RED, PLAIN = Style(color="red"), Style()


def line(*parts: tuple[str, Style]) -> Strip:
    return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(WIDTH, PLAIN)


def test_another_text_and_another_colour_are_a_difference() -> None:
    old, text, colour = line(("on air", PLAIN)), line(("on ice", PLAIN)), line(("on ", PLAIN), ("air", RED))
    lines = [(0, old, old), (1, old, text), (2, old, line(("on air", PLAIN))), (3, old, colour)]
    assert list(changed_regions(lines, WIDTH)) == [Region(0, 1, WIDTH, 1), Region(0, 3, WIDTH, 1)]


def test_what_is_not_known_is_drawn() -> None:
    assert list(changed_regions([(2, None, line())], WIDTH)) == [Region(0, 2, WIDTH, 1)]
