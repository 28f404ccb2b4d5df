"""The pieces of which every tab is made."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import localtime, strftime

from rich.cells import cell_len

from batchtui.format import NOTHING, Cell, Span, duration, plain
from batchtui.model.fields import arn_name
from batchtui.model.job import JobSummary
from batchtui.model.secrets import masked_api, masked_text
from batchtui.model.text import clean

LABEL_WIDTH = 22
DIGITS = 9
"""So many relations are one key away."""
_WIDEST_LABEL = 34
"""A column of names grows to at most so many cells: at 80 columns more would leave nothing for the values."""
LABEL = "label"
"""The style of a line's first span where the rest wraps beside it, not below it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Something else that one can go to.

    Attributes:
        kind: One of those that ``lookup`` knows, such as ``job`` or ``queue``.
        key: The job's id, the name, or the ARN.
        role: What it is to the thing that is shown: ``queue``, ``parent``, ``depends on``, ``child 3`` …
        note: Its status, where that is known.
        job: What is known of it already, where it is a job.
    """

    kind: str
    key: str
    role: str
    note: str = ""
    job: JobSummary | None = None

    @property
    def name(self) -> str:
        """How a person would call it."""
        return self.key if self.kind == "job" else arn_name(self.key)


def label(text: str, width: int = LABEL_WIDTH) -> Span:
    """A label in its column of so many cells."""
    return (text + " " * max(1, width - cell_len(text)), LABEL)


def masked_lines(lines: Iterable[Cell]) -> list[Cell]:
    """Lines without what looks secret within their texts, wherever it came from: reasons, addresses, options."""
    return [tuple((masked_text(text), style) for text, style in line) for line in lines]


def field(name: str, value: object, style: str = "", *, width: int = LABEL_WIDTH) -> list[Cell]:
    """A label and its value; nothing at all where AWS told no value.

    The value of a label that is wider than the column stands on a line below it.
    """
    if value is None or value in ("", ()):
        return []
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    if cell_len(name) < width:
        return [(label(name, width), (text, style))]
    return [((name, LABEL),), (label("", width), (text, style))]


def fields(name: str, values: Iterable[str], style: str = "") -> list[Cell]:
    """A label once, and a line for each value."""
    lines: list[Cell] = []
    for value in values:
        lines += field("" if lines else name, value, style)
    return lines


def section(title: str, lines: Sequence[Cell]) -> list[Cell]:
    """A title above lines, and an empty line below; nothing where there are no lines."""
    return [plain(title, "strong"), *lines, plain("")] if lines else []


def moment(name: str, epoch_ms: int | None, now: float) -> list[Cell]:
    """A moment in local time, with how long ago it was."""
    if epoch_ms is None:
        return []
    clock = strftime("%Y-%m-%d %H:%M:%S", localtime(epoch_ms / 1000))
    return [(label(name), (clock, ""), (f"  {duration(now - epoch_ms / 1000)} ago", "muted"))]


def pair_lines(pairs: Iterable[tuple[str, str]], indent: str = "") -> list[Cell]:
    """Names and values, a line each, in a column that is as wide as these names need, within reason."""
    named = [(indent + name, value or NOTHING) for name, value in pairs]
    widths = (cell_len(name) + 1 for name, _ in named)
    width = max((each for each in widths if each <= _WIDEST_LABEL), default=0)
    return [line for name, value in named for line in field(name, value, width=max(LABEL_WIDTH, width))]


def rest(data: object, shown: frozenset[str], *, is_revealed: bool = False) -> list[tuple[str, str]]:
    """Members as they stand, but for those that are shown elsewhere, so that nothing is hidden."""
    if not isinstance(data, Mapping):
        return []
    members = data if is_revealed else masked_api(data)
    return [
        (clean(str(name)), clean(value if isinstance(value, str) else _json(value)))
        for name, value in members.items()
        if name not in shown and value not in (None, "", [], {})
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def relation_lines(
    relations: Sequence[Relation], total: int | None = None, *, is_at_least: bool = False
) -> list[Cell]:
    """Where one can go, each with the digit that goes there.

    Args:
        relations: Those that are shown.
        total: How many there are, where some are not shown.
        is_at_least: Whether there may be more than that.
    """
    lines: list[Cell] = []
    width = max((LABEL_WIDTH - 3, *(min(cell_len(each.role) + 1, _WIDEST_LABEL - 3) for each in relations)))
    for index, relation in enumerate(relations, 1):
        digit = str(index) if index <= DIGITS else " "
        lines.append(
            (
                (f" {digit} ", "key"),
                label(relation.role, width),
                (relation.name, ""),
                (f"  {relation.note}" if relation.note else "", "muted"),
            )
        )
    if total is not None and total > len(relations):
        more = f"{total - len(relations):,}{' or' if is_at_least else ''} more"
        lines.append(((" f ", "key"), (f"… and {more}: f lists them all", "muted")))
    return section("Go to", lines)
