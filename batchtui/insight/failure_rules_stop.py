"""Failures that are not the job's own doing: another job, a person, a limit, or the host below it."""

import re

from batchtui.insight import failure_links as links
from batchtui.insight.failure_facts import Failure, span
from batchtui.insight.failure_retry import try_again
from batchtui.insight.failure_rule import (
    Rule,
    attempt,
    begins,
    error,
    exit_code,
    instance,
    limit,
    pod,
    ran,
    timeout,
)
from batchtui.insight.phrases import short_id
from batchtui.insight.quick import quick_cause
from batchtui.insight.quoting import quoted
from batchtui.insight.verdict import Certainty, Lead
from batchtui.model.job import FAILED, SUCCEEDED, JobSummary

TOLD, FOLLOWS, LIKELY = Certainty.TOLD, Certainty.FOLLOWS, Certainty.LIKELY
_HOST = "Host EC2"
_SHORT_OF = re.compile(r"low on resource: ([\w-]+)")
_OVER_STORAGE = re.compile(r"ephemeral (local )?storage usage exceeds")


# Another job


def _array(failure: Failure) -> str:
    """How its children ended, by their counts."""
    array = failure.summary.array_properties
    failed = array.count(FAILED) if array is not None else 0
    if array is None or not failed:
        return "A child of this array failed; its own failure is the cause."
    well = array.count(SUCCEEDED)
    rest = sum(count for _, count in array.status_summary) - failed - well
    of = f" of {array.size:,}" if array.size else ""
    counts = [
        f"{failed:,}{of} {'child' if (array.size or failed) == 1 else 'children'} failed",
        *((f"{well:,} succeeded",) if array.status_summary else ()),
        *((f"{rest:,} still {'goes' if rest == 1 else 'go'}",) if rest > 0 else ()),
    ]
    return f"{', '.join(counts)}."


def _children(failure: Failure) -> str | None:
    array = failure.summary.array_properties
    if array is None or not array.count(FAILED):
        return None
    return "children: " + ", ".join(f"{count:,} {status}" for status, count in array.status_summary if count)


def _end_of(job: JobSummary) -> str:
    """How another job ended, in a few words: a time-out is none of the exit code that follows it."""
    cause = quick_cause(job)
    if cause is not None:
        return cause.cause.removesuffix(".")
    if job.exit_code:
        return f"exit code {job.exit_code}"
    told = job.container_reason or job.status_reason
    return quoted(told) if told else job.status


def _child(failure: Failure) -> str | None:
    child = failure.child
    if child is None:
        return None
    index = child.array_properties.index if child.array_properties else None
    return f"child {child.job_id.rpartition(':')[2] if index is None else index}: {_end_of(child)}"


def _to_child(failure: Failure) -> tuple[Lead, ...]:
    child = failure.child
    return (Lead("job", child.job_id, _child(failure) or ""),) if child is not None else ()


def _culprits(failure: Failure) -> list[JobSummary]:
    return [job for job in failure.dependencies if job.status == FAILED]


def _depended(failure: Failure) -> str | None:
    culprits = _culprits(failure)
    if culprits:
        first, more = culprits[0], len(culprits) - 1
        named = f"{quoted(first.job_name)} ({short_id(first.job_id)}) FAILED: {_end_of(first)}"
        return f"{named}; {more} more FAILED" if more else named
    ids = failure.depends_on
    return f"it depended on {ids[0]}{f' and {len(ids) - 1} more' if len(ids) > 1 else ''}" if ids else None


def _to_dependencies(failure: Failure) -> tuple[Lead, ...]:
    if failure.dependencies:
        return tuple(
            Lead("job", job.job_id, f"{quoted(job.job_name)} FAILED: {_end_of(job)}")
            for job in _culprits(failure)[:5]
        )
    return tuple(Lead("job", job_id, "it depended on this job") for job_id in failure.depends_on[:5])


def _to_queue(failure: Failure) -> tuple[Lead, ...]:
    name = failure.summary.job_queue
    return (Lead("queue", name, "its queue"),) if name else ()


# A person or a program


def _flagged(failure: Failure) -> tuple[str, ...] | None:
    if not failure.summary.is_terminated:
        return None
    return ("isTerminated", *(quoted(reason) for reason in failure.status_reasons[:1]))


def _cancelled(failure: Failure) -> tuple[str, ...] | None:
    """CancelJob does nothing to an attempt that has begun: one that ended for its own reason was not cancelled."""
    own = failure.summary.status_reason
    if not failure.summary.is_cancelled or (failure.attempts and own == failure.attempt_reasons[-1]):
        return None
    return ("isCancelled", *((quoted(own),) if own else ()))


# The host


def _every_host(failure: Failure) -> tuple[str, ...] | None:
    lost = [reason for reason in failure.attempt_reasons if reason.startswith(_HOST)]
    return tuple(map(quoted, lost[-3:])) if len(lost) > 1 and len(lost) == len(failure.attempt_reasons) else None


def _evicted(failure: Failure) -> str:
    told = " ".join(failure.reasons)
    if short := _SHORT_OF.search(told):
        return f"Kubernetes evicted its pod: its node ran short of {short[1][:24]}."
    if _OVER_STORAGE.search(told):
        return "Kubernetes evicted its pod: it used more ephemeral storage than its limit."
    return "Kubernetes evicted its pod, as it does where a node runs short of something."


def _timed_out(failure: Failure) -> str:
    seconds = failure.timeout_seconds
    return f"It ran past its time-out of {span(seconds)}." if seconds else "It ran past its time-out."


STOP_RULES = (
    Rule(
        "array-child-failed",
        begins("Array Child Job failed"),
        _array,
        TOLD,
        ("Go to a child that FAILED.", "Resubmit the children that FAILED once the cause is mended."),
        links.ARRAY_JOBS,
        (_children, _child),
        _to_child,
    ),
    Rule(
        "dependency-failed",
        begins("Dependent Job failed"),
        "A job that it depended on failed, so it never started.",
        TOLD,
        ("Go to the job that FAILED.", "Resubmit this one after that one: it was never run."),
        links.DEPENDENCIES,
        (_depended,),
        _to_dependencies,
    ),
    Rule(
        "queue-deleted",
        begins("JobQueue deleted"),
        "Its queue was deleted while it waited or ran.",
        TOLD,
        ("Resubmit it to another queue.", "Find who deleted the queue in CloudTrail: DeleteJobQueue."),
        links.JOB_STATES,
        (attempt,),
    ),
    Rule(
        "state-limit-capacity",
        begins(
            "Canceled by JobStateTimeLimit action due to reason: CAPACITY",
            "Terminated by JobStateTimeLimit action due to reason: CAPACITY",
        ),
        "The queue gave up on it: no capacity within the queue's time limit.",
        TOLD,
        (
            "Allow more instance types and zones in the compute environment.",
            "Lengthen maxTimeSeconds in the queue's jobStateTimeLimitActions.",
        ),
        links.TROUBLESHOOTING,
        leads=_to_queue,
    ),
    Rule(
        "state-limit-misconfigured",
        begins(
            "Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION",
            "Terminated by JobStateTimeLimit action due to reason: MISCONFIGURATION",
        ),
        "The queue gave up on it: as things are set up, it has no place to run.",
        TOLD,
        (
            "Ask for less vCPU, memory or GPU, or allow larger instance types.",
            "Compare the job with maxvCpus and the instance types of the queue's compute environments.",
        ),
        links.TROUBLESHOOTING,
        (limit,),
        _to_queue,
    ),
    Rule(
        "state-limit",
        begins("Canceled by JobStateTimeLimit action", "Terminated by JobStateTimeLimit action"),
        "The queue gave up on it: it was stuck beyond the queue's time limit.",
        TOLD,
        ("See why it waited; the queue's jobStateTimeLimitActions set the limit.",),
        links.TROUBLESHOOTING,
        leads=_to_queue,
    ),
    Rule(
        "timed-out",
        begins("Job attempt duration exceeded timeout"),
        _timed_out,
        TOLD,
        (
            "Raise timeout.attemptDurationSeconds, or give the job less to do.",
            "Look at the end of its log: whether it was still at work or stuck.",
        ),
        links.TIMEOUTS,
        (timeout, ran, exit_code, attempt),
    ),
    Rule(
        "pod-deadline",
        pod("DeadlineExceeded"),
        "Its pod ran past its deadline.",
        TOLD,
        ("Raise timeout.attemptDurationSeconds, or give the job less to do.",),
        links.TIMEOUTS,
        (timeout, ran, attempt),
    ),
    Rule(
        "killed-by-nextflow",
        begins("Job killed by NF"),
        "Nextflow stopped it: another task of the run failed, or the run ended.",
        FOLLOWS,
        ("Look in the run's .nextflow.log for the task that failed first.", "Resume the run with -resume."),
        links.JOB_STATES,
        (exit_code, ran),
    ),
    Rule(
        "terminated",
        _flagged,
        "Somebody terminated it.",
        TOLD,
        (
            "The reason is what that person or program wrote.",
            "Find who it was in CloudTrail: TerminateJob. A terminated job is not retried.",
        ),
        links.RETRIES,
        (exit_code, ran),
    ),
    Rule(
        "cancelled",
        _cancelled,
        "Somebody cancelled it while it waited.",
        TOLD,
        (
            "The reason is what that person or program wrote.",
            "Find who it was in CloudTrail: CancelJob. A cancelled job is not retried.",
        ),
        links.RETRIES,
        (attempt,),
    ),
    Rule(
        "host-lost-every-attempt",
        _every_host,
        "Its instance was terminated under it in every attempt.",
        TOLD,
        (
            "Use On-Demand for it, or more instance types and zones for Spot.",
            "Make it shorter, or let it go on from checkpoints.",
        ),
        links.RETRIES,
        (attempt, ran),
    ),
    Rule(
        "host-lost",
        begins(_HOST),
        "Its EC2 instance was terminated under it, as Spot reclaims do.",
        TOLD,
        (
            try_again('onStatusReason "Host EC2*"'),
            "If it never gets through on Spot, use On-Demand, or make it shorter.",
        ),
        links.RETRIES,
        (instance, attempt, ran),
    ),
    Rule(
        "spot-task-interrupted",
        begins("Your Spot Task was interrupted"),
        "Fargate Spot took its capacity back.",
        TOLD,
        (
            try_again('onStatusReason "Your Spot Task was interrupted*"'),
            "Put a FARGATE compute environment behind the FARGATE_SPOT one.",
        ),
        links.RETRIES,
        (attempt, ran, exit_code),
    ),
    Rule(
        "task-retired",
        begins("ECS is performing maintenance", "ECS is performing an infrastructure"),
        "AWS retired the machine below its Fargate task for maintenance.",
        TOLD,
        (try_again('onStatusReason "ECS is performing*"'), "Make it shorter, or let it go on from checkpoints."),
        links.STOPPED_TASKS,
        (attempt, ran, exit_code),
    ),
    Rule(
        "task-stopped",
        begins("Task stopped by", "Task was stopped by"),
        "Its task was stopped in ECS, past AWS Batch.",
        TOLD,
        ("Find who it was in CloudTrail: StopTask of ECS.", try_again('onStatusReason "Task stopped by*"')),
        links.STOPPED_TASKS,
        (instance, exit_code, ran),
    ),
    Rule(
        "instance-deregistered",
        begins("Container instance deregistration", "Container instance was deregistered"),
        "Its instance was taken out of the ECS cluster under it.",
        TOLD,
        (
            try_again('onStatusReason "Container instance*"'),
            "Find who it was in CloudTrail: DeregisterContainerInstance.",
        ),
        links.STOPPED_TASKS,
        (instance, attempt, ran),
    ),
    Rule(
        "pod-evicted",
        pod("Evicted"),
        _evicted,
        TOLD,
        ("Raise the pod's memory or ephemeral storage request.", try_again()),
        links.EKS_MEMORY,
        (limit, instance, attempt, ran),
    ),
    Rule(
        "pod-node-lost",
        pod("NodeLost", "NodeShutdown", "NodeTerminated", "imminent node shutdown", "Preempted"),
        "Its Kubernetes node went away under it.",
        TOLD,
        (try_again(), "If it is a Spot node, use On-Demand for what cannot be repeated."),
        links.RETRIES,
        (instance, attempt, ran),
    ),
    Rule(
        "agent-lost",
        error("AGENT"),
        "The ECS agent on its instance was disconnected.",
        TOLD,
        (
            try_again('onReason "AGENT"'),
            "See whether the AMI's agent is old, or the instance short of memory.",
        ),
        links.API_FAILURES,
        (instance, attempt, ran),
    ),
    Rule(
        "no-room-on-instance",
        error("RESOURCE:"),
        "The instance had no room left for it.",
        TOLD,
        (try_again(), "Ask for somewhat less memory than the instance type's nominal size."),
        links.API_FAILURES,
        (limit, instance, attempt),
    ),
)
