"""Rules about what is before and after the queue: checks, dependencies, arrays, and the start on a machine."""

from collections import Counter
from typing import Final

from batchtui.insight.capacity import PLACED, is_fargate
from batchtui.insight.case import GUIDE, Case, Finding, NotSeen, RuledOut
from batchtui.insight.phrases import listed, number, short, since, told, whole
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.model.fields import arn_name
from batchtui.model.job import FAILED, JOB_STATUSES, SUBMITTED, SUCCEEDED, ArrayProperties, JobSummary

_DEPENDENCIES: Final = f"{GUIDE}job_dependencies.html"
_STATES: Final = f"{GUIDE}job_states.html"
_ARRAYS: Final = f"{GUIDE}array_jobs.html"
_MULTI_NODE: Final = f"{GUIDE}multi-node-parallel-jobs.html"
_SEQUENTIAL: Final = "SEQUENTIAL"
_LONG_MS: Final = 900_000
_SOME: Final = 5


def submitted(case: Case) -> Finding:
    """AWS Batch has not looked at it yet."""
    age = since(case.job.created_at, case.now)
    return Verdict(
        "submitted",
        "AWS Batch has not looked at it yet.",
        Certainty.TOLD,
        (f"status {SUBMITTED}", *((f"created {age} ago",) if age else ())),
        ("Wait: it goes on by itself, large arrays after a while.",),
        _STATES,
    )


def dependency_failed(case: Case) -> Finding:
    """Something that it depends on failed, so that it will fail too."""
    if _is_past_dependencies(case):
        return None
    failed = [each for each in _dependencies(case) if each.status == FAILED]
    if not failed:
        return None
    name = short(failed[0].job_name or failed[0].job_id)
    return Verdict(
        "dependency-failed",
        f"It will fail: {name}, on which it depends, failed."
        if len(failed) == 1
        else f"It will fail: {number(len(failed))} jobs on which it depends failed.",
        Certainty.FOLLOWS,
        tuple(_failed(each) for each in failed[:_SOME]),
        ("Resubmit what failed, then submit this job anew after it.",),
        _DEPENDENCIES,
        tuple(Lead("job", each.job_id, "the dependency that failed") for each in failed[:_SOME]),
    )


def dependencies_open(case: Case) -> Finding:
    """What it depends on has not ended."""
    if _is_past_dependencies(case):
        return None
    waits_for = [each for each in _dependencies(case) if each.is_active]
    if not waits_for:
        return None
    first = waits_for[0]
    by_status = Counter(each.status for each in waits_for)
    order = {status: place for place, status in enumerate(JOB_STATUSES)}
    states = [f"{number(by_status[each])} {each}" for each in sorted(by_status, key=lambda s: order.get(s, 9))]
    return Verdict(
        "dependencies-open",
        f"It waits for {short(first.job_name or first.job_id)}, which is {first.status}."
        if len(waits_for) == 1
        else f"It waits for {number(len(waits_for))} jobs: {', '.join(states)}.",
        Certainty.TOLD,
        (
            *(f"{whole(each.job_name or each.job_id)}: {each.status}" for each in waits_for[:_SOME]),
            *((f"and {number(len(waits_for) - _SOME)} more",) if len(waits_for) > _SOME else ()),
        ),
        ("Wait until they have succeeded.",),
        _DEPENDENCIES,
        tuple(Lead("job", each.job_id, f"a dependency that is {each.status}") for each in waits_for[:_SOME]),
    )


def dependencies_over(case: Case) -> Finding:
    """All that it depends on succeeded: it should go on at once; or AWS does not know all of it."""
    if case.detail is None or _is_past_dependencies(case):
        return None
    ids = [each.job_id for each in case.detail.depends_on if each.job_id]
    known = {each.job_id: each for each in _dependencies(case)}
    unknown = [job_id for job_id in ids if arn_name(job_id) not in known]
    if unknown:
        ids_shown = listed([short(each, 36) for each in unknown])
        return NotSeen(f"what AWS does not know (any more), though the job depends on it: {ids_shown}")
    if not ids:
        is_sequential = any(each.type == _SEQUENTIAL for each in case.detail.depends_on)
        return None if is_sequential else RuledOut("it depends on no other job")
    if any(each.status != SUCCEEDED for each in known.values()):
        return None
    names = [whole(known[arn_name(each)].job_name or each) for each in ids]
    return Verdict(
        "dependencies-over",
        "All that it depends on succeeded: it goes on soon.",
        Certainty.LIKELY,
        tuple(f"{name}: {SUCCEEDED}" for name in names[:_SOME]),
        ("Wait: AWS Batch looks at dependencies now and then.",),
        _DEPENDENCIES,
    )


def one_after_another(case: Case) -> Finding:
    """A child of an array whose children run one after another, or after the same child of another array."""
    array = case.job.array_properties
    index = array.index if array is not None else None
    if case.detail is None or index is None:
        return None
    base = case.job.job_id.partition(":")[0]
    for dependency in case.detail.depends_on:
        if dependency.type == _SEQUENTIAL and index > 0 and not dependency.job_id:
            return Verdict(
                "one-after-another",
                f"Child {number(index - 1)} goes first: children run one after another.",
                Certainty.FOLLOWS,
                (f"dependsOn type {_SEQUENTIAL}", f"array index {number(index)}"),
                ("Wait until the child before it has succeeded.",),
                _ARRAYS,
                (Lead("job", f"{base}:{index - 1}", "the child before it"),),
            )
        if dependency.type == "N_TO_N" and dependency.job_id:
            other = f"{arn_name(dependency.job_id)}:{index}"
            return Verdict(
                "one-after-another",
                f"Child {number(index)} of another array goes first.",
                Certainty.LIKELY,
                (f"dependsOn type N_TO_N: {whole(dependency.job_id)}", f"array index {number(index)}"),
                ("Wait until the same child of the other array has succeeded.",),
                _ARRAYS,
                (Lead("job", other, "the same child of the other array"),),
            )
    return None


def array_under_way(case: Case) -> Finding:
    """Some children of an array have machines: the others come after them."""
    array = case.job.array_properties
    if not case.is_array_parent or array is None or not any(array.count(status) for status in PLACED):
        return None
    return _children(case, array, "array-under-way")


def array_children(case: Case) -> Finding:
    """An array's parent is PENDING until the last of its children has ended."""
    array = case.job.array_properties
    if not case.is_array_parent or array is None or any(array.count(status) for status in PLACED):
        return None
    return _children(case, array, "array-children")


def _children(case: Case, array: ArrayProperties, rule: str) -> Finding:
    states = [(status, how_many) for status, how_many in array.status_summary if how_many]
    if not states or not _is_past_dependencies(case):
        return None
    shown = ", ".join(f"{number(how_many)} {status}" for status, how_many in states if status != SUCCEEDED)
    text = f"Its {number(array.size or 0)} children: {shown or 'all over'}."
    return Verdict(
        rule,
        text if len(text) <= 70 else f"Not all of its {number(array.size or 0)} children have ended.",
        Certainty.TOLD,
        (*(f"{number(how_many)} {status}" for status, how_many in states), f"size {number(array.size or 0)}"),
        ("Look at its children: the parent is PENDING until the last of them has ended.",),
        _ARRAYS,
    )


def starting(case: Case) -> Finding:
    """It has a place, and its container is not running yet."""
    age = since(case.situation.status_since, case.now)
    is_long = case.situation.status_since is not None and case.now - case.situation.status_since > _LONG_MS
    where = _where(case)
    held = (f"{case.job.status} for {age}",) if age else ()
    nodes = case.job.node_properties
    remedies = ["Wait: a large image takes minutes to be pulled."]
    if is_long:
        remedies = [
            "See whether the image can be pulled: its size, its registry, and the network route to it.",
            "See the events of the task or pod, and the instance itself.",
        ]
    link, certainty = _STATES, Certainty.TOLD
    cause = "It has a machine: its image is pulled, its container started."
    if nodes is not None and nodes.num_nodes:
        cause, link, certainty = (
            "Its nodes start: the main node first, then the others.",
            _MULTI_NODE,
            Certainty.LIKELY,
        )
        where.append(f"numNodes {number(nodes.num_nodes)}")
    elif case.detail is not None and case.detail.pod_name and not case.detail.node_name:
        cause, certainty = "Its pod has no node that is told yet.", Certainty.LIKELY
    elif case.usable and case.all_known and all(map(is_fargate, case.usable)):
        cause = "Fargate prepares its machine, and pulls its image."
    if is_long:
        cause, certainty = f"It has been {case.job.status} for {age}: its start may hang.", Certainty.LIKELY
    return Verdict(
        "starting", cause, certainty, (*held, *where) or (f"status {case.job.status}",), tuple(remedies), link
    )


def scheduled(case: Case) -> Finding:
    """A service job that was handed over."""
    since_then = since(case.job.scheduled_at, case.now)
    return Verdict(
        "scheduled",
        "It was handed to SageMaker, which prepares its instances.",
        Certainty.TOLD,
        ("status SCHEDULED", *((f"for {since_then}",) if since_then else ())),
        ("Look at the training job in SageMaker.",),
        f"{GUIDE}service-job-status.html",
    )


def _where(case: Case) -> list[str]:
    detail = case.detail
    if detail is None:
        return []
    found = [f"pod {whole(detail.pod_name)}"] if detail.pod_name else []
    found += [f"node {whole(detail.node_name)}"] if detail.node_name else []
    for container in detail.containers[:2]:
        if container.container_instance_arn:
            found.append(f"container instance {whole(arn_name(container.container_instance_arn))}")
        if container.image:
            found.append(f"image {whole(container.image)}")
    return list(dict.fromkeys(found))


def _dependencies(case: Case) -> tuple[JobSummary, ...]:
    """What it depends on, as far as both AWS's answer names it and it is known."""
    if case.detail is None:
        return ()
    named = {arn_name(each.job_id) for each in case.detail.depends_on if each.job_id}
    return tuple(each for each in case.situation.dependencies if each.job_id in named)


def _is_past_dependencies(case: Case) -> bool:
    """Whether an array parent's children are already on their way."""
    array = case.job.array_properties
    if not case.is_array_parent or array is None:
        return False
    return any(how_many for status, how_many in array.status_summary if status not in (SUBMITTED, "PENDING"))


def _failed(job: JobSummary) -> str:
    reason = f": {told(job.status_reason)}" if job.status_reason else ""
    code = f" (exit code {job.exit_code})" if job.exit_code is not None else ""
    return f"{whole(job.job_name or job.job_id)}: {FAILED}{code}{reason}"
