"""What the retry strategy did: which rule of evaluateOnExit met each attempt, and what followed.

See "Automated job retries" in the AWS Batch user guide: the conditions of a rule hold together, the first rule
that holds decides, none means RETRY; a pattern matches exactly, or its start where it ends in ``*``. Only the
action may be written in any case.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from batchtui.insight.quoting import quoted
from batchtui.model.job import FAILED, SUCCEEDED, TERMINAL_STATUSES, JobSummary
from batchtui.model.job_detail import AttemptDetail, EvaluateOnExit, JobDetail
from batchtui.model.service_job import ServiceJobDetail

_TIMED_OUT = "Job attempt duration exceeded timeout"
"""Such an attempt is the last one, whatever the strategy: see "Job timeouts" in the same guide."""


@dataclass(frozen=True, slots=True)
class End:
    """What evaluateOnExit looks at."""

    status_reason: str
    reason: str
    exit_code: int | None
    is_of_service: bool = False
    """Whether another service ran it, of which the guide does not say what follows a time-out."""

    @property
    def is_timed_out(self) -> bool:
        """Whether AWS Batch ended it because its time was over, after which it tries nothing again."""
        return self.status_reason.startswith(_TIMED_OUT) and not self.is_of_service

    @property
    def words(self) -> str:
        """How it ended, shortly."""
        told = self.reason or self.status_reason
        code = "" if self.exit_code is None else f"exit code {self.exit_code}"
        words = quoted(told, to_its_end=not self.is_of_service) if told else ""
        return ", ".join(part for part in (code, words) if part) or "no reason told"


def what_retry_did(job: JobDetail | ServiceJobDetail) -> tuple[str, ...]:
    """One sentence for each attempt that failed, and one for how many were used; none without an attempt."""
    summary, rules = job.summary, job.evaluate_on_exit
    ends = [
        end_of(each)
        if isinstance(each, AttemptDetail)
        else End(each.status_reason or "", "", None, is_of_service=True)
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
        stop = "" if end.words.endswith(".”") else "."
        said.append(f"Attempt {number}: {end.words}{stop} {_decision(rules, end, followed)}".strip())
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


def end_of(attempt: AttemptDetail) -> End:
    """Of several containers the one that decides: the first that failed."""
    failed = [each for each in attempt.containers if each.exit_code] or [
        each for each in attempt.containers if each.reason or each.exit_code is not None
    ]
    one = failed[0] if failed else None
    return End(attempt.status_reason or "", (one.reason or "") if one else "", one.exit_code if one else None)


def decision_of(rules: tuple[EvaluateOnExit, ...], end: End) -> tuple[int, str] | None:
    """The place of the rule that meets this end, and its action; None where none does."""
    place = matching_rule(rules, end.status_reason, end.reason, end.exit_code)
    return None if place is None else (place, _action(rules[place]))


def _decision(rules: tuple[EvaluateOnExit, ...], end: End, followed: bool) -> str:
    if end.is_timed_out:
        return "" if followed else "What runs into its time-out is not tried again."
    if not rules:
        return (
            "No evaluateOnExit: it is tried again while attempts are left." if followed else "No evaluateOnExit."
        )
    met = decision_of(rules, end)
    if met is None:
        return "No rule of evaluateOnExit matched, which means RETRY."
    place, action = met
    against = ", yet another attempt followed" if followed and action == "EXIT" else ""
    return f"Rule {place + 1} ({_conditions(rules[place])}) matched: {action}{against}."


def _conditions(rule: EvaluateOnExit) -> str:
    named = (
        ("onStatusReason", rule.on_status_reason),
        ("onReason", rule.on_reason),
        ("onExitCode", rule.on_exit_code),
    )
    return ", ".join(f"{name} {quoted(value)}" for name, value in named if value is not None) or "no condition"


def _action(rule: EvaluateOnExit) -> str:
    return (rule.action or "no action told").upper()


def _account(summary: JobSummary, used: int, allowed: int, rules: tuple[EvaluateOnExit, ...], last: End) -> str:
    """How many attempts were used, and why no other one follows."""
    count = f"{used} of {allowed} {'attempt' if allowed == 1 else 'attempts'} used"
    if summary.status != FAILED:
        return f"{count}."
    if used >= allowed:
        return f"{count}: none is left." if allowed > 1 else f"{count}: retryStrategy allows no other."
    if summary.is_cancelled or summary.is_terminated:
        return f"{count}: what somebody stops is not tried again."
    if last.is_timed_out:
        return f"{count}: none follows a time-out."
    met = decision_of(rules, last)
    if met is not None and met[1] == "EXIT":
        return f"{count}: rule {met[0] + 1} ended it."
    return f"{count}: AWS does not tell why no other followed."
