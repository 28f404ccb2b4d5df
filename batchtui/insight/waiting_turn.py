"""Rules about whose turn it is: the place in the queue, other queues, shares and quota shares, and retries."""

from collections.abc import Iterable
from typing import Final

from batchtui.insight.blocked import DOCUMENTED
from batchtui.insight.capacity import PLACED
from batchtui.insight.case import GUIDE, Case, Finding, NotSeen, RuledOut, known_name
from batchtui.insight.phrases import count, listed, number, ordinal, short, since, told, whole
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.insight.waiting_room import STUCK
from batchtui.model.fields import arn_name
from batchtui.model.job import RUNNABLE, JobSummary
from batchtui.model.job_queue_snapshot import MOST_AT_THE_FRONT

_SHARES: Final = f"{GUIDE}fair-share-scheduling.html"
_PRIORITY: Final = f"{GUIDE}job_queue_parameters.html"
_RETRIES: Final = f"{GUIDE}job_retries.html"
_QUOTA: Final = f"{GUIDE}sm_job_stuck_in_runnable_misconfiguration.html"
_TOP_SHARES: Final = 20  # AWS tells the twenty shares that use most
_SOME: Final = 3


def blocked_head(case: Case) -> Finding:
    """The job at the head of the queue is stuck, and all others behind it."""
    own = case.job.job_arn or ""
    front = case.snapshot.front_of_queue if case.snapshot is not None else ()
    if front:
        head = case.known_jobs.get(front[0].job_arn)
    else:  # AWS gives such a reason to the head alone
        waiting = (each for each in case.situation.jobs or () if each.status == RUNNABLE)
        head = next((each for each in waiting if (each.status_reason or "").startswith(DOCUMENTED)), None)
    if head is None or head.job_id == case.job.job_id or (own and (head.job_arn or "").startswith(f"{own}:")):
        return None
    reason = head.status_reason or ""
    if not reason.startswith(DOCUMENTED):
        return RuledOut(f"nothing is told to block the head of its queue ({whole(head.job_name)})")
    begun = front[0].earliest_time_at_position if front else None
    later = [each for each in case.situation.jobs or () if begun is not None and (each.created_at or 0) > begun]
    past = [each for each in later if each.status in PLACED]
    if past:  # they came after it, and have a place
        went = f"{count(len(past), 'job')} started past it ({listed([whole(each.job_name) for each in past], 1)})"
        return RuledOut(f"the head of its queue is stuck ({whole(head.job_name)}), but {went}")
    return Verdict(
        "blocked-head",
        f"The head of its queue is stuck: {short(head.job_name)}.",
        Certainty.LIKELY,
        (f"{whole(head.job_name)}: {told(reason)}", f"head of the queue: {head.job_id}"),
        ("Mend what the head waits for.", "Or cancel the job at the head, so that the next one comes to it."),
        STUCK,
        (Lead("job", head.job_id, "the stuck job at the head"),),
    )


def place(case: Case) -> Finding:
    """Where it stands in its queue."""
    snapshot = case.snapshot
    if snapshot is None:
        why = case.situation.snapshot_trouble or "GetJobQueueSnapshot was not asked"
        return NotSeen(f"its place in the queue: {told(why)}")
    front = snapshot.front_of_queue
    age = since(snapshot.front_updated_at, case.now)
    taken = f"the snapshot is {age} old" if age else "the snapshot has no time"
    if case.place is None:
        if (first := _first_of_share(case)) is not None:
            return first
        if len(front) < MOST_AT_THE_FRONT:
            return NotSeen(f"its place in the queue: it is not among the first {number(len(front))} ({taken})")
        if snapshot.front_updated_at is None or (case.job.created_at or snapshot.front_updated_at) >= (
            snapshot.front_updated_at
        ):
            return NotSeen(f"its place in the queue: the snapshot may be older than the job ({taken})")
        return Verdict(
            "place",
            f"At least {len(front)} jobs of its queue are before it.",
            Certainty.LIKELY,
            (f"not among the front {len(front)}, which is all that AWS tells", taken),
            ("Wait for its turn.",),
            STUCK,
            _leads(case),
        )
    position, entry = case.place
    at = since(entry.earliest_time_at_position, case.now)
    held = f" for {at}" if at else ""
    if position == 1:
        return RuledOut(f"it is the first of its queue{held} ({taken})")
    before = [short(known_name(case, each.job_arn)) for each in front[: position - 1]]
    return Verdict(
        "place",
        f"It is {ordinal(position)} in its queue{held}.",
        Certainty.TOLD,
        (f"position {number(position)} of the front {number(len(front))}", f"before it: {listed(before)}", taken),
        ("Wait for its turn.",),
        STUCK,
        _leads(case),
    )


def higher_priority(case: Case) -> Finding:
    """Queues of higher priority that use the same environments have jobs that wait too."""
    queue = case.queue
    if queue is None or queue.priority is None or not case.environment_names:
        return None
    others = case.situation.other_queues
    if others is None:
        return NotSeen("the queues that share its environments: they are not known")
    ahead: list[tuple[str, str]] = []
    for other in others:
        shared = set(other.queue.compute_environment_order) & set(case.environment_names)
        runnable = _runnable(other.jobs)
        is_first = other.queue.priority is not None and other.queue.priority > queue.priority
        if shared and is_first and runnable and other.queue.state != "DISABLED":
            name = other.queue.job_queue_name
            figures = f"priority {other.queue.priority}, {number(runnable)} RUNNABLE"
            ahead.append((name, f"{whole(name)}: {figures}, shares {listed(sorted(map(whole, shared)))}"))
    if not ahead:
        return RuledOut("no job waits in a queue of higher priority that shares its environments")
    names = listed([short(name, 20) for name, _ in ahead], 1)
    return Verdict(
        "higher-priority",
        f"A queue of higher priority goes first: {names}."
        if len(ahead) == 1
        else f"Queues of higher priority go first: {names}.",
        Certainty.LIKELY,
        (f"{whole(queue.job_queue_name)}: priority {queue.priority}", *(words for _, words in ahead)),
        ("Wait, or raise its queue's priority.", "Or give its queue a compute environment of its own."),
        _PRIORITY,
        tuple(Lead("queue", name, "goes first") for name, _ in ahead),
    )


def fair_share(case: Case) -> Finding:
    """Other shares of the queue use less for their weight, so that they go first."""
    policy, share = case.situation.policy, case.job.share_identifier
    if share is None:
        return None
    if policy is None or policy.fairshare_policy is None:
        why = case.situation.policy_trouble
        return NotSeen(f"the weight of its share: {told(why)}") if why else None
    used = {each.name: each.vcpus for each in case.snapshot.fairshare_utilization} if case.snapshot else {}
    is_cut = len(used) >= _TOP_SHARES  # there may be others that use something
    if not used or any(vcpus is None for vcpus in used.values()) or (is_cut and share not in used):
        return NotSeen("what its share uses: the snapshot does not tell")
    fair = policy.fairshare_policy
    costs = {name: (vcpus or 0.0) * fair.weight(name) for name, vcpus in used.items()}
    own = costs.get(share, 0.0)
    waiting = {each.share_identifier for each in case.situation.jobs or () if each.status == RUNNABLE}
    if not is_cut:
        costs |= {name: 0.0 for name in waiting if name is not None and name not in costs}
    ahead = sorted(
        (costs[name], name) for name in waiting if name in costs and name != share and costs[name] < own
    )

    def figures(name: str) -> str:
        vcpus, weight = used.get(name) or 0.0, fair.weight(name)
        return f"{whole(name)}: {count(vcpus, 'vCPU')} × weight {number(weight)} = {number(vcpus * weight)}"

    if not ahead:
        return RuledOut(f"no waiting share uses less for its weight: {figures(share)}")
    return Verdict(
        "fair-share",
        f"Shares that use less for their weight go before {short(share, 20)}.",
        Certainty.LIKELY,
        (figures(share), *(figures(name) for _, name in ahead[:_SOME])),
        ("Wait: what a share used counts less with time.", "Or lower its share's weightFactor in the policy."),
        _SHARES,
    )


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
    told_of = case.snapshot.quota_share_utilization if case.snapshot is not None else ()
    used = {
        unit.capacity_unit: unit.quantity for each in told_of if each.name == name for unit in each.capacity_usage
    }
    asked = dict(service.capacity_usage)
    full = [
        (each, used[each.capacity_unit])
        for each in share.capacity_limits
        if each.max_capacity is not None
        and each.capacity_unit in used
        and _quantity(asked.get(each.capacity_unit)) > 0
        and used[each.capacity_unit] + _quantity(asked.get(each.capacity_unit)) > each.max_capacity
    ]
    if not full:
        return None
    borrows = share.strategy == "LEND_AND_BORROW"
    return Verdict(
        "quota-share",
        f"Its quota share {short(name)} is used up.",
        Certainty.LIKELY if borrows else Certainty.FOLLOWS,
        (
            *(
                f"{whole(unit.capacity_unit)}: {number(quantity)} of {number(unit.max_capacity or 0)} in use, "
                f"{asked[unit.capacity_unit]} asked for"
                for unit, quantity in full
            ),
            *((f"strategy {share.strategy}",) if share.strategy else ()),
        ),
        ("Wait until jobs of the share end.", "Or raise its capacity limit, or what it may borrow."),
        _QUOTA,
    )


def retry(case: Case) -> Finding:
    """It ran before, and was put back into the queue."""
    detail = case.detail
    if detail is None or not detail.attempts or case.job.status != RUNNABLE:
        return None
    last, done = detail.attempts[-1], len(detail.attempts)
    of = f" of {number(detail.retry_attempts)}" if detail.retry_attempts else ""
    codes = [f"exit code {each.exit_code}" for each in last.containers if each.exit_code is not None]
    reasons = [told(each.reason) for each in last.containers if each.reason]
    ended = [told(last.status_reason)] if last.status_reason else []
    return Verdict(
        "retry",
        f"It ran before, and waits for attempt {number(done + 1)}{of}.",
        Certainty.TOLD,
        (f"attempts {number(done)}{of}", *ended, *codes[:1], *reasons[:1]),
        ("See why the last attempt failed.",),
        _RETRIES,
    )


def consumables(case: Case) -> Finding:
    """Resources that are handed out one by one, of which nothing was asked."""
    held = case.detail.consumable_resources if case.detail is not None else ()
    names = [f"{whole(arn_name(name))} ({quantity})" for name, quantity in held if name]
    return NotSeen(f"whether these are free: {listed(names)}") if names else None


def _quantity(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _runnable(jobs: Iterable[JobSummary]) -> int:
    """How many jobs wait for a machine, array children among them."""
    total = 0
    for job in jobs:
        array = job.array_properties
        total += array.count(RUNNABLE) if array is not None and array.size is not None else job.status == RUNNABLE
    return total


def _first_of_share(case: Case) -> Finding:
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


def _leads(case: Case) -> tuple[Lead, ...]:
    if case.snapshot is None or not case.snapshot.front_of_queue:
        return ()
    head = arn_name(case.snapshot.front_of_queue[0].job_arn)
    return (Lead("job", head, "the head of the queue"),) if head else ()
