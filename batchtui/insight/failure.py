"""Why a job failed: reasons, exit codes, attempts and the end of the log, read together."""

from collections.abc import Sequence
from dataclasses import replace

from batchtui.insight.failure_facts import Failure, span
from batchtui.insight.failure_rule import ANY, Rule
from batchtui.insight.failure_rules import FIELD_RULES, HINTS
from batchtui.insight.failure_rules_code import READ_LOG
from batchtui.insight.failure_rules_log import IN_TRAINING
from batchtui.insight.retries import what_retry_did
from batchtui.insight.verdict import Answer, Certainty, Verdict
from batchtui.model.job import SUCCEEDED, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail

__all__ = ["what_retry_did", "why_failed", "why_service_job_failed"]

_MEANS_LITTLE = ("general-error", "other-exit-code", "exit-255", "wrong-usage")
"""Rules of exit codes that each program chooses for itself."""
_WITHOUT_LOG = ("array-child-failed", "dependency-failed", "queue-deleted", "main-node-failed")


def why_failed(
    job: JobDetail,
    *,
    child: JobSummary | None = None,
    dependencies: Sequence[JobSummary] = (),
    log_tail: Sequence[str] = (),
) -> Answer:
    """Why a job, or the last attempt of a job that is tried again, failed.

    Args:
        job: The job in full.
        child: Of an array's parent, a child that FAILED.
        dependencies: The jobs that it depended on, as far as they are known.
        log_tail: The last lines of its log.

    Returns:
        The verdict by what AWS tells, and behind it what the log hints at, where that does not contradict it;
        with no verdict, or an uncertain one, what it was not.
    """
    return _answer(Failure.of(job, child=child, dependencies=dependencies, log_tail=log_tail))


def why_service_job_failed(job: ServiceJobDetail, *, log_tail: Sequence[str] = ()) -> Answer:
    """The same for a service job, which has no containers that AWS Batch knows of."""
    return _answer(Failure.of_service_job(job, log_tail=log_tail))


def _answer(failure: Failure) -> Answer:
    if not failure.has_failed:
        status = failure.summary.status
        return Answer((), ruled_out=("it SUCCEEDED" if status == SUCCEEDED else f"it has not failed: {status}",))
    verdicts = tuple(_verdicts(failure))
    is_certain = bool(verdicts) and verdicts[0].certainty is Certainty.TOLD
    return Answer(
        verdicts,
        ruled_out=() if is_certain else tuple(_ruled_out(failure, verdicts)),
        unknown=tuple(_unknown(failure, verdicts)),
    )


def _verdicts(failure: Failure) -> list[Verdict]:
    found: list[Verdict] = []
    themes = ANY
    for rule in FIELD_RULES:
        if (verdict := _verdict(rule, failure)) is not None:
            found.append(verdict)
            themes = rule.log
            break
    for rule in HINTS:
        if themes != ANY and rule.theme not in themes and rule.key not in themes:
            continue
        if (verdict := _verdict(rule, failure)) is not None:
            return _together(found, verdict, failure)
    return found


def _together(found: list[Verdict], hint: Verdict, failure: Failure) -> list[Verdict]:
    """An exit code that means little by itself is told with what the log says, and nobody is sent to read that."""
    if failure.summary.is_service_job and hint.rule in IN_TRAINING:
        hint = replace(hint, remedies=(IN_TRAINING[hint.rule],))
    if found and set(hint.remedies) <= set(found[0].remedies):
        return [*found, replace(hint, remedies=())]
    if not found or found[0].rule not in _MEANS_LITTLE:
        return [*found, hint]
    what = hint.cause.replace("The log says that", "by its log,").replace("The log", "the log")
    remedies = (*hint.remedies, *(each for each in found[0].remedies if each != READ_LOG))
    first = replace(found[0], cause=f"Exit code {failure.code}; {what}", remedies=remedies)
    return [first, replace(hint, remedies=())]


def _verdict(rule: Rule, failure: Failure) -> Verdict | None:
    signs = rule.sign(failure)
    if signs is None:
        return None
    more = (piece(failure) for piece in rule.also)
    evidence = dict.fromkeys((*signs, *(piece for piece in more if piece)))
    return Verdict(
        rule=rule.key,
        cause=rule.cause if isinstance(rule.cause, str) else rule.cause(failure),
        certainty=rule.certainty,
        evidence=tuple(evidence),
        remedies=tuple(filter(None, (each if isinstance(each, str) else each(failure) for each in rule.remedies))),
        link=rule.link,
        leads=rule.leads(failure),
    )


def _ruled_out(failure: Failure, verdicts: Sequence[Verdict]) -> list[str]:
    """What a person would think of next and AWS's data exclude; nothing that a verdict leaves open."""
    named = {verdict.rule for verdict in verdicts}
    found = []
    ran, limit = failure.ran_seconds, failure.timeout_seconds
    if ran is not None and not limit:
        found.append(f"time-out: none is set (ran {span(ran)})")
    elif ran is not None and limit and ran < limit:
        found.append(f"time-out: ran {span(ran)} of {span(limit)}")
    if failure.code not in (None, 137) and not named & {"log-memory", "log-java-heap", "log-killed"}:
        found.append(f"the memory limit: exit code {failure.code}, no OutOfMemoryError told")
    if failure.status_reasons and not failure.summary.is_service_job:
        found.append("Spot: no host loss told")
    if not (failure.summary.is_cancelled or failure.summary.is_terminated or "stopped-with-a-reason" in named):
        found.append("a person: neither isCancelled nor isTerminated")
    if failure.ran_at_all and not failure.summary.is_service_job:
        found.append("the image: a container ran")
    return found


def _unknown(failure: Failure, verdicts: Sequence[Verdict]) -> list[str]:
    rule = verdicts[0].rule if verdicts else ""
    found = []
    if rule == "array-child-failed" and failure.child is None:
        found.append("which child: its children were not looked at")
    if rule == "dependency-failed" and not failure.dependencies:
        found.append("which job: those it depended on were not looked at")
    is_certain = bool(verdicts) and verdicts[0].certainty is Certainty.TOLD
    if not failure.log and failure.ran_at_all and not is_certain and rule not in _WITHOUT_LOG:
        found.append("its log: not read")
    return found
