"""Quota shares of the queue for service jobs: how many instances a team has, and when they are free."""

from __future__ import annotations

from dataclasses import dataclass

from .definitions import JSON
from .identity import batch_arn

POLICY = "ml-quota"
POLICY_ARN = batch_arn("scheduling-policy", POLICY)


@dataclass(frozen=True, slots=True)
class QuotaShare:
    """One share with its own instances."""

    name: str
    limits: dict[str, int]
    """Instances by their type."""
    sharing: JSON

    def describe(self, queue: str) -> JSON:
        """The share as ListQuotaShares gives it."""
        return {
            "quotaShareName": self.name,
            "quotaShareArn": batch_arn("job-queue", f"{queue}/quota-share/{self.name}"),
            "jobQueueArn": batch_arn("job-queue", queue),
            "capacityLimits": [
                {"maxCapacity": most, "capacityUnit": unit} for unit, most in sorted(self.limits.items())
            ],
            "resourceSharingConfiguration": self.sharing,
            "preemptionConfiguration": {"inSharePreemption": "DISABLED"},
            "state": "ENABLED",
            "status": "VALID",
        }


SHARES = (
    QuotaShare(
        "production",
        {"ml.g5.2xlarge": 6, "ml.g5.12xlarge": 4, "ml.p4d.24xlarge": 4},
        {"strategy": "LEND_AND_BORROW", "borrowLimit": 50},
    ),
    QuotaShare(
        "research", {"ml.g5.2xlarge": 4, "ml.g5.12xlarge": 3, "ml.p4d.24xlarge": 3}, {"strategy": "RESERVE"}
    ),
)


def describe_policy() -> JSON:
    """The policy of the queue as DescribeSchedulingPolicies gives it."""
    return {
        "name": POLICY,
        "arn": POLICY_ARN,
        "quotaSharePolicy": {"idleResourceAssignmentStrategy": "FIFO"},
        "tags": {"team": "ml"},
    }


class Instances:
    """Which of the shares' instances are in use from when to when, in the order in which jobs come."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        self._most = {(share.name, unit): most for share in SHARES for unit, most in share.limits.items()}

    def free_at(self, share: str, unit: str, instances: int, since: int) -> int:
        """From when on so many are free for good; a share that never has so many is not asked."""
        used = [each for each in self._used.get((share, unit), []) if each[1] > since]
        moments = sorted((since, *(end for _, end, _ in used)))
        return next(at for at in moments if self._is_free(share, unit, instances, at))

    def _is_free(self, share: str, unit: str, instances: int, since: int) -> bool:
        used = [each for each in self._used.get((share, unit), []) if each[1] > since]
        return all(
            instances + sum(many for begin, end, many in used if begin <= at < end) <= self._most[share, unit]
            for at in (since, *(begin for begin, _, _ in used if begin > since))
        )

    def take(self, share: str, unit: str, instances: int, begin: int, end: int) -> None:
        """They are in use from then until then."""
        self._used.setdefault((share, unit), []).append((begin, end, instances))

    def forget(self, before: int) -> None:
        """Nobody asks any more for a moment before this one."""
        for key, used in self._used.items():
            self._used[key] = [each for each in used if each[1] > before]
