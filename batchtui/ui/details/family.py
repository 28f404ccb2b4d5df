"""The children of an array job or the nodes of a multi-node job, the failed ones first."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING

from batchtui.model.job import (
    FAILED,
    PENDING,
    RUNNABLE,
    RUNNING,
    STARTING,
    SUBMITTED,
    SUCCEEDED,
    JobSummary,
)

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway

FEW = 5
"""So many children are one digit away."""
MOST = 1000
"""So many children at most are listed: who looks for one among more knows its index."""
_FEWEST_CALLS = 2
_BY_INTEREST = (FAILED, RUNNING, STARTING, RUNNABLE, PENDING, SUBMITTED, SUCCEEDED)

Children = dict[str, JobSummary]
"""By id, in no order."""


def size_of(job: JobSummary) -> int:
    """How many children or nodes a job has; none where it is a child or a node itself."""
    if "#" in job.job_id or ":" in job.job_id:
        return 0
    array, nodes = job.array_properties, job.node_properties
    return (array.size if array else 0) or (nodes.num_nodes if nodes else 0) or 0


def is_node(child: JobSummary) -> bool:
    """Whether it is a node of a multi-node job, not a child of an array."""
    return "#" in child.job_id


def index_of(child: JobSummary) -> str:
    """A child's index or a node's."""
    return child.job_id.replace("#", ":").rpartition(":")[2]


def in_order(children: Iterable[JobSummary]) -> list[JobSummary]:
    """What needs attention first, and then by index."""

    def rank(child: JobSummary) -> tuple[int, int, str]:
        known = child.status in _BY_INTEREST
        index = index_of(child)
        number = int(index) if index.isdecimal() else 0
        return (_BY_INTEREST.index(child.status) if known else len(_BY_INTEREST) - 2, number, child.job_id)

    return sorted(children, key=rank)


def statuses_of(job: JobSummary) -> list[str]:
    """The statuses in which there are children, as far as AWS tells; what needs attention first."""
    array = job.array_properties
    if array is not None and array.size:
        there_are = {status: count for status, count in array.status_summary if count}
        if there_are:
            others = [status for status in there_are if status not in _BY_INTEREST]
            return [*others, *(status for status in _BY_INTEREST if status in there_are)]
        return list(_BY_INTEREST)
    return list(dict.fromkeys((FAILED, job.status, *_BY_INTEREST)))  # nodes are mostly where their job is


async def few_children(gateway: "Gateway", job: JobSummary) -> list[JobSummary]:
    """The first few, for one or two calls; none, and no call, for most jobs.

    Raises:
        AwsError: AWS did not answer.
    """
    found: Children = {}
    if size_of(job):
        for status in statuses_of(job)[:_FEWEST_CALLS]:
            if len(found) < FEW:
                async with aclosing(_pages(gateway, job, status, FEW - len(found))) as pages:
                    async for page in pages:
                        found |= page
                        if len(found) >= FEW:
                            break
    return in_order(found.values())[:FEW]


async def all_children(gateway: "Gateway", job: JobSummary) -> AsyncGenerator[Children]:
    """All that were found so far, again and again, until there are no more or as many as are listed at most.

    Raises:
        AwsError: AWS did not answer.
    """
    found: Children = {}
    there_are = size_of(job)
    for status in statuses_of(job) if there_are else ():
        async with aclosing(_pages(gateway, job, status, min(there_are, MOST) - len(found))) as pages:
            async for page in pages:
                found |= page
                while len(found) > MOST:
                    found.popitem()
                yield found
                if len(found) >= min(there_are, MOST):
                    return


def not_listed(job: JobSummary, children: Children) -> str:
    """How many children are not among these, in words; empty where none is missing."""
    missing = size_of(job) - len(children)
    if missing <= 0:
        return ""
    if len(children) < MOST:  # they were listed status by status, and some changed theirs meanwhile
        return f"{missing:,} more changed their status while they were listed: ctrl+r asks again."
    counts = dict(job.array_properties.status_summary) if job.array_properties else {}
    for child in children.values():
        counts[child.status] = counts.get(child.status, 0) - 1
    left = [(status, count) for status, count in counts.items() if count > 0]
    # The sums are AWS's, of a moment ago: they are told only where they add up.
    which = f": {', '.join(f'{count:,} {status}' for status, count in left)}" if _adds_up(left, missing) else ""
    return f"{missing:,} more are not listed{which}."


def _adds_up(counts: list[tuple[str, int]], total: int) -> bool:
    return sum(count for _, count in counts) == total


async def _pages(gateway: "Gateway", job: JobSummary, status: str, most: int) -> AsyncGenerator[Children]:
    is_array = job.array_properties is not None and bool(job.array_properties.size)
    listing = gateway.list_children(job.job_id, status, is_array=is_array, job_queue=job.job_queue, page_size=most)
    async with aclosing(listing) as pages:
        async for page in pages:
            yield {child.job_id: child for child in page.jobs}
