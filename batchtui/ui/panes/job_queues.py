"""Job queues: the highest priority first, how many jobs wait, run and failed, and where they run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from textual import on

from batchtui.format import NOTHING, ON_THE_MACHINE, WAITING, Cell, duration, plain, text_of
from batchtui.insight.blocked import blocked_head, short_reason
from batchtui.model.job import FAILED, JOB_STATUSES, RUNNABLE, SERVICE_JOB_STATUSES, JobSummary
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.secrets import masked_text
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.sync.snapshot import JOB_QUEUES, QueueJobs, Snapshot
from batchtui.ui.panes.pane import Pane
from batchtui.ui.panes.target import Target
from batchtui.ui.widgets.columns import Column, fill
from batchtui.ui.widgets.line_table import LineTable

ALL_QUEUES = "All queues"
_ALL = ""  # the key of the first row; no queue has an empty name
_FRAME = 4  # cells of the lower edge in which nothing can be written
_BETWEEN = 3  # cells between two words there


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line: a queue, or all of them together."""

    name: str
    """Empty for all queues."""
    detail: JobQueueDetail | None
    counts: Mapping[str, int]
    is_known: bool = True
    """Whether AWS has told of its jobs at all."""
    head: JobSummary | None = None
    """The job that blocks it: it cannot be placed, for a reason that AWS documents."""

    @property
    def blocked(self) -> str | None:
        """That reason."""
        return self.head.status_reason if self.head is not None else None

    def blocked_words(self, now: float) -> str:
        """How long the head waits, and why in a few words; empty where nothing blocks it."""
        if self.head is None:
            return ""
        since = "" if self.head.created_at is None else f"waits {duration(now - self.head.created_at / 1000)}: "
        return f"! {since}{short_reason(self.blocked or '')}"

    def total(self, *statuses: str) -> int:
        """Jobs in any of these statuses."""
        return sum(self.counts.get(status, 0) for status in statuses)


def queue_rows(snapshot: Snapshot, blocked: Mapping[str, JobSummary]) -> tuple[QueueRow, ...]:
    """All queues together, then each, highest priority first.

    Args:
        snapshot: What is known of the account.
        blocked: The jobs that block queues, by the names of these.
    """
    nothing = QueueJobs()
    rows = []
    totals: dict[str, int] = {}
    for detail in snapshot.job_queues or ():
        name = detail.job_queue_name
        held = snapshot.jobs.get(name, nothing)
        is_known = held.is_complete or bool(held.jobs)
        rows.append(QueueRow(name, detail, held.counts, is_known, blocked.get(name)))
        for status, count in held.counts.items():
            totals[status] = totals.get(status, 0) + count
    return (QueueRow(_ALL, None, totals, any(row.is_known for row in rows)), *rows)


class JobQueuesPane(Pane[QueueRow]):
    """The pane ``Job queues``."""

    TITLE = "Job queues"
    LIST = "queues"

    def __init__(self, clock: Callable[[], float]) -> None:
        table = LineTable(_COLUMNS, key=lambda row: row.name, id="queues-table", clock=clock)
        super().__init__(table, fields=_FIELDS, sorts=_SORTS, id="queues", clock=clock)
        self._count: int | None = None
        self._blocked = BlockedQueues()
        self._told = ""  # the blocked queue that was asked about last

    def is_pinned(self, row: QueueRow) -> bool:
        return row.detail is None

    def rows_to_export(self) -> Sequence[QueueRow]:
        """All of them together are no queue."""
        return [row for row in super().rows_to_export() if row.detail is not None]

    def corner_words(self) -> list[str]:
        if self._count is None:
            return []
        count = str(self._count) if self._count else "no job queues in this account and region"
        words, room = self._blocked_words(), self.size.width - _FRAME
        if not words:
            return [count]
        if cell_len(words) + len(count) + _BETWEEN <= room:
            return [words, count]
        return [words if cell_len(words) <= room else text_of(tuple(fill(plain(words), max(0, room))))]

    def _blocked_words(self) -> str:
        """Why the queue under the cursor is blocked, else how many are: rows may lie below the edge."""
        row, blocked = self.table.cursor_row, self.blocked_queues
        if row is None or not blocked:
            return ""
        return row.blocked_words(self.clock()) or f"{blocked} blocked: B tells why"

    @on(LineTable.Highlighted)
    def _show_reason(self) -> None:
        self.update_corner()

    def next_blocked(self) -> QueueRow | None:
        """The blocked queue under the cursor, else the one after that which this answered before."""
        row = self.table.cursor_row
        blocked = [each for each in self._rows if each.head is not None]
        if row is not None and row.head is not None:
            found: QueueRow | None = row
        else:
            names = [each.name for each in blocked]
            place = names.index(self._told) + 1 if self._told in names else 0
            found = blocked[place % len(blocked)] if blocked else None
        self._told = found.name if found is not None else ""
        return found

    @property
    def selected(self) -> str | None:
        """The name of the queue under the cursor; None on ``All queues``."""
        row = self.table.cursor_row
        return row.name or None if row is not None else None

    @property
    def target(self) -> Target | None:
        """What the row under the cursor leads to; all queues together lead nowhere."""
        row = self.table.cursor_row
        detail = row.detail if row is not None else None
        return Target("queue", row.name, row.name, arn=detail.job_queue_arn) if row and detail else None

    @property
    def blocked_queues(self) -> int:
        """How many queues say that their head cannot be placed, those that a filter hides among them."""
        return sum(1 for row in self._rows if row.blocked)

    def update(self, snapshot: Snapshot) -> None:
        """Shows a snapshot."""
        self._count = None if snapshot.job_queues is None else len(snapshot.job_queues)
        has_service_jobs = any(queue.takes_service_jobs for queue in snapshot.job_queues or ())
        self.table.set_columns(_COLUMNS_WITH_SERVICE_JOBS if has_service_jobs else _COLUMNS)
        self.show_rows(queue_rows(snapshot, self._blocked.look(snapshot.jobs)))
        self.show_failure(snapshot.error_of(JOB_QUEUES))

    def mark_users_of(self, environment: str | None, snapshot: Snapshot) -> None:
        """Marks the queues that run on a compute environment."""
        self.table.relate(
            frozenset(
                queue.job_queue_name
                for queue in snapshot.job_queues or ()
                if environment in queue.compute_environment_order
            )
        )


class BlockedQueues:
    """Why queues are blocked, looked for only among jobs that changed; of jobs it holds the last snapshot's."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[QueueJobs, JobSummary | None]] = {}

    def look(self, jobs: Mapping[str, QueueJobs]) -> Mapping[str, JobSummary]:
        """The head of a queue that cannot be placed for a documented reason, by queue where there is one."""
        known = self._known
        self._known = {
            name: known[name] if name in known and known[name][0] is held else (held, _blocked(held))
            for name, held in jobs.items()
        }
        return {name: head for name, (_, head) in self._known.items() if head is not None}


def _blocked(held: QueueJobs) -> JobSummary | None:
    return blocked_head(held.active.values()) if held.counts.get(RUNNABLE) else None


def _priority(row: QueueRow, width: int, now: float) -> Cell:
    if row.detail is None:
        return plain("")
    return plain(NOTHING if row.detail.priority is None else str(row.detail.priority), "muted")


def _name(row: QueueRow, width: int, now: float) -> Cell:
    if row.detail is None:
        return plain(ALL_QUEUES, "strong")
    signs = " !" if row.head is not None else ""
    if row.detail.state == "DISABLED":
        signs += " (off)"
    elif row.detail.status not in ("VALID", None):
        signs += f" {row.detail.status}"
    if row.head is not None and row.head.created_at is not None:
        since = f" {duration(now - row.head.created_at / 1000)}"
        if cell_len(row.name) + len(signs) + len(since) <= width:
            signs += since
    # A queue is known by half its name; that it is off must be seen whole.
    room = max(4, width - len(signs))
    name = fill(((row.name, "" if row.detail.is_healthy else "muted"),), min(room, cell_len(row.name)))
    return (*name, (signs, "warning"))


def _count(*statuses: str, style: str) -> Callable[[QueueRow, int, float], Cell]:
    def cell(row: QueueRow, width: int, now: float) -> Cell:
        if not row.is_known:
            return plain(NOTHING, "muted")
        total = row.total(*statuses)
        return plain(str(total), style if total else "muted")

    return cell


def _state(row: QueueRow, width: int, now: float) -> Cell:
    if row.detail is None:
        return plain("")
    words = [word for word in (row.detail.state, row.detail.status) if word]
    return plain(" ".join(words), "muted" if row.detail.is_healthy else "warning")


def _runs_on(row: QueueRow, width: int, now: float) -> Cell:
    if row.detail is None:
        return plain("")
    order = row.detail.compute_environment_order or row.detail.service_environment_order
    return plain(" › ".join(order), "muted")


def _note(row: QueueRow, width: int, now: float) -> Cell:
    if row.detail is None:
        return plain("")
    if row.blocked:
        short = short_reason(row.blocked)
        words = short if short == row.blocked else f"{short} · {row.blocked}"
        return plain(masked_text(words), "warning")
    return plain(masked_text(row.detail.status_reason or ""), "muted")


def _columns(statuses: Sequence[str]) -> tuple[Column[QueueRow], ...]:
    return (
        Column("priority", "PRI", 3, _priority, importance=75, is_right=True),
        Column("name", "NAME", 12, _name, importance=100, comfort=18, flex=2, most=40),
        Column("waiting", "WAIT", 5, _count(*WAITING, style=""), importance=90, is_right=True),
        Column("running", "RUN", 4, _count(*ON_THE_MACHINE, style="running"), importance=90, is_right=True),
        Column("failed", "FAIL", 5, _count(FAILED, style="failed"), importance=80, is_right=True),
        Column("environments", "RUNS ON", 8, _runs_on, importance=70, comfort=18, flex=2, most=50),
        Column("state", "STATE", 14, _state, importance=50),
        *(
            Column(status, status, len(status), _count(status, style=""), importance=40 - index, is_right=True)
            for index, status in enumerate(statuses)
        ),
        Column("note", "NOTE", 20, _note, importance=60, comfort=30, flex=4),
    )


_COLUMNS = _columns(JOB_STATUSES)
_COLUMNS_WITH_SERVICE_JOBS = _columns(SERVICE_JOB_STATUSES)

_FIELDS: Fields[QueueRow] = {
    "name": TextField(lambda row: (row.name,)),
    "state": TextField(lambda row: (row.detail.state if row.detail else None,)),
    "status": TextField(lambda row: (row.detail.status if row.detail else None,)),
    "environment": TextField(
        lambda row: (
            (*row.detail.compute_environment_order, *row.detail.service_environment_order) if row.detail else ()
        )
    ),
    "reason": TextField(lambda row: (row.blocked, row.detail.status_reason if row.detail else None)),
    "tag": TextField(
        lambda row: [f"{name}={value}" for name, value in row.detail.tags] if row.detail else (), is_searched=False
    ),
    "priority": NumberField(lambda row, now: row.detail.priority if row.detail else None),
    "waiting": NumberField(lambda row, now: row.total(*WAITING)),
    "running": NumberField(lambda row, now: row.total(*ON_THE_MACHINE)),
    "failed": NumberField(lambda row, now: row.total(FAILED)),
}

_SORTS: dict[str, Callable[[QueueRow, float], Any]] = {
    "priority": lambda row, now: row.detail.priority if row.detail else None,
    "name": lambda row, now: row.name.casefold(),
    "waiting": lambda row, now: -row.total(*WAITING),
    "running": lambda row, now: -row.total(*ON_THE_MACHINE),
    "failed": lambda row, now: -row.total(FAILED),
}
"""Counts begin with the greatest: that is what one looks for."""
