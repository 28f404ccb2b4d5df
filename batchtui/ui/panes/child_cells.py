"""The columns of children and of nodes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from batchtui.format import GLYPHS, NOTHING, UNKNOWN_GLYPH, Cell, age, duration, plain, ran, status_style, why
from batchtui.insight.quick import QuickWhy
from batchtui.model.job import FAILED, RUNNABLE, TERMINAL_STATUSES, JobSummary
from batchtui.model.node_range import NodeRange, range_of
from batchtui.query.children import index
from batchtui.ui.panes.jobs import with_cause
from batchtui.ui.widgets.columns import Column


@dataclass(frozen=True, slots=True)
class Around:
    """What the cells need beside the child itself.

    Attributes:
        attempts: By index: its status then, the attempts that it has begun, and its most.
        stopping: The ids of those that were asked to stop, and have not ended.
        ranges: The node ranges of a multi-node job.
        main_node: The index of its main node.
        of_all: The array, which tells what each of its children asks for; lists of children do not.
    """

    attempts: Mapping[int, tuple[str, int, int | None]] = field(default_factory=dict)
    stopping: frozenset[str] = frozenset()
    ranges: Sequence[NodeRange] = ()
    main_node: int | None = None
    of_all: JobSummary | None = None


def status_cell(status: str) -> Cell:
    """A status with its glyph, as the map shows it."""
    return plain(f"{GLYPHS.get(status, UNKNOWN_GLYPH)} {status}", status_style(status))


class ChildCells:
    """Makes the columns; ``around`` is replaced whenever more is known.

    Args:
        quick: Knows the queue in which they wait.
    """

    def __init__(self, quick: QuickWhy) -> None:
        self.around = Around()
        self._quick = quick
        self.of_children: tuple[Column[JobSummary], ...] = (
            Column("index", "INDEX", 6, _index, importance=100, is_right=True),
            Column("status", "STATUS", 11, _status, importance=95),
            Column("why", "EXIT / REASON", 20, self.why, importance=90, comfort=60, flex=4, most=120),
            Column("age", "AGE", 4, _seconds(age), importance=80, is_right=True),
            Column("ran", "RAN", 4, _seconds(ran), importance=85, is_right=True),
            Column("tries", "TRY", 5, self._tries, importance=75, is_right=True),
            Column("id", "ID", 42, _id, importance=20),
        )
        self.of_nodes: tuple[Column[JobSummary], ...] = (
            Column("index", "NODE", 6, _index, importance=100, is_right=True),
            Column("role", "", 4, self._role, importance=97),
            *self.of_children[1:6],
            Column("range", "NODES", 6, self._range, importance=60),
            Column("container", "CONTAINER", 14, self._container, importance=88, comfort=20, flex=2, most=60),
            Column("id", "ID", 40, _id, importance=20),
        )

    def why(self, job: JobSummary, width: int, now: float) -> Cell:
        """What matters most about a child; between asked and seen it reads *stopping*."""
        if job.job_id in self.around.stopping and job.is_active:
            return plain("stopping …", "warning")
        return with_cause(why(job, width), self._quick.line(self._asking(job)), job, width)

    def _asking(self, job: JobSummary) -> JobSummary:
        """A child with what it asks for."""
        array = self.around.of_all
        if array is None or job.status != RUNNABLE or job.vcpus is not None:
            return job
        return replace(job, vcpus=array.vcpus, consumables=array.consumables)

    def _tries(self, job: JobSummary, width: int, now: float) -> Cell:
        known = self.around.attempts.get(index(job))
        if known is None or not known[1]:
            return plain(NOTHING, "muted")
        _, begun, most = known
        return plain(f"{begun}/{most}" if most else str(begun), "warning" if begun > 1 else _quiet(job))

    def tries(self, job: JobSummary) -> Cell:
        """``attempt 2 of 3``, where it is known."""
        known = self.around.attempts.get(index(job))
        if known is None or not known[1]:
            return ()
        _, begun, most = known
        return ((f"attempt {begun}{f' of {most}' if most else ''}  ", "warning" if begun > 1 else "muted"),)

    def _role(self, job: JobSummary, width: int, now: float) -> Cell:
        return plain("main" if index(job) == self.around.main_node else "", "accent")

    def _range(self, job: JobSummary, width: int, now: float) -> Cell:
        found = range_of(self.around.ranges, index(job))
        return plain(found.target_nodes if found else "", "muted")

    def _container(self, job: JobSummary, width: int, now: float) -> Cell:
        found = range_of(self.around.ranges, index(job))
        containers = found.containers if found else ()
        if not containers:
            return plain("")
        image = (containers[0].image or containers[0].name or "").rpartition("/")[2]
        more = f" +{len(containers) - 1}" if len(containers) > 1 else ""
        return ((image, ""), (more, "muted"))


def _quiet(job: JobSummary) -> str:
    return "muted" if job.status in TERMINAL_STATUSES and job.status != FAILED else ""


def _index(job: JobSummary, width: int, now: float) -> Cell:
    return plain(str(index(job)), _quiet(job))


def _status(job: JobSummary, width: int, now: float) -> Cell:
    return status_cell(job.status)


def _seconds(measure: Callable[[JobSummary, float], float | None]) -> Callable[[JobSummary, int, float], Cell]:
    def cell(job: JobSummary, width: int, now: float) -> Cell:
        return plain(duration(measure(job, now)), _quiet(job))

    return cell


def _id(job: JobSummary, width: int, now: float) -> Cell:
    return plain(job.job_id, "muted")
