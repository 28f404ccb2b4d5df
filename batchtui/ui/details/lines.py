"""The pieces of which every tab is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import localtime, strftime

from batchtui.format import NOTHING, Cell, Span, duration, plain

LABEL_WIDTH = 22
LABEL = "label"
"""The style of a line's first span where the rest wraps beside it, not below it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Something else that one can go to.

    Attributes:
        kind: ``job``, ``queue``, ``environment`` or ``definition``.
        key: The job's id, the name, or the definition's ARN.
        role: What it is to the thing that is shown: ``queue``, ``parent``, ``depends on``, ``child 3`` …
        note: Its status, where that is known.
    """

    kind: str
    key: str
    role: str
    note: str = ""


def label(text: str) -> Span:
    """A label in its column."""
    return (f"{text:<{LABEL_WIDTH - 1}} ", LABEL)


def field(name: str, value: object, style: str = "") -> list[Cell]:
    """A label and its value; nothing at all where AWS told no value."""
    if value is None or value in ("", ()):
        return []
    text = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return [(label(name), (text, style))]


def fields(name: str, values: Iterable[str], style: str = "") -> list[Cell]:
    """A label once, and a line for each value."""
    lines: list[Cell] = []
    for value in values:
        lines.append((label("" if lines else name), (value, style)))
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
    """Names and values, a line each."""
    return [line for name, value in pairs for line in field(indent + name, value or NOTHING)]


def relation_lines(relations: Sequence[Relation]) -> list[Cell]:
    """Where one can go, each with the digit that goes there."""
    lines: list[Cell] = []
    for index, relation in enumerate(relations, 1):
        digit = str(index) if index <= 9 else " "
        name = relation.key.rpartition("/")[2] if relation.kind == "definition" else relation.key
        lines.append(
            (
                (f" {digit} ", "key"),
                (f"{relation.role:<{LABEL_WIDTH - 3}}", LABEL),
                (name, ""),
                (f"  {relation.note}", "muted"),
            )
        )
    return section("Go to", lines)
