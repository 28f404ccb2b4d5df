"""Why a job waits: what the rules come to, and the same in one line."""

from collections.abc import Mapping
from typing import Final

from batchtui.insight.case import Case, Finding, NotSeen, Rule, RuledOut
from batchtui.insight.phrases import listed, short
from batchtui.insight.quick import NO_CAUSE, Line
from batchtui.insight.situation import WaitingSituation
from batchtui.insight.verdict import Answer, Certainty, Verdict
from batchtui.insight.waiting_rules import RULES
from batchtui.model.job import RUNNABLE, TERMINAL_STATUSES, UNKNOWN

LINE: Final = 60
"""The most characters of an answer in one line."""
ORDINARY: Final = frozenset(
    ("submitted", "scheduled", "starting", "dependencies-open", "dependencies-over", "one-after-another")
)
"""Rules of what every job passes through, as long as they are sure of it."""
_LIKELY: Final = "likely: "
_WEIGHTIEST: Final = ("capacity-full", "above-instance-types", "some-environments-out")
"""The rules whose ruling out says most in few words: how full it is, that it fits, that it is open."""
_LOOKED_AT: Final = frozenset[str]().union(*(rule.statuses for rule in RULES))
_NOT_WAITING: Final = ("RUNNING", *sorted(TERMINAL_STATUSES))
_NEVER_TOLD: Final = "AWS Batch never tells: EC2 quotas, Spot and zone capacity, network routes, {agent}"
_NEVER_TOLD_OF_SERVICE: Final = "AWS Batch never tells: SageMaker's quotas and capacity, and what its role may do"


def why_waiting(situation: WaitingSituation) -> Answer:
    """Everything that can be said: causes with the weightiest first, what was ruled out, and what is unknown."""
    case = Case(situation)
    if situation.job.status in _NOT_WAITING and case.status != RUNNABLE:
        return Answer((), unknown=(f"It does not wait: it is {situation.job.status}.",))
    findings = _findings(case)
    verdicts = tuple(found for _, found in findings if isinstance(found, Verdict))
    unknown = [found.words for _, found in findings if isinstance(found, NotSeen)]
    explained = any(isinstance(found, Verdict) and rule.explains for rule, found in findings)
    if case.status == RUNNABLE and not explained:
        unknown.append(_never_told(case))
    if not {case.status, situation.job.status} & _LOOKED_AT:
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
    if first.certainty is Certainty.LIKELY:  # that it is not certain is worth more than the end of a name
        text = f"{_LIKELY}{text if text[1:2].isupper() else text[:1].lower() + text[1:]}"
    return text if len(text) <= LINE else f"{text[: LINE - 1].rstrip()}…"


def quick_reason(situation: WaitingSituation) -> str | None:
    """The same for a row of a list, from what is there anyway: only what needs no further question to AWS.

    None where it has no cause, as a job that does not wait. Environments of other queues do no harm, and a time
    of 0 is told nowhere.
    """
    found = _quick(Case(situation))[0]
    return one_line(Answer((found,))) if found is not None else None


def quick_line(situation: WaitingSituation) -> Line:
    """The cause in one line; of a RUNNABLE job without one, that, and how full it is as far as that is known."""
    case = Case(situation)
    found, ruled_out = _quick(case)
    if found is not None:
        is_ordinary = found.rule in ORDINARY and found.certainty is not Certainty.LIKELY
        return Line(one_line(Answer((found,))), is_ordinary)
    if case.status != RUNNABLE or situation.queue is None:
        return Line("")
    return Line(nothing_seen(case, ruled_out if situation.load is not None else {}, most=1))


def line_of(situation: WaitingSituation) -> str:
    """The same of a job that AWS has described, with all rules and with more of what they ruled out."""
    case = Case(situation)
    findings = _findings(case)
    found = [each for _, each in findings if isinstance(each, Verdict)]
    if found:
        return one_line(Answer((found[0],)))
    if case.status != RUNNABLE:
        return ""
    return nothing_seen(case, {rule.key: each.words for rule, each in findings if isinstance(each, RuledOut)})


def nothing_seen(case: Case, ruled_out: Mapping[str, str], most: int = len(_WEIGHTIEST)) -> str:
    """That no rule found a cause, who looks further, and the weightiest of what they ruled out.

    A list knows neither the place in the queue, nor the shares, nor what is left of consumable resources.
    """
    takes = case.job.consumables
    told = f"{NO_CAUSE}, w asks {f'for {listed([short(each) for each in takes], 1)}' if takes else 'AWS'}"
    words = [ruled_out[key] for key in _WEIGHTIEST if key in ruled_out]
    return f"{told}: {'; '.join(words[:most])}" if words else told


def _quick(case: Case) -> tuple[Verdict | None, dict[str, str]]:
    """The first cause that needs nothing but the lists; and what was ruled out before it, by the rules' keys."""
    ruled_out: dict[str, str] = {}
    for rule in RULES:
        if rule.is_quick and case.status in rule.statuses:
            found = rule.find(case)
            if isinstance(found, Verdict):
                return found, ruled_out
            if isinstance(found, RuledOut):
                ruled_out[rule.key] = found.words
    return None, ruled_out


def _findings(case: Case) -> list[tuple[Rule, Finding]]:
    statuses = {case.status, case.job.status}
    return _spoken([(rule, rule.find(case)) for rule in RULES if statuses & rule.statuses])


def _spoken(findings: list[tuple[Rule, Finding]]) -> list[tuple[Rule, Finding]]:
    """Without the rules that another one, which has a verdict, makes needless."""
    silenced: set[str] = set()
    for rule, found in findings:
        if isinstance(found, Verdict) and rule.key not in silenced:
            silenced |= rule.silences
    return [(rule, found) for rule, found in findings if rule.key not in silenced]
