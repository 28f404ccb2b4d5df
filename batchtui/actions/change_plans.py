"""The questions: a queue or an environment on or off, priorities, vCPUs, a revision deregistered. All pure.

Each function answers a plan, or a sentence that says why there is nothing to change.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from batchtui.actions.change import DISABLED, ENABLED, AskedNumber, Change, ChangePlan, Checked, became, listed
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import RUNNING, SCHEDULED, STARTING, TERMINAL_STATUSES
from batchtui.model.job_definition import ACTIVE, JobDefinition
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.service_job import ServiceJobDetail

MOST_SCHEDULING_PRIORITY: Final = 9_999
_BEGUN: Final = (SCHEDULED, STARTING, RUNNING)
_COSTS: Final = "which can cost money"


def plan_queue_state(
    queue: JobQueueDetail, counts: Mapping[str, int], environments: Sequence[ComputeEnvironmentDetail]
) -> ChangePlan:
    """Enables a queue, or disables it.

    Args:
        queue: The queue as it is.
        counts: Its jobs by status.
        environments: All that are known.
    """
    name = queue.job_queue_name
    active = {status: count for status, count in counts.items() if status not in TERMINAL_STATUSES and count}
    begun = sum(count for status, count in active.items() if status in _BEGUN)
    waiting = sum(active.values()) - begun
    is_off = queue.state == DISABLED
    if is_off:
        sentences = ["It takes new jobs again."]
        enabled = {each.compute_environment_name for each in environments if each.state == ENABLED}
        order = queue.compute_environment_order
        if order and environments and not enabled.intersection(order):
            sentences.append("None of its compute environments is enabled: nothing can start.")
        elif waiting:
            sentences.append(f"{_jobs(waiting, 'waits', 'wait')} in it and can be started, {_COSTS}.")
    else:
        sentences = ["AWS refuses new jobs for it, until it is enabled again."]
        if waiting:
            sentences.append(f"{_jobs(waiting, 'waits', 'wait')} in it and {_stay(waiting)} there.")
        if begun:
            sentences.append(f"{_jobs(begun, 'has begun and goes on', 'have begun and go on')}.")
    return _state_plan("Job queue", "job queue", name, queue.state, "UpdateJobQueue", sentences)


def plan_environment_state(
    environment: ComputeEnvironmentDetail,
    queues: Sequence[JobQueueDetail],
    environments: Sequence[ComputeEnvironmentDetail],
) -> ChangePlan:
    """Enables a compute environment, or disables it.

    Args:
        environment: The environment as it is.
        queues: All that are known.
        environments: All that are known.
    """
    name = environment.compute_environment_name
    users = [queue for queue in queues if name in queue.compute_environment_order]
    is_off = environment.state == DISABLED
    if is_off:
        sentences = [f"AWS Batch may start jobs in it, and instances for them, {_COSTS}."]
        if environment.status == "INVALID":
            sentences.append("It is INVALID: enabling it does not mend that.")
    else:
        sentences = ["No new job starts in it; those that run there go on."]
        resources = environment.compute_resources
        if resources is not None and resources.minv_cpus is not None:
            sentences.append(f"Idle instances are given back, down to its minimum of {resources.minv_cpus} vCPUs.")
    if users:
        names = tuple(queue.job_queue_name for queue in users)
        sentences.append(f"{_queues(len(users), 'uses', 'use')} it: {listed(names)}.")
    else:
        sentences.append("No queue uses it.")
    if not is_off and users:
        others = {
            each.compute_environment_name
            for each in environments
            if each.state == ENABLED and each.compute_environment_name != name
        }
        alone = tuple(q.job_queue_name for q in users if not others.intersection(q.compute_environment_order))
        if len(alone) < len(users):
            sentences.append("Jobs go to the other environments of their queues.")
        if alone:
            sentences.append(f"Queues without another enabled one, whose jobs then wait: {listed(alone)}.")
    return _state_plan(
        "Compute environment",
        "compute environment",
        name,
        environment.state,
        "UpdateComputeEnvironment",
        sentences,
    )


def plan_queue_priority(queue: JobQueueDetail, queues: Sequence[JobQueueDetail]) -> ChangePlan:
    """Changes a queue's priority."""
    name = queue.job_queue_name
    asked = AskedNumber("priority", "priority", queue.priority)
    own = {*queue.compute_environment_order, *queue.service_environment_order}
    rivals = tuple(
        f"{other.job_queue_name} ({other.priority})"
        for other in queues
        if other.job_queue_name != name
        and own.intersection((*other.compute_environment_order, *other.service_environment_order))
    )
    first = "Among queues that share an environment the higher number goes first."
    shares = (
        f"It shares environments with {listed(rivals)}." if rivals else "It shares no environment with others."
    )

    def judge(wanted: Mapping[str, int]) -> Checked:
        what = became(asked, wanted[asked.name])
        done = f"The priority of job queue {name} is being set to {wanted[asked.name]}."
        return Checked(
            Change("UpdateJobQueue", name, what, done, numbers=tuple(wanted.items())), notes=(_sentence(what),)
        )

    return ChangePlan(
        "Job queue",
        f"Change the priority of job queue {name}, which is {_shown(queue.priority)}?",
        (first, shares),
        "Change it",
        judge,
        (asked,),
    )


def plan_vcpus(environment: ComputeEnvironmentDetail) -> ChangePlan | str:
    """Changes the vCPUs of a managed compute environment: as many of the three numbers as its kind takes."""
    name, resources = environment.compute_environment_name, environment.compute_resources
    if environment.type == "UNMANAGED" or resources is None:
        return f"Compute environment {name} is not managed by AWS Batch: it has no vCPUs to change."
    asked = [AskedNumber("maxvCpus", "maximum", resources.maxv_cpus)]
    is_serverless = (resources.type or "").startswith("FARGATE")
    if not is_serverless and resources.minv_cpus is not None:
        asked.insert(0, AskedNumber("minvCpus", "minimum", resources.minv_cpus))
    if not is_serverless and environment.kind != "EKS" and resources.desiredv_cpus is not None:
        asked.insert(-1, AskedNumber("desiredvCpus", "desired", resources.desiredv_cpus))
    numbers = tuple(asked)
    present = ", ".join(f"{each.label} {_shown(each.present)}" for each in numbers)
    why_few: tuple[str, ...] = ()
    if is_serverless:
        why_few = ("On Fargate there is only a maximum.",)
    elif environment.kind == "EKS":
        why_few = ("On EKS AWS Batch alone decides how many are desired.",)
    return ChangePlan(
        "Compute environment",
        f"Change the vCPUs of compute environment {name}: {present}?",
        why_few,
        "Change them",
        partial(_judge_vcpus, name, numbers),
        numbers,
    )


def _judge_vcpus(name: str, numbers: Sequence[AskedNumber], wanted: Mapping[str, int]) -> Checked:
    was = {asked.name: asked.present or 0 for asked in numbers}
    will = {**was, **wanted}
    least, most = will.get("minvCpus", 0), will["maxvCpus"]
    if least > most:
        return Checked(trouble=f"The minimum of {least} is above the maximum of {most}.")
    if "desiredvCpus" in wanted:
        desired = wanted["desiredvCpus"]
        if not least <= desired <= most:
            return Checked(trouble=f"Desired: from the minimum, {least}, to the maximum, {most}.")
        if desired < was["desiredvCpus"]:
            return Checked(
                trouble=f"Desired: not below the present {was['desiredvCpus']}; AWS lowers it by itself."
            )
    what = ", ".join(became(asked, wanted[asked.name]) for asked in numbers if asked.name in wanted)
    notes = [_sentence(what)]
    if most > was["maxvCpus"]:
        notes.append(f"Up to {most - was['maxvCpus']:,} more vCPUs can be in use, {_COSTS}.")
    elif most < was["maxvCpus"]:
        notes.append("What runs goes on; nothing starts beyond the new maximum.")
    if least > was.get("minvCpus", 0):
        notes.append(f"{least:,} vCPUs are kept even while nothing runs, which costs money.")
    elif least < was.get("minvCpus", 0):
        notes.append("Idle instances beyond the new minimum are given back.")
    if "desiredvCpus" in wanted:
        more = wanted["desiredvCpus"] - was["desiredvCpus"]
        notes.append(f"Instances for {more:,} more vCPUs are asked for now, which costs money.")
    done = f"The vCPUs of compute environment {name} are being changed."
    numbers_sent = tuple((asked.name, wanted[asked.name]) for asked in numbers if asked.name in wanted)
    return Checked(
        Change("UpdateComputeEnvironment", name, f"vCPUs: {what}", done, numbers=numbers_sent), notes=tuple(notes)
    )


def plan_service_job_priority(job: ServiceJobDetail) -> ChangePlan | str:
    """Changes the scheduling priority of a service job."""
    summary = job.summary
    name = summary.job_name or summary.job_id
    if not summary.is_active:
        return f"{name} has already ended."
    asked = AskedNumber(
        "schedulingPriority", "priority", job.scheduling_priority, highest=MOST_SCHEDULING_PRIORITY
    )

    def judge(wanted: Mapping[str, int]) -> Checked:
        what = became(asked, wanted[asked.name])
        done = f"The priority of service job {name} is {wanted[asked.name]} now."
        change = Change("UpdateServiceJob", summary.job_id, what, done, numbers=tuple(wanted.items()))
        return Checked(change, notes=(_sentence(what),))

    sentences = ["Within a share the higher number goes first, in queues with a fair-share or quota-share policy."]
    if summary.status in _BEGUN:
        sentences.append(f"It is {summary.status} already: the number decides nothing unless it is tried again.")
    return ChangePlan(
        "Service job",
        f"Change the scheduling priority of {name}, which is {_shown(job.scheduling_priority)}?",
        tuple(sentences),
        "Change it",
        judge,
        (asked,),
    )


def plan_deregistration(definition: JobDefinition) -> ChangePlan | str:
    """Makes a revision of a job definition INACTIVE."""
    title, target = definition.title, definition.arn or definition.title
    if definition.status != ACTIVE:
        return f"{title} is {definition.status or 'of no status'} already."
    change = Change(
        "DeregisterJobDefinition", target, f"{ACTIVE} → INACTIVE", f"Job definition {title} is deregistered."
    )
    return ChangePlan(
        "Job definition",
        f"Deregister job definition {title}? It is {ACTIVE} and becomes INACTIVE.",
        (
            "No new job can be submitted with this revision; jobs that run go on.",
            "This cannot be undone: registering it again makes a new revision.",
            "AWS deletes it for good after 180 days.",
        ),
        "Deregister it",
        lambda _: Checked(change),
    )


def _state_plan(
    title: str, kind: str, name: str, present: str | None, operation: str, sentences: Sequence[str]
) -> ChangePlan:
    """On becomes off; off, or what nobody told, becomes on only where it is off."""
    state = ENABLED if present == DISABLED else DISABLED
    verb, passive = ("Enable", "enabled") if state == ENABLED else ("Disable", "disabled")
    change = Change(
        operation, name, f"state {_shown(present)} → {state}", f"{title} {name} is being {passive}.", state=state
    )
    return ChangePlan(
        title,
        f"{verb} {kind} {name}? It is {_shown(present)} and becomes {state}.",
        tuple(sentences),
        f"{verb} it",
        lambda _: Checked(change),
    )


def _jobs(count: int, one: str, several: str) -> str:
    return f"{count:,} {f'job {one}' if count == 1 else f'jobs {several}'}"


def _queues(count: int, one: str, several: str) -> str:
    return f"{count:,} {f'queue {one}' if count == 1 else f'queues {several}'}"


def _stay(count: int) -> str:
    return "stays" if count == 1 else "stay"


def _shown(value: object) -> str:
    return "not known" if value is None else str(value)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
