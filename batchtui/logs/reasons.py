"""Why jobs have no log, in the words of ``places``, with the names of the jobs where there are several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from batchtui.model.job import JobSummary

_PART = re.compile(r"[:#]\d+$")


@dataclass(frozen=True, slots=True)
class Reason:
    """What there is to say of one job."""

    job_id: str
    job_name: str
    text: str


def name_of(job: JobSummary) -> str:
    """A job's name, with the index of the child or the node that it is."""
    part = _PART.search(job.job_id)
    return f"{job.job_name or 'job'}{part[0] if part else ''}"


def with_names(reasons: Sequence[Reason], number_of_jobs: int) -> tuple[str, ...]:
    """Each reason once, with the job that it is about; what is true of all of several jobs needs no name."""
    jobs: dict[str, dict[str, str]] = {}
    for reason in reasons:
        jobs.setdefault(reason.text, {})[reason.job_id] = reason.job_name
    return tuple(
        text if len(names) == number_of_jobs > 1 else _of(text, list(names.values()))
        for text, names in jobs.items()
    )


def _of(text: str, names: Sequence[str]) -> str:
    first, others = names[0], len(names) - 1
    whose = first if not others else f"{first} and {others} other{'s' if others > 1 else ''}"
    return f"{whose} {text}" if text.startswith("never started") else f"{whose}: {text}"
