"""What a person calls a job on the command line: its id, its ARN, a child or a node of it."""

import re
from dataclasses import dataclass, replace
from typing import Final

from batchtui.model.fields import arn_name
from batchtui.model.job import is_service_job_arn
from batchtui.settings import Settings, StartError

_JOB_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}([:#][0-9]{1,5})?")
_REGION: Final = 3
"""Where an ARN, taken apart at its colons, names the region."""


@dataclass(frozen=True, slots=True)
class NamedJob:
    """One job, as far as its name tells."""

    job_id: str
    region: str | None = None
    """Only an ARN names it."""
    is_service_job: bool = False
    """Whether an ARN says so; of an id nobody knows."""


def named_job(text: str) -> NamedJob:
    """Reads an id, an ARN, ``array-id:index`` or ``id#node``.

    Raises:
        StartError: It is none of these.
    """
    text = text.strip()
    job_id = arn_name(text)
    if not _JOB_ID.fullmatch(job_id) or (text.startswith("arn:") and "job/" not in text):
        shown = "".join(each if each.isprintable() else "?" for each in text[:80])
        raise StartError(
            f"'{shown}' is no job: its id is wanted, its ARN, ID:INDEX of an array's child or ID#NODE."
        )
    if not text.startswith("arn:"):
        return NamedJob(job_id)
    parts = text.split(":")
    return NamedJob(job_id, parts[_REGION] or None, is_service_job_arn(text))


def settings_for(job: NamedJob, settings: Settings) -> Settings:
    """The same settings, in the region that an ARN names.

    Raises:
        StartError: Another region was asked for.
    """
    if job.region is None or settings.demo:
        return settings
    if settings.region not in (None, job.region):
        raise StartError(f"The job is in {job.region}, and {settings.region} was asked for.")
    return replace(settings, region=job.region)
