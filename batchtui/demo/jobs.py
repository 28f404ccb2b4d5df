"""Jobs, their attempts, and the arrays that they can be parents or children of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .definitions import JSON, Definition, Form, Needs, needs_of
from .endings import Ending
from .environments import ComputeEnvironment
from .identity import JOB_ARN_PREFIX
from .queues import JobQueue

SUBMITTED = "SUBMITTED"
PENDING = "PENDING"
RUNNABLE = "RUNNABLE"
STARTING = "STARTING"
RUNNING = "RUNNING"
SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
STATUSES = (SUBMITTED, PENDING, RUNNABLE, STARTING, RUNNING, SUCCEEDED, FAILED)
TERMINAL = (SUCCEEDED, FAILED)


@dataclass(slots=True, eq=False)
class Terms:
    """What a job was submitted with, merged over its definition; jobs submitted alike share one."""

    properties: JSON
    needs: Needs
    parameters: dict[str, str] | None = None
    """None: the definition's parameters, filled in from the job's name."""
    depends_on: tuple[JSON, ...] = ()
    share: str | None = None
    scheduling_priority: int | None = None
    retry: JSON = field(default_factory=lambda: {"attempts": 1, "evaluateOnExit": []})
    timeout_seconds: int | None = None
    tags: dict[str, str] = field(default_factory=dict)
    propagate_tags: bool = False
    num_nodes: int = 0
    consumables: JSON | None = None

    @staticmethod
    def of(definition: Definition, **changes: Any) -> Terms:
        """The terms of a job that changes little or nothing of its definition."""
        standard: dict[str, Any] = {
            "properties": definition.properties,
            "needs": needs_of(definition.form, definition.properties),
            "retry": definition.retry or {"attempts": 1, "evaluateOnExit": []},
            "timeout_seconds": definition.timeout_seconds,
            "tags": definition.tags,
            "propagate_tags": definition.propagate_tags,
            "scheduling_priority": definition.scheduling_priority,
            "num_nodes": definition.num_nodes,
            "consumables": definition.consumables,
        }
        return Terms(**(standard | changes))


@dataclass(slots=True, eq=False)
class Attempt:
    """One try at running a job. `started` is 0 until its container runs, `stopped` until it is over."""

    number: int
    environment: ComputeEnvironment
    placed: int = 0
    """When its task was made; 0 where that was before the account was looked at."""
    started: int = 0
    stopped: int = 0
    ending: Ending | None = None
    planned_stop: int = 0
    """When it would end if nobody interfered: its log is written towards that moment."""


@dataclass(slots=True, eq=False)
class Array:
    """What the parent of an array job keeps: how many of its children stand where, and the children."""

    size: int
    counts: dict[str, int]
    updated: int
    grow: Callable[[Job], list[Job]] | None = None
    """Makes the children of an array that was over before it was looked at."""
    members: list[Job] | None = None

    def children(self, parent: Job) -> list[Job]:
        """The children, made on the first call when the array's story is only known as a whole."""
        if self.members is None:
            assert self.grow is not None
            self.members = self.grow(parent)
        return self.members


@dataclass(slots=True, eq=False)
class Job:
    """A job, an array's parent, or an array's child. The nodes of a multi-node job are views of it, not jobs."""

    seq: int
    job_id: str
    name: str
    queue: JobQueue
    definition: Definition
    terms: Terms
    created: int
    seed: int
    status: str = SUBMITTED
    status_reason: str | None = None
    started: int = 0
    stopped: int = 0
    attempts: list[Attempt] = field(default_factory=list)
    parent: Job | None = None
    index: int = -1
    array: Array | None = None
    waiting_since: int = 0
    blocking: int = 0
    """How many of its dependencies are not over."""
    dependents: list[Job] | None = None
    is_cancelled: bool = False
    is_terminated: bool = False
    stop_reason: str = ""

    @property
    def arn(self) -> str:
        """The job's ARN."""
        return JOB_ARN_PREFIX + self.job_id

    @property
    def order_seq(self) -> int:
        """Its place among all jobs by time of creation; children stand where their parent does."""
        return self.seq if self.parent is None else self.parent.seq

    @property
    def terminal(self) -> bool:
        """Whether it is over for good."""
        return self.status == SUCCEEDED or self.status == FAILED

    @property
    def multi_node(self) -> bool:
        """Whether it runs on several nodes."""
        return self.definition.form is Form.NODES
