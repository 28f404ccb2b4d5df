"""What AWS itself says of the RUNNABLE job at the head of a queue, with the remedies of its user guide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from batchtui.insight.blocked import DOCUMENTED
from batchtui.insight.capacity import max_vcpus
from batchtui.insight.case import GUIDE, Case, Finding, RuledOut
from batchtui.insight.phrases import count, duration, number, since, told, whole
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.model.job_queue import JobStateTimeLimitAction

_MISCONFIGURATION: Final = f"{GUIDE}job_stuck_in_runnable_misconfiguration.html"
_SERVICE_MISCONFIGURATION: Final = f"{GUIDE}sm_job_stuck_in_runnable_misconfiguration.html"
TIME_LIMITS: Final = f"{GUIDE}job_stuck_in_runnable_time_limit_actions.html"


@dataclass(frozen=True, slots=True)
class Documented:
    """One reason of the user guide."""

    rule: str
    code: str
    """How the statusReason begins."""
    cause: str
    remedies: tuple[str, ...]
    link: str
    shows: tuple[str, ...] = ()
    """Which figures belong to it: ``request``, ``limits``, ``types``, ``states``."""


CODES: Final = (
    Documented(
        "no-instance-capacity",
        "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
        "EC2 has no capacity for the instance types it may use.",
        (
            "Allow more instance types, or whole families, in the compute environment.",
            "Add subnets in more Availability Zones.",
            "Add an on-demand environment behind a Spot one.",
            "If the jobs behind it cannot wait for that: cancel it, and the next one comes to the head.",
        ),
        f"{GUIDE}job_stuck_in_runnable_capacity.html",
        ("types",),
    ),
    Documented(
        "told-max-vcpus",
        "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
        "It asks for more vCPUs than its environments may have.",
        ("Raise maxvCpus of a compute environment.", "Submit the job with fewer vCPUs."),
        _MISCONFIGURATION,
        ("request", "limits"),
    ),
    Documented(
        "told-too-large",
        "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
        "No allowed instance type is large enough for it.",
        (
            "Allow larger instance types in a compute environment, or types with GPUs.",
            "Submit the job with less: an instance gives jobs somewhat less memory than it has.",
        ),
        _MISCONFIGURATION,
        ("request", "types"),
    ),
    Documented(
        "told-instance-types",
        "MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED",
        "The instance types of its environment cannot be used.",
        (
            "Choose instance types that exist in the region and zones of the subnets.",
            "Choose types whose architecture is that of the AMI and of the other types.",
        ),
        _MISCONFIGURATION,
        ("types",),
    ),
    Documented(
        "told-service-role",
        "MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS",
        "AWS Batch's service role lacks a permission.",
        (
            "Give the service role the policy AWSBatchServiceRole, or use the service-linked role.",
            "Look at the role in the compute environment, and at policies that deny it something.",
        ),
        _MISCONFIGURATION,
        ("role",),
    ),
    Documented(
        "told-environments-invalid",
        "ACTION_REQUIRED",
        "All compute environments of its queue are invalid.",
        (
            "Mend what the environment's statusReason names, then update or recreate it.",
            "Add a valid compute environment to the queue.",
        ),
        f"{GUIDE}invalid_compute_environment.html",
        ("states",),
    ),
    Documented(
        "told-service-max",
        "MISCONFIGURATION:SERVICE_ENVIRONMENT_MAX_RESOURCE",
        "It needs more than its service environment may have.",
        ("Raise the capacity limit of the service environment.", "Submit the job with fewer instances."),
        _SERVICE_MISCONFIGURATION,
        ("instances",),
    ),
    Documented(
        "told-quota-limit",
        "MISCONFIGURATION:QUOTA_MANAGEMENT_LIMIT_EXCEEDED",
        "It needs more than its quota share may have.",
        ("Raise the quota share's capacity limit, or what it may borrow.", "Submit the job with fewer instances."),
        _SERVICE_MISCONFIGURATION,
        ("instances",),
    ),
)
UNDETERMINED: Final = Documented(
    "told-undetermined",
    "UNDETERMINED",
    "It blocks its queue, and AWS cannot tell why.",
    (
        "See whether the instances reach Amazon ECS: a route to the internet, or VPC endpoints.",
        "See the account's EC2 vCPU quotas, and the activity of the Auto Scaling group.",
        "With an AMI of your own: see that the ECS agent runs and knows the log driver.",
    ),
    f"{GUIDE}job_stuck_in_runnable_undetermined.html",
)


def finder(documented: Documented) -> Callable[[Case], Finding]:
    """The rule for one documented reason."""

    def find(case: Case) -> Finding:
        reason = case.job.status_reason or ""
        if not reason.startswith(documented.code):
            return None
        evidence, leads = _figures(case, documented.shows)
        return Verdict(
            documented.rule,
            documented.cause,
            Certainty.TOLD,
            (f"statusReason: {told(reason)}", *evidence),
            documented.remedies,
            documented.link,
            leads,
        )

    return find


def told_other(case: Case) -> Finding:
    """A reason of the documented kind that is not in the table; or that there is none."""
    reason = case.job.status_reason or ""
    if any(reason.startswith(each.code) for each in (*CODES, UNDETERMINED)):
        return None
    if not reason.startswith(DOCUMENTED):
        return None if case.is_array_parent else RuledOut("AWS gives no reason of its own in statusReason")
    code = told(reason.partition(" - ")[0])
    return Verdict(
        "told-other",
        f"AWS says: {code if len(code) < 60 else code[:58] + '…'}",
        Certainty.TOLD,
        (f"statusReason: {told(reason)}",),
        ("Read on in AWS's guide: this reason is not in the list that batchtui knows.",),
        f"{GUIDE}job_stuck_in_runnable.html",
    )


def time_limit(case: Case) -> Finding:
    """Whether the queue stops the job if it stays stuck for the reason that AWS gives."""
    reason, queue = case.job.status_reason or "", case.queue
    if queue is None or not reason:
        return None
    for action in queue.job_state_time_limit_actions:
        if action.reason and action.max_time_seconds is not None and reason.startswith(action.reason):
            return _limit(case, action, action.reason, action.max_time_seconds)
    return None


def _limit(case: Case, action: JobStateTimeLimitAction, reason: str, seconds: int) -> Verdict:
    verb = "terminates" if action.action == "TERMINATE" else "cancels"
    evidence = [f"{told(reason)}: {action.action or '?'} after {number(seconds)} s ({duration(seconds)})"]
    cause, certainty = f"Its queue {verb} it for this after {duration(seconds)}.", Certainty.TOLD
    place = case.place
    if place is not None and place[0] == 1 and (at_head := since(place[1].earliest_time_at_position, case.now)):
        begun = place[1].earliest_time_at_position or case.now
        left = seconds - (case.now - begun) / 1000
        when = f"in about {duration(left)}" if left > 0 else "at any moment"
        cause, certainty = f"Its queue {verb} it for this {when}.", Certainty.LIKELY
        evidence.append(f"at the head for {at_head}")
    return Verdict(
        "time-limit",
        cause,
        certainty,
        tuple(evidence),
        ("Mend the cause before, or change the queue's jobStateTimeLimitActions.",),
        TIME_LIMITS,
    )


def _figures(case: Case, shows: tuple[str, ...]) -> tuple[list[str], tuple[Lead, ...]]:
    """The figures that belong to a reason, as far as they are known, and the environments they are of."""
    evidence: list[str] = []
    leads: list[Lead] = []
    if "request" in shows:
        asked = [needs.words for needs in case.needs] or (
            [count(case.vcpus, "vCPU")] if case.vcpus is not None else []
        )
        evidence += (f"asks for {words}" for words in asked)
    if "instances" in shows and case.situation.service is not None:
        usage = case.situation.service.capacity_usage
        evidence += (f"asks for {quantity} {told(unit)}" for unit, quantity in usage if quantity)
    for environment in case.environments:
        name, resources = environment.compute_environment_name, environment.compute_resources
        words: list[str] = []
        if "limits" in shows and (limit := max_vcpus(environment)) is not None:
            words.append(f"maxvCpus {number(limit)}")
        if "types" in shows and resources is not None and resources.instance_types:
            words.append(f"instance types {', '.join(map(whole, resources.instance_types))}")
        if "states" in shows and environment.status:
            words.append(f"{environment.status}: {told(environment.status_reason or 'AWS tells no reason')}")
        if "role" in shows and environment.service_role:
            words.append(f"service role {whole(environment.service_role)}")
        evidence += (f"{whole(name)}: {each}" for each in words)
        if words:
            leads.append(Lead("environment", name, "where it would run"))
    return evidence, tuple(leads)
