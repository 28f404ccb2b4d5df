"""What a job leads to: its queue, its definition, its parent, what it waits for, its children."""

from collections.abc import Callable, Iterable, Sequence

from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.ui.details.family import FEW, index_of, is_node, size_of
from batchtui.ui.details.lines import DIGITS, Relation

Known = Callable[[str], JobSummary | None]
"""What is known of a job already, by its id."""


def nothing_known(job_id: str) -> JobSummary | None:
    """Of no job anything."""
    return None


def fixed_relations(job: JobSummary) -> list[Relation]:
    """The few that every job has."""
    found = [Relation("queue", job.job_queue, "queue")] if job.job_queue else []
    if job.job_definition:
        found.append(Relation("definition", job.job_definition, "definition"))
    for separator, role in ((":", "array parent"), ("#", "multi-node parent")):
        if separator in job.job_id:
            found.append(Relation("job", job.job_id.partition(separator)[0], role))
    return found


def dependencies(job: JobDetail, known: Known = nothing_known) -> list[Relation]:
    """What the job waits for, or has waited for."""
    found = []
    for dependency in job.depends_on:
        if dependency.job_id:
            summary = known(dependency.job_id)
            words = (*((summary.status, summary.job_name) if summary else ()), dependency.type or "")
            note = "  ".join(word for word in words if word)
            found.append(Relation("job", dependency.job_id, "depends on", note, summary))
    return found


def child_relations(children: Iterable[JobSummary]) -> list[Relation]:
    """Children or nodes, in the order in which they come."""
    return [
        Relation("job", each.job_id, f"{'node' if is_node(each) else 'child'} {index_of(each)}", each.status, each)
        for each in children
    ]


def first_relations(
    job: JobDetail, children: Sequence[JobSummary], known: Known = nothing_known
) -> tuple[list[Relation], int]:
    """Those that get a digit, and how many there are in all.

    A few children keep their digits however many dependencies there are.
    """
    fixed, waits_for = fixed_relations(job.summary), dependencies(job, known)
    few = child_relations(children[:FEW])
    room = max(0, DIGITS - len(fixed) - len(few))
    total = len(fixed) + len(waits_for) + max(len(few), size_of(job.summary))
    return [*fixed, *waits_for[:room], *few], total
