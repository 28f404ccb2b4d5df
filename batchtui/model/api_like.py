"""Our values under AWS's own names again, for whoever reads them as JSON."""

from dataclasses import fields, is_dataclass
from typing import Any


def api_like(value: Any) -> Any:
    """A dataclass as a dictionary by AWS's names, without the members that AWS did not tell."""
    if is_dataclass(value) and not isinstance(value, type):
        told = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {_camel(name): api_like(item) for name, item in told if item is not None}
    if isinstance(value, tuple):  # pairs, or the ids of jobs
        is_ids = all(isinstance(each, str) for each in value)
        return [{"jobId": each} for each in value] if value and is_ids else dict(value)
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
