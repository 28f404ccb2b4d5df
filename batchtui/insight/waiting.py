"""Why a job waits: what the rules come to, and the same in one line."""

from collections.abc import Sequence
from typing import Final

from batchtui.insight.case import Case, Finding, NotSeen, Rule, RuledOut
from batchtui.insight.situation import WaitingSituation
from batchtui.insight.verdict import Answer, Certainty, Verdict
from batchtui.insight.waiting_rules import RULES
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import RUNNABLE, TERMINAL_STATUSES, UNKNOWN, JobSummary
from batchtui.model.job_queue import JobQueueDetail

LINE: Final = 60
"""The most characters of an answer in one line."""
_LIKELY: Final = "likely: "
_NOT_WAITING: Final = ("RUNNING", *sorted(TERMINAL_STATUSES))
_NEVER_TOLD: Final = "AWS Batch never tells: EC2 quotas, Spot and zone capacity, network routes, {agent}"
_NEVER_TOLD_OF_SERVICE: Final = "AWS Batch never tells: SageMaker's quotas and capacity, and what its role may do"


def why_waiting(situation: WaitingSituation) -> Answer:
    """Everything that can be said: causes with the weightiest first, what was ruled out, and what is unknown."""
    case = Case(situation)
    if situation.job.status in _NOT_WAITING and case.status != RUNNABLE:
        return Answer((), unknown=(f"It does not wait: it is {situation.job.status}.",))
    rules = [rule for rule in RULES if {case.status, situation.job.status} & rule.statuses]
    findings = _spoken([(rule, rule.find(case)) for rule in rules])
    verdicts = tuple(found for _, found in findings if isinstance(found, Verdict))
    unknown = [found.words for _, found in findings if isinstance(found, NotSeen)]
    explained = any(isinstance(found, Verdict) and rule.explains for rule, found in findings)
    if case.status == RUNNABLE and not explained:
        unknown.append(_never_told(case))
    if not rules:
        what = "no status" if situation.job.status == UNKNOWN else f"the status {situation.job.status}"
        unknown.append(f"AWS told {what}, of which nothing more is known here")
    return Answer(
        verdicts, tuple(found.words for _, found in findings if isinstance(found, RuledOut)), tuple(unknown)
    )


def _never_told(case: Case) -> str:
    if case.job.is_service_job:
        return _NEVER_TOLD_OF_SERVICE
    is_on_eks = bool(case.environments) and all(each.kind == "EKS" for each in case.environments)
    return _NEVER_TOLD.format(agent="what Kubernetes says of its pod" if is_on_eks else "the ECS agent")


def one_line(answer: Answer) -> str:
    """The weightiest cause in at most 60 characters, for a list; empty where there is nothing to say."""
    if not answer.verdicts:
        return "Cause unknown" if answer.ruled_out else ""
    first = answer.verdicts[0]
    text = first.cause.rstrip(".")
    if first.certainty is Certainty.LIKELY and len(text) + len(_LIKELY) <= LINE:
        text = f"{_LIKELY}{text if text[:2].isupper() else text[:1].lower() + text[1:]}"
    return text if len(text) <= LINE else f"{text[: LINE - 1].rstrip()}…"


def quick_reason(
    job: JobSummary,
    queue: JobQueueDetail | None,
    environments: Sequence[ComputeEnvironmentDetail],
    *,
    now: int = 0,
    status_since: int | None = None,
) -> str | None:
    """The same for a row of a list, from what is there anyway: only what needs no further question to AWS.

    Args:
        job: Any job; one that does not wait has no reason.
        queue: Its queue, as far as it is known.
        environments: Those that are known, in any order: more than its queue's do no harm.
        now: Milliseconds since the epoch; 0 where no time is to be told.
        status_since: When it was first seen in its status, where that is known.
    """
    known = tuple(environments)
    case = Case(WaitingSituation(job, now, status_since=status_since, queue=queue, environments=known))
    for rule in RULES:
        if rule.is_quick and case.status in rule.statuses:
            found = rule.find(case)
            if isinstance(found, Verdict):
                return one_line(Answer((found,)))
    return None


def _spoken(findings: list[tuple[Rule, Finding]]) -> list[tuple[Rule, Finding]]:
    """Without the rules that another one, which has a verdict, makes needless."""
    silenced: set[str] = set()
    for rule, found in findings:
        if isinstance(found, Verdict) and rule.key not in silenced:
            silenced |= rule.silences
    return [(rule, found) for rule, found in findings if rule.key not in silenced]
