"""Only the cells that differ are sent, and together with what stands there they make the new line."""

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from batchtui.ui.widgets.difference import changed_regions

WIDTH = 24
RED, PLAIN = Style(color="red"), Style()
TEXTS = st.lists(st.tuples(st.text("ab é世界e\u0301🙂", max_size=8), st.sampled_from([RED, PLAIN])), max_size=5)


def line(parts: list[tuple[str, Style]]) -> Strip:
    strip = Strip([Segment(text, style) for text, style in parts if text])
    return strip.adjust_cell_length(WIDTH, PLAIN)


def looks(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(character, style) for text, style, _ in strip for character in text]


@given(TEXTS, TEXTS)
def test_what_stands_there_and_what_is_sent_make_the_new_line(
    before: list[tuple[str, Style]], after: list[tuple[str, Style]]
) -> None:
    old, new = line(before), line(after)
    regions = list(changed_regions([(3, old, new)], WIDTH))
    assert len(regions) == (old != new)
    for region in regions:
        assert region.y == 3
        start, stop = region.x, region.right
        drawn = Strip.join([old.crop(0, start), new.crop(start, stop), old.crop(stop, WIDTH)])
        assert looks(drawn) == looks(new)


def test_one_digit_is_one_cell() -> None:
    old, new = line([("12 calls", PLAIN)]), line([("13 calls", PLAIN)])
    assert list(changed_regions([(0, old, new)], WIDTH)) == [Region(1, 0, 1, 1)]


def test_a_colour_is_a_difference() -> None:
    old, new = line([("on", PLAIN), (" air", PLAIN)]), line([("on", PLAIN), (" air", RED)])
    assert list(changed_regions([(0, old, new)], WIDTH)) == [Region(2, 0, 4, 1)]


def test_unknown_and_many_lines_are_sent_whole() -> None:
    new = line([("new", PLAIN)])
    assert list(changed_regions([(2, None, new)], WIDTH)) == [Region(0, 2, WIDTH, 1)]
    many = [(y, line([("old", PLAIN)]), new) for y in range(9)]
    assert list(changed_regions(many, WIDTH)) == [Region(0, y, WIDTH, 1) for y in range(9)]
    assert list(changed_regions([(0, new, new)], WIDTH)) == []
