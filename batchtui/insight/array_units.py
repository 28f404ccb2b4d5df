"""What an array stands for where jobs are counted: its children, as far as lists tell of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from batchtui.insight.job_cause import CHILDREN_FAILED, cause_of
from batchtui.model.job import ACTIVE, FAILED, SUCCEEDED, TERMINAL_STATUSES, JobSummary

ENDED: Final = (FAILED, SUCCEEDED)
"""Children in these are worth listing: what is told of them never changes; what failed comes first."""


@dataclass(frozen=True, slots=True)
class ChildFigures:
    """What was told of some children of an array that ended alike; lengths of time in whole seconds.

    Attributes:
        listed: How many of them.
        ran: How many of these have ever started.
        seconds: For how long these ran, without attempts before the last one.
        waits: How often each length of time lay between creation and start.
        runs: How often each lay between start and end.
        newest: The one that ended last.
    """

    listed: int = 0
    ran: int = 0
    seconds: float = 0.0
    waits: Mapping[int, int] = field(default_factory=dict)
    runs: Mapping[int, int] = field(default_factory=dict)
    newest: JobSummary | None = None


Family = Mapping[tuple[str, str], ChildFigures]
"""Of one array, by status and cause of failure."""
Families = Mapping[str, Family]
"""By the id of the array."""
UNLISTED: Final[Family] = {}


def is_array(job: JobSummary) -> bool:
    """Whether it is an array's parent, which stands for many."""
    return job.array_properties is not None and bool(job.array_properties.size)


def is_untold(job: JobSummary) -> bool:
    """Whether it is an array of which nobody can say how its children ended."""
    array = job.array_properties
    return job.status == FAILED and array is not None and bool(array.size) and not array.status_summary


def units(job: JobSummary, status: str = "") -> dict[str, int]:
    """How many jobs it stands for, by status: itself, or the children of an array.

    Children that AWS has not counted yet are as their parent is; where it counted none of an array that FAILED,
    that is one job that failed, for some of its children may have ended well.

    Args:
        job: Of a list.
        status: Only those in it, or ``active`` ones; all where it is empty.
    """
    array = job.array_properties
    if array is None or not array.size:
        counts = {job.status: 1}
    elif is_untold(job):
        counts = {FAILED: 1}
    else:
        counts = {name: count for name, count in array.status_summary if count > 0}
        if (missing := array.size - sum(counts.values())) > 0:
            counts[job.status] = counts.get(job.status, 0) + missing
    return {name: count for name, count in counts.items() if is_in(name, status)} if status else counts


def is_in(status: str, wanted: str) -> bool:
    """Whether a status is the one that is wanted, or one of the ``active`` ones."""
    return status == wanted or (wanted == ACTIVE and status not in TERMINAL_STATUSES)


def figures_of(status: str, children: Iterable[JobSummary]) -> dict[tuple[str, str], ChildFigures]:
    """The figures of children that were listed in one status, apart by why they failed."""
    alike: dict[str, list[JobSummary]] = {}
    for child in children:
        alike.setdefault(cause_of(child), []).append(child)
    return {(status, cause): _figures(those) for cause, those in alike.items()}


def _figures(children: list[JobSummary]) -> ChildFigures:
    waits: dict[int, int] = {}
    runs: dict[int, int] = {}
    ran, seconds = 0, 0.0
    newest = children[0]
    for child in children:
        created, started, stopped = child.created_at, child.started_at, child.stopped_at
        if (stopped or 0) >= (newest.stopped_at or 0):
            newest = child
        if started is None:
            continue
        ran += 1
        if created is not None:
            wait = max(0, (started - created) // 1000)
            waits[wait] = waits.get(wait, 0) + 1
        if stopped is not None:
            run = max(0, (stopped - started) // 1000)
            runs[run] = runs.get(run, 0) + 1
            seconds += max(0, stopped - started) / 1000
    return ChildFigures(len(children), ran, seconds, waits, runs, newest)


def causes_in(job: JobSummary, failed: int, family: Family) -> list[tuple[str, int, Family]]:
    """Why so many children of an array failed: each cause with how many, and what is known of these.

    Children that were not listed share what the array says of itself.
    """
    parts: list[tuple[str, int, Family]] = []
    left = failed
    for (status, cause), figures in family.items():
        if status == FAILED and left > 0:
            count = min(left, figures.listed)
            parts.append((cause, count, {(status, cause): figures}))
            left -= count
    if left > 0:
        parts.append((cause_of(job) or CHILDREN_FAILED, left, UNLISTED))
    return parts
