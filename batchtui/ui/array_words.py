"""The progress of an array in one cell: a bar, and of the words as many as there is room for."""

from rich.cells import cell_len

from batchtui.format import Cell, Span, bar, duration, number, plain
from batchtui.insight.array_progress import ArrayProgress

_LEAST_BAR, _MOST_BAR = 4, 12
_A_MINUTE, _AN_HOUR = 60.0, 3600.0


def rate_words(per_second: float) -> str:
    """``12/min``; in whichever unit the number is neither tiny nor huge."""
    if per_second >= 2:
        return f"{per_second:,.0f}/s"
    if per_second * _A_MINUTE >= 1:
        return f"{per_second * _A_MINUTE:.0f}/min"
    return f"{number(round(per_second * _AN_HOUR, 0 if per_second * _AN_HOUR >= 10 else 1))}/h"


def progress_cell(progress: ArrayProgress, width: int) -> Cell:
    """How far an array has come, with its rate and the time that is left where they can be told."""
    percent = f" {100 * progress.ended // progress.size:d}%"
    left = f" ~{duration(progress.seconds_left)} left" if progress.seconds_left is not None else ""
    rate = f" {rate_words(progress.per_second)}" if progress.per_second else ""
    failed = f" {progress.failed:,} failed" if progress.failed else ""
    # In the order in which they stand, each with its rank: what matters least goes first where room is short.
    words: list[tuple[int, Span]] = [
        (0, (percent, "")),
        (3, (f" {progress.ok:,} ok", "muted")),
        (1, (failed, "failed")),
        (4, (f" of {progress.size:,}", "muted")),
        (2, (left, "")),
        (5, (rate, "muted")),
    ]
    room = width - _LEAST_BAR
    kept: set[int] = set()
    for rank, (text, _) in sorted(words):
        if cell_len(text) <= room:
            room -= cell_len(text)
            kept.add(rank)
    spans = [span for rank, span in words if rank in kept and span[0]]
    return (*bar(progress.ended / progress.size, min(_MOST_BAR, _LEAST_BAR + room)), *spans)


def ended_words(progress: ArrayProgress) -> Cell:
    """What has become of the children of an array that has ended."""
    if not progress.failed:
        return plain(f"{progress.ok:,} ok", "muted")
    return ((f"{progress.failed:,} of {progress.size:,} failed", "failed"),)
