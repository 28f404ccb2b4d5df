"""From one line of a log to the rows that it takes on the screen: pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size

from batchtui.format import Cell, Span
from batchtui.logs.line import DEBUG, ERROR, WARNING, LogLine
from batchtui.logs.pretty import pretty, summary
from batchtui.model.secrets import veiled

RAW = "raw:"
"""Begins the name of a style that the log itself asks for, in Rich's words."""
MOST_CHARACTERS = 16_000
"""So much of one line is shown; a file has the rest. A screen of 80x24 shows a ninth of it at once."""
_LONGEST_SECRET = 4_000
_LEVEL_STYLES = {ERROR: "failed", WARNING: "warning", DEBUG: "muted"}

Places = Sequence[tuple[int, int]]
"""Where in a text something was found: (start, end), in order."""


@dataclass(frozen=True, slots=True)
class Look:
    """How lines are shown.

    Attributes:
        wraps: Whether long lines go on in the next row; else they are cut, and the arrows move along them.
        has_colours: Whether the log's own colours are shown; else the level decides.
        json: ``one line`` or ``indented`` for lines that are JSON, or empty for as they are.
        shift: Cells by which lines that do not wrap are moved to the left.
        shows_secrets: Whether what looks secret is readable.
    """

    wraps: bool = True
    has_colours: bool = False
    json: str = ""
    shift: int = 0
    shows_secrets: bool = False


def rows_of(line: LogLine, prefix: Cell, width: int, look: Look, found: Places = ()) -> list[Cell]:
    """The rows of one line.

    Args:
        line: The line; its text is clean.
        prefix: What stands before it: time and source.
        width: Cells, at least 2.
        look: How it is shown.
        found: The places in the text that a search found.
    """
    margin = sum(cell_len(text) for text, _ in prefix)
    if margin > width // 2:  # no room: the text matters more
        prefix, margin = (), 0
    room = max(2, width - margin)
    if not look.shows_secrets:
        line = replace(line, text=_veiled(line.text))
    if look.json == "one line" and (readable := summary(line.text)) is not None:
        line, found = replace(line, text=readable, colours=()), ()
    rows = _pretty_rows(line, room, look) if look.json == "indented" else None
    if rows is None:
        body = _spans(line, look, found)
        rows = _wrapped(body, room) if look.wraps else [_cut(body, look.shift, room)]
    indent: Cell = ((" " * margin, ""),) if margin else ()
    return [(*(indent if index else prefix), *row) for index, row in enumerate(rows)]


def _veiled(text: str) -> str:
    """What is not shown of a long line need not be looked through; a secret may begin before that."""
    seen = MOST_CHARACTERS + _LONGEST_SECRET
    return veiled(text) if len(text) <= seen else veiled(text[:seen]) + text[seen:]


def _pretty_rows(line: LogLine, room: int, look: Look) -> list[Cell] | None:
    lines = pretty(line.text)
    if lines is None:
        return None
    style = _LEVEL_STYLES.get(line.level, "")
    bodies: list[Cell] = [((text, style if index == 0 else ""),) for index, text in enumerate(lines)]
    if not look.wraps:
        return [_cut(body, look.shift, room) for body in bodies]
    return [row for body in bodies for row in _wrapped(body, room)]


def _spans(line: LogLine, look: Look, found: Places) -> Cell:
    """The text with its styles: the log's own colours or its level's, and above them what was found."""
    text, more = line.text[:MOST_CHARACTERS], len(line.text) - MOST_CHARACTERS
    base = _LEVEL_STYLES.get(line.level, "")
    painted = [(start, end, RAW + style) for start, end, style in line.colours] if look.has_colours else []
    if look.has_colours and painted:
        base = ""
    spans = _overlaid(text, base, painted, [(start, end, "found") for start, end in found])
    if more > 0:
        spans.append((f" … {more:,} more characters: s saves them", "muted"))
    return tuple(spans)


def _overlaid(
    text: str, base: str, below: Sequence[tuple[int, int, str]], above: Sequence[tuple[int, int, str]]
) -> list[Span]:
    if not below and not above:
        return [(text, base)]
    edges = sorted(
        {0, len(text), *(min(edge, len(text)) for start, end, _ in (*below, *above) for edge in (start, end))}
    )
    spans: list[Span] = []
    lower, upper = _Cursor(below, base), _Cursor(above, "")
    for start, end in pairwise(edges):
        spans.append((text[start:end], upper.at(start) or lower.at(start)))
    return spans


class _Cursor:
    """Walks spans in order, so that a line of many colours takes time only in proportion to them."""

    def __init__(self, spans: Sequence[tuple[int, int, str]], otherwise: str) -> None:
        self._spans = spans
        self._otherwise = otherwise
        self._next = 0

    def at(self, place: int) -> str:
        while self._next < len(self._spans) and self._spans[self._next][1] <= place:
            self._next += 1
        if self._next < len(self._spans) and self._spans[self._next][0] <= place:
            return self._spans[self._next][2]
        return self._otherwise


def _wrapped(body: Cell, room: int) -> list[Cell]:
    """The text in rows of at most so many cells, broken wherever a row is full, as terminals do."""
    rows: list[list[Span]] = [[]]
    left = room
    for text, style in body:
        start = 0
        while start < len(text):
            end, used = _fitting(text, start, left)
            if end > start:
                rows[-1].append((text[start:end], style))
                left -= used
                start = end
            if start < len(text):
                rows.append([])
                left = room
    return [tuple(row) for row in rows]


def _cut(body: Cell, shift: int, room: int) -> Cell:
    """The part of the text that is in sight of a row, with a sign that there is more of it."""
    spans: list[Span] = []
    passed = used = 0
    for text, style in body:
        start = 0
        if passed < shift:
            start, width = _fitting(text, 0, shift - passed)
            passed += width
            if start == len(text):
                continue
            passed = max(passed, shift)
        end, width = _fitting(text, start, room - used)
        if end > start:
            spans.append((text[start:end], style))
            used += width
        if end < len(text):
            return (*_without_last_cell(spans), ("›", "key"))
    return tuple(spans)


def _without_last_cell(spans: list[Span]) -> list[Span]:
    """Room for the sign at the end of a full row."""
    if spans:
        text, style = spans[-1]
        spans[-1] = (text[:-1], style)
    return spans


def _fitting(text: str, start: int, room: int) -> tuple[int, int]:
    """Where a part of the text that begins at ``start`` and fits in ``room`` ends, and how many cells it takes."""
    if text.isascii():
        end = min(len(text), start + max(0, room))
        return end, end - start
    used = 0
    for place in range(start, len(text)):
        size = get_character_cell_size(text[place])
        if used + size > room:
            return place, used
        used += size
    return len(text), used
