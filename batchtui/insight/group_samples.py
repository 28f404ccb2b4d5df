"""Of which jobs AWS is asked for what groups count beyond what lists tell: samples, pure, in short steps."""

from collections.abc import Collection, Generator, Mapping, Sequence
from typing import Final

from batchtui.insight.array_units import ENDED, is_array
from batchtui.insight.group_keys import Needs
from batchtui.insight.job_names import step_of
from batchtui.model.job import RUNNING, JobSummary

CHILDREN_LISTED: Final = 1_000
"""Of each status of an array: one call."""
_AT_ONCE: Final = 100  # jobs of a step of the work


def to_describe(
    jobs: Sequence[JobSummary],
    needs: Needs,
    most: int,
    *,
    unknown: Collection[str] = (),
    is_for_tags: bool = False,
) -> Generator[None, None, list[str]]:
    """The ids of jobs of which DescribeJobs would tell more: so many at most, of each step by turns.

    Args:
        jobs: In the order in which they are asked for.
        needs: What is known of jobs that were described.
        most: No more than these.
        unknown: Jobs that AWS does not know any more.
        is_for_tags: Whether also of those that took nothing, for they never ran.
    """
    by_step: dict[str, list[str]] = {}
    for start in range(0, len(jobs), _AT_ONCE):
        for job in jobs[start : start + _AT_ONCE]:
            if job.job_id in needs or job.job_id in unknown or job.is_service_job:
                continue
            if not is_for_tags and not _has_run(job):
                continue
            line = by_step.setdefault(step_of(job.job_name, job.job_definition or "").key, [])
            if len(line) < most:
                line.append(job.job_id)
        yield
    turns: list[str] = []
    place = 0
    lines = list(by_step.values())
    while lines and len(turns) < most:
        turns += [line[place] for line in lines][: most - len(turns)]
        place += 1
        lines = [line for line in lines if len(line) > place]
        yield
    return turns


def to_list(
    jobs: Sequence[JobSummary], asked: Mapping[tuple[str, str], int], most: int
) -> Generator[None, None, list[tuple[JobSummary, str]]]:
    """The arrays whose children are to be listed, each with a status: so many at most.

    Those come first of which the most children failed, then those of which the most ended well.

    Args:
        jobs: Those that groups are made of.
        asked: By array and status: how many were in it when it was listed.
        most: No more than these.
    """
    found: list[tuple[JobSummary, str, int]] = []
    for start in range(0, len(jobs), _AT_ONCE):
        for job in jobs[start : start + _AT_ONCE]:
            array = job.array_properties
            if array is None or not array.size:
                continue
            for status in ENDED:
                known = asked.get((job.job_id, status), 0)
                if known < CHILDREN_LISTED and array.count(status) > known:
                    found.append((job, status, array.count(status)))
        yield
    found.sort(key=lambda each: (ENDED.index(each[1]), -each[2]))
    return [(job, status) for job, status, _ in found[:most]]


def _has_run(job: JobSummary) -> bool:
    """Whether it has taken anything, or children of it have."""
    array = job.array_properties
    if array is None or not is_array(job):
        return job.started_at is not None
    return any(array.count(status) for status in (RUNNING, *ENDED))
