"""Rules about what is before the queue: the first check, dependencies, and the children of arrays."""

from collections import Counter
from typing import Final

from batchtui.insight.case import GUIDE, Case, Finding, NotSeen, RuledOut
from batchtui.insight.phrases import listed, number, short, since, told, whole
from batchtui.insight.queue_load import PLACED
from batchtui.insight.verdict import Certainty, Lead, Verdict
from batchtui.model.fields import arn_name
from batchtui.model.job import FAILED, JOB_STATUSES, SUBMITTED, SUCCEEDED, ArrayProperties, JobSummary

_DEPENDENCIES: Final = f"{GUIDE}job_dependencies.html"
_STATES: Final = f"{GUIDE}job_states.html"
_ARRAYS: Final = f"{GUIDE}array_jobs.html"
_SEQUENTIAL: Final = "SEQUENTIAL"
_N_TO_N: Final = "N_TO_N"
_BY_INDEX: Final = "N_TO_N: each child waits for the one of its own index"
_SOME: Final = 5
_LONGEST: Final = 70


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
    first, linked = waits_for[0], case.detail.depends_on if case.detail is not None else ()
    pairs = {arn_name(each.job_id) for each in linked if each.job_id and each.type == _N_TO_N}
    pairwise = [each for each in waits_for if each.job_id in pairs]
    by_status = Counter(each.status for each in waits_for)
    order = {status: place for place, status in enumerate(JOB_STATUSES)}
    states = [f"{number(by_status[each])} {each}" for each in sorted(by_status, key=lambda s: order.get(s, 9))]
    return Verdict(
        "dependencies-open",
        f"It waits for {short(first.job_name or first.job_id)} ({first.status})."
        if len(waits_for) == 1
        else f"It waits for {number(len(waits_for))} jobs: {', '.join(states)}.",
        Certainty.TOLD,
        (
            *(f"{whole(each.job_name or each.job_id)}: {each.status}" for each in waits_for[:_SOME]),
            *((_BY_INDEX,) if pairwise else ()),
            *((f"and {number(len(waits_for) - _SOME)} more",) if len(waits_for) > _SOME else ()),
        ),
        (_wait(len(waits_for), pairwise=len(pairwise)),),
        _DEPENDENCIES,
        tuple(Lead("job", each.job_id, f"a dependency that is {each.status}") for each in waits_for[:_SOME]),
    )


def _wait(jobs: int, *, pairwise: int) -> str:
    if pairwise == jobs:
        return "Wait: a child goes on as soon as the one of its own index has succeeded."
    return "Wait until it has succeeded." if jobs == 1 else "Wait until they have succeeded."


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
        if dependency.type == _N_TO_N and dependency.job_id:
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
    size = number(array.size or 0)
    text = f"Its {size} children: {', '.join(f'{number(how_many)} {status}' for status, how_many in states)}."
    return Verdict(
        rule,
        text if len(text) <= _LONGEST else _in_few_words(array, size),
        Certainty.TOLD,
        (*(f"{number(how_many)} {status}" for status, how_many in states), f"size {size}"),
        ("Look at its children: the parent is PENDING until the last of them has ended.",),
        _ARRAYS,
    )


def _in_few_words(array: ArrayProperties, size: str) -> str:
    """The same of an array whose children are in more statuses than a line has room for."""
    over, failed = array.count(SUCCEEDED), array.count(FAILED)
    placed = sum(array.count(status) for status in PLACED)
    waiting = sum(how_many for _, how_many in array.status_summary) - over - failed - placed
    parts = ((over, "succeeded"), (failed, "failed"), (placed, "run or start"), (waiting, "wait"))
    return f"Of {size} children {', '.join(f'{number(n)} {words}' for n, words in parts if n)}."


def _dependencies(case: Case) -> tuple[JobSummary, ...]:
    """What it depends on, as far as both AWS's answer names it and it is known."""
    if case.detail is not None:
        named = {arn_name(each.job_id) for each in case.detail.depends_on if each.job_id}
    else:
        named = set(case.job.depends_on or ())
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
