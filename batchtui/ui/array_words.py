"""The progress of an array in one cell: a bar, and of the words as many as there is room for."""

from typing import Final

from rich.cells import cell_len

from batchtui.format import GLYPHS, Cell, Span, bar, duration, number, plain
from batchtui.insight.array_progress import ArrayProgress
from batchtui.model.job import FAILED

_LEAST_BAR, _MOST_BAR = 4, 12
_BY_RANK: Final = (0, 2, 4, 5)
"""Places of what is said in any case, if only in short: how far it is, what failed, what is left, how quickly."""
_LONG_BY_RANK: Final = (4, 2, 1, 3)
_A_MINUTE, _AN_HOUR = 60.0, 3600.0


def rate_words(per_second: float) -> str:
    """``12/min``; in whichever unit the number is neither tiny nor huge."""
    if per_second >= 2:
        return f"{per_second:,.0f}/s"
    if per_second * _A_MINUTE >= 1:
        return f"{per_second * _A_MINUTE:.0f}/min"
    return f"{number(round(per_second * _AN_HOUR, 0 if per_second * _AN_HOUR >= 10 else 1))}/h"


def progress_cell(progress: ArrayProgress, width: int) -> Cell:
    """How far an array has come, how many failed, the time that is left and the rate, where these can be told.

    Each is said in short where there is no room for more; then there are words for the rest, or a longer bar.
    """
    left = f" ~{duration(progress.seconds_left)}" if progress.seconds_left is not None else ""
    failed = f" {progress.failed:,}" if progress.failed else ""
    rate = f" {rate_words(progress.per_second)}" if progress.per_second else ""
    # In the order in which they stand: in short, at length, style.
    words = [
        (f" {100 * progress.ended // progress.size:d}%", "", ""),
        ("", f" {progress.ok:,} ok", "muted"),
        (failed and f"{failed}{GLYPHS[FAILED]}", failed and f"{failed} failed", "failed"),
        ("", f" of {progress.size:,}", "muted"),
        (left, left and f"{left} left", ""),
        (rate, "", "muted"),
    ]
    room = width - _LEAST_BAR
    kept = [""] * len(words)
    for is_long, ranks in ((False, _BY_RANK), (True, _LONG_BY_RANK)):
        for place in ranks:
            text = words[place][is_long]
            more = cell_len(text) - cell_len(kept[place])
            if text and more <= room:
                kept[place] = text
                room -= more
    spans: list[Span] = [(text, words[place][2]) for place, text in enumerate(kept) if text]
    return (*bar(progress.ended / progress.size, min(_MOST_BAR, _LEAST_BAR + room)), *spans)


def ended_words(progress: ArrayProgress) -> Cell:
    """What has become of the children of an array that has ended."""
    if not progress.failed:
        return plain(f"{progress.ok:,} ok", "muted")
    return ((f"{progress.failed:,} of {progress.size:,} failed", "failed"),)
