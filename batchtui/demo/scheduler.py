"""Which job starts where and when, how compute environments scale, and why the head of a queue is stuck."""

from __future__ import annotations

from collections.abc import Sequence

from .agenda import Agenda
from .chance import between
from .consumables import Store
from .environments import ComputeEnvironment
from .jobs import Job
from .lifecycle import Lifecycle
from .queues import JobQueue

_PASS_MS = 1000
_PATIENCE_MS = 60_000
_IDLE_MS = 120_000
_ALL_INVALID = "ACTION_REQUIRED - CE(s) associated with the job queue are invalid."
_TOO_MANY_VCPUS = (
    "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the "
    "CPU requirement of the job."
)
_TOO_LARGE = (
    "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than "
    "that can be met by the CE(s) attached to the job queue."
)
_NO_CAPACITY = (
    "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance type "
    "[{types}]"
)


class Scheduler:
    """Serves the queues by priority, the higher integer first, once a second while anything waits or changed."""

    __slots__ = ("_agenda", "_due", "_environments", "_lifecycle", "_queues", "_seed", "_store")

    def __init__(
        self,
        agenda: Agenda,
        lifecycle: Lifecycle,
        queues: Sequence[JobQueue],
        environments: Sequence[ComputeEnvironment],
        seed: int,
        store: Store,
    ) -> None:
        self._agenda = agenda
        self._lifecycle = lifecycle
        self._queues = sorted(queues, key=lambda queue: -queue.priority)
        self._environments = environments
        self._seed = seed
        self._store = store
        self._due = 0
        lifecycle.capacity = self

    def enqueue(self, job: Job) -> None:
        """A job became runnable: it waits for its turn, or aside when no environment could ever hold it."""
        if self._misfit(job.queue, job):
            job.queue.waiting.set_aside(job)
        else:
            job.queue.waiting.push(job)
        self.wake()

    def rearrange(self) -> None:
        """Queues or environments were changed: other queues may come first, and other jobs may be placed."""
        self._queues.sort(key=lambda queue: -queue.priority)
        for queue in self._queues:
            queue.waiting.rearrange(lambda job: self._misfit(job.queue, job) is None)
        self.wake()

    def ask_for(self, environment: ComputeEnvironment, vcpus: float) -> None:
        """Ask EC2 for so many vCPUs in all."""
        now = self._agenda.now
        more = vcpus - environment.online - environment.coming
        environment.desired_vcpus = vcpus
        if more > 0:
            environment.coming += more
            environment.idle_since = 0
            delay = between(self._seed, now, 40_000, 90_000)
            self._agenda.at(now + delay, self._arrive, environment, more)

    def wake(self) -> None:
        """Have a look at the queues within the next second."""
        self._pass_at(self._agenda.now + _PASS_MS)

    def _pass_at(self, when: int) -> None:
        """Plan the next pass; only the earliest one planned takes place."""
        if not self._due or when < self._due:
            self._due = when
            self._agenda.at(when, self._pass, when)

    def release(self, job: Job, environment: ComputeEnvironment) -> None:
        """A placed job gives its room back, and what it took besides."""
        self._store.give_back(job)
        environment.used -= job.terms.needs.vcpus
        job.queue.waiting.in_use -= job.terms.needs.vcpus
        if job.queue.policy is not None:
            job.queue.waiting.usage[job.terms.share or "default"] -= round(job.terms.needs.vcpus)
        self.wake()

    def _pass(self, due: int) -> None:
        if due != self._due:
            return
        self._due = 0
        for queue in self._queues:
            if queue.state == "ENABLED":
                self._serve(queue)
        self._scale()
        again = False
        for queue in self._queues:
            self._mark_head(queue)
            again = again or queue.waiting.vcpus > 0
        if again:
            # A shortage can end, or a head lose patience, without any event of a job.
            self._pass_at(self._agenda.now + 5 * _PASS_MS)

    def _serve(self, queue: JobQueue) -> None:
        queue.waiting.recall(self._store.has_enough_for)
        while (job := queue.waiting.first()) is not None:
            if not self._store.has_enough_for(job):
                queue.waiting.hold(job)
                continue
            needed = job.terms.needs.vcpus
            for environment in queue.environments:
                if environment.works and self._holds(environment, job) and environment.free >= needed:
                    break
            else:
                return
            self._store.take(job)
            environment.used += needed
            queue.waiting.in_use += needed
            if queue.policy is not None:
                queue.waiting.usage[job.terms.share or "default"] += round(needed)
            self._lifecycle.place(job, environment)

    @staticmethod
    def _holds(environment: ComputeEnvironment, job: Job) -> bool:
        """Whether there could ever be room for the job; a disabled environment may be enabled again."""
        if not (environment.could_work and environment.accepts(job.definition)):
            return False
        needs, nodes = job.terms.needs, max(1, job.terms.num_nodes)
        largest = environment.largest
        return (
            needs.vcpus <= environment.max_vcpus
            and needs.vcpus / nodes <= largest.vcpus
            and needs.memory_mib / nodes <= largest.memory_mib
            and needs.gpus <= largest.gpus
        )

    def _misfit(self, queue: JobQueue, job: Job) -> str | None:
        """Why no environment of the queue could ever hold the job; None when one could."""
        if any(self._holds(environment, job) for environment in queue.environments):
            return None
        if all(environment.status == "INVALID" for environment in queue.environments):
            return _ALL_INVALID
        trouble = next((e.trouble for e in queue.environments if e.trouble is not None), None)
        if trouble is not None:
            return trouble
        if all(job.terms.needs.vcpus > environment.max_vcpus for environment in queue.environments):
            return _TOO_MANY_VCPUS
        return _TOO_LARGE

    def _scale(self) -> None:
        now = self._agenda.now
        wanted: dict[str, float] = {e.name: e.used for e in self._environments}
        for queue in self._queues:
            demand = queue.waiting.vcpus if queue.state == "ENABLED" else 0
            for environment in queue.environments:
                if demand <= 0:
                    break
                if environment.works:
                    taken = min(demand, max(0, environment.limit(now) - wanted[environment.name]))
                    wanted[environment.name] += taken
                    demand -= taken
        for environment in self._environments:
            if environment.could_work and not environment.serverless:
                self._fit(environment, wanted[environment.name])

    def _fit(self, environment: ComputeEnvironment, wanted: float) -> None:
        """Ask EC2 for whole instances when more is wanted, and give some back after a while of idleness."""
        now = self._agenda.now
        step = environment.instance_vcpus
        goal = min(environment.max_vcpus, max(environment.min_vcpus, -(-wanted // step) * step))
        have = environment.online + environment.coming
        goal = max(goal, environment.used)  # what runs goes on, whatever the maximum has become
        if goal > have:
            self.ask_for(environment, goal)
        elif goal < environment.online and not environment.coming:
            if not environment.idle_since:
                environment.idle_since = now
                self._agenda.at(now + _IDLE_MS, self.wake)
            elif now - environment.idle_since >= _IDLE_MS:
                environment.online = environment.desired_vcpus = goal
                environment.idle_since = 0
        else:
            environment.idle_since = 0

    def _arrive(self, environment: ComputeEnvironment, vcpus: float) -> None:
        environment.coming -= vcpus
        environment.online += vcpus
        self.wake()

    def _mark_head(self, queue: JobQueue) -> None:
        """Give the head of a blocked queue its statusReason, and nobody else."""
        head = queue.waiting.head()
        if queue.marked is not None and queue.marked is not head:
            if queue.marked.status == "RUNNABLE":
                queue.marked.status_reason = None
            queue.marked = None
        if head is None:
            return
        reason = self._blocked_reason(queue, head)
        if reason is None or head.status_reason == reason:
            return
        head.status_reason = reason
        queue.marked = head
        for code, seconds in queue.limits:
            if reason.startswith(code):
                self._agenda.at(self._agenda.now + seconds * 1000, self._lifecycle.time_limit, head, code)

    def _blocked_reason(self, queue: JobQueue, head: Job) -> str | None:
        misfit = self._misfit(queue, head)
        now = self._agenda.now
        if misfit is not None:
            return misfit if now - head.waiting_since >= _PATIENCE_MS // 4 else None
        if now - head.waiting_since < _PATIENCE_MS:
            return None
        short = next((e for e in queue.environments if e.scarce and e.limit(now) < e.max_vcpus), None)
        if short is None or any(e.coming for e in queue.environments):
            return head.status_reason
        return _NO_CAPACITY.format(types=", ".join(short.instance_types))
