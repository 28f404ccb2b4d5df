"""Rules about the place where a job would run: its queue, its environments, and whether it fits there at all."""

from collections.abc import Sequence
from typing import Final

from batchtui.insight.capacity import is_fargate, largest, machines_of, max_vcpus, runs_on
from batchtui.insight.case import GUIDE, NO_USE, Case, Finding, NotSeen, RuledOut, is_out
from batchtui.insight.instance_types import InstanceType
from batchtui.insight.phrases import count, listed, mib, number, short, told, whole
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import PENDING

STUCK: Final = f"{GUIDE}job_stuck_in_runnable.html"
_INVALID: Final = f"{GUIDE}invalid_compute_environment.html"
_MEMORY: Final = f"{GUIDE}memory-management.html"
_USABLE_PART: Final = 0.95  # AWS advises to keep 5 % for the agent and the system
_FARGATE: Final = "FARGATE"


def stopped(case: Case) -> Finding:
    """Somebody has asked to cancel or terminate it."""
    if not (case.job.is_terminated or case.job.is_cancelled):
        return None
    evidence = ["isTerminated" if case.job.is_terminated else "isCancelled"]
    cause = "It was asked to stop, and has not ended yet."
    if case.job.status == PENDING and case.detail is not None and case.detail.depends_on:
        cause = "It was asked to stop: it ends with what it depends on."
        evidence.append("AWS cancels a PENDING job once what it depends on is over")
    return Verdict("stopped", cause, Certainty.TOLD, tuple(evidence))


def queue_disabled(case: Case) -> Finding:
    queue = case.queue
    if queue is None:
        return NotSeen("its queue: AWS has not described it")
    if queue.state != "DISABLED":
        return RuledOut(f"its queue is {queue.state}") if queue.state else None
    return Verdict(
        "queue-disabled",
        f"Its queue is disabled: {short(queue.job_queue_name)}.",
        Certainty.LIKELY,
        (
            f"{whole(queue.job_queue_name)}: state DISABLED",
            "it takes no new jobs; by AWS's reference those that are in it can finish",
        ),
        ("Enable the queue.", "Or submit the job to another queue."),
        f"{GUIDE}job_queue_parameters.html",
        (Lead("queue", queue.job_queue_name, "the disabled queue"),),
    )


def queue_status(case: Case) -> Finding:
    """A queue that is invalid, or in the middle of a change."""
    queue = case.queue
    if queue is None or queue.status is None:
        return None
    if queue.status == "VALID":
        return RuledOut("its queue is VALID")
    is_bad = queue.status in ("INVALID", "DELETING", "DELETED")
    reason = f": {told(queue.status_reason)}" if queue.status_reason else ""
    return Verdict(
        "queue-status",
        f"Its queue is {queue.status}: {short(queue.job_queue_name)}.",
        Certainty.FOLLOWS if is_bad else Certainty.LIKELY,
        (f"{whole(queue.job_queue_name)}: status {queue.status}{reason}",),
        ("Mend what the queue's statusReason names.",) if is_bad else ("Wait until the change is done.",),
        STUCK,
        (Lead("queue", queue.job_queue_name, f"the queue that is {queue.status}"),),
    )


def no_environments(case: Case) -> Finding:
    queue = case.queue
    if queue is None or case.environment_names or queue.service_environment_order:
        return None
    if "computeEnvironmentOrder" not in queue.raw:
        return NotSeen("the compute environments of its queue: AWS has not told them")
    return Verdict(
        "no-environments",
        "Its queue has no compute environment.",
        Certainty.FOLLOWS,
        (f"{whole(queue.job_queue_name)}: computeEnvironmentOrder is empty",),
        ("Add a compute environment to the queue.",),
        STUCK,
        (Lead("queue", queue.job_queue_name, "the queue without environments"),),
    )


def environments_out(case: Case) -> Finding:
    """No environment of the queue takes jobs."""
    if not case.all_known:
        lacking = len(case.environment_names) - len(case.environments)
        words = f"{number(lacking)} of the environments of its queue: AWS has not described them"
        return NotSeen(words) if lacking else None
    if case.usable:
        return None
    several = case.environments
    if all(each.state == "DISABLED" for each in several):
        what, remedy = "disabled", "Enable a compute environment of the queue."
    elif all(each.status in NO_USE for each in several):
        what, remedy = "invalid", "Mend what the environment's statusReason names, then update or recreate it."
        if not all(each.status == "INVALID" for each in several):
            what, remedy = "not ready", "Wait for the change to end, or add an environment that is ready."
    else:
        what, remedy = "disabled or invalid", "Enable or mend a compute environment of the queue."
    one = len(several) == 1
    subject = (
        f"Its environment {short(several[0].compute_environment_name)} is" if one else "All its environments are"
    )
    return Verdict(
        "environments-out",
        f"{subject} {what}.",
        Certainty.FOLLOWS,
        tuple(_state_of(each) for each in several),
        (remedy, "Or add another compute environment to the queue."),
        _INVALID if what == "invalid" else STUCK,
        _leads(several, "takes no jobs"),
    )


def some_environments_out(case: Case) -> Finding:
    """Some environments of the queue take no jobs, which leaves less room."""
    out = [each for each in case.environments if is_out(each)]
    if not case.all_known or not case.usable:
        return None
    if not out:
        names = listed([whole(each.compute_environment_name) for each in case.usable])
        told_states = all(each.state and each.status for each in case.usable)
        return RuledOut(f"ENABLED and usable: {names}") if told_states else None
    return Verdict(
        "some-environments-out",
        f"{len(out)} of its {len(case.environments)} environments take no jobs."
        if len(out) > 1
        else f"One of its {len(case.environments)} environments takes no jobs.",
        Certainty.FOLLOWS,
        tuple(_state_of(each) for each in out),
        ("Enable or mend it, so that there is more room.",),
        STUCK,
        _leads(out, "takes no jobs"),
    )


def above_max_vcpus(case: Case) -> Finding:
    """No environment may have as many vCPUs as the job asks for."""
    limits = [(each, limit) for each in case.usable if (limit := max_vcpus(each)) is not None]
    if not case.all_known or not limits or len(limits) < len(case.usable):
        return None
    evidence = tuple(f"{whole(each.compute_environment_name)}: maxvCpus {number(limit)}" for each, limit in limits)
    leads = _leads(case.usable, "its maxvCpus")
    if all(limit == 0 for _, limit in limits):
        return Verdict(
            "above-max-vcpus",
            f"{_those(case).capitalize()} may have no vCPUs at all.",
            Certainty.FOLLOWS,
            evidence,
            ("Raise maxvCpus of a compute environment.",),
            STUCK,
            leads,
        )
    if case.vcpus is None:
        return NotSeen("whether maxvCpus is enough: its vCPUs are not known")
    fitting = [(each, limit) for each, limit in limits if case.vcpus <= limit]
    if fitting:
        environment, limit = fitting[0]
        name = whole(environment.compute_environment_name)
        return RuledOut(f"{count(case.vcpus, 'vCPU')} asked for, {name} may have {number(limit)}")
    most = max(limit for _, limit in limits)
    return Verdict(
        "above-max-vcpus",
        f"It asks for {count(case.vcpus, 'vCPU')}, {_those(case)} have at most {number(most)}.",
        Certainty.FOLLOWS,
        (f"asks for {count(case.vcpus, 'vCPU')}", *evidence),
        ("Raise maxvCpus of a compute environment.", "Or submit the job with fewer vCPUs."),
        STUCK,
        leads,
    )


def above_instance_types(case: Case) -> Finding:
    """No instance type that the environments allow is large enough, or only just."""
    if not case.needs or not case.all_known or not case.usable or any(map(is_fargate, case.usable)):
        return None
    allowed = [(each, machines_of(each)) for each in case.usable]
    machines: list[tuple[ComputeEnvironmentDetail, tuple[InstanceType, ...]]] = []
    is_open = False
    for environment, types in allowed:
        if types is None:
            return NotSeen("whether an allowed instance type is large enough: not all of them are known here")
        machines.append((environment, types.types))
        is_open = is_open or types.is_open
    by_machine = [one for _, types in machines for one in types]
    for needs in case.needs:
        fitting = [one for one in by_machine if needs.fit(one)]
        if fitting:
            memory = needs.memory_mib or 0
            if all(memory > one.memory_mib * _USABLE_PART for one in fitting):
                return _tight(case, largest(fitting), memory)
            continue
        wants_gpus = bool(needs.gpus) and not any(one.gpus for one in by_machine)
        what = "No allowed instance type has a GPU." if wants_gpus else "No allowed instance type is large enough."
        return Verdict(
            "above-instance-types",
            what,
            Certainty.LIKELY if is_open else Certainty.FOLLOWS,
            (f"asks for {needs.words}", *(_largest_of(*each) for each in machines)),
            (
                "Allow instance types with GPUs in a compute environment."
                if wants_gpus
                else "Allow larger instance types in a compute environment.",
                "Or submit the job with less.",
            ),
            STUCK,
            _leads(case.usable, "its instance types"),
        )
    first = next(one for one in by_machine if case.needs[0].fit(one))
    return RuledOut(f"{case.needs[0].words} fit on {first.name}")


def wrong_platform(case: Case) -> Finding:
    """It is for Fargate and the environments are not, or the other way round; or nodes cannot be there."""
    if case.detail is None or not case.all_known or not case.usable:
        return None
    kinds = [runs_on(each) for each in case.usable]
    if not all(kinds):
        return None
    platforms = case.detail.platform_capabilities
    wants_fargate = platforms == (_FARGATE,)
    states = tuple(
        f"{whole(each.compute_environment_name)}: {kind}" for each, kind in zip(case.usable, kinds, strict=True)
    )
    leads = _leads(case.usable, "its kind")
    on_fargate = [kind.startswith(_FARGATE) for kind in kinds]
    if platforms and ((wants_fargate and not any(on_fargate)) or (_FARGATE not in platforms and all(on_fargate))):
        return Verdict(
            "wrong-platform",
            f"It is for {listed(platforms)}, and none of {_those(case)} is.",
            Certainty.FOLLOWS,
            (f"platformCapabilities: {', '.join(platforms)}", *states),
            ("Submit it to a queue whose environments are of its platform.",),
            STUCK,
            leads,
        )
    nodes = case.job.node_properties or case.detail.summary.node_properties
    if nodes is not None and nodes.num_nodes and not any(kind == "EC2" for kind in kinds):
        return Verdict(
            "wrong-platform",
            f"Multi-node jobs need on-demand EC2, and none of {_those(case)} is.",
            Certainty.FOLLOWS,
            (f"numNodes {number(nodes.num_nodes)}", *states),
            ("Submit it to a queue with an on-demand EC2 environment.",),
            f"{GUIDE}multi-node-parallel-jobs.html",
            leads,
        )
    return RuledOut(f"its environments are of its platform ({', '.join(platforms)})") if platforms else None


def _those(case: Case) -> str:
    """The environments of which a rule speaks: one that takes no jobs may be another kind, or larger."""
    return "its environments" if len(case.usable) == len(case.environments) else "its usable environments"


def _tight(case: Case, machine: InstanceType, memory: float) -> Verdict:
    return Verdict(
        "above-instance-types",
        "Its memory is nearly all that the largest type has.",
        Certainty.LIKELY,
        (f"asks for {mib(memory)}", f"{machine.name} has {mib(machine.memory_mib)}, of which jobs get less"),
        ("Submit the job with 5 % less memory than the instance has, or allow a larger type.",),
        _MEMORY,
        _leads(case.usable, "its instance types"),
    )


def _largest_of(environment: ComputeEnvironmentDetail, types: tuple[InstanceType, ...]) -> str:
    best = largest(types)
    gpus = f", {count(best.gpus, 'GPU')}" if best.gpus else ""
    size = f"{count(best.vcpus, 'vCPU')}, {mib(best.memory_mib)}{gpus}"
    return f"{whole(environment.compute_environment_name)}: the largest is {best.name} with {size}"


def _leads(environments: Sequence[ComputeEnvironmentDetail], words: str) -> tuple[Lead, ...]:
    return tuple(Lead("environment", each.compute_environment_name, words) for each in environments)


def _state_of(environment: ComputeEnvironmentDetail) -> str:
    states = " ".join(filter(None, (environment.state, environment.status)))
    reason = f": {told(environment.status_reason)}" if environment.status_reason else ""
    return f"{whole(environment.compute_environment_name)}: {states}{reason}"
