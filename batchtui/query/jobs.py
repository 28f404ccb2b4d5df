"""What can be asked of jobs, and by what they can be sorted."""

from collections.abc import Callable, Mapping
from typing import Any

from batchtui.format import age, ran, waited
from batchtui.model.job import SERVICE_JOB_STATUSES, TERMINAL_STATUSES, JobSummary
from batchtui.query.fields import Fields, NumberField, TextField

_ACTIVE = frozenset(status.casefold() for status in SERVICE_JOB_STATUSES if status not in TERMINAL_STATUSES)


def _tags(job: JobSummary) -> list[str]:
    return [f"{name}={value}" for name, value in job.tags or ()]


def _step(job: JobSummary) -> tuple[str]:
    from batchtui.insight.job_names import step_of  # only who asks for it needs it

    return (step_of(job.job_name, job.job_definition or "").key,)


def _cause(job: JobSummary) -> tuple[str]:
    from batchtui.insight.job_cause import cause_of  # only who asks for it needs it

    return (cause_of(job),)


JOB_FIELDS: Fields[JobSummary] = {
    "status": TextField(lambda job: (job.status,), synonyms={"active": _ACTIVE}),
    "queue": TextField(lambda job: (job.job_queue,)),
    "name": TextField(lambda job: (job.job_name,)),
    "id": TextField(lambda job: (job.job_id,)),
    "definition": TextField(lambda job: ((job.job_definition or "").rpartition("/")[2],)),
    "reason": TextField(lambda job: (job.container_reason, job.status_reason)),
    "share": TextField(lambda job: (job.share,)),
    "tag": TextField(_tags, is_searched=False),
    "step": TextField(_step, is_searched=False),
    "cause": TextField(_cause, is_searched=False),
    "exit": NumberField(lambda job, now: job.exit_code),
    "vcpus": NumberField(lambda job, now: job.vcpus),
    "age": NumberField(age, is_duration=True),
    "waited": NumberField(waited, is_duration=True),
    "ran": NumberField(ran, is_duration=True),
}
"""``tag:`` knows the tags of jobs that were described: the active ones, and those that ended since the start.
``step:`` and ``cause:`` are what groups are made by."""

SortKey = Callable[[JobSummary, float], Any]

JOB_SORTS: Mapping[str, SortKey] = {
    "age": age,
    "name": lambda job, now: job.job_name.casefold(),
    "status": lambda job, now: (
        SERVICE_JOB_STATUSES.index(job.status) if job.status in SERVICE_JOB_STATUSES else -1
    ),
    "waited": waited,
    "ran": ran,
    "vcpus": lambda job, now: job.vcpus,
    "queue": lambda job, now: job.job_queue.casefold(),
    "definition": lambda job, now: job.job_definition,
    "why": lambda job, now: job.container_reason or job.status_reason,
    "id": lambda job, now: job.job_id,
}
"""By column; what a job does not tell goes last, whichever way."""
