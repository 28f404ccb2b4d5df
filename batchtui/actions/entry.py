"""One thing that was done to jobs from here, as it is remembered and written."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from batchtui.model.secrets import masked_text

FIRST_IDS: Final = 20
"""Ids that an entry names; the others are only counted."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, as far as it is known, and where."""

    account: str | None = None
    arn: str | None = None
    region: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One thing that was done, to one job or to many, or to a queue, an environment or a definition."""

    at: float
    """Epoch seconds."""
    actor: Actor
    action: str
    """AWS's name of it, such as ``TerminateJob``."""
    count: int
    """How many jobs, or other things, it was for."""
    job_ids: tuple[str, ...]
    """The first of them; the name or ARN of what is no job."""
    reason: str
    """What AWS was told, or what became what."""
    outcome: str
    """``accepted``, ``failed``, ``in doubt``, ``not asked``."""
    error: str | None = None
    new_job_id: str | None = None

    def as_line(self) -> str:
        """As one line of JSON, without its end; what looks secret in a text that somebody typed is masked."""
        moment = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        values = {
            "time": moment.replace("+00:00", "Z"),
            **asdict(self.actor),
            "action": self.action,
            "count": self.count,
            "jobs": self.job_ids,
            "reason": masked_text(self.reason),
            "outcome": self.outcome,
            "error": self.error and masked_text(self.error),
            "new_job": self.new_job_id,
        }
        return json.dumps({name: value for name, value in values.items() if value is not None})
