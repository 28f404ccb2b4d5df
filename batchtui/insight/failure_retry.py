"""What to do with the retry strategy of a job that may get through the next time: never what it has already."""

from batchtui.insight.failure_facts import Failure
from batchtui.insight.failure_rule import Remedy
from batchtui.insight.retries import decision_of

_REST = {True: 'onStatusReason "*"', False: 'onReason "*"'}
"""Without such a rule everything else is tried again too."""
MOST_ATTEMPTS = 10
"""AWS Batch allows no more."""


def try_again(condition: str = "") -> Remedy:
    """A remedy by how many attempts it was allowed and had, and by what evaluateOnExit made of the last one.

    Args:
        condition: What of evaluateOnExit meets such failures, such as ``onStatusReason "Host EC2*"``.
    """
    on_status = condition.startswith("onStatusReason")

    def remedy(failure: Failure) -> str | None:
        allowed, used = failure.attempts_allowed, failure.attempts
        only = f" In evaluateOnExit, RETRY on {condition}, then EXIT on {_REST[on_status]}." if condition else ""
        if not failure.is_over:
            return None
        if allowed is None:
            return f"Let retryStrategy try it again.{only}"
        if allowed <= max(used, 1):
            had = "one attempt" if allowed <= 1 else f"{allowed} attempts, all used"
            most = "" if allowed < MOST_ATTEMPTS else ", which is the most"
            more = "Raise attempts in retryStrategy" if allowed < MOST_ATTEMPTS else "Resubmit it"
            return f"{more}: it was allowed {had}{most}.{only}"
        place = decision_of(failure.evaluate_on_exit, failure.last_end) if used else None
        if place is not None and place[1] == "EXIT":
            before = f"RETRY on {condition} before it" if condition else "let it RETRY such failures"
            return (
                f"Rule {place[0] + 1} of its evaluateOnExit ended it after {used} of {allowed} attempts: {before}."
            )
        return f"Resubmit it: it had {used} of the {allowed} attempts that retryStrategy allows."

    return remedy
