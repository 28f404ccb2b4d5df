"""A situation with what several rules need from it worked out once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from batchtui.insight.capacity import Needs, max_of_all, needs_of
from batchtui.insight.queue_load import Load, load_of
from batchtui.insight.situation import OtherQueue, WaitingSituation
from batchtui.insight.verdict import Verdict
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.fields import arn_name
from batchtui.model.job import RUNNABLE, JobSummary
from batchtui.model.job_queue_snapshot import FrontOfQueueJobSummary

GUIDE: Final = "https://docs.aws.amazon.com/batch/latest/userguide/"
_DISABLED: Final = "DISABLED"
NO_USE: Final = frozenset(("INVALID", "CREATING", "DELETING", "DELETED"))
"""In these statuses an environment takes no jobs."""


@dataclass(frozen=True, slots=True)
class RuledOut:
    """What a rule looked at and is not the cause."""

    words: str


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What a rule could not look at, and why."""

    words: str


Finding = Verdict | RuledOut | NotSeen | None
"""What a rule came to; None where there was nothing to look at."""


class Case:
    """One situation, for the time of one answer."""

    def __init__(self, situation: WaitingSituation) -> None:
        self.situation = situation
        self.job = situation.job
        self.detail = situation.detail
        self.queue = situation.queue
        self.snapshot = situation.snapshot
        self.now = situation.now

    @cached_property
    def children_runnable(self) -> int:
        """How many children of an array parent wait for a machine."""
        array = self.job.array_properties
        return array.count(RUNNABLE) if array is not None and array.size is not None else 0

    @cached_property
    def is_array_parent(self) -> bool:
        array = self.job.array_properties
        return array is not None and array.size is not None and array.index is None

    @cached_property
    def status(self) -> str:
        """The status whose rules apply: the children of an array parent may be RUNNABLE while it is PENDING."""
        return RUNNABLE if self.is_array_parent and self.children_runnable else self.job.status

    @cached_property
    def environment_names(self) -> tuple[str, ...]:
        return self.queue.compute_environment_order if self.queue is not None else ()

    @cached_property
    def environments(self) -> tuple[ComputeEnvironmentDetail, ...]:
        """Those of the queue, in its order."""
        by_name = {each.compute_environment_name: each for each in self.situation.environments}
        return tuple(by_name[name] for name in self.environment_names if name in by_name)

    @cached_property
    def all_known(self) -> bool:
        """Whether every environment of the queue is known, and there is one."""
        return bool(self.environment_names) and len(self.environments) == len(self.environment_names)

    @cached_property
    def usable(self) -> tuple[ComputeEnvironmentDetail, ...]:
        """The environments of which nothing says that they take no jobs."""
        return tuple(each for each in self.environments if not is_out(each))

    @cached_property
    def needs(self) -> tuple[Needs, ...]:
        """What it needs, on one machine each; empty where that is not known."""
        return needs_of(self.detail) if self.detail is not None else ()

    @cached_property
    def vcpus(self) -> float | None:
        """The vCPUs that it asks for in all, or that each child of an array asks for."""
        described = self.detail.summary.vcpus if self.detail is not None else None
        return self.job.vcpus if described is None else described

    @cached_property
    def max_vcpus(self) -> int | None:
        """The most vCPUs of all environments of the queue, also of those that take no jobs at this time."""
        return max_of_all(self.environments) if self.all_known else None

    @cached_property
    def vcpus_in_use(self) -> float:
        """The vCPUs that are surely in use in the environments of the queue: at least so many.

        A queue that has other environments too may have its jobs there: it is not counted.
        """
        own = self.load.vcpus
        if self.snapshot is not None and self.snapshot.vcpus_in_use is not None:
            own = max(own, self.snapshot.vcpus_in_use)
        names = set(self.environment_names)
        within = (
            other
            for other in self.situation.other_queues or ()
            if other.queue.compute_environment_order and names.issuperset(other.queue.compute_environment_order)
        )
        return own + sum(self.load_of(other).vcpus for other in within)

    @cached_property
    def load(self) -> Load:
        """What the jobs of its queue come to."""
        known = self.situation.load
        return known if known is not None else load_of(self.situation.jobs or ())

    def load_of(self, other: OtherQueue) -> Load:
        """The same of another queue."""
        return other.load if other.load is not None else load_of(other.jobs)

    @cached_property
    def known_jobs(self) -> dict[str, JobSummary]:
        """The jobs at the front of its queue by their ARNs, as far as they are known."""
        front = self.snapshot.front_of_queue if self.snapshot is not None else ()
        ids = {arn_name(each.job_arn) for each in front}
        found = (job for job in self.situation.jobs or () if job.job_id in ids)
        return {job.job_arn: job for job in found if job.job_arn}

    @cached_property
    def place(self) -> tuple[int, FrontOfQueueJobSummary] | None:
        """Its place at the front of the queue, or that of its first child there."""
        arn = self.job.job_arn
        if self.snapshot is None or not arn:
            return None
        for place, job in enumerate(self.snapshot.front_of_queue, start=1):
            if job.job_arn == arn or (self.is_array_parent and job.job_arn.startswith(f"{arn}:")):
                return place, job
        return None

    @cached_property
    def waiting_since(self) -> tuple[int, str] | None:
        """Since when it has surely been waiting for a machine, and in which words; AWS does not always tell."""
        if self.place is not None and (moment := self.place[1].earliest_time_at_position) is not None:
            return moment, "at its place for"
        if self.is_array_parent or self.detail is None:
            return None
        if self.detail.attempts:
            stopped = self.detail.attempts[-1].stopped_at
            return (stopped, "back in the queue for") if stopped is not None else None
        if self.detail.depends_on or self.job.created_at is None:
            return None  # how long it was PENDING is not told
        return self.job.created_at, "depends on no other job, and waits for"


def is_out(environment: ComputeEnvironmentDetail) -> bool:
    """Whether an environment surely takes no jobs."""
    return environment.state == _DISABLED or environment.status in NO_USE


def known_name(case: Case, arn: str) -> str:
    """The name of a job at the front where it is known, else its id."""
    known = case.known_jobs.get(arn)
    return known.job_name if known is not None and known.job_name else arn_name(arn)


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause for which a job can wait. The table of them is in ``waiting_rules``."""

    key: str
    statuses: frozenset[str]
    """The statuses in which it is looked at."""
    find: Callable[[Case], Finding]
    explains: bool = True
    """Whether it is a cause by itself; what is only worth knowing is not."""
    is_quick: bool = False
    """Whether it needs no more than the lists that are there anyway."""
    silences: frozenset[str] = field(default_factory=frozenset)
    """The keys of rules that say the same with less, or that no longer matter, where this one speaks."""
