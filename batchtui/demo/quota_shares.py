"""The quota shares of the queue for training: what each share may have of each instance type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .account import Account
from .definitions import JSON
from .errors import client_error
from .identity import batch_arn, name_from
from .paging import paged
from .service_jobs import POLICY_ARN, QUEUE, ServiceJob

_USING = ("SCHEDULED", "STARTING", "RUNNING")
_LIMITS: dict[str, dict[str, int]] = {
    "production": {"ml.g5.2xlarge": 4, "ml.g5.12xlarge": 4, "ml.p4d.24xlarge": 2},
    "research": {"ml.g5.2xlarge": 2, "ml.g5.12xlarge": 1},
}
_SHARING: dict[str, JSON] = {
    "production": {"strategy": "LEND_AND_BORROW", "borrowLimit": 100},
    "research": {"strategy": "LEND_AND_BORROW", "borrowLimit": 200},
}


def describe_policy() -> JSON:
    """The queue's policy as DescribeSchedulingPolicies gives it."""
    return {
        "name": name_from(POLICY_ARN),
        "arn": POLICY_ARN,
        "quotaSharePolicy": {"idleResourceAssignmentStrategy": "FIFO"},
        "tags": {"team": "ml"},
    }


def list_quota_shares(account: Account, request: JSON) -> JSON:
    """ListQuotaShares: those of the queue for training; other queues have none."""
    name = name_from(str(request.get("jobQueue", "")))
    if name != QUEUE and name not in account.queues:
        raise client_error(f"Job queue {name} does not exist")
    shares = [_describe(share) for share in _LIMITS] if name == QUEUE else []
    page, more = paged(shares, request, ("quota shares", name))
    return {"quotaShares": page, **more}


def _describe(share: str) -> JSON:
    return {
        "quotaShareName": share,
        "quotaShareArn": f"{batch_arn('job-queue', QUEUE)}/quota-share/{share}",
        "jobQueueArn": batch_arn("job-queue", QUEUE),
        "capacityLimits": [{"maxCapacity": most, "capacityUnit": unit} for unit, most in _LIMITS[share].items()],
        "resourceSharingConfiguration": _SHARING[share],
        "preemptionConfiguration": {"inSharePreemption": "DISABLED"},
        "state": "ENABLED",
        "status": "VALID",
    }


def fronts(waiting: Iterable[ServiceJob]) -> JSON:
    """The first RUNNABLE job of each share."""
    first: dict[str, ServiceJob] = {}
    for job in waiting:
        first.setdefault(job.share, job)
    return {
        share: [{"jobArn": job.arn, "earliestTimeAtPosition": job.runnable}]
        for share, job in sorted(first.items())
    }


def utilization(alive: Iterable[ServiceJob], now: int) -> list[JSON]:
    """What each share has in use, by instance type; the one that uses most first."""
    used: dict[str, Counter[str]] = {}
    for job in alive:
        if job.status(now) in _USING:
            used.setdefault(job.share, Counter())[job.instance_type] += job.instances
    return [
        {
            "quotaShareName": share,
            "capacityUsage": [
                {"capacityUnit": unit, "quantity": float(quantity)} for unit, quantity in sorted(units.items())
            ],
        }
        for share, units in sorted(used.items(), key=lambda entry: (-entry[1].total(), entry[0]))
    ]
