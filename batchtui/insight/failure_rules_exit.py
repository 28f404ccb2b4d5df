"""How the attempt ended where AWS has no word for why: memory first, then containers, nodes and exit codes."""

import re

from batchtui.insight import failure_links as links
from batchtui.insight.failure_facts import Failure, span
from batchtui.insight.failure_retry import try_again
from batchtui.insight.failure_rule import (
    ANY,
    Rule,
    anywhere,
    attempt,
    begins,
    exit_code,
    exit_words,
    instance,
    limit,
    memory_of,
    pod,
    ran,
)
from batchtui.insight.failure_rules_code import CODE_RULES, READ_LOG
from batchtui.insight.quoting import quoted
from batchtui.insight.verdict import Certainty, Lead

TOLD, FOLLOWS, LIKELY = Certainty.TOLD, Certainty.FOLLOWS, Certainty.LIKELY
_MORE_MEMORY = "Raise MEMORY in the resource requirements, or let the program take less at a time."
_STOPPING = re.compile(r"cancel|terminat|kill|stopp?|abort|supersed|no longer|enough", re.IGNORECASE)
"""What people and programs write when they stop a job."""
_OWN_WORDS = (
    *("Essential container", "Host EC2", "Task failed", "Job attempt", "Dependent Job", "Array Child", "JobQueue"),
    *("Your Spot Task", "Cannot", "Resource", "OutOfMemory", "Docker", "Timeout waiting", "Capacity", "Container"),
    *("Canceled by", "Terminated by JobState", "ECS ", "Pod ", "AGENT", "RESOURCE", "Scaling", "Internal"),
    *("Unable", "CAPACITY:", "MISCONFIGURATION:", "Error", "Client", "Invalid", "Received status"),
)
"""How AWS's own reasons begin, so far as they are known."""


def _whose_limit(failure: Failure) -> str:
    memory = memory_of(failure)
    return f"Out of memory: killed at its limit of {memory}." if memory else "Out of memory: the kernel killed it."


def _init(failure: Failure) -> tuple[str, ...] | None:
    failed = [each for each in failure.ended if each.role == "init" and each.code]
    return (exit_words(failed[0]),) if failed else None


def _waited_in_vain(failure: Failure) -> tuple[str, ...] | None:
    """A container that never started, and the one that it waited for, which failed."""
    failed = {each.name: each for each in failure.ended if each.code}
    for each in failure.ended:
        missing = [name for name in each.waits_for if name in failed]
        if each.code is None and missing:
            return (exit_words(failed[missing[0]]), f"{each.name} waits for {missing[0]}")
    return None


def _over_time(failure: Failure) -> tuple[str, ...] | None:
    """Nobody says that it was the time-out, but it ran that long and was killed."""
    seconds, ran_for = failure.timeout_seconds, failure.ran_seconds
    if not seconds or ran_for is None or ran_for < seconds or failure.code not in (None, 137, 143):
        return None
    return (f"ran {span(ran_for)}", f"time-out {span(seconds)}")


def _stopped_node(failure: Failure) -> tuple[str, ...] | None:
    nodes = failure.summary.node_properties
    if nodes is None or nodes.node_index is None or nodes.is_main_node is not False:
        return None
    if failure.main is None or failure.code not in (137, 143):
        return None
    return (f"node {nodes.node_index}", exit_words(failure.main))


def _main_node(failure: Failure) -> tuple[str, ...] | None:
    nodes = failure.summary.node_properties
    if nodes is None or nodes.node_index is not None or not nodes.num_nodes or failure.main is not None:
        return None
    if failure.container_reasons:
        return None
    main = () if failure.main_node is None else (f"main node {failure.main_node}",)
    return (f"{nodes.num_nodes} nodes", *main)


def _to_main_node(failure: Failure) -> tuple[Lead, ...]:
    if failure.main_node is None or not failure.summary.job_id:
        return ()
    return (Lead("job", f"{failure.summary.job_id}#{failure.main_node}", "the main node"),)


def _to_parent_main(failure: Failure) -> tuple[Lead, ...]:
    parent = failure.summary.job_id.partition("#")[0]
    return (Lead("job", parent, "the whole job"),) if parent != failure.summary.job_id else ()


def _foreign_words(failure: Failure) -> tuple[str, ...] | None:
    """A reason that is not AWS's, from where nothing tells whether the job was terminated."""
    reason = failure.summary.status_reason or ""
    if not failure.is_over or reason.startswith(_OWN_WORDS) or failure.summary.is_service_job:
        return None
    if failure.code not in (None, 137, 143) or failure.container_reasons or failure.is_eks:
        return None
    return (quoted(reason),) if _STOPPING.search(reason) else None


def _well(failure: Failure) -> tuple[str, ...] | None:
    return (exit_words(failure.main),) if failure.main and failure.code == 0 else None


def _no_code(failure: Failure) -> tuple[str, ...] | None:
    essential = begins("Essential container in task exited")(failure)
    return essential if essential is not None and failure.main is None else None


def _used_up(failure: Failure) -> tuple[str, ...] | None:
    allowed = failure.attempts_allowed
    if not allowed or allowed < 2 or failure.attempts < allowed or failure.reasons or failure.main:
        return None
    return (f"{failure.attempts} of {allowed} attempts",)


MEMORY_RULES = (
    Rule(
        "out-of-memory",
        anywhere("OutOfMemoryError"),
        _whose_limit,
        TOLD,
        (_MORE_MEMORY, "Look at how much it took before: CloudWatch Container Insights keeps it."),
        links.OUT_OF_MEMORY,
        (limit, exit_code, ran, attempt),
        log=("memory",),
    ),
    Rule(
        "pod-out-of-memory",
        pod("OOMKilled"),
        _whose_limit,
        TOLD,
        ("Raise memory in the pod's limits and requests.", "Let the program take less at a time."),
        links.EKS_MEMORY,
        (limit, exit_code, ran, attempt),
        log=("memory",),
    ),
)

NODE_RULES = (
    Rule(
        "node-stopped-with-main",
        _stopped_node,
        "This node was stopped, as all are when the main node ends.",
        LIKELY,
        ("Look at the main node's end: it decides for the whole job.",),
        links.MULTI_NODE,
        (ran, attempt),
        _to_parent_main,
    ),
    Rule(
        "main-node-failed",
        _main_node,
        "Its main node failed, and that decides for the whole job.",
        FOLLOWS,
        ("Go to the main node: its exit code and its log tell more.",),
        links.MULTI_NODE,
        (attempt, ran),
        _to_main_node,
    ),
)

EXIT_RULES = (
    Rule(
        "init-container-failed",
        _init,
        "An init container failed, so the job's own never started.",
        FOLLOWS,
        ("Read the init container's log.", "See what it waits for or fetches."),
        links.EKS_JOBS,
        (instance, attempt),
        log=ANY,
    ),
    Rule(
        "awaited-container-failed",
        _waited_in_vain,
        "A container failed that another one waits for, which never started.",
        FOLLOWS,
        ("Read the log of the container that failed.", "See dependsOn in the task's containers."),
        links.JOB_PARAMETERS,
        (attempt,),
        log=ANY,
    ),
    Rule(
        "ran-into-time-out",
        _over_time,
        "It ran as long as its time-out allows; AWS probably ended it then.",
        LIKELY,
        ("Raise timeout.attemptDurationSeconds, or give the job less to do.",),
        links.TIMEOUTS,
        (exit_code, attempt),
    ),
    Rule(
        "stopped-with-a-reason",
        _foreign_words,
        "Somebody probably stopped it: the reason is not in AWS's own words.",
        LIKELY,
        ("Ask who wrote that reason; CloudTrail has it with TerminateJob or CancelJob.",),
        links.RETRIES,
        (exit_code, ran),
    ),
    *CODE_RULES,
    Rule(
        "pod-failed",
        pod("Error", "Pod failed", "BackoffLimitExceeded"),
        "Its pod failed, and Kubernetes tells no exit code.",
        TOLD,
        (READ_LOG, "See the pod's events in the cluster."),
        links.EKS_JOBS,
        (instance, attempt),
        log=ANY,
    ),
    Rule(
        "ended-well",
        _well,
        "Its container ended well (exit code 0), yet the job FAILED.",
        FOLLOWS,
        ("See whether its output is whole: the host or the agent may have failed after it.", try_again()),
        links.STOPPED_TASKS,
        (instance, ran, attempt),
    ),
    Rule(
        "exited-without-code",
        _no_code,
        "Its essential container ended, and AWS tells no exit code.",
        TOLD,
        (READ_LOG, "Look at the stopped task in ECS: it is kept for about an hour."),
        links.STOPPED_TASKS,
        (instance, ran, attempt),
        log=ANY,
    ),
    Rule(
        "attempts-used-up",
        _used_up,
        "Every attempt failed, and AWS tells no reason.",
        FOLLOWS,
        (READ_LOG, "Compare the attempts: whether they ended on the same instance or after the same time."),
        links.RETRIES,
        (ran,),
        log=ANY,
    ),
)
