"""What the planner is told of each queue."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import inf

from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.kinds import kind_of
from batchtui.sync.pace import repair_seconds
from batchtui.sync.planner import QueueKnowledge
from batchtui.sync.snapshot import QueueJobs, jobs_of
from batchtui.sync.sources import Sources
from batchtui.sync.store import Store


@dataclass(slots=True)
class Looks:
    """When queues were looked at, by name; moments of the poller's clock."""

    swept_at: dict[str, float] = field(default_factory=dict)
    refreshed_at: dict[str, float] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    """Queues that are being looked at."""

    def keep(self, names: Set[str]) -> None:
        """Forgets the others: one that comes back under the same name is another queue."""
        for moments in (self.swept_at, self.refreshed_at):
            for name in moments.keys() - names:
                del moments[name]


def knowledge(
    queues: Sequence[JobQueueDetail],
    looks: Looks,
    store: Store,
    sources: Sources,
    *,
    jobs: Mapping[str, QueueJobs],
    untold: Collection[str],
    calls_per_second: float,
) -> list[QueueKnowledge]:
    """What is known of each queue, in the order of the queues.

    Args:
        queues: As AWS described them.
        looks: When they were looked at.
        store: The jobs.
        sources: Which queue may be asked.
        jobs: The jobs as they were last published, which tells what a sweep takes.
        untold: Queues that are to be swept soon.
        calls_per_second: The budget.
    """
    nothing = QueueJobs()
    names = [queue.job_queue_name for queue in queues]
    sweeps = [kind_of(queue).sweep_calls(jobs.get(queue.job_queue_name, nothing).counts) for queue in queues]
    every = sum(sweeps)
    return [
        QueueKnowledge(
            name=name,
            active=store.active_by_status(name),
            newest_created_at=store.newest_created_at(name),
            swept_at=looks.swept_at.get(name),
            refreshed_at=looks.refreshed_at.get(name),
            retry_at=inf if name in looks.busy else sources.retry_at(jobs_of(name)),
            repair_seconds=repair_seconds(every, calls_per_second, is_soon=name in untold),
            kind=kind_of(queue),
            sweep_calls=sweep,
        )
        for queue, name, sweep in zip(queues, names, sweeps, strict=True)
    ]
