"""dependsOn: which of a job's dependencies its successor should have."""

from collections.abc import Mapping

from batchtui.actions.request_notes import Note, Request
from batchtui.actions.request_values import raw_text
from batchtui.model import fields
from batchtui.model.fields import Api
from batchtui.model.job import FAILED, RUNNING, STARTING, SUCCEEDED

_SEQUENTIAL, _N_TO_N = "SEQUENTIAL", "N_TO_N"
_STARTED = (STARTING, RUNNING, SUCCEEDED)


def dependencies_of(
    job: Api, statuses: Mapping[str, str], *, array_size: int | None, same_array: bool = True
) -> tuple[list[Request], list[Note]]:
    """The dependencies that still mean something, and what was left out.

    Args:
        job: The job as DescribeJobs shows it.
        statuses: What is known of the jobs that it depends on, by their ids.
        array_size: How large an array the new job is, None when it is a single job.
        same_array: Whether the new array's children are those of the old one.
    """
    kept: list[Request] = []
    succeeded = failed = unknown = ordered = unpaired = 0
    met = has_started(job)
    for dependency in fields.structures(job, "dependsOn"):
        job_id, kind = raw_text(dependency, "jobId"), raw_text(dependency, "type")
        if kind == _SEQUENTIAL:
            if array_size is not None:
                kept.append({"type": _SEQUENTIAL})
            else:
                ordered += 1
            continue
        if job_id is None:
            continue
        status = statuses.get(job_id)
        # A job starts when all that it depends on has succeeded; children of an N_TO_N array start one by one.
        if status == SUCCEEDED or (status is None and met and kind != _N_TO_N):
            succeeded += 1
        elif status == FAILED:
            failed += 1
        else:
            pairs_up = kind == _N_TO_N and array_size is not None and same_array
            unpaired += kind == _N_TO_N and not pairs_up
            unknown += status is None
            kept.append({"jobId": job_id, "type": _N_TO_N} if pairs_up else {"jobId": job_id})
    notes: list[Note] = []
    if succeeded:
        notes.append(Note.info(f"depended on {_jobs(succeeded)} that {_have(succeeded)} SUCCEEDED: left out"))
    if failed:
        notes.append(Note.warning(f"depended on {_jobs(failed)} that FAILED, and would fail with it: left out"))
    if unpaired:
        notes.append(Note.warning(f"waits for the whole of {_jobs(unpaired)} instead of child by child (N_TO_N)"))
    if ordered:
        notes.append(Note.info("the order of the array's children (SEQUENTIAL) means nothing to a single job"))
    if unknown:
        doubt = f"had {_it(unknown)} FAILED, the new job would fail"
        notes.append(Note.warning(f"the status of {_jobs(unknown)} that it depends on is not known: {doubt}"))
    return kept, notes


def has_started(job: Api) -> bool:
    """Whether a job, or any child of an array, ever came as far as to start."""
    summary = fields.mapping(fields.mapping(job, "arrayProperties"), "statusSummary")
    return bool(fields.epoch_ms(job, "startedAt")) or any(fields.integer(summary, name) for name in _STARTED)


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count} jobs"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _it(count: int) -> str:
    return "it" if count == 1 else "one"
