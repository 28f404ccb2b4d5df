"""The list of consumable resources: what is in use of each, and what is left."""

from collections.abc import Callable

from batchtui.format import NOTHING, Cell, bar, plain
from batchtui.model.consumable_resource import NON_REPLENISHABLE, REPLENISHABLE, ConsumableResource
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column

_LONGEST_BAR = 24
_TYPES = {REPLENISHABLE: "replenishable", NON_REPLENISHABLE: "used up"}


class ConsumableResourcesPane(LoadedPane[ConsumableResource]):
    """The list of the screen Consumable resources."""

    TITLE = "Consumable resources"
    LIST = "consumable-resources"
    NONE = (
        "There is no consumable resource in this account and region.",
        "CreateConsumableResource makes one, such as licences that only so many jobs may hold at a time.",
    )

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(_COLUMNS, key=resource_key, fields=_FIELDS, sorts=_SORTS, id="consumables", clock=clock)


def resource_key(resource: ConsumableResource) -> str:
    """What a resource is known by."""
    return resource.arn or resource.name


def _name(row: ConsumableResource, width: int, now: float) -> Cell:
    return plain(row.name)


def _type(row: ConsumableResource, width: int, now: float) -> Cell:
    return plain(_TYPES.get(row.type or "", row.type or NOTHING), "muted")


def _quantity(
    read: Callable[[ConsumableResource], int | None],
) -> Callable[[ConsumableResource, int, float], Cell]:
    def cell(row: ConsumableResource, width: int, now: float) -> Cell:
        value = read(row)
        return plain(NOTHING if value is None else f"{value:,}")

    return cell


def _available(row: ConsumableResource, width: int, now: float) -> Cell:
    if row.available is None:
        return plain(NOTHING)
    return plain(f"{row.available:,}", "" if row.available else "warning")


def _bar(row: ConsumableResource, width: int, now: float) -> Cell:
    part = row.share_in_use
    if part is None:
        return plain("")
    words = " none left" if row.available == 0 else f" {part:4.0%}"
    cells = bar(part, max(3, min(_LONGEST_BAR, width - len(words))))
    return (*cells, (words, "warning" if row.available == 0 else "muted"))


_FIELDS: Fields[ConsumableResource] = {
    "name": TextField(lambda row: (row.name,)),
    "type": TextField(lambda row: (_TYPES.get(row.type or "", row.type),), is_searched=False),
    "total": NumberField(lambda row, now: row.total),
    "used": NumberField(lambda row, now: row.in_use),
    "available": NumberField(lambda row, now: row.available),
}
_SORTS: dict[str, Callable[[ConsumableResource, float], object]] = {
    "name": lambda row, now: row.name.casefold(),
    "type": lambda row, now: row.type,
    "total": lambda row, now: row.total,
    "used": lambda row, now: row.in_use,
    "available": lambda row, now: row.available,
    "share": lambda row, now: row.share_in_use,
}
_COLUMNS: tuple[Column[ConsumableResource], ...] = (
    Column("name", "NAME", 16, _name, importance=100, comfort=24, flex=2, most=60),
    Column("type", "TYPE", 13, _type, importance=80),
    Column("total", "TOTAL", 7, _quantity(lambda row: row.total), importance=85, is_right=True),
    Column("used", "IN USE", 7, _quantity(lambda row: row.in_use), importance=90, is_right=True),
    Column("available", "AVAILABLE", 9, _available, importance=95, is_right=True),
    Column("share", "IN USE OF ALL", 13, _bar, importance=75, comfort=20, flex=1, most=40),
)
