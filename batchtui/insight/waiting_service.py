"""The rule about the service environment in which a service job would run."""

from typing import Final

from batchtui.insight.case import GUIDE, NO_USE, Case, Finding, NotSeen, RuledOut
from batchtui.insight.phrases import number, short, told, whole
from batchtui.insight.verdict import Certainty, Verdict
from batchtui.model.service_environment import ServiceEnvironmentDetail

_INSTANCES: Final = "NUM_INSTANCES"
_GUIDE: Final = f"{GUIDE}sm_job_stuck_in_runnable_misconfiguration.html"
_Size = tuple[str, float, float, float]
"""A unit, how much of it is in use, asked for, and allowed."""


def service_environment(case: Case) -> Finding:
    """It takes no jobs, or what is in use leaves too little of it."""
    queue = case.queue
    if not case.job.is_service_job or queue is None or not queue.service_environment_order:
        return None
    known = case.situation.service_environments
    if known is None or len(known) < len(queue.service_environment_order):
        why = case.situation.service_environments_trouble or "AWS has not described it"
        return NotSeen(f"its service environment: {told(why)}")
    usable = [each for each in known if each.state != "DISABLED" and each.status not in NO_USE]
    if not usable:
        return Verdict(
            "service-environment",
            f"Its service environment {short(known[0].service_environment_name)} takes no jobs.",
            Certainty.FOLLOWS,
            tuple(map(_state_of, known)),
            ("Enable or mend the service environment.", "Or submit the job to another queue."),
            _GUIDE,
        )
    sizes = [_sizes(case, each) for each in usable]
    if not all(sizes):
        states = "; ".join(map(_state_of, usable))
        return NotSeen(f"whether its service environment has room: its capacity is not told ({states})")
    if any(all(_fits(size) for size in each) for each in sizes):
        return RuledOut(f"its service environment has room ({_words(sizes[0])}; {_state_of(usable[0])})")
    is_beyond = all(any(asked > most for _, _, asked, most in each) for each in sizes)
    return Verdict(
        "service-environment",
        "It asks for more than its service environment may have."
        if is_beyond
        else "Its service environment has no room for it.",
        Certainty.FOLLOWS,
        tuple(
            f"{whole(environment.service_environment_name)}: {_words(each)}"
            for environment, each in zip(usable, sizes, strict=True)
        ),
        (
            "Submit it with fewer instances." if is_beyond else "Wait until jobs end.",
            "Or raise the capacity limit of the service environment.",
        ),
        _GUIDE,
    )


def _sizes(case: Case, environment: ServiceEnvironmentDetail) -> list[_Size]:
    """What it asks for of each unit, with what the environment has; empty where one of them is not told."""
    service, snapshot, limits = case.situation.service, case.snapshot, dict(environment.capacity_limits)
    if service is None or snapshot is None or not limits:
        return []
    asked = {unit: float(quantity) for unit, quantity in service.capacity_usage if quantity}
    used = {each.capacity_unit: each.quantity for each in snapshot.total_capacity_usage}
    if set(limits) == {_INSTANCES}:
        wanted = sum(asked.values())
        return [(_INSTANCES, sum(used.values()), wanted, limits[_INSTANCES])] if wanted else []
    return [(unit, used.get(unit, 0.0), quantity, limits.get(unit, 0)) for unit, quantity in asked.items()]


def _fits(size: _Size) -> bool:
    _, used, asked, most = size
    return used + asked <= most


def _words(sizes: list[_Size]) -> str:
    return "; ".join(
        f"{whole(unit)}: at least {number(used)} of {number(most)} in use, {number(asked)} asked for"
        if most
        else f"{whole(unit)}: it has none, {number(asked)} asked for"
        for unit, used, asked, most in sizes
    )


def _state_of(environment: ServiceEnvironmentDetail) -> str:
    states = " ".join(filter(None, (environment.state, environment.status)))
    return f"{whole(environment.service_environment_name)}: {states}"
