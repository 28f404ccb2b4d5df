"""What happens to a job, from SUBMITTED to its end: the only place that changes a job's status.

SUBMITTED -> PENDING (dependencies; array parents) -> RUNNABLE -> STARTING -> RUNNING -> SUCCEEDED | FAILED; a
retry goes back to RUNNABLE, and every active status may end in FAILED.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .agenda import Agenda
from .chance import between
from .endings import SUCCESS, Ending
from .environments import ComputeEnvironment
from .index import JobIndex
from .jobs import FAILED, PENDING, RUNNABLE, RUNNING, STARTING, SUBMITTED, SUCCEEDED, Attempt, Job
from .outcomes import Fate, fate, stopped_by_user, tried_again


class Capacity(Protocol):
    """What the lifecycle asks of the scheduler."""

    def enqueue(self, job: Job) -> None:
        """A job became runnable."""
        ...

    def wake(self) -> None:
        """Room became free, or the head of a queue another."""
        ...

    def release(self, job: Job, environment: ComputeEnvironment) -> None:
        """A placed job gives its room back."""
        ...


class Lifecycle:
    """Moves jobs along, on the agenda's events."""

    __slots__ = ("_agenda", "_index", "capacity", "on_end")

    def __init__(self, agenda: Agenda, index: JobIndex) -> None:
        self._agenda = agenda
        self._index = index
        self.capacity: Capacity
        self.on_end: Callable[[Job], None] | None = None

    def submit(self, job: Job) -> None:
        """Take in a new job (SubmitJob), with its children if it is an array's parent."""
        self._index.add(job)
        self._agenda.at(job.created + between(job.seed, 900, 700, 2600), self._accept, job)

    def _accept(self, job: Job) -> None:
        if job.terminal:
            return
        for dependency in job.terms.depends_on:
            self._depend(job, dependency)
        if job.array is not None:
            self._move(job, PENDING)
            for child in job.array.children(job):
                if not child.terminal:
                    self._accept_child(child, job)
        elif job.blocking:
            self._move(job, PENDING)
        else:
            self._unblocked(job)

    def _accept_child(self, child: Job, parent: Job) -> None:
        """A child waits for what its parent depends on, and in its own way for SEQUENTIAL and N_TO_N."""
        child.created = self._agenda.now
        array = parent.array
        assert array is not None
        if parent.blocking:
            child.blocking += 1
        for dependency in parent.terms.depends_on:
            kind = dependency.get("type")
            if kind == "SEQUENTIAL" and child.index > 0:
                self._wait_for(child, array.children(parent)[child.index - 1])
            elif kind == "N_TO_N":
                other = self._index.find(dependency["jobId"])
                if other is not None and other.array is not None and child.index < other.array.size:
                    self._wait_for(child, other.array.children(other)[child.index])
        if child.terminal:
            return
        if child.blocking:
            self._move(child, PENDING)
        else:
            self._unblocked(child)

    def _depend(self, job: Job, dependency: dict[str, str]) -> None:
        if job.array is not None and dependency.get("type") in ("SEQUENTIAL", "N_TO_N"):
            return  # the children's business
        other = self._index.find(dependency.get("jobId", ""))
        if other is not None:
            self._wait_for(job, other)

    def _wait_for(self, job: Job, other: Job) -> None:
        if other.status == SUCCEEDED:
            return
        job.blocking += 1
        if other.status == FAILED:
            self._agenda.at(self._agenda.now + 500, self._dependency_over, job, False)
            return
        if other.dependents is None:
            other.dependents = []
        other.dependents.append(job)

    def _dependency_over(self, job: Job, succeeded: bool) -> None:
        if job.terminal:
            return
        job.blocking -= 1
        if job.is_cancelled and not job.blocking:
            self._stop_waiting(job)
        elif not succeeded:
            self._fail_waiting(job, "Dependent Job failed")
        elif not job.blocking:
            if job.array is None:
                self._unblocked(job)
                return
            for child in job.array.children(job):
                self._dependency_over(child, True)

    def _unblocked(self, job: Job) -> None:
        if job.is_cancelled or job.is_terminated:
            self._stop_waiting(job)
            return
        self._move(job, RUNNABLE)
        job.waiting_since = self._agenda.now
        self.capacity.enqueue(job)

    def place(self, job: Job, environment: ComputeEnvironment) -> None:
        """Start an attempt in an environment whose room the scheduler has taken for it."""
        job.queue.waiting.remove(job, self._agenda.now)
        job.status_reason = None
        number = len(job.attempts) + 1
        attempt = Attempt(number, environment, placed=self._agenda.now)
        job.attempts.append(attempt)
        self._move(job, STARTING)
        plan = fate(job.definition, environment, job.terms.timeout_seconds, job.seed, number)
        self._agenda.at(self._agenda.now + plan.starting_ms, self._started, job, attempt, plan)

    def _started(self, job: Job, attempt: Attempt, plan: Fate) -> None:
        if attempt.ending is not None:
            return
        if not plan.ending.ran:
            self._over(job, attempt, plan.ending)
            return
        now = self._agenda.now
        attempt.started = job.started = now
        attempt.planned_stop = now + plan.running_ms
        self._move(job, RUNNING)
        self._agenda.at(attempt.planned_stop, self._over, job, attempt, plan.ending)

    def _over(self, job: Job, attempt: Attempt, ending: Ending) -> None:
        if attempt.ending is not None:
            return
        if job.is_terminated and ending.succeeded:
            ending = stopped_by_user(job.stop_reason)  # it was asked to stop just before it was done
        attempt.ending = ending
        attempt.stopped = self._agenda.now
        self.capacity.release(job, attempt.environment)
        if ending is SUCCESS:
            self._end(job, SUCCEEDED, ending.status_reason)
        elif job.is_terminated or job.is_cancelled or not tried_again(job.terms.retry, attempt.number, ending):
            self._end(job, FAILED, job.stop_reason if job.is_terminated else ending.status_reason)
        else:
            job.started = 0
            self._unblocked(job)

    def _end(self, job: Job, status: str, reason: str | None) -> None:
        job.stopped = self._agenda.now
        job.status_reason = reason
        self._move(job, status)
        dependents, job.dependents = job.dependents, None
        for dependent in dependents or ():
            # An event each, not a call: a chain of 10,000 sequential children is deeper than Python's stack.
            self._agenda.at(self._agenda.now, self._dependency_over, dependent, status == SUCCEEDED)
        if job.parent is not None:
            self._child_over(job.parent)
        elif self.on_end is not None:
            self.on_end(job)

    def _child_over(self, parent: Job) -> None:
        array = parent.array
        assert array is not None
        if parent.terminal or array.counts[SUCCEEDED] + array.counts[FAILED] < array.size:
            return
        if array.counts[FAILED] == 0:
            self._end(parent, SUCCEEDED, None)
        else:
            self._end(parent, FAILED, parent.stop_reason or "Array Child Job failed")

    def _fail_waiting(self, job: Job, reason: str) -> None:
        """End a job that no compute environment holds."""
        if job.status == RUNNABLE:
            job.queue.waiting.remove(job, self._agenda.now)
            self.capacity.wake()
        if job.array is None:
            self._end(job, FAILED, reason)
            return
        job.stop_reason = job.stop_reason or reason
        for child in job.array.children(job):
            if child.status in (SUBMITTED, PENDING, RUNNABLE):
                self._fail_waiting(child, reason)

    def _stop_waiting(self, job: Job) -> None:
        if not job.terminal:
            self._fail_waiting(job, job.stop_reason)

    def cancel(self, job: Job, reason: str) -> None:
        """CancelJob: ends what waits, does nothing to what is STARTING, RUNNING or over.

        A PENDING job is cancelled once what it depends on is over.
        """
        if job.array is not None and not job.terminal:
            job.is_cancelled, job.stop_reason = True, job.stop_reason or reason
            for child in job.array.children(job):
                self.cancel(child, reason)
            return
        if job.status not in (SUBMITTED, PENDING, RUNNABLE) or job.is_cancelled or job.is_terminated:
            return
        job.is_cancelled, job.stop_reason = True, reason
        if job.status == RUNNABLE:
            self._withdraw(job)
        if job.status != PENDING or (job.parent is not None and job.parent.is_cancelled):
            self._agenda.at(self._agenda.now + 600, self._stop_waiting, job)

    def terminate(self, job: Job, reason: str) -> None:
        """TerminateJob: ends a job in every active status; a container gets SIGTERM and some seconds."""
        if job.terminal or job.is_terminated:
            return
        job.is_terminated, job.stop_reason = True, reason
        if job.array is not None:
            for child in job.array.children(job):
                self.terminate(child, reason)
        elif job.status in (SUBMITTED, PENDING, RUNNABLE):
            if job.status == RUNNABLE:
                self._withdraw(job)
            self._agenda.at(self._agenda.now + 600, self._stop_waiting, job)
        else:
            attempt = job.attempts[-1]
            grace = between(job.seed, 901 + attempt.number, 1500, 6000)
            self._agenda.at(self._agenda.now + grace, self._over, job, attempt, stopped_by_user(reason))

    def _withdraw(self, job: Job) -> None:
        """Keep a job that is about to be stopped from being started."""
        job.queue.waiting.remove(job, self._agenda.now)
        job.status_reason = None
        self.capacity.wake()

    def time_limit(self, job: Job, reason: str) -> None:
        """A queue's jobStateTimeLimitActions: cancel a job that is still stuck for this reason."""
        if job.status == RUNNABLE and (job.status_reason or "").startswith(reason) and not job.stop_reason:
            self._fail_waiting(job, f"Canceled by JobStateTimeLimit action due to reason: {reason}")

    def _move(self, job: Job, status: str) -> None:
        self._index.move(job, status, self._agenda.now)
