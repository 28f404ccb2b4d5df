"""The list of the contexts that are watched."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from batchtui.format import NOTHING, Cell, Span, plain
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.sync.condition import Condition
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.status_bar import GLYPHS, PRODUCTION, style_of


@dataclass(frozen=True, slots=True)
class ContextRow:
    """One context as it is now."""

    name: str
    is_current: bool
    is_production: bool
    colour: str | None
    profile: str
    region: str
    account: str
    """Its number, with its alias."""
    condition: Condition
    counts: tuple[int, int, int] | None
    """Jobs that wait, run and failed, arrays as one; None while nothing was heard of them."""
    calls_per_minute: int
    errors: int
    """Kinds of errors since it began."""


def _count(place: int) -> Callable[[ContextRow, float], float | None]:
    return lambda row, now: None if row.counts is None else float(row.counts[place])


_FIELDS: Final[Fields[ContextRow]] = {
    "context": TextField(lambda row: (row.name,)),
    "profile": TextField(lambda row: (row.profile,)),
    "region": TextField(lambda row: (row.region,)),
    "account": TextField(lambda row: (row.account,)),
    "state": TextField(lambda row: (row.condition.word, PRODUCTION if row.is_production else None)),
    "waiting": NumberField(_count(0)),
    "running": NumberField(_count(1)),
    "failed": NumberField(_count(2)),
    "errors": NumberField(lambda row, now: row.errors),
}
_SORTS: Final = {
    "name": lambda row, now: row.name.casefold(),
    "state": lambda row, now: row.condition.word,
    "account": lambda row, now: row.account or None,
    "waiting": _count(0),
    "running": _count(1),
    "failed": _count(2),
    "calls": lambda row, now: row.calls_per_minute,
    "errors": lambda row, now: row.errors,
}


class ContextsPane(LoadedPane[ContextRow]):
    """The list of the screen *Contexts*."""

    TITLE = "Contexts"

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(
            _COLUMNS, key=lambda row: row.name, fields=_FIELDS, sorts=_SORTS, id="contexts", clock=clock
        )


def _name(row: ContextRow, width: int, now: float) -> Cell:
    sign: Span = ("▸ " if row.is_current else "  ", "accent")
    style = style_of(row.is_production, row.colour) or ("strong" if row.is_current else "")
    return (sign, (row.name, style), (f"  {PRODUCTION}" if row.is_production else "", PRODUCTION))


def _state(row: ContextRow, width: int, now: float) -> Cell:
    glyph, style = GLYPHS.get(row.condition.word, ("○", "warning"))
    detail = f"  {row.condition.detail}" if row.condition.detail else ""
    return ((f"{glyph} {row.condition.word}", style), (detail, "muted"))


def _text(read: Callable[[ContextRow], str]) -> Callable[[ContextRow, int, float], Cell]:
    return lambda row, width, now: plain(read(row) or NOTHING, "" if read(row) else "muted")


def _jobs(place: int, style: str) -> Callable[[ContextRow, int, float], Cell]:
    def cell(row: ContextRow, width: int, now: float) -> Cell:
        if row.counts is None:
            return plain(NOTHING, "muted")
        count = row.counts[place]
        return plain(f"{count:,}", style if count else "muted")

    return cell


def _number(read: Callable[[ContextRow], int], style: str = "") -> Callable[[ContextRow, int, float], Cell]:
    return lambda row, width, now: plain(f"{read(row):,}", style if read(row) else "muted")


_COLUMNS: tuple[Column[ContextRow], ...] = (
    Column("name", "CONTEXT", 16, _name, importance=100, comfort=38, flex=2, most=60),
    Column("state", "STATE", 10, _state, importance=95, comfort=20, flex=3, most=80),
    Column("waiting", "WAIT", 6, _jobs(0, ""), importance=90, is_right=True),
    Column("running", "RUN", 5, _jobs(1, "running"), importance=89, is_right=True),
    Column("failed", "FAIL", 6, _jobs(2, "failed"), importance=92, is_right=True),
    Column("account", "ACCOUNT", 12, _text(lambda row: row.account), importance=75, comfort=24, flex=1, most=40),
    Column("region", "REGION", 10, _text(lambda row: row.region), importance=65, comfort=14),
    Column("profile", "PROFILE", 10, _text(lambda row: row.profile), importance=50, comfort=16, most=30),
    Column("calls", "CALLS/min", 9, _number(lambda row: row.calls_per_minute), importance=60, is_right=True),
    Column("errors", "ERRORS", 6, _number(lambda row: row.errors, "warning"), importance=62, is_right=True),
)
