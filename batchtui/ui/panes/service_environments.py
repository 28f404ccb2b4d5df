"""The list of service environments, each with the queues that run on it."""

from collections.abc import Callable
from dataclasses import dataclass

from batchtui.format import NOTHING, Cell, plain
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column


@dataclass(frozen=True, slots=True)
class ServiceEnvironmentRow:
    """An environment, and the names of the queues that run on it as far as is known."""

    environment: ServiceEnvironmentDetail
    queues: tuple[str, ...]


class ServiceEnvironmentsPane(LoadedPane[ServiceEnvironmentRow]):
    """The list of the screen Service environments."""

    TITLE = "Service environments"
    LIST = "service-environments"
    NONE = (
        "There is no service environment in this account and region.",
        "Queues for jobs that SageMaker runs need one.",
    )

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(
            _COLUMNS,
            key=lambda row: environment_key(row.environment),
            fields=_FIELDS,
            sorts=_SORTS,
            id="service-environments",
            clock=clock,
        )


def environment_key(environment: ServiceEnvironmentDetail) -> str:
    """What an environment is known by."""
    return environment.service_environment_name


def _name(row: ServiceEnvironmentRow, width: int, now: float) -> Cell:
    return plain(row.environment.service_environment_name)


def _type(row: ServiceEnvironmentRow, width: int, now: float) -> Cell:
    return plain(row.environment.service_environment_type or NOTHING, "muted")


def _state(row: ServiceEnvironmentRow, width: int, now: float) -> Cell:
    state = row.environment.state or NOTHING
    return plain(state, "" if state in ("ENABLED", NOTHING) else "warning")


def _status(row: ServiceEnvironmentRow, width: int, now: float) -> Cell:
    status = row.environment.status or NOTHING
    return plain(status, "" if status in ("VALID", NOTHING) else "failed" if status == "INVALID" else "warning")


def _capacity(row: ServiceEnvironmentRow, width: int, now: float) -> Cell:
    return plain(", ".join(f"{most} {unit}" for unit, most in row.environment.capacity_limits) or NOTHING)


def _queues(row: ServiceEnvironmentRow, width: int, now: float) -> Cell:
    return plain(", ".join(row.queues)) if row.queues else plain("no queue", "muted")


def _most(row: ServiceEnvironmentRow) -> int | None:
    return next((most for _, most in row.environment.capacity_limits), None)


_FIELDS: Fields[ServiceEnvironmentRow] = {
    "name": TextField(lambda row: (row.environment.service_environment_name,)),
    "type": TextField(lambda row: (row.environment.service_environment_type,)),
    "state": TextField(lambda row: (row.environment.state,), is_searched=False),
    "status": TextField(lambda row: (row.environment.status,), is_searched=False),
    "queue": TextField(lambda row: row.queues),
    "tag": TextField(lambda row: [f"{name}={value}" for name, value in row.environment.tags], is_searched=False),
    "capacity": NumberField(lambda row, now: _most(row)),
}
_SORTS: dict[str, Callable[[ServiceEnvironmentRow, float], object]] = {
    "name": lambda row, now: row.environment.service_environment_name.casefold(),
    "type": lambda row, now: row.environment.service_environment_type,
    "state": lambda row, now: row.environment.state,
    "status": lambda row, now: row.environment.status,
    "capacity": lambda row, now: _most(row),
    "queues": lambda row, now: ", ".join(row.queues).casefold() or None,
}
_COLUMNS: tuple[Column[ServiceEnvironmentRow], ...] = (
    Column("name", "NAME", 16, _name, importance=100, comfort=20, flex=2, most=60),
    Column("type", "TYPE", 18, _type, importance=60),
    Column("state", "STATE", 8, _state, importance=90),
    Column("status", "STATUS", 8, _status, importance=95),
    Column("capacity", "AT MOST", 16, _capacity, importance=85, comfort=18, flex=1, most=40),
    Column("queues", "QUEUES", 14, _queues, importance=80, comfort=20, flex=2),
)
