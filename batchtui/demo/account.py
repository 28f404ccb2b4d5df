"""The simulated account: everything that exists in it, and the one way in which time passes for it."""

from __future__ import annotations

from collections.abc import Sequence

from .agenda import Agenda
from .chance import mix
from .clock import Clock
from .consumables import ConsumableResource, Store
from .definitions import Catalogue, Definition
from .environments import ComputeEnvironment
from .errors import client_error
from .identity import job_id_from, name_from
from .index import JobIndex
from .jobs import STATUSES, SUBMITTED, Array, Job, Terms
from .lifecycle import Lifecycle
from .queues import JobQueue, SchedulingPolicy
from .scheduler import Scheduler
from .service_jobs import QUEUE as SERVICE_QUEUE
from .service_jobs import ServiceJobs


class Account:
    """Queues, environments, definitions and jobs, moved along by a clock.

    Nothing happens between requests: each one first lets everything happen that is due (`advance`), so that the
    account's state is a function of its seed, its size, what was asked of it, and the time.
    """

    __slots__ = (
        "_clock",
        "_next_seq",
        "agenda",
        "catalogue",
        "consumables",
        "environments",
        "index",
        "lifecycle",
        "policies",
        "queues",
        "scheduler",
        "seed",
        "service_jobs",
        "store",
    )

    def __init__(
        self,
        *,
        clock: Clock,
        began: int,
        catalogue: Catalogue,
        queues: Sequence[JobQueue],
        environments: Sequence[ComputeEnvironment],
        wanted: int,
        seed: int,
        service_jobs: ServiceJobs | None = None,
        policies: Sequence[SchedulingPolicy] = (),
        consumables: Sequence[ConsumableResource] = (),
    ) -> None:
        self._clock = clock
        self.service_jobs = service_jobs
        """Another queue, whose jobs SageMaker runs: None in an account without it."""
        self._next_seq = 0
        self.seed = seed
        self.agenda = Agenda(began)
        self.catalogue = catalogue
        self.queues = {queue.name: queue for queue in queues}
        self.environments = {environment.name: environment for environment in environments}
        self.policies: dict[str, SchedulingPolicy] = {
            queue.policy.arn: queue.policy for queue in queues if queue.policy is not None
        } | {policy.arn: policy for policy in policies}
        self.store = Store(consumables)
        self.consumables = self.store.resources
        self.index = JobIndex(queues, wanted)
        self.lifecycle = Lifecycle(self.agenda, self.index)
        self.scheduler = Scheduler(self.agenda, self.lifecycle, queues, environments, seed, self.store)

    @property
    def now(self) -> int:
        """The moment up to which everything has happened, in milliseconds since the epoch."""
        return self.agenda.now

    def advance(self) -> None:
        """Let everything happen that is due by the clock."""
        self.agenda.run_until(int(self._clock.now() * 1000))

    def queue(self, name_or_arn: str) -> JobQueue | None:
        """The queue so named, for jobs that run in containers.

        Raises:
            ApiError: It is for service jobs, which have operations of their own.
        """
        name = name_from(name_or_arn)
        if self.service_jobs is not None and name == SERVICE_QUEUE:
            raise client_error(f"Job queue {name} takes service jobs: this operation cannot be used with it")
        return self.queues.get(name)

    def submit(self, name: str, queue: JobQueue, definition: Definition, terms: Terms, array_size: int = 0) -> Job:
        """Create a job now, with all its children when it is an array."""
        self._next_seq += 1
        seq = self._next_seq
        seed = mix(self.seed, seq)
        job_id = job_id_from(mix(seed, 1) << 64 | mix(seed, 2))
        job = Job(seq, job_id, name, queue, definition, terms, self.now, seed)
        if array_size:
            counts = dict.fromkeys(STATUSES, 0)
            counts[SUBMITTED] = array_size
            job.array = Array(array_size, counts, self.now, members=array_children(job, array_size))
        self.lifecycle.submit(job)
        return job


def array_children(parent: Job, size: int) -> list[Job]:
    """The children of an array job, as they are when it is submitted."""
    return [
        Job(
            parent.seq,
            f"{parent.job_id}:{index}",
            parent.name,
            parent.queue,
            parent.definition,
            parent.terms,
            parent.created,
            mix(parent.seed, 10_000 + index),
            parent=parent,
            index=index,
        )
        for index in range(size)
    ]
