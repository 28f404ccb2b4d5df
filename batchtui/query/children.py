"""What can be asked of children and nodes, and by what they can be sorted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from batchtui.model.children import index_of
from batchtui.model.job import FAILED, PENDING, RUNNABLE, RUNNING, STARTING, SUBMITTED, SUCCEEDED, JobSummary
from batchtui.query.fields import Fields, NumberField
from batchtui.query.jobs import JOB_FIELDS, JOB_SORTS
from batchtui.query.steps import Steps

BY_INTEREST: Final = (FAILED, RUNNING, STARTING, RUNNABLE, PENDING, SUBMITTED, SUCCEEDED)
"""What needs attention first."""
_GROUPED = 1_000  # children put in their places in one step


def index(job: JobSummary) -> int:
    """A child's index or a node's."""
    return index_of(job.job_id) or 0


def rank(status: str) -> int:
    """The place of a status among those that need attention; an unknown one stands before what has ended well."""
    return BY_INTEREST.index(status) if status in BY_INTEREST else len(BY_INTEREST) - 2


CHILD_FIELDS: Fields[JobSummary] = {
    **{name: field for name, field in JOB_FIELDS.items() if name not in ("queue", "definition", "share", "name")},
    "index": NumberField(lambda job, now: index(job)),
}
CHILD_SORTS: Mapping[str, Callable[[JobSummary, float], Any]] = {**JOB_SORTS, "index": lambda job, now: index(job)}


def failed_first(children: Sequence[JobSummary]) -> Steps[list[JobSummary]]:
    """Children in the order of their indexes, by what needs attention; within a status the order stays."""
    groups: list[list[JobSummary]] = [[] for _ in BY_INTEREST]
    for start in range(0, len(children), _GROUPED):
        for child in children[start : start + _GROUPED]:
            groups[rank(child.status)].append(child)
        yield
    return [child for group in groups for child in group]
