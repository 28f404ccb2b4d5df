"""The list of groups of jobs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from batchtui.format import NOTHING, Cell, duration, iso_moment, plain
from batchtui.insight.array_units import Families, is_array, units
from batchtui.insight.group import Group, Hours
from batchtui.insight.group_keys import By, Needs
from batchtui.insight.groups import Grouping, grouped
from batchtui.model.job import JobSummary
from batchtui.query.groups import GROUP_FIELDS, GROUP_SORTS
from batchtui.query.steps import Steps, chosen
from batchtui.sync.snapshot import QueueJobs
from batchtui.ui.panes.jobs import has_status
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable

_SORTED_AS: Final = {"wait50": "wait", "wait90": "wait90", "ran50": "run"}
NOTHING_DESCRIBED: Final[Needs] = {}
NOTHING_LISTED: Final[Families] = {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are to be put together, and how.

    Attributes:
        queue: Its jobs, or those of all queues (None).
        status: Only these jobs, ``active``, or all (empty).
        by: What the jobs of a group have in common.
        tag: The name of the tag, where it is by tag.
    """

    queue: str | None = None
    status: str = ""
    by: By = By.STEP
    tag: str = ""


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a grouping rests on; each queue's jobs are another value once one of them is another."""

    wanted: Wanted
    queues: tuple[QueueJobs, ...]
    described: int

    def is_that_of(self, other: "_Basis | None") -> bool:
        return (
            other is not None
            and (self.wanted, self.described) == (other.wanted, other.described)
            and len(self.queues) == len(other.queues)
            and all(one is another for one, another in zip(self.queues, other.queues, strict=True))
        )


def counts_in(job: JobSummary, status: str) -> bool:
    """Whether a job, or a child of an array, is in a status, or ``active``; each is where it is empty."""
    return bool(units(job, status)) if is_array(job) else has_status(job, status)


class GroupsPane(Pane[Group]):
    """The list of the screen *Jobs in groups*.

    Args:
        clock: Epoch seconds.
        made: Told when there is another grouping.
    """

    TITLE = "Groups"
    LIST = "groups"

    def __init__(self, clock: Callable[[], float], made: Callable[[], None]) -> None:
        table = LineTable(_COLUMNS, key=lambda group: group.key.whole, id="groups-table", clock=clock)
        super().__init__(table, fields=GROUP_FIELDS, sorts=GROUP_SORTS, id="groups", clock=clock)
        self.wanted = Wanted()
        self.grouping: Grouping | None = None
        """What is shown; None before the first is made."""
        self.grouped = Wanted()
        """What that was made for."""
        self.made_at = 0.0
        """Epoch seconds of the jobs that it is made of."""
        self.is_loading = False
        self._made = made
        self._held: Mapping[str, QueueJobs] = {}
        self._needs: Needs = NOTHING_DESCRIBED
        self._families: Families = NOTHING_LISTED
        self._described = 0
        self._basis: _Basis | None = None

    @property
    def is_true(self) -> bool:
        """Whether what is shown is made of what is known now."""
        return self._new_basis().is_that_of(self._basis)

    def jobs(self) -> list[JobSummary]:
        """All jobs of the queues that are asked for, of whatever status."""
        return [job for held in self._of_queues() for job in held.jobs.values()]

    def know(self, held: Mapping[str, QueueJobs], needs: Needs, families: Families, described: int) -> None:
        """Takes what is known by now; nothing is made of it yet.

        Args:
            held: Jobs by queue.
            needs: What was told of jobs that were described.
            families: What was told of children of arrays.
            described: Another number each time when more were.
        """
        self._held, self._needs, self._families, self._described = held, needs, families, described

    def forget(self) -> None:
        """Lets go of the jobs, while nobody sees the list."""
        self._held = {}
        self._basis = None

    def show_groups(self, *, is_asked: bool) -> None:
        """Makes the groups anew where something is new, in the pauses of the event loop.

        Args:
            is_asked: A person asked for another way; else it is for what is new.
        """
        if is_asked or not self.is_true:
            is_another = self.wanted != self.grouped
            size = sum(len(held.jobs) for held in self._of_queues())
            self.rearrange(size, is_asked=is_asked, is_another_list=is_another)

    def rows_in_order(self) -> Steps[Sequence[Group]]:
        basis, needs, families, now = self._new_basis(), self._needs, self._families, self.clock()
        if self.grouping is not None and basis.is_that_of(self._basis):
            return self.grouping.groups
        jobs: Sequence[JobSummary] = self.jobs()
        yield
        wanted = basis.wanted
        if wanted.status:
            jobs = yield from chosen(jobs, lambda job: counts_in(job, wanted.status))
        grouping = yield from grouped(
            jobs, wanted.by, now=now, tag=wanted.tag, needs=needs, families=families, status=wanted.status
        )
        self.grouping, self.grouped, self.made_at, self._basis = grouping, wanted, now, basis
        return grouping.groups

    def before_show(self) -> None:
        self.table.set_columns(_COLUMNS_OF_CAUSES if self.grouped.by is By.CAUSE else _columns(self.grouped.by))
        self._made()

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = [str(shown) if shown == self._total else f"{shown} of {self._total}"]
        return [*words, "loading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        if self.filter and self._total:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        if self.grouping is None or self.is_loading:
            return ("Putting the jobs together …",)
        if self.grouped.by is By.CAUSE and self.grouping.jobs:
            return (
                "None of these jobs has FAILED.",
                "v puts them together otherwise, 0 takes jobs of every status.",
            )
        return ("There are no such jobs.", "0 takes jobs of every status, a those of all queues.")

    def _of_queues(self) -> tuple[QueueJobs, ...]:
        queue = self.wanted.queue
        return tuple(held for name, held in sorted(self._held.items()) if queue in (None, name))

    def _new_basis(self) -> _Basis:
        return _Basis(self.wanted, self._of_queues(), self._described)


def _name(row: Group, width: int, now: float) -> Cell:
    if row.key.is_rest:
        return plain(row.label, "muted")
    return plain(row.label)


def _tool(row: Group, width: int, now: float) -> Cell:
    return plain(row.tool, "muted")


def _cause_name(row: Group, width: int, now: float) -> Cell:
    return plain(row.label, "failed")


def _count(read: Callable[[Group], int], style: str = "") -> Callable[[Group, int, float], Cell]:
    def cell(row: Group, width: int, now: float) -> Cell:
        count = read(row)
        return plain(f"{count:,}" if len(f"{count:,}") <= width else short(count), style if count else "muted")

    return cell


def _rate(row: Group, width: int, now: float) -> Cell:
    return percent(row.failure_rate)


def percent(rate: float | None) -> Cell:
    """A failure rate; one that is not nothing never reads as none, and one that is not all never as all."""
    if rate is None:
        return plain(NOTHING, "muted")
    if 0 < rate < 0.01:
        return plain("<1", "failed")
    whole = 99 if 0.99 <= rate < 1 else round(100 * rate)
    return plain(str(whole), "failed" if rate else "muted")


def _hours(read: Callable[[Group], Hours]) -> Callable[[Group, int, float], Cell]:
    def cell(row: Group, width: int, now: float) -> Cell:
        return hours(read(row), row.ran, width)

    return cell


def hours(known: Hours, ran: int, width: int) -> Cell:
    """Hours of something; ``≥`` where not all jobs that ran are counted.

    Args:
        known: What is counted.
        ran: How many jobs have ever started.
        width: Of the cell.
    """
    if not ran:
        return plain(NOTHING, "muted")
    if not known.counted:
        return plain("?", "muted")
    is_all = known.counted >= ran
    value = known.hours
    if not value:
        return plain("0" if is_all else "≥0", "muted")
    text = short(value) if value >= 10_000 else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return ((("" if is_all else "≥"), "muted"), (text, ""))


def short(value: float) -> str:
    """A large number in three digits: ``12.3k``, ``4.56M``."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def _length(read: Callable[[Group], float | None]) -> Callable[[Group, int, float], Cell]:
    def cell(row: Group, width: int, now: float) -> Cell:
        seconds = read(row)
        return plain(duration(seconds), "" if seconds is not None else "muted")

    return cell


def _length_column(
    key: str, title: str, width: int, read: Callable[[Group], float | None], *, importance: int
) -> Column[Group]:
    return Column(
        _SORTED_AS[key],
        title,
        width,
        _length(read),
        importance,
        is_right=True,
        raw=lambda row, now: read(row),
        raw_name=f"{key}_seconds",
    )


def _newest(row: Group, now: float) -> str | None:
    return iso_moment(row.newest)


def _last(row: Group, width: int, now: float) -> Cell:
    return plain(duration(None if row.newest is None else now - row.newest / 1000), "muted")


def _common(row: Group, width: int, now: float) -> Cell:
    if not row.causes:
        return plain("")
    cause, count = row.causes[0]
    # Of one cause alone its number stands in the row already.
    more = f"{count:,}× " if len(row.causes) > 1 else ""
    rest = f" +{len(row.causes) - 1}" if len(row.causes) > 1 else ""
    return ((more, "muted"), (_cut(cause, width - len(more) - len(rest)), "failed"), (rest, "muted"))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(0, width - 1)].rstrip()}…"


def _most_in(row: Group, width: int, now: float) -> Cell:
    return plain(row.most_in, "muted")


def _example(row: Group, width: int, now: float) -> Cell:
    job = row.newest_failed
    if job is None:
        return plain("")
    return ((job.job_name or job.job_id, ""), (f" · {row.example}" if row.example else "", "muted"))


_COLUMNS: tuple[Column[Group], ...] = (
    Column("group", "GROUP", 16, _name, importance=100, comfort=26, flex=3, most=64),
    Column("jobs", "JOBS", 5, _count(lambda row: row.jobs), importance=98, is_right=True),
    Column("active", "ACTIVE", 6, _count(lambda row: row.active), importance=60, is_right=True),
    Column("running", "RUN", 5, _count(lambda row: row.running, "running"), importance=55, is_right=True),
    Column("ok", "OK", 5, _count(lambda row: row.ok, "succeeded"), importance=72, is_right=True),
    Column("failed", "FAIL", 5, _count(lambda row: row.failed, "failed"), importance=96, is_right=True),
    Column("rate", "FAIL %", 6, _rate, importance=74, is_right=True),
    Column("vcpuh", "vCPU-h", 6, _hours(lambda row: row.vcpus), importance=73, comfort=7, is_right=True),
    Column("gpuh", "GPU-h", 6, _hours(lambda row: row.gpus), importance=70, is_right=True),
    _length_column("wait50", "WAIT50", 6, lambda row: row.wait, importance=71),
    _length_column("wait90", "WAIT90", 6, lambda row: row.wait_90, importance=50),
    _length_column("ran50", "RAN50", 5, lambda row: row.run, importance=52),
    Column("tool", "TOOL", 9, _tool, importance=48, comfort=14),
    Column("cause", "COMMON FAILURE", 16, _common, importance=90, comfort=30, flex=4, most=90),
)
_TITLES: Final = {
    By.STEP: "STEP",
    By.DEFINITION: "DEFINITION",
    By.QUEUE: "QUEUE",
    By.SHARE: "SHARE",
    By.TAG: "TAG",
    By.ARRAY: "ARRAY",
}
_COLUMNS_BY: Final = {
    by: tuple(
        replace(column, title=title) if column.key == "group" else column
        for column in _COLUMNS
        if column.key != "tool" or by is By.STEP
    )
    for by, title in _TITLES.items()
}
_COLUMNS_OF_CAUSES: tuple[Column[Group], ...] = (
    Column("group", "CAUSE", 24, _cause_name, importance=100, comfort=44, flex=4, most=100),
    Column("jobs", "FAIL", 5, _count(lambda row: row.jobs, "failed"), importance=98, is_right=True),
    Column("last", "LAST", 4, _last, importance=72, is_right=True, raw=_newest, raw_name="newest_at"),
    Column("vcpuh", "vCPU-h", 6, _hours(lambda row: row.vcpus), importance=71, comfort=7, is_right=True),
    Column("gpuh", "GPU-h", 6, _hours(lambda row: row.gpus), importance=60, is_right=True),
    _length_column("ran50", "RAN50", 5, lambda row: row.run, importance=65),
    Column("step", "MOST IN", 12, _most_in, importance=85, comfort=20, flex=1, most=44),
    Column("example", "NEWEST", 14, _example, importance=80, comfort=30, flex=3, most=100),
)


def _columns(by: By) -> tuple[Column[Group], ...]:
    return _COLUMNS_BY[by]
