"""A handful of repetitions and what they say: median, extremes, ratios."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Spread:
    """One quantity over all repetitions."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(median(values), min(values), max(values))

    def __truediv__(self, peer: "Spread") -> float:
        """The ratio of the medians."""
        return self.median / peer.median

    def text(self, unit: str = "ms", scale: float = 1000.0, digits: int = 0) -> str:
        """The median with the extremes behind it.

        Args:
            unit: What stands behind the numbers.
            scale: What the values are multiplied by to be in that unit.
            digits: After the point.
        """
        middle, low, high = (f"{value * scale:,.{digits}f}" for value in (self.median, self.least, self.most))
        return f"{middle} {unit} ({low}–{high})".replace("  ", " ")


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of the values do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]


def interleaved(subjects: Mapping[str, Callable[[], Result]], repetitions: int) -> dict[str, list[Result]]:
    """Runs all subjects by turns, so that a busy machine hits each of them alike.

    One round more than asked for is run, and the first is thrown away: it fills caches of files and bytecode.
    """
    results: dict[str, list[Result]] = {name: [] for name in subjects}
    for turn in range(repetitions + 1):
        for name, run in subjects.items():
            result = run()
            if turn:
                results[name].append(result)
    return results
