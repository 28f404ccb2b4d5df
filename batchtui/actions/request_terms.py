"""Everything of SubmitJob that does not stand in a container: parameters, retries, time-out, tags, share."""

from typing import Any

from batchtui.actions.request_container import Difference
from batchtui.actions.request_notes import Note, Request
from batchtui.actions.request_values import raw_text, string_map
from batchtui.model import fields
from batchtui.model.fields import Api

_NO_RETRY: Request = {"attempts": 1}
"""What DescribeJobs shows of a job for which nobody asked for retries."""


def terms_of(job: Api, definition: Api, *, known: bool) -> Difference:
    """Parameters, retryStrategy, timeout, propagateTags and tags where they differ from the definition's.

    Args:
        job: The job as DescribeJobs shows it.
        definition: Its definition's revision, empty where that could not be read.
        known: Whether it could be read.
    """
    found: Request = {}
    notes: list[Note] = []
    defined = string_map(definition, "parameters")
    parameters = {k: v for k, v in string_map(job, "parameters").items() if k not in defined or defined[k] != v}
    if parameters:
        found["parameters"] = parameters
    retry = retry_of(job)
    if retry and (not known or retry != (retry_of(definition) or _NO_RETRY)):
        found["retryStrategy"] = retry
    seconds, defined_seconds = timeout_of(job), timeout_of(definition)
    if seconds and seconds != defined_seconds:
        found["timeout"] = {"attemptDurationSeconds": seconds}
    elif defined_seconds and not seconds:
        # A request can only name another time-out, never none.
        notes.append(Note.warning(f"the job definition's time-out applies: {defined_seconds} s an attempt"))
    propagates = fields.flag(job, "propagateTags")
    default = bool(fields.flag(definition, "propagateTags")) if known else None
    # Jobs on EKS must not name it at all.
    if propagates is not None and propagates != default and not fields.mapping(job, "eksProperties"):
        found["propagateTags"] = propagates
    tags = tags_of(job)
    if tags:
        found["tags"] = tags
    return found, notes


def share_of(job: Api, definition: Api) -> Request:
    """The shareIdentifier, and the priority within the share where it is not the definition's."""
    share = raw_text(job, "shareIdentifier")
    if share is None:  # a queue without a fair-share policy refuses both
        return {}
    found: Request = {"shareIdentifier": share}
    priority = fields.integer(job, "schedulingPriority")
    if priority is not None and priority != fields.integer(definition, "schedulingPriority"):
        found["schedulingPriorityOverride"] = priority
    return found


def tags_of(job: Api) -> dict[str, str]:
    """The job's own tags, all of them: a definition's tags are not passed on to its jobs.

    Tags that begin with ``aws:`` are AWS's own and refused in a request, and an answer may hold the resource's
    ARN among its tags.
    """
    return {
        key: value
        for key, value in string_map(job, "tags").items()
        if not key.lower().startswith("aws:") and not (key == "resourceArn" and value.startswith("arn:"))
    }


def retry_of(data: Api) -> Request:
    """A retryStrategy without what is empty; replaced as a whole by a request's own."""
    strategy = fields.mapping(data, "retryStrategy")
    found: Request = {}
    attempts = fields.integer(strategy, "attempts")
    if attempts:
        found["attempts"] = attempts
    rules = [_rule(rule) for rule in fields.structures(strategy, "evaluateOnExit")]
    if rules:
        found["evaluateOnExit"] = rules
        found.setdefault("attempts", 1)
    return found


def timeout_of(data: Api) -> int | None:
    """The time-out of one attempt in seconds."""
    return fields.integer(fields.mapping(data, "timeout"), "attemptDurationSeconds") or None


def _rule(rule: Api) -> dict[str, Any]:
    found = {
        key: value
        for key in ("onStatusReason", "onReason", "onExitCode")
        if (value := raw_text(rule, key)) is not None
    }
    # AWS takes an action in either case: one spelling, so that rules can be compared.
    return found | {"action": (raw_text(rule, "action") or "EXIT").upper()}
