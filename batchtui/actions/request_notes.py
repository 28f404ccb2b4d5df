"""What a person should know of a request before it is sent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from batchtui.model.text import clean

Request = dict[str, Any]
"""A request of SubmitJob, or a structure within one, as botocore takes it."""


class Severity(StrEnum):
    """How much a note matters."""

    INFO = "info"
    """The new job does the same as the old one."""
    WARNING = "warning"
    """The new job differs from the old one, or may fail."""
    BLOCKER = "blocker"
    """AWS Batch would refuse the request."""


@dataclass(frozen=True, slots=True)
class Note:
    """One remark in words."""

    severity: Severity
    text: str

    @classmethod
    def info(cls, text: str) -> Self:
        return cls(Severity.INFO, clean(text))

    @classmethod
    def warning(cls, text: str) -> Self:
        return cls(Severity.WARNING, clean(text))

    @classmethod
    def blocker(cls, text: str) -> Self:
        return cls(Severity.BLOCKER, clean(text))


def listed(names: list[str], most: int = 5) -> str:
    """Names for a sentence; of many only the first ones."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
