"""One job as it is remembered: what the lists told of it, and never its environment or its command."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from batchtui.model.fields import Pairs
from batchtui.model.job import UNKNOWN, ArrayProperties, JobSummary, NodeProperties
from batchtui.model.secrets import masked, masked_text
from batchtui.model.text import clean

COLUMNS: Final = (
    *("account", "region", "job_id", "at", "name", "queue", "definition", "status", "status_reason"),
    *("container_reason", "share", "arn_start", "created_at", "scheduled_at", "started_at", "stopped_at"),
    *("exit_code", "array_size", "array_index", "children", "nodes", "vcpus", "memory", "attempts", "tags"),
    *("service_job_type", "is_cancelled", "is_terminated", "seen_at"),
)
"""The table's columns, in the order of a row; ``at`` is what the order goes by, the newest first."""
TOLD_ONCE: Final = ("scheduled_at", "vcpus", "memory", "attempts", "tags")
"""What one answer tells and another does not: it stays as it was told."""
SEARCHED: Final = ("name", "job_id", "queue", "definition", "status", "status_reason", "container_reason", "share")
"""The columns in which plain words are looked for."""

_LONGEST_NAME = 400
_LONGEST_REASON = 2_000
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PastJob:
    """One row."""

    account: str
    region: str
    job: JobSummary
    """As it was seen last."""
    at: int
    """Epoch milliseconds: when it was created, else when it was first seen."""
    seen_at: int
    """Epoch milliseconds: when AWS last told something new of it."""
    forgotten_at: int | None
    """Epoch milliseconds: when AWS said that it does not know it any more; None where nobody has asked."""
    number: int
    """The row's own number in its file."""

    @property
    def key(self) -> str:
        """What a list knows it by: two accounts may have jobs of one id."""
        return f"{self.account} {self.region} {self.job.job_id}"

    @property
    def context(self) -> str:
        """Account and region."""
        return f"{self.account} · {self.region}"


def row_of(job: JobSummary, account: str, region: str, now_ms: int) -> tuple[Any, ...]:
    """A row for a job, without what looks secret.

    Args:
        job: What is known of it.
        account: The account's number.
        region: The region's name.
        now_ms: Epoch milliseconds.
    """
    array, nodes = job.array_properties, job.node_properties
    children = json.dumps(dict(array.status_summary)) if array is not None and array.status_summary else None
    return (
        account,
        region,
        job.job_id,
        job.created_at or job.started_at or job.stopped_at or now_ms,
        job.job_name[:_LONGEST_NAME],
        job.job_queue,
        _short(job.job_definition),
        job.status,
        _masked_reason(job.status_reason),
        _masked_reason(job.container_reason),
        job.share,
        job.arn_start,
        job.created_at,
        job.scheduled_at,
        job.started_at,
        job.stopped_at,
        job.exit_code,
        array.size if array is not None else None,
        array.index if array is not None else None,
        children,
        nodes.num_nodes if nodes is not None else None,
        job.vcpus,
        job.memory,
        job.attempts,
        _masked_tags(job.tags) if job.tags is not None else None,
        job.service_job_type,
        job.is_cancelled,
        job.is_terminated,
        now_ms,
    )


def job_of(row: Sequence[object]) -> PastJob:
    """A row read again: number, COLUMNS, ``forgotten_at``.

    Anybody who may write the file may have written anything into it: every text is cleaned, every type looked at.
    """
    (number, account, region, job_id, at, name, queue, definition, status, status_reason) = row[:10]
    (container_reason, share, arn_start, created_at, scheduled_at, started_at, stopped_at) = row[10:17]
    (exit_code, size, index, children, nodes, vcpus, memory, attempts, tags, service_job_type) = row[17:27]
    (is_cancelled, is_terminated, seen_at, forgotten_at) = row[27:]
    is_array = size is not None or index is not None
    job = JobSummary(
        job_id=_text(job_id) or "",
        job_name=_text(name) or "",
        job_queue=_text(queue) or "",
        status=_text(status) or UNKNOWN,
        arn_start=_text(arn_start),
        status_reason=_text(status_reason),
        created_at=_moment(created_at),
        scheduled_at=_moment(scheduled_at),
        started_at=_moment(started_at),
        stopped_at=_moment(stopped_at),
        exit_code=_integer(exit_code),
        container_reason=_text(container_reason),
        job_definition=_text(definition),
        share_identifier=_text(share),
        array_properties=(
            ArrayProperties(_integer(size), _integer(index), _children(children)) if is_array else None
        ),
        node_properties=NodeProperties(num_nodes=_integer(nodes)) if nodes is not None else None,
        is_cancelled=_flag(is_cancelled),
        is_terminated=_flag(is_terminated),
        vcpus=float(vcpus) if isinstance(vcpus, int | float) else None,
        tags=_tags(tags) if tags is not None else None,
        service_job_type=_text(service_job_type),
        memory=_integer(memory),
        attempts=_integer(attempts),
    )
    return PastJob(
        account=_text(account) or "",
        region=_text(region) or "",
        job=job,
        at=_moment(at) or 0,
        seen_at=_moment(seen_at) or 0,
        forgotten_at=_moment(forgotten_at),
        number=_integer(number) or 0,
    )


def _text(value: object) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _short(text: str | None) -> str | None:
    return text[:_LONGEST_NAME] if text is not None else None


@lru_cache(maxsize=1024)
def _masked_reason(text: str | None) -> str | None:
    """Thousands of jobs share a reason."""
    return masked_text(text)[:_LONGEST_REASON] if text is not None else None


@lru_cache(maxsize=1024)
def _masked_tags(tags: Pairs) -> str:
    return json.dumps([(name[:_LONGEST_NAME], masked(name, value)[:_LONGEST_NAME]) for name, value in tags])


def _moment(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value <= 253_402_214_400_000 else None


def _flag(value: object) -> bool | None:
    return bool(value) if isinstance(value, int) else None


@lru_cache(maxsize=1024)
def _read(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _children(text: object) -> tuple[tuple[str, int], ...]:
    found = _read(text)
    pairs = found.items() if isinstance(found, dict) else ()
    return tuple((clean(str(name)), count) for name, count in pairs if isinstance(count, int) and count < _LARGEST)


def _tags(text: object) -> Pairs | None:
    found = _read(text)
    if not isinstance(found, list):
        return None
    pairs = (pair for pair in found if isinstance(pair, list) and len(pair) == 2)
    return tuple((clean(str(name)), clean(str(value))) for name, value in pairs)
