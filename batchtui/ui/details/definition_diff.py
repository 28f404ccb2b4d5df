"""The difference between two revisions of a job definition, as lines to read."""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from batchtui.actions.request_diff import Change, DiffLine
from batchtui.format import Cell, Span, plain, plural
from batchtui.model.job_definition import ACTIVE, JobDefinition

_GLYPHS = {Change.ADDED: ("+ ", "succeeded"), Change.REMOVED: ("− ", "failed"), Change.CHANGED: ("~ ", "warning")}

_BEHIND_MASK = "  another value behind the mask: v shows both"


def diff_title(old: JobDefinition, new: JobDefinition) -> Cell:
    """Which two they are, and which of them can run no jobs."""
    return ((old.title, "strong"), *_status(old), ("  →  ", "muted"), (new.title, "strong"), *_status(new))


def difference_lines(lines: Sequence[DiffLine]) -> list[Cell]:
    """Each member that differs, what it was and what it is; what both values have in common is quiet."""
    if not lines:
        return [
            plain("Nothing differs but the number of the revision."),
            plain("Registering a definition anew makes a revision even where nothing was changed.", "muted"),
        ]
    found = [plain(f"{plural(len(lines), 'difference')}:", "muted"), plain("")]
    for line in lines:
        found.append((_GLYPHS[line.kind], (line.path, "strong")))
        if line.kind is Change.CHANGED and line.old == line.new:
            found.append((("    ", "label"), (line.new, ""), (_BEHIND_MASK, "muted")))
        elif line.kind is Change.CHANGED:
            start, end = _common(line.old, line.new)
            found.append(_side("− ", "failed", line.old, start, end))
            found.append(_side("+ ", "succeeded", line.new, start, end))
        else:
            value = line.new if line.kind is Change.ADDED else line.old
            found.append((("    ", "label"), (value, _GLYPHS[line.kind][1])))
        found.append(plain(""))
    return found


def _status(definition: JobDefinition) -> tuple[Span, ...]:
    return ((f" {definition.status}", "warning"),) if definition.status not in (ACTIVE, None) else ()


def _common(old: str, new: str) -> tuple[int, int]:
    """How many characters both begin with, and how many of the others both end with."""
    start = _alike(old, new)
    return start, _alike(reversed(old[start:]), reversed(new[start:]))


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _side(sign: str, style: str, value: str, start: int, end: int) -> Cell:
    stop = len(value) - end
    parts: list[Span] = [(value[:start], "muted"), (value[start:stop], style), (value[stop:], "muted")]
    return (("    " + sign, "label"), *(part for part in parts if part[0]))
