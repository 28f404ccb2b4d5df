"""Rules about how much room there is: what is in use, what may be had, and what is on its way."""

from typing import Final

from batchtui.insight.capacity import is_fargate, max_vcpus
from batchtui.insight.case import Case, Finding, NotSeen, RuledOut
from batchtui.insight.phrases import count, listed, number, since, whole
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.insight.waiting_room import STUCK
from batchtui.model.compute_environment import ComputeEnvironmentDetail

BOOTING_MS: Final = 600_000
"""So long new instances may take until they are ready for jobs."""


def capacity_full(case: Case) -> Finding:
    """What runs leaves less vCPUs than the job asks for."""
    limit, asked = case.max_vcpus, case.vcpus
    if limit is None or asked is None:
        return NotSeen("how much is in use: its vCPUs are not known") if limit is not None else None
    used = case.vcpus_in_use
    if used + asked <= limit or asked > limit:
        figures = f"at least {number(used)} of {count(limit, 'vCPU')} in use, {number(asked)} asked for"
        if asked > limit:
            return None
        if limit - used < asked * len(case.environments):  # it must find its room in one of them
            return NotSeen(f"how much is left in each of its environments by itself: {figures}")
        return RuledOut(figures)
    names = [each.compute_environment_name for each in case.environments]
    return Verdict(
        "capacity-full",
        f"Its environments are full: {number(used)} of {count(limit, 'vCPU')} in use."
        if limit - used < 1
        else f"Too little is left for it: {number(used)} of {count(limit, 'vCPU')} in use.",
        Certainty.FOLLOWS,
        (
            f"asks for {_asked(case) or count(asked, 'vCPU')}",
            *(
                f"{whole(each.compute_environment_name)}: maxvCpus {number(most)}{_types(each)}"
                for each in case.environments
                if (most := max_vcpus(each)) is not None
            ),
            f"known to be in use: {count(used, 'vCPU')}",
        ),
        ("Wait until jobs end.", "Raise maxvCpus, or add a compute environment to the queue."),
        STUCK,
        tuple(Lead("environment", name, "how full it is") for name in names),
    )


def at_max(case: Case) -> Finding:
    """All the instances that the environments may have were asked for."""
    sizes = _sizes(case)
    if not sizes or any(desired < limit or limit == 0 for _, desired, limit in sizes):
        return None
    return Verdict(
        "at-max-vcpus",
        "Its environments have all vCPUs that they may have.",
        Certainty.LIKELY,
        (*(_size(*each) for each in sizes), f"known to be in use: {count(case.vcpus_in_use, 'vCPU')}"),
        ("Wait until jobs end.", "Raise maxvCpus, or add a compute environment to the queue."),
        STUCK,
        tuple(Lead("environment", each.compute_environment_name, "how full it is") for each, _, _ in sizes),
    )


def instances_coming(case: Case) -> Finding:
    """More vCPUs were asked of EC2 than are known to be in use, and not long ago."""
    sizes, begun = _sizes(case), case.waiting_since
    if not sizes or case.vcpus is None or begun is None or not 0 <= case.now - begun[0] < BOOTING_MS:
        return None
    desired = sum(wanted for _, wanted, _ in sizes)
    is_first = case.place is None or case.place[0] == 1
    if desired < case.vcpus_in_use + case.vcpus:
        return None
    return Verdict(
        "instances-coming",
        f"Instances may still be on their way for {'it' if is_first else 'its queue'}.",
        Certainty.LIKELY,
        (
            *(_size(*each) for each in sizes),
            f"known to be in use: {count(case.vcpus_in_use, 'vCPU')}",
            f"{begun[1]} {since(begun[0], case.now)}",
        ),
        ("Wait some minutes: an instance must start and join the cluster.",),
        STUCK,
        tuple(Lead("environment", each.compute_environment_name, "its desired vCPUs") for each, _, _ in sizes),
    )


def nothing_asked(case: Case) -> Finding:
    """No instance was asked for, though the job has been waiting for long."""
    sizes, begun = _sizes(case), case.waiting_since
    if not sizes or any(desired for _, desired, _ in sizes):
        return None
    if begun is None or case.now - begun[0] < BOOTING_MS:
        return NotSeen("whether instances come: none was asked for yet")
    return Verdict(
        "nothing-asked",
        "Its environments ask EC2 for no instance at all.",
        Certainty.LIKELY,
        (*(_size(*each) for each in sizes), f"{begun[1]} {since(begun[0], case.now)}"),
        (
            "See the activity of the environment's Auto Scaling group for errors.",
            "See that the service role and the instance role exist and are allowed what they need.",
        ),
        STUCK,
        tuple(Lead("environment", each.compute_environment_name, "its desired vCPUs") for each, _, _ in sizes),
    )


def _sizes(case: Case) -> list[tuple[ComputeEnvironmentDetail, int, int]]:
    """Desired and most vCPUs of every usable environment; empty where one does not tell, as Fargate never does."""
    found: list[tuple[ComputeEnvironmentDetail, int, int]] = []
    for environment in case.usable if case.all_known else ():
        resources, limit = environment.compute_resources, max_vcpus(environment)
        if resources is None or resources.desiredv_cpus is None or limit is None or is_fargate(environment):
            return []
        found.append((environment, resources.desiredv_cpus, limit))
    return found


def _asked(case: Case) -> str:
    """With memory and GPUs too, where all of it goes to one machine."""
    return case.needs[0].words if len(case.needs) == 1 and case.needs[0].vcpus is not None else ""


def _types(environment: ComputeEnvironmentDetail) -> str:
    types = environment.compute_resources.instance_types if environment.compute_resources else ()
    return f", of {listed([whole(each) for each in types])}" if types else ""


def _size(environment: ComputeEnvironmentDetail, desired: int, limit: int) -> str:
    return f"{whole(environment.compute_environment_name)}: desired {number(desired)} of {count(limit, 'vCPU')}"
