"""Which job waits for which, as a graph that is walked both ways: pure.

AWS tells of a job only what it waits for; what waits for it is found among the jobs that are known. Children of
arrays have no dependencies of their own: theirs follow from their parents', N_TO_N child by child, SEQUENTIAL
one after the other.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.model.children import index_of, parent_of
from batchtui.model.fields import arn_name
from batchtui.model.job import FAILED, JobSummary
from batchtui.model.job_detail import JobDependency

N_TO_N: Final = "N_TO_N"
SEQUENTIAL: Final = "SEQUENTIAL"
MOST_DEPTH: Final = 25
MOST_LINES: Final = 500


@dataclass(frozen=True, slots=True)
class Link:
    """One job waits for another."""

    waiter: str
    waits_for: str
    type: str = ""
    """N_TO_N or SEQUENTIAL; empty where the whole job is waited for."""


class DependencyGraph:
    """The links between jobs.

    Args:
        depends_on: By job id what AWS tells of each job that was described.
        sizes: How many children the arrays among them have.
    """

    def __init__(self, depends_on: Mapping[str, Sequence[JobDependency]], sizes: Mapping[str, int]) -> None:
        self._depends_on = depends_on
        self._sizes = sizes
        self._waiters: dict[str, list[Link]] = {}
        for waiter, dependencies in depends_on.items():
            for each in dependencies:
                if each.job_id:
                    other = arn_name(each.job_id)
                    self._waiters.setdefault(other, []).append(Link(waiter, other, each.type or ""))

    def is_known(self, job_id: str) -> bool:
        """Whether AWS has told what a job waits for."""
        return job_id in self._depends_on or parent_of(job_id) in self._depends_on

    def is_sequential(self, job_id: str) -> bool:
        """Whether the children of an array run one after the other."""
        return any(each.type == SEQUENTIAL for each in self._depends_on.get(job_id, ()))

    def waits_for(self, job_id: str) -> tuple[Link, ...]:
        """The jobs for which a job waits, or has waited; each once."""
        index, parent = index_of(job_id), parent_of(job_id)
        told = self._depends_on.get(job_id) or self._depends_on.get(parent, ())
        found: dict[Link, None] = {}
        for each in told:
            kind, other = each.type or "", arn_name(each.job_id) if each.job_id else ""
            if kind == SEQUENTIAL and not other:
                if index:
                    found[Link(job_id, f"{parent}:{index - 1}", SEQUENTIAL)] = None
            elif other and other not in (job_id, parent):
                if kind == N_TO_N and index is not None and index_of(other) is None:
                    other = f"{other}:{index}"
                found[Link(job_id, other, kind)] = None
        return tuple(found)

    def waited_for_by(self, job_id: str) -> tuple[Link, ...]:
        """The known jobs that wait for a job, or have waited; each once."""
        index, parent = index_of(job_id), parent_of(job_id)
        found = dict.fromkeys(link for link in self._waiters.get(job_id, ()) if link.waiter != job_id)
        if index is None or parent == job_id:
            return tuple(found)
        for link in self._waiters.get(parent, ()):
            waiter = f"{link.waiter}:{index}" if link.type == N_TO_N else link.waiter
            if waiter != job_id:
                found[Link(waiter, job_id, link.type)] = None
        if self.is_sequential(parent) and index + 1 < self._sizes.get(parent, 0):
            found[Link(f"{parent}:{index + 1}", job_id, SEQUENTIAL)] = None
        return tuple(found)


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One job in a tree of them, or so many that are not shown."""

    job_id: str
    """Empty where the line only says that there are more."""
    depth: int
    """1 for what is next to the centre."""
    type: str = ""
    is_repeated: bool = False
    """It stands further up already, with all that follows from it."""
    is_cycle: bool = False
    """It is the centre, or on the way from it to here: it waits for itself."""
    cut: int = 0
    """Jobs next to it, or where there is no id to the one above, that are not shown."""


def tree(
    centre: str,
    links: Callable[[str], Sequence[Link]],
    other: Callable[[Link], str],
    *,
    most_depth: int = MOST_DEPTH,
    most_lines: int = MOST_LINES,
) -> list[TreeLine]:
    """Everything that is reached from a job in one direction, each job's own following it; without the centre.

    A job that is reached on several ways is followed once; after that its line says that it stands above.

    Args:
        centre: The job's id.
        links: Its links in that direction.
        other: The job at the other end of a link.
        most_depth: So many links at most lead from the centre to a line.
        most_lines: So many lines at most, and one more where there are more.
    """
    lines: list[TreeLine] = []
    followed = {centre}
    path: list[str] = [centre]
    below = [deque(_ends(links(centre), other))]
    while below:
        if not below[-1]:
            below.pop()
            path.pop()
            continue
        if len(lines) >= most_lines:
            left = sum(map(len, below))
            lines.append(TreeLine("", len(below), cut=left))
            break
        job_id, kind = below[-1].popleft()
        depth = len(below)
        if job_id in path:
            lines.append(TreeLine(job_id, depth, kind, is_cycle=True))
            continue
        next_ends = _ends(links(job_id), other)
        if job_id in followed:
            lines.append(TreeLine(job_id, depth, kind, is_repeated=True))
        elif depth >= most_depth and next_ends:
            lines.append(TreeLine(job_id, depth, kind, cut=len(next_ends)))
        else:
            followed.add(job_id)
            lines.append(TreeLine(job_id, depth, kind))
            path.append(job_id)
            below.append(deque(next_ends))
    return lines


def waits_for_tree(graph: DependencyGraph, centre: str, **bounds: int) -> list[TreeLine]:
    """What a job waits for, and what that waits for."""
    return tree(centre, graph.waits_for, lambda link: link.waits_for, **bounds)


def waited_for_tree(graph: DependencyGraph, centre: str, **bounds: int) -> list[TreeLine]:
    """What waits for a job, and what waits for that."""
    return tree(centre, graph.waited_for_by, lambda link: link.waiter, **bounds)


def leads(depths: Sequence[int]) -> list[str]:
    """The lines that join a tree's rows, two cells a level, from the depths of the rows (1 and more)."""
    drawn: list[str] = []
    goes_on: set[int] = set()  # levels on which another row follows further down
    for depth in reversed(depths):
        goes_on = {level for level in goes_on if level <= depth}
        stems = "".join("│ " if level in goes_on else "  " for level in range(1, depth))
        drawn.append(stems + ("├ " if depth in goes_on else "└ "))
        goes_on.add(depth)
    return drawn[::-1]


@dataclass(frozen=True, slots=True)
class Doom:
    """A job cannot end well."""

    culprit: str
    """The id of the job that failed."""
    is_whole: bool
    """Else only some children of it."""


def dooms(graph: DependencyGraph, jobs: Mapping[str, JobSummary]) -> dict[str, Doom]:
    """The jobs that have not ended and will fail, because what they wait for has failed or will.

    An array of which a child has failed will fail: what waits for all of it fails, too, but of an array that
    waits for it child by child only some children do.

    Args:
        graph: The links.
        jobs: What is known of the jobs, by id; of a job that is not among them nothing follows.
    """
    found: dict[str, Doom] = {}
    to_follow: deque[tuple[str, str]] = deque((job_id, job_id) for job_id, job in jobs.items() if _fails(job))
    while to_follow:
        source, culprit = to_follow.popleft()
        for link in graph.waited_for_by(source):
            waiter = jobs.get(link.waiter)
            if waiter is None or not waiter.is_active:
                continue
            is_whole = link.type != N_TO_N or index_of(link.waiter) is not None
            known = found.get(link.waiter)
            if known is None or (is_whole and not known.is_whole):
                found[link.waiter] = Doom(culprit, is_whole)
                if known is None:
                    to_follow.append((link.waiter, culprit))
    return found


def _fails(job: JobSummary) -> bool:
    array = job.array_properties
    return job.status == FAILED or (array is not None and bool(array.size) and array.count(FAILED) > 0)


def _ends(links: Iterable[Link], other: Callable[[Link], str]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((other(link), link.type) for link in links))
