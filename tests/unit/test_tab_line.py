"""The tab that is shown is in sight, however narrow the terminal is."""

import pytest
from rich.cells import cell_len

from batchtui.format import text_of
from batchtui.ui.widgets.tab_line import TabLine

NAMES = ("Overview", "Attempts", "Container", "Resources", "Timeline", "Host", "JSON")


@pytest.mark.parametrize("width", [20, 40, 60, 70, 80])
@pytest.mark.parametrize("shown", NAMES)
def test_it_is(width: int, shown: str) -> None:
    line = TabLine()
    line.names, line.shown = NAMES, shown
    (cell,) = line.content(width)
    text = text_of(cell)
    assert f"▐{shown}▌" in text
    assert cell_len(text.rstrip()) <= width
    seen = [name for name in NAMES if name in text]
    assert ("‹" in text) is (NAMES[0] not in seen)
    assert ("›" in text) is (NAMES[-1] not in seen)
    assert all(name in text for name in NAMES) is (width >= 70)
