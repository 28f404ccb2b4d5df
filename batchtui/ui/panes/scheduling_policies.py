"""The list of scheduling policies, each with the queues that use it."""

from collections.abc import Callable
from dataclasses import dataclass

from batchtui.format import NOTHING, Cell, duration, number, plain
from batchtui.model.scheduling_policy import SchedulingPolicyDetail
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.ui.details.scheduling_policy import kind_of
from batchtui.ui.panes.loaded import LoadedPane
from batchtui.ui.widgets.columns import Column


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy, and the names of the queues that use it as far as is known."""

    policy: SchedulingPolicyDetail
    queues: tuple[str, ...]

    @property
    def shares(self) -> int | None:
        """How many shares it names; None where it is not one by fair shares."""
        fair = self.policy.fairshare_policy
        return None if fair is None else len(fair.share_distribution)

    @property
    def decay(self) -> int | None:
        """Seconds over which use counts."""
        return self.policy.fairshare_policy.share_decay_seconds if self.policy.fairshare_policy else None

    @property
    def reservation(self) -> int | None:
        """Per cent that are kept."""
        return self.policy.fairshare_policy.compute_reservation if self.policy.fairshare_policy else None


class SchedulingPoliciesPane(LoadedPane[PolicyRow]):
    """The list of the screen Scheduling policies."""

    TITLE = "Scheduling policies"
    LIST = "scheduling-policies"
    NONE = (
        "There is no scheduling policy in this account and region.",
        "Without one a queue is first come, first served.",
    )

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(
            _COLUMNS,
            key=lambda row: policy_key(row.policy),
            fields=_FIELDS,
            sorts=_SORTS,
            id="policies",
            clock=clock,
        )


def policy_key(policy: SchedulingPolicyDetail) -> str:
    """What a policy is known by."""
    return policy.arn or policy.name


def _name(row: PolicyRow, width: int, now: float) -> Cell:
    return plain(row.policy.name)


def _kind(row: PolicyRow, width: int, now: float) -> Cell:
    return plain(kind_of(row.policy), "muted")


def _shares(row: PolicyRow, width: int, now: float) -> Cell:
    return plain(number(row.shares))


def _decay(row: PolicyRow, width: int, now: float) -> Cell:
    return plain(duration(row.decay))


def _reservation(row: PolicyRow, width: int, now: float) -> Cell:
    return plain(NOTHING if row.reservation is None else f"{row.reservation} %")


def _queues(row: PolicyRow, width: int, now: float) -> Cell:
    return plain(", ".join(row.queues)) if row.queues else plain("no queue", "muted")


_FIELDS: Fields[PolicyRow] = {
    "name": TextField(lambda row: (row.policy.name,)),
    "type": TextField(lambda row: (kind_of(row.policy),), is_searched=False),
    "queue": TextField(lambda row: row.queues),
    "share": TextField(
        lambda row: [
            each.share_identifier
            for each in (row.policy.fairshare_policy.share_distribution if row.policy.fairshare_policy else ())
        ],
        is_searched=False,
    ),
    "tag": TextField(lambda row: [f"{name}={value}" for name, value in row.policy.tags], is_searched=False),
    "shares": NumberField(lambda row, now: row.shares),
    "decay": NumberField(lambda row, now: row.decay, is_duration=True),
    "reservation": NumberField(lambda row, now: row.reservation),
}
_SORTS: dict[str, Callable[[PolicyRow, float], object]] = {
    "name": lambda row, now: row.policy.name.casefold(),
    "type": lambda row, now: kind_of(row.policy),
    "shares": lambda row, now: row.shares,
    "decay": lambda row, now: row.decay,
    "reservation": lambda row, now: row.reservation,
    "queues": lambda row, now: ", ".join(row.queues).casefold() or None,
}
_COLUMNS: tuple[Column[PolicyRow], ...] = (
    Column("name", "NAME", 16, _name, importance=100, comfort=24, flex=2, most=60),
    Column("type", "SHARES BY", 12, _kind, importance=90),
    Column("shares", "SHARES", 6, _shares, importance=80, is_right=True),
    Column(
        "decay",
        "DECAY",
        5,
        _decay,
        importance=75,
        is_right=True,
        raw=lambda row, now: row.decay,
        raw_name="decay_seconds",
    ),
    Column(
        "reservation",
        "RESERVED",
        8,
        _reservation,
        importance=74,
        is_right=True,
        raw=lambda row, now: row.reservation,
        raw_name="reserved_percent",
    ),
    Column("queues", "USED BY", 14, _queues, importance=95, comfort=24, flex=3),
)
