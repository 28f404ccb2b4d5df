"""Which lines of a widget look different from what was drawn: only they are drawn again."""

from collections.abc import Iterator, Sequence

from textual.geometry import Region
from textual.strip import Strip


def changed_regions(lines: Sequence[tuple[int, Strip | None, Strip]], width: int) -> Iterator[Region]:
    """What has to be drawn; which cells of it are sent is the driver's matter.

    Args:
        lines: Of each line of the widget its number, what stands there (None where that is not known), and what
            should.
        width: The widget's, in cells.
    """
    return (Region(0, y, width, 1) for y, old, new in lines if old != new)
