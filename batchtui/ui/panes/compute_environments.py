"""Compute environments: what they are, how they are, and how much of their capacity is up."""

from collections.abc import Callable
from typing import Any

from batchtui.format import NOTHING, Cell, capacity, plain
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.secrets import masked_text
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.sync.snapshot import COMPUTE_ENVIRONMENTS, Snapshot, SourceState
from batchtui.ui.panes.pane import Pane
from batchtui.ui.panes.target import Target
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable


class ComputeEnvironmentsPane(Pane[ComputeEnvironmentDetail]):
    """The pane ``Compute environments``."""

    TITLE = "Compute environments"
    LIST = "environments"

    def __init__(self, clock: Callable[[], float]) -> None:
        table = LineTable(
            _COLUMNS, key=lambda row: row.compute_environment_name, id="environments-table", clock=clock
        )
        super().__init__(
            table,
            fields=_FIELDS,
            sorts=_SORTS,
            id="environments",
            clock=clock,
        )
        self._count: int | None = None
        self._failing: SourceState | None = None

    def corner_words(self) -> list[str]:
        if self._count is None:
            return []
        shown = len(self.table.rows)
        return [str(shown) if shown == self._count else f"{shown} of {self._count}"]

    @property
    def selected(self) -> str | None:
        """The name of the compute environment under the cursor."""
        row = self.table.cursor_row
        return row.compute_environment_name if row is not None else None

    @property
    def target(self) -> Target | None:
        """What the row under the cursor leads to."""
        row = self.table.cursor_row
        if row is None:
            return None
        name = row.compute_environment_name
        return Target("environment", name, name, arn=row.compute_environment_arn)

    def update(self, snapshot: Snapshot) -> None:
        """Shows a snapshot."""
        environments = snapshot.compute_environments
        self._failing = snapshot.error_of(COMPUTE_ENVIRONMENTS)
        self._count = None if environments is None else len(environments)
        self.show_rows(environments or ())
        self.show_failure(self._failing)

    def empty_lines(self) -> tuple[str, ...]:
        if self._count is None:
            return ("Nothing was heard of them yet." if self._failing else "Asking AWS …",)
        if self._count:
            return ("Nothing matches the filter; esc clears it.",)
        return ("No compute environments in this account and region.",)

    def mark_used_by(self, queue: str | None, snapshot: Snapshot) -> None:
        """Marks the compute environments on which a queue runs."""
        details = (detail for detail in snapshot.job_queues or () if detail.job_queue_name == queue)
        self.table.relate(frozenset(name for detail in details for name in detail.compute_environment_order))


def _name(row: ComputeEnvironmentDetail, width: int, now: float) -> Cell:
    return plain(row.compute_environment_name, "" if row.is_healthy else "muted")


def _kind(row: ComputeEnvironmentDetail, width: int, now: float) -> Cell:
    word = {"ECS_MANAGED_INSTANCES": "MANAGED"}.get(row.kind, row.kind).replace("_", " ")
    return plain(word if len(word) <= width else word.replace("FARGATE", "FG"), "muted")


def _status(row: ComputeEnvironmentDetail, width: int, now: float) -> Cell:
    if row.state == "DISABLED" and row.status != "INVALID":
        return plain("DISABLED", "warning")
    return plain(row.status or row.state or NOTHING, "muted" if row.is_healthy else "failed")


def _vcpus(row: ComputeEnvironmentDetail, width: int, now: float) -> Cell:
    """Capacity, or why there is none."""
    if row.status == "INVALID" and row.status_reason:
        return plain(masked_text(row.status_reason), "failed")
    return capacity(row, width)


def _resource(read: Callable[[ComputeEnvironmentDetail], object]) -> Callable[..., Cell]:
    def cell(row: ComputeEnvironmentDetail, width: int, now: float) -> Cell:
        value = read(row)
        return plain(NOTHING if value is None else str(value), "muted")

    return cell


def _bid(row: ComputeEnvironmentDetail) -> str | None:
    bid = row.compute_resources.bid_percentage if row.compute_resources else None
    return None if bid is None else f"{bid}%"


def _allocation(row: ComputeEnvironmentDetail) -> str | None:
    return row.compute_resources.allocation_strategy if row.compute_resources else None


def _instance_types(row: ComputeEnvironmentDetail) -> str:
    return " ".join(row.compute_resources.instance_types) if row.compute_resources else ""


def _reason(row: ComputeEnvironmentDetail) -> str:
    return masked_text(row.status_reason or "")


_COLUMNS: tuple[Column[ComputeEnvironmentDetail], ...] = (
    Column("name", "NAME", 10, _name, importance=100, comfort=14, flex=1, most=40),
    Column("type", "TYPE", 7, _kind, importance=90, flex=1, most=12),
    Column("status", "STATUS", 7, _status, importance=95, comfort=8),
    Column("vcpus", "vCPUs / MAX", 14, _vcpus, importance=80, comfort=22, flex=2, most=44),
    Column("bid", "BID", 4, _resource(_bid), importance=50, is_right=True),
    Column("allocation", "ALLOCATION", 30, _resource(_allocation), importance=40),
    Column("types", "INSTANCE TYPES", 16, _resource(_instance_types), importance=30, comfort=24, flex=1),
    Column("reason", "STATUS REASON", 20, _resource(_reason), importance=20, flex=2),
)

_FIELDS: Fields[ComputeEnvironmentDetail] = {
    "name": TextField(lambda row: (row.compute_environment_name,)),
    "type": TextField(lambda row: (row.kind, row.type)),
    "state": TextField(lambda row: (row.state,)),
    "status": TextField(lambda row: (row.status,)),
    "reason": TextField(lambda row: (row.status_reason,)),
    "instance": TextField(lambda row: row.compute_resources.instance_types if row.compute_resources else ()),
    "tag": TextField(lambda row: [f"{name}={value}" for name, value in row.tags], is_searched=False),
    "desired": NumberField(
        lambda row, now: row.compute_resources.desiredv_cpus if row.compute_resources else None
    ),
    "max": NumberField(lambda row, now: row.compute_resources.maxv_cpus if row.compute_resources else None),
}

_SORTS: dict[str, Callable[[ComputeEnvironmentDetail, float], Any]] = {
    "name": lambda row, now: row.compute_environment_name.casefold(),
    "type": lambda row, now: row.kind,
    "status": lambda row, now: row.status,
    "vcpus": lambda row, now: row.compute_resources.maxv_cpus if row.compute_resources else None,
}
