"""Which call stops which job: pure, and total over anything that AWS may call a job."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from batchtui.aws.limits import LONGEST_REASON
from batchtui.model.job import (
    JOB_STATUSES,
    PENDING,
    RUNNABLE,
    RUNNING,
    SCHEDULED,
    STARTING,
    SUBMITTED,
    JobSummary,
)
from batchtui.model.text import clean

DEFAULT_REASON: Final = "Stopped by a person in batchtui"
"""Stands where a person gave no reason, for AWS wants one."""

WAITING: Final = frozenset((SUBMITTED, PENDING, RUNNABLE))
"""What CancelJob ends; on anything that has begun it succeeds and does nothing."""
_NAMES = 5


class StopCall(Enum):
    """The ways to stop a job; the value is AWS's name of the single call."""

    CANCEL = "CancelJob"
    TERMINATE = "TerminateJob"
    TERMINATE_SERVICE = "TerminateServiceJob"
    """The one way to stop a service job, whether it has begun or not."""


@dataclass(frozen=True, slots=True)
class StopStep:
    """One job to stop, and how."""

    job_id: str
    """What the call is for: the parent where nodes were chosen."""
    job_name: str
    job_queue: str
    status: str
    """As it was when the plan was made."""
    call: StopCall
    chosen: tuple[str, ...]
    """The ids of the chosen jobs that this stops: itself, its nodes, its array children."""
    size: int = 0
    """The children of an array or the nodes of a multi-node job; 0 for any other."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A chosen job that is not stopped."""

    job_id: str
    job_name: str
    why: str
    """What follows the job's name, as in ``has already ended``."""


@dataclass(frozen=True, slots=True)
class StopPlan:
    """What will be asked of AWS for the jobs that a person chose: each of them is in one step or left out."""

    steps: tuple[StopStep, ...] = ()
    """Cancellations first: a termination makes room, in which what waits could start."""
    left_out: tuple[LeftOut, ...] = ()

    @property
    def counts(self) -> tuple[tuple[str, str, int], ...]:
        """Queue, status and how many, by queue and in the order of the lifecycle."""
        found = Counter((step.job_queue, step.status) for step in self.steps)
        return tuple((*key, found[key]) for key in sorted(found, key=lambda key: (key[0], _rank(key[1]), key[1])))

    @property
    def queues(self) -> tuple[str, ...]:
        """The names of the queues that are touched."""
        return tuple(sorted({step.job_queue for step in self.steps if step.job_queue}))

    @property
    def first_names(self) -> tuple[str, ...]:
        """The names of the first few jobs, each once; running ones, which have most to lose, before the others."""
        ordered = sorted(self.steps, key=lambda step: step.call is StopCall.CANCEL)
        return tuple(dict.fromkeys(step.job_name or step.job_id for step in ordered))[:_NAMES]

    @property
    def consequences(self) -> tuple[str, ...]:
        """What cannot be undone, and what is slower than one might think, a sentence each."""
        return tuple(_consequences(self.steps))

    @property
    def why_left_out(self) -> tuple[tuple[str, int], ...]:
        """Each reason with the number of jobs that are left out for it, the most frequent first."""
        return tuple(Counter(left.why for left in self.left_out).most_common())

    def only(self, job_ids: Collection[str]) -> "StopPlan":
        """The same for these jobs alone, as for a second try."""
        wanted = frozenset(job_ids)
        return StopPlan(tuple(step for step in self.steps if step.job_id in wanted))


def plan_stop(jobs: Sequence[JobSummary]) -> StopPlan:
    """Finds the right call for each job.

    CancelJob is for what waits, TerminateJob for what has begun, for arrays of which a child has begun, and for
    multi-node jobs; service jobs have a call of their own. Nodes are stopped by their parent; children whose
    parent is chosen too go with it.
    """
    chosen: dict[str, JobSummary] = {}
    for job in jobs:
        chosen.setdefault(job.job_id, job)
    order = {job_id: place for place, job_id in enumerate(chosen)}
    steps: dict[str, StopStep] = {}
    left_out: list[LeftOut] = []
    # Parents first, so that what belongs to them finds their step.
    for job in sorted(chosen.values(), key=lambda job: (_is_part(job), "#" not in job.job_id)):
        parent_id = _parent_id(job.job_id)
        if why := _why_not(job):
            left_out.append(LeftOut(job.job_id, job.job_name, why))
        elif parent_id in steps:
            steps[parent_id] = _joined(steps[parent_id], job)
        elif "#" in job.job_id and parent_id in chosen:  # the parent has ended, or is being stopped
            left_out.append(LeftOut(job.job_id, job.job_name, _why_not(chosen[parent_id])))
        else:
            step = _step(job)
            steps[step.job_id] = step
    # By one number: a sort of 100,000 pairs would hold up every other thread for too long.
    after_all = len(order)
    ordered = sorted(
        steps.values(), key=lambda s: order[s.chosen[0]] + (0 if s.call is StopCall.CANCEL else after_all)
    )
    return StopPlan(tuple(ordered), tuple(sorted(left_out, key=lambda left: order[left.job_id])))


def cleaned_reason(reason: str) -> str:
    """What is sent to AWS for what a person typed: one line of at most 1024 characters, never empty."""
    return clean(" ".join(reason.split()))[:LONGEST_REASON].strip() or DEFAULT_REASON


def has_begun(job: JobSummary) -> bool:
    """Whether CancelJob does not, or not wholly, end it: it has begun, or a child of it has, or nobody knows."""
    if job.status not in WAITING:
        return True
    array = job.array_properties
    if array is None or array.size is None or job.status == SUBMITTED:
        return False
    # A summary that AWS does not tell cannot show that no child has begun; TerminateJob is right in both cases.
    return not array.status_summary or any(count for name, count in array.status_summary if name not in WAITING)


def _step(job: JobSummary) -> StopStep:
    nodes = job.node_properties
    is_node = "#" in job.job_id
    is_multi_node = is_node or nodes is not None
    array = job.array_properties
    if job.is_service_job and not _is_part(job):
        call = StopCall.TERMINATE_SERVICE
    else:
        call = StopCall.TERMINATE if is_multi_node or has_begun(job) else StopCall.CANCEL
    return StopStep(
        job_id=_parent_id(job.job_id) if is_node else job.job_id,
        job_name=job.job_name,
        job_queue=job.job_queue,
        status=job.status,
        call=call,
        chosen=(job.job_id,),
        size=((nodes.num_nodes if nodes else None) or (array.size if array else None) or 0),
    )


def _joined(step: StopStep, part: JobSummary) -> StopStep:
    """A parent's step with one of its children or nodes, which may have begun since the parent was looked at."""
    call = StopCall.TERMINATE if has_begun(part) and step.call is StopCall.CANCEL else step.call
    return replace(step, call=call, chosen=(*step.chosen, part.job_id))


def _why_not(job: JobSummary) -> str:
    if not _parent_id(job.job_id):
        return "has no id"
    if not job.is_active:
        return "has already ended"
    if job.is_terminated:
        return "is already being terminated"
    if job.is_cancelled and not has_begun(job):
        return "is already being cancelled"
    return ""


def _parent_id(job_id: str) -> str:
    """The id before ``:3`` or ``#0``; of any other job its own."""
    return job_id.partition("#")[0].partition(":")[0]


def _is_part(job: JobSummary) -> bool:
    return _parent_id(job.job_id) != job.job_id


def _rank(status: str) -> int:
    return JOB_STATUSES.index(status) if status in JOB_STATUSES else len(JOB_STATUSES)


def _consequences(steps: Iterable[StopStep]) -> Iterable[str]:
    steps = tuple(steps)
    single = [step for step in steps if not step.size]
    running = sum(step.status == RUNNING for step in single)
    starting = sum(step.status == STARTING for step in single)
    arrays = [step for step in steps if step.size and step.call is StopCall.TERMINATE]
    cancelled = [step for step in steps if step.call is StopCall.CANCEL]
    pending = sum(step.status == PENDING and not step.size for step in cancelled)
    services = [step for step in steps if step.call is StopCall.TERMINATE_SERVICE]
    waiting = [*cancelled, *(step for step in services if step.status in (*WAITING, SCHEDULED))]
    if running:
        yield f"{_many(running, 'running job loses', 'running jobs lose')} what {_it(running)} not saved."
    if starting:
        yield f"{_many(starting, 'starting job ends', 'starting jobs end')} before the command is done."
    if arrays:
        parts = sum(step.size for step in arrays)
        what = _many(len(arrays), "job", "jobs")
        yield f"{what} of several parts, {parts:,} in all: parts that run lose what they have not saved."
    if waiting:
        yield f"{_many(len(waiting), 'waiting job leaves', 'waiting jobs leave')} the queue without having run."
    if pending:
        yield (
            f"{_many(pending, 'pending job ends', 'pending jobs end')} only once "
            f"what {'it depends' if pending == 1 else 'they depend'} on has ended."
        )
    if steps:
        yield "A stopped job ends as FAILED; jobs that depend on it fail, too."


def _it(count: int) -> str:
    return "it has" if count == 1 else "they have"


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
