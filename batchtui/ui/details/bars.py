"""Small drawings in lines of text: what they show stands beside them as a number too."""

from collections.abc import Sequence
from typing import Final

STEPS: Final = "▁▂▃▄▅▆▇█"
GAP: Final = " "
"""Where nothing is known: not a line that looks as if it were."""


def sparkline(values: Sequence[float | None], least: float, most: float) -> str:
    """A character for each value, from the lowest step for the least to the highest for the most.

    Args:
        values: The oldest first; None is a gap.
        least: What the lowest step stands for.
        most: What the highest stands for; where both are the same, the line is at the bottom.
    """
    reach = most - least
    top = len(STEPS) - 1
    return "".join(
        GAP
        if value is None
        else STEPS[max(0, min(top, round((value - least) / reach * top)))]
        if reach > 0
        else STEPS[0]
        for value in values
    )
