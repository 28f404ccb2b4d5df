"""What the retry strategy did: which rule of evaluateOnExit met each attempt, and what followed.

See "Automated job retries" in the AWS Batch user guide: the conditions of a rule hold together, the first rule
that holds decides, none means RETRY; a pattern matches exactly, or its start where it ends in ``*``. Only the
action may be written in any case.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from batchtui.insight.failure_facts import quoted
from batchtui.model.job import FAILED, SUCCEEDED, TERMINAL_STATUSES, JobSummary
from batchtui.model.job_detail import AttemptDetail, EvaluateOnExit, JobDetail
from batchtui.model.service_job import ServiceJobDetail


@dataclass(frozen=True, slots=True)
class _End:
    """What evaluateOnExit looks at."""

    status_reason: str
    reason: str
    exit_code: int | None

    @property
    def words(self) -> str:
        """How it ended, shortly."""
        told = self.reason or self.status_reason
        code = "" if self.exit_code is None else f"exit code {self.exit_code}"
        return ", ".join(part for part in (code, quoted(told) if told else "") if part) or "no reason told"


def what_retry_did(job: JobDetail | ServiceJobDetail) -> tuple[str, ...]:
    """One sentence for each attempt that failed, and one for how many were used; none without an attempt."""
    summary, rules = job.summary, job.evaluate_on_exit
    ends = [
        _end(each) if isinstance(each, AttemptDetail) else _End(each.status_reason or "", "", None)
        for each in job.attempts
    ]
    if not ends:
        return ()
    allowed = max(job.retry_attempts or 1, 1)
    is_over = summary.status in TERMINAL_STATUSES
    said = []
    for number, end in enumerate(ends, 1):
        is_last = number == len(ends)
        if is_last and summary.status == SUCCEEDED:
            said.append(f"Attempt {number} succeeded.")
            continue
        followed = not is_last or not is_over
        said.append(f"Attempt {number}: {end.words}. {_decision(rules, end, followed)}")
    said.append(_account(summary, len(ends), allowed, rules, ends[-1]))
    return tuple(said)


def matching_rule(
    rules: Iterable[EvaluateOnExit], status_reason: str, reason: str, exit_code: int | None
) -> int | None:
    """The place of the first rule that holds, counted from 0."""
    for place, rule in enumerate(rules):
        conditions = (
            (rule.on_status_reason, status_reason),
            (rule.on_reason, reason),
            (rule.on_exit_code, "" if exit_code is None else str(exit_code)),
        )
        if all(pattern is None or _matches(pattern, value) for pattern, value in conditions):
            return place
    return None


def _matches(pattern: str, value: str) -> bool:
    return value.startswith(pattern[:-1]) if pattern.endswith("*") else value == pattern


def _end(attempt: AttemptDetail) -> _End:
    """Of several containers the one that decides: the first that failed."""
    failed = [each for each in attempt.containers if each.exit_code] or [
        each for each in attempt.containers if each.reason or each.exit_code is not None
    ]
    one = failed[0] if failed else None
    return _End(attempt.status_reason or "", (one.reason or "") if one else "", one.exit_code if one else None)


def _decision(rules: tuple[EvaluateOnExit, ...], end: _End, followed: bool) -> str:
    if not rules:
        return (
            "No evaluateOnExit: it is tried again while attempts are left." if followed else "No evaluateOnExit."
        )
    place = matching_rule(rules, end.status_reason, end.reason, end.exit_code)
    if place is None:
        return "No rule of evaluateOnExit matched, which means RETRY."
    return f"Rule {place + 1} ({_conditions(rules[place])}) matched: {_action(rules[place])}."


def _conditions(rule: EvaluateOnExit) -> str:
    named = (
        ("onStatusReason", rule.on_status_reason),
        ("onReason", rule.on_reason),
        ("onExitCode", rule.on_exit_code),
    )
    return ", ".join(f"{name} {quoted(value)}" for name, value in named if value is not None) or "no condition"


def _action(rule: EvaluateOnExit) -> str:
    return (rule.action or "no action told").upper()


def _account(summary: JobSummary, used: int, allowed: int, rules: tuple[EvaluateOnExit, ...], last: _End) -> str:
    """How many attempts were used, and why no other one follows."""
    count = f"{used} of {allowed} {'attempt' if allowed == 1 else 'attempts'} used"
    if summary.status != FAILED:
        return f"{count}."
    if used >= allowed:
        return f"{count}: none is left." if allowed > 1 else f"{count}: retryStrategy allows no other."
    if summary.is_cancelled or summary.is_terminated:
        return f"{count}: what somebody stops is not tried again."
    place = matching_rule(rules, last.status_reason, last.reason, last.exit_code)
    if place is not None and _action(rules[place]) == "EXIT":
        return f"{count}: rule {place + 1} ended it."
    return f"{count}: AWS does not tell why no other followed."
