"""Rules about how a queue is shared: fair shares with their weights, what is kept for others, and quota shares."""

from typing import Final

from batchtui.insight.case import GUIDE, Case, Finding, NotSeen, RuledOut, known_name
from batchtui.insight.phrases import count, number, short, told, whole
from batchtui.insight.queue_load import has_waiting
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.model.fields import arn_name
from batchtui.model.scheduling_policy import FairsharePolicy, QuotaShareCapacityLimit, QuotaShareDetail

_SHARES: Final = f"{GUIDE}fair-share-scheduling.html"
_QUOTA: Final = f"{GUIDE}sm_job_stuck_in_runnable_misconfiguration.html"
_TOP_SHARES: Final = 20  # AWS tells the twenty shares that use most
_SOME: Final = 3


def fair_share(case: Case) -> Finding:
    """Other shares of the queue use less for their weight, so that they go first."""
    policy, share = case.situation.policy, case.job.share_identifier
    if share is None:
        return None
    if policy is None or policy.fairshare_policy is None:
        why = case.situation.policy_trouble
        return NotSeen(f"the weight of its share: {told(why)}") if why else None
    used = _used_by_share(case)
    is_cut = len(used) >= _TOP_SHARES  # there may be others that use something
    if not used or any(vcpus is None for vcpus in used.values()) or (is_cut and share not in used):
        return NotSeen("what its share uses: the snapshot does not tell")
    fair = policy.fairshare_policy
    costs = {name: (vcpus or 0.0) * fair.weight(name) for name, vcpus in used.items()}
    own = costs.get(share, 0.0)
    waiting = {each.share_identifier for each in case.situation.jobs or () if has_waiting(each)}
    if not is_cut:
        costs |= {name: 0.0 for name in waiting if name is not None and name not in costs}
    ahead = sorted(
        (costs[name], name) for name in waiting if name in costs and name != share and costs[name] < own
    )

    def figures(name: str) -> str:
        vcpus, weight = used.get(name) or 0.0, fair.weight(name)
        return f"{whole(name)}: {count(vcpus, 'vCPU')} × weight {number(weight)} = {number(vcpus * weight)}"

    if not ahead:
        others = sorted((cost, name) for name, cost in costs.items() if name != share)
        shown = "; ".join(figures(name) for name in (share, *(name for _, name in others[:_SOME])))
        return RuledOut(f"no waiting share uses less for its weight than its own ({shown})")
    return Verdict(
        "fair-share",
        f"Shares that use less for their weight go before {short(share, 20)}.",
        Certainty.LIKELY,
        (
            f"its share {figures(share)}",
            *(f"goes before: {figures(name)}" for _, name in ahead[:_SOME]),
            *((f"and {number(len(ahead) - _SOME)} more",) if len(ahead) > _SOME else ()),
        ),
        ("Wait: what a share used counts less with time.", "Or lower its share's weightFactor in the policy."),
        _SHARES,
    )


def share_figures(case: Case) -> tuple[str, ...]:
    """Its share, with the weight and what it uses as far as that is told, beside its place; empty without one."""
    share, policy = case.job.share_identifier, case.situation.policy
    if share is None:
        return ()
    fair: FairsharePolicy | None = policy.fairshare_policy if policy is not None else None
    weight = [f"weight {number(fair.weight(share))}"] if fair is not None else []
    used = _used_by_share(case)
    vcpus = used.get(share, 0.0 if used and len(used) < _TOP_SHARES else None)
    in_use = [f"{count(vcpus, 'vCPU')} in use"] if vcpus is not None else []
    figures = ", ".join((*weight, *in_use))
    return (f"its share is {whole(share)}{f': {figures}' if figures else ''}",)


def reservation(case: Case) -> Finding:
    """A part of the room is kept for shares that have no jobs now."""
    policy, limit, asked = case.situation.policy, case.max_vcpus, case.vcpus
    fair = policy.fairshare_policy if policy is not None else None
    if fair is None or not fair.compute_reservation or limit is None or asked is None or not case.situation.jobs:
        return None
    shares = {each.share_identifier for each in (case.job, *case.situation.jobs) if each.share_identifier}
    if not shares:
        return None
    kept = limit * (min(99, max(0, fair.compute_reservation)) / 100) ** len(shares)
    if kept < 1 or case.vcpus_in_use + asked <= limit - kept:
        return None
    return Verdict(
        "reservation",
        f"{count(round(kept), 'vCPU')} are kept for shares without jobs.",
        Certainty.LIKELY,
        (
            f"computeReservation {number(fair.compute_reservation)}, {count(len(shares), 'active share')}",
            f"{number(kept)} of {count(limit, 'vCPU')} kept",
            f"known to be in use: {count(case.vcpus_in_use, 'vCPU')}, asks for {number(asked)}",
        ),
        ("Wait until jobs end.", "Or lower computeReservation in the scheduling policy."),
        _SHARES,
    )


def quota_share(case: Case) -> Finding:
    """Its quota share takes no jobs, or is used up."""
    service = case.situation.service
    name = service.quota_share_name if service is not None else None
    if service is None or not name:
        return None
    share = next((each for each in case.situation.quota_shares if each.quota_share_name == name), None)
    if share is None:
        return NotSeen(f"its quota share {whole(name)}: it was not described")
    if share.state == "DISABLED" or share.status in ("INVALID", "DELETING"):
        state = " ".join(filter(None, (share.state, share.status)))
        return Verdict(
            "quota-share",
            f"Its quota share {short(name)} takes no jobs.",
            Certainty.FOLLOWS,
            (f"{whole(name)}: {state}",),
            ("Enable or mend the quota share.",),
            _QUOTA,
        )
    used = _used_of_quota(case, name)
    if used is None:
        why = case.situation.snapshot_trouble or "AWS does not tell"
        return NotSeen(f"what its quota share {whole(name)} uses: {told(why)}")
    asked = {unit: _quantity(quantity) for unit, quantity in service.capacity_usage}
    sizes = [
        (each, used.get(each.capacity_unit, 0.0), asked.get(each.capacity_unit, 0.0)) for each in _limits(share)
    ]
    wanted = [size for size in sizes if size[2] > 0]
    full = [size for size in wanted if size[1] + size[2] > (size[0].max_capacity or 0)]
    if not full:
        shown = "; ".join(_size(*size) for size in wanted)
        return RuledOut(f"its quota share {whole(name)} has room ({shown})") if wanted else None
    borrows = share.strategy == "LEND_AND_BORROW"
    is_beyond = any(size[2] > (size[0].max_capacity or 0) for size in full)
    strategy = f"strategy {share.strategy}" if share.strategy else ""
    if borrows and share.borrow_limit is not None:
        most = "without limit" if share.borrow_limit < 0 else f"at most {number(share.borrow_limit)} % of its own"
        strategy = f"{strategy}, borrows {most}"
    return Verdict(
        "quota-share",
        f"It asks for more than its quota share {short(name)} has."
        if is_beyond
        else f"Its quota share {short(name)} has no room for it.",
        Certainty.LIKELY if borrows else Certainty.FOLLOWS,
        (*(_size(*size) for size in full), *((strategy,) if strategy else ())),
        (
            ("Submit it with fewer instances." if is_beyond else "Wait until jobs of the share end."),
            "Or raise its capacity limit, or what it may borrow.",
        ),
        _QUOTA,
    )


def _limits(share: QuotaShareDetail) -> list[QuotaShareCapacityLimit]:
    return [each for each in share.capacity_limits if each.max_capacity is not None]


def _size(limit: QuotaShareCapacityLimit, used: float, asked: float) -> str:
    of = f"{number(used)} of {number(limit.max_capacity or 0)}"
    return f"{whole(limit.capacity_unit)}: {of} in use, {number(asked)} asked for"


def _used_of_quota(case: Case, name: str) -> dict[str, float] | None:
    """What a quota share uses by unit; None where AWS does not list it, as it lists only the greatest."""
    told_of = case.snapshot.quota_share_utilization if case.snapshot is not None else ()
    found = next((each for each in told_of if each.name == name), None)
    return {unit.capacity_unit: unit.quantity for unit in found.capacity_usage} if found is not None else None


def first_of_share(case: Case) -> Finding:
    """Of quota shares AWS tells the first jobs alone."""
    service = case.situation.service
    name = service.quota_share_name if service is not None else None
    fronts = dict(case.snapshot.front_of_quota_shares) if case.snapshot is not None else {}
    front = fronts.get(name or "", ())
    if not front or not name:
        return None
    if any(each.job_arn == case.job.job_arn for each in front[:1]):
        return RuledOut(f"it is the first of its quota share {whole(name)}")
    head = arn_name(front[0].job_arn)
    return Verdict(
        "place",
        f"Another job is the first of its quota share {short(name, 20)}.",
        Certainty.TOLD,
        (f"first of {whole(name)}: {whole(known_name(case, front[0].job_arn))}",),
        ("Wait for its turn.",),
        _QUOTA,
        (Lead("job", head, "the first of its quota share"),),
    )


def _quantity(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _used_by_share(case: Case) -> dict[str, float | None]:
    return {each.name: each.vcpus for each in case.snapshot.fairshare_utilization} if case.snapshot else {}
