"""What a job leads to: its queue, its definition, its parent, what it waits for, its children."""

from collections.abc import Callable, Iterable, Sequence

from batchtui.model.fields import Pairs
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.ui.details.family import FEW, index_of, is_node, size_of
from batchtui.ui.details.lines import DIGITS, Relation

Known = Callable[[str], JobSummary | None]
"""What is known of a job already, by its id."""

_NEWEST = 3  # of the jobs that were made of one: who made more finds them in the history


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


def queue_relations(queue: JobQueueDetail | None, *, is_service_job: bool = False) -> list[Relation]:
    """What the queue of a job leads to that the job depends on as well.

    Args:
        queue: The queue, None where it is not known.
        is_service_job: Service environments are where service jobs run.
    """
    if queue is None:
        return []
    found = service_environment_relations(queue) if is_service_job else []
    return [*found, *policy_relations(queue)]


def service_environment_relations(queue: JobQueueDetail) -> list[Relation]:
    """The service environments of a queue, the one tried first first."""
    names = queue.service_environment_order
    return [Relation("service-environment", name, "service environment") for name in names]


def policy_relations(queue: JobQueueDetail) -> list[Relation]:
    """The scheduling policy of a queue, if it has one."""
    arn = queue.scheduling_policy_arn
    return [Relation("scheduling-policy", arn, "scheduling policy")] if arn else []


def consumable_relations(taken: Pairs) -> list[Relation]:
    """The consumable resources that a job or a definition takes, each with how much of it."""
    return [
        Relation("consumable-resource", resource, "consumable resource", f"takes {quantity}" if quantity else "")
        for resource, quantity in taken
        if resource
    ]


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


def resubmissions(new: Sequence[str], old: str | None, known: Known = nothing_known) -> list[Relation]:
    """What a job was resubmitted as, and of what it is a resubmission.

    Args:
        new: The ids of the jobs that were made of it, newest first.
        old: The id of the job of which it was made.
        known: What is known of other jobs.
    """
    ids = [*((job_id, "resubmitted as") for job_id in new[:_NEWEST]), *([(old, "resubmission of")] if old else [])]
    found = []
    for job_id, role in ids:
        summary = known(job_id)
        note = f"{summary.status}  {summary.job_name}" if summary else ""
        found.append(Relation("job", job_id, role, note, summary))
    return found


def first_relations(
    job: JobDetail, children: Sequence[JobSummary], known: Known = nothing_known, made: Sequence[Relation] = ()
) -> tuple[list[Relation], int]:
    """Those that get a digit, and how many there are in all.

    A few children keep their digits however many dependencies there are; ``made`` stands whole.
    """
    fixed, waits_for = [*fixed_relations(job.summary), *made], dependencies(job, known)
    few = child_relations(children[: max(0, min(FEW, DIGITS - len(fixed)))])
    room = max(0, DIGITS - len(fixed) - len(few))
    total = len(fixed) + len(waits_for) + max(len(few), size_of(job.summary))
    return [*fixed, *waits_for[:room], *few], total
