"""The cause of a failure in a few words, one for all that failed alike: ten thousand failures are three causes.

It rests on what a list knows, nothing is asked. Ids, times, hosts and numbers in AWS's words do not make two
causes of one.
"""

import re
from functools import lru_cache
from typing import Final

from batchtui.insight.failure_rule import SIGNALS
from batchtui.insight.quick import quick_cause
from batchtui.model.job import FAILED, JobSummary
from batchtui.model.secrets import masked_text
from batchtui.model.text import clean

NO_REASON: Final = "no reason given"
CHILDREN_FAILED: Final = "Children of the array failed"
"""How many they are differs from array to array."""
_SAYS_NOTHING: Final = ("Essential container in task exited", "Task failed to start", "Error")
"""AWS's words for any end at all: they stand only where there is nothing else to say."""
_LONGEST: Final = 200
_KEPT: Final = 4_096  # forms of reasons; a reason that names a host is another one for each job
_VARIABLE = re.compile(
    r"arn:aws[\w-]*:[^\s,;\"')]+"
    r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b(?:i|fs|fsap|eni|subnet|sg|vpc|lt|ami)-[0-9a-f]{8,17}\b"
    r"|\bip-[0-9]+(?:-[0-9]+){3}[\w.-]*"
    r"|\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?\b"
    r"|\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9:]+)?\b"
    r"|\b(?=[a-f]*[0-9])[0-9a-f]{12,}\b"
    r"|(?<![^\W\d_])[0-9]+(?:\.[0-9]+)?"
)


def cause_of(job: JobSummary) -> str:
    """Why a job failed, as ``exit 137 · Out of memory: the kernel killed it``; empty where it has not failed."""
    if job.status != FAILED:
        return ""
    nodes = job.node_properties
    return _cause(
        job.exit_code,
        alike(job.status_reason or ""),
        alike(job.container_reason or ""),
        bool(job.is_cancelled),
        bool(job.is_terminated),
        job.is_service_job,
        job.array_properties is not None,
        None if nodes is None else (nodes.num_nodes is not None, nodes.node_index is not None, nodes.is_main_node),
    )(job)


@lru_cache(maxsize=_KEPT)
def alike(reason: str) -> str:
    """A reason with ``*`` in place of what differs from job to job; clean, masked and of bounded length."""
    text = masked_text(clean(reason[: 2 * _LONGEST]))
    text = _VARIABLE.sub("*", text).strip().rstrip(".")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class _Cause:
    """The cause of all that failed alike, found out with the first of them."""

    __slots__ = ("_text",)

    def __init__(self) -> None:
        self._text: str | None = None

    def __call__(self, job: JobSummary) -> str:
        if self._text is None:
            self._text = _words(job)
        return self._text


@lru_cache(maxsize=_KEPT)
def _cause(*signs: object) -> _Cause:
    return _Cause()


def _words(job: JobSummary) -> str:
    code = f"exit {job.exit_code}" if job.exit_code else ""
    verdict = quick_cause(job)
    if verdict is not None:
        words = CHILDREN_FAILED if verdict.rule == "array-child-failed" else alike(verdict.cause)
        # ``(exit code 2)`` in the sentence says it already.
        return f"{code} · {words}" if code and not re.search(r"exit code (?:\*|\d)", words) else words
    reasons = dict.fromkeys(alike(reason) for reason in (job.container_reason, job.status_reason) if reason)
    told = [reason for reason in reasons if reason and reason not in _SAYS_NOTHING]
    if job.exit_code in SIGNALS:
        code = f"{code} ({SIGNALS[job.exit_code]})"
    return " · ".join(part for part in (code, *told) if part) or next(iter(reasons), NO_REASON) or NO_REASON
