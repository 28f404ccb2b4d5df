"""What can be asked of rows that may lead to a job: all that can be asked of jobs."""

from collections.abc import Callable
from typing import TypeVar

from batchtui.model.job import JobSummary
from batchtui.query.fields import Fields, NumberField, TextField
from batchtui.query.jobs import JOB_FIELDS

Row = TypeVar("Row")


def fields_of_job(job: Callable[[Row], JobSummary | None]) -> Fields[Row]:
    """The fields of jobs, of the job of a row; a row without one has no values.

    Args:
        job: Tells it.
    """
    return {name: _of_job(field, job) for name, field in JOB_FIELDS.items()}


def _of_job(
    field: TextField[JobSummary] | NumberField[JobSummary], job: Callable[[Row], JobSummary | None]
) -> TextField[Row] | NumberField[Row]:
    if isinstance(field, TextField):
        texts = field.read
        return TextField(lambda row: texts(it) if (it := job(row)) else (), field.is_searched, field.synonyms)
    number = field.read
    return NumberField(lambda row, now: number(it, now) if (it := job(row)) else None, field.is_duration)
