"""Jobs of several accounts and regions in one list: what can be asked of them, and in which order they come."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.model.job import FAILED, JobSummary
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.query.jobs import JOB_FIELDS, JOB_SORTS, SortKey
from batchtui.query.steps import Steps, chosen, ordered

MOST: Final = 5_000
"""So many jobs at most are in the list: those that have not ended and those that failed before the others."""


@dataclass(frozen=True, slots=True)
class JobInContext:
    """A job, and where it is."""

    context: str
    job: JobSummary

    @property
    def key(self) -> str:
        """What it is known by: each account has ids of its own."""
        return f"{self.context}\n{self.job.job_id}"


def first_of_all(contexts: Mapping[str, Sequence[JobSummary]], most: int = MOST) -> Steps[list[JobInContext]]:
    """Jobs that are active or failed, the newest first; then those that succeeded, as far as there is room.

    Args:
        contexts: The jobs of each, by its name.
        most: So many at most.
    """
    found: list[JobInContext] = []
    for is_wanted in (_matters, _succeeded):
        rows: list[JobInContext] = []
        for name, jobs in contexts.items():
            wanted = yield from chosen(jobs, is_wanted)
            newest = yield from ordered(wanted, _created, is_reversed=True)
            rows += [JobInContext(name, job) for job in newest[: most - len(found)]]
        found += (yield from ordered(rows, lambda row: row.job.created_at, is_reversed=True))[: most - len(found)]
        if len(found) >= most:
            break
    return found


def _created(job: JobSummary) -> int | None:
    return job.created_at


def _matters(job: JobSummary) -> bool:
    return job.is_active or job.status == FAILED


def _succeeded(job: JobSummary) -> bool:
    return not _matters(job)


Field = TextField[JobSummary] | NumberField[JobSummary]


def _of_job(field: Field) -> TextField[JobInContext] | NumberField[JobInContext]:
    if isinstance(field, TextField):
        texts = field.read
        return TextField(lambda row: texts(row.job), is_searched=field.is_searched, synonyms=field.synonyms)
    number = field.read
    return NumberField(lambda row, now: number(row.job, now), is_duration=field.is_duration)


def _sort_of_job(key: SortKey) -> Callable[[JobInContext, float], object]:
    return lambda row, now: key(row.job, now)


FIELDS: Final[Fields[JobInContext]] = {
    "context": TextField(lambda row: (row.context,)),
    **{name: _of_job(field) for name, field in JOB_FIELDS.items()},
}
"""As of the jobs list, and ``context:``."""

SORTS: Final[Mapping[str, Callable[[JobInContext, float], object]]] = {
    "context": lambda row, now: row.context.casefold(),
    **{name: _sort_of_job(key) for name, key in JOB_SORTS.items()},
}
