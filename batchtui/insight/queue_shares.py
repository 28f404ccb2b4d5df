"""Who has how much of a queue: its fair shares, or its quota shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.insight.queue_use import unit_name
from batchtui.model.job_queue_snapshot import JobQueueSnapshot, ShareUtilization
from batchtui.model.scheduling_policy import FairsharePolicy, QuotaShareDetail

MOST_TOLD: Final = 20
"""AWS tells the shares that use most, and no more than these."""
_CLEARLY: Final = 0.1
"""Of the queue: what is nearer to the fair part is as good as fair, for jobs are not divided."""


@dataclass(frozen=True, slots=True)
class FairShare:
    """One share of a queue with a fair-share policy."""

    name: str
    weight: float
    """The lower, the more it gets."""
    used: float | None
    """vCPUs; None where AWS tells only the shares that use most, and this is none of them."""
    part: float | None
    """Of what all shares use together, 1 being all."""
    fair: float | None
    """What its weight entitles it to among the shares that have jobs; None for one that has none."""
    waiting: int
    placed: int

    @property
    def standing(self) -> str:
        """``above``, ``below`` or ``fair``; empty where there is nothing to compare, or nobody else."""
        if self.part is None or self.fair is None or self.fair >= 1.0:
            return ""
        if abs(self.part - self.fair) < _CLEARLY:
            return "fair"
        return "above" if self.part > self.fair else "below"


def fair_shares(
    snapshot: JobQueueSnapshot | None,
    policy: FairsharePolicy,
    waiting: Mapping[str, int],
    placed: Mapping[str, int],
) -> tuple[FairShare, ...]:
    """Those that use most, then those that wait, then those that the policy names; at most twenty.

    Args:
        snapshot: AWS's answer, None where there is none: the lists alone speak then.
        policy: The weights.
        waiting: RUNNABLE jobs by share.
        placed: Jobs that are STARTING or RUNNING, by share.
    """
    told = {each.name: amount(each) for each in snapshot.fairshare_utilization} if snapshot is not None else {}
    is_all = snapshot is not None and (snapshot.active_share_count or 0) <= len(told)
    with_jobs = [name for name in {**waiting, **placed} if name and (waiting.get(name) or placed.get(name))]
    with_jobs.sort(key=lambda name: (-waiting.get(name, 0), name))
    every = dict.fromkeys((*told, *with_jobs))
    named = [each.share_identifier for each in policy.share_distribution]
    idle = [name for name in named if not any(_covers(name, share) for share in every)]
    total = sum(told.values())
    active = [name for name in every if told.get(name) or waiting.get(name) or placed.get(name)]
    claims = {name: 1 / weight for name in active if (weight := policy.weight(name)) > 0}
    all_claims = sum(claims.values())
    return tuple(
        FairShare(
            name,
            policy.weight(name),
            told.get(name, 0.0 if is_all else None),
            told.get(name, 0.0) / total if total and (name in told or is_all) else None,
            claims[name] / all_claims if name in claims and all_claims else None,
            waiting.get(name, 0),
            placed.get(name, 0),
        )
        for name in (*every, *idle)[:MOST_TOLD]
    )


def reserved(policy: FairsharePolicy, active: int) -> float | None:
    """The part of the queue that is kept for shares that have no jobs: ``(computeReservation/100)^active``."""
    if not policy.compute_reservation:
        return None
    part = min(99, max(0, policy.compute_reservation)) / 100  # AWS takes 0 to 99
    return float(part ** max(0, active))


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """What one quota share uses of one unit."""

    name: str
    unit: str
    used: float
    own: float | None
    """What it may have without borrowing; None where that is not known."""
    strategy: str | None
    borrow_limit: int | None
    is_off: bool

    @property
    def borrowed(self) -> float:
        """What it uses beyond its own."""
        return max(0.0, self.used - self.own) if self.own is not None else 0.0


def quota_uses(
    snapshot: JobQueueSnapshot | None, shares: Sequence[QuotaShareDetail], most: int = 60
) -> tuple[QuotaUse, ...]:
    """Share by share, unit by unit, as the queue has them; shares that are only in use come last."""
    used = {
        (each.name, unit_name(part.capacity_unit)): part.quantity
        for each in (snapshot.quota_share_utilization if snapshot is not None else ())
        for part in each.capacity_usage
    }
    found: list[QuotaUse] = []
    for share in shares:
        name, is_off = share.quota_share_name, share.state == "DISABLED"
        limits = {unit_name(each.capacity_unit): each.max_capacity for each in share.capacity_limits}
        own_units = [unit for owner, unit in used if owner == name]
        for unit in dict.fromkeys((*limits, *own_units)):
            limit = limits.get(unit)
            found.append(
                QuotaUse(
                    name,
                    unit,
                    used.pop((name, unit), 0.0),
                    None if limit is None else float(limit),
                    share.strategy,
                    share.borrow_limit,
                    is_off,
                )
            )
    found += (QuotaUse(name, unit, amount, None, None, None, False) for (name, unit), amount in used.items())
    return tuple(found[:most])


def amount(share: ShareUtilization) -> float:
    """What a share uses: its vCPUs, or all of its units where AWS counts in others."""
    vcpus = share.vcpus
    return sum(each.quantity for each in share.capacity_usage) if vcpus is None else vcpus


def _covers(entry: str, share: str) -> bool:
    return share == entry or (entry.endswith("*") and share.startswith(entry[:-1]))
