"""Our values under AWS's own names again, for whoever reads them as JSON."""

from dataclasses import fields, is_dataclass
from typing import Any

from batchtui.model.job import JobSummary


def api_like(value: Any) -> Any:
    """A dataclass as a dictionary by AWS's names, without the members that AWS did not tell."""
    if is_dataclass(value) and not isinstance(value, type):
        told = ((field.name, getattr(value, field.name)) for field in fields(value))
        named = {_camel(name): api_like(item) for name, item in told if item is not None}
        return _by_aws_names(value, named) if isinstance(value, JobSummary) else named
    if isinstance(value, tuple):  # pairs, or the ids of jobs
        is_ids = all(isinstance(each, str) for each in value)
        return [{"jobId": each} for each in value] if value and is_ids else dict(value)
    return value


def _by_aws_names(job: JobSummary, named: dict[str, Any]) -> dict[str, Any]:
    """What a job keeps in a shape of our own, because there are many of them, in AWS's."""
    own: dict[str, tuple[str, Any]] = {"arnStart": ("jobArn", job.job_arn)}
    if job.consumables is not None:
        resources = [{"consumableResource": name} for name in job.consumables]
        own["consumables"] = ("consumableResourceProperties", {"consumableResourceList": resources})
    return dict(own.get(name, (name, item)) for name, item in named.items())


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
