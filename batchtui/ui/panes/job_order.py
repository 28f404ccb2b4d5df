"""Jobs by creation, the newest first, of one queue or of many; what did not change is not sorted again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from batchtui.model.job import JobSummary
from batchtui.query.steps import Steps, ascending, merged
from batchtui.sync.snapshot import QueueJobs

_created = attrgetter("created_at")


@dataclass(frozen=True, slots=True)
class _Order:
    """Jobs in order, and of which queues they are. Of the same moment they stay as they were first seen."""

    queues: tuple[QueueJobs, ...]
    oldest_first: list[JobSummary]
    undated: list[JobSummary]

    def is_of(self, queues: tuple[QueueJobs, ...]) -> bool:
        return len(queues) == len(self.queues) and all(
            one is other for one, other in zip(queues, self.queues, strict=True)
        )


class NewestFirst:
    """Keeps the order of each queue, and of those that were asked for together last."""

    def __init__(self) -> None:
        self._of_queue: dict[str, _Order] = {}
        self._of_many = _Order((), [], [])

    def keep(self, queues: Mapping[str, QueueJobs]) -> None:
        """Forgets queues that are no longer there."""
        for gone in self._of_queue.keys() - queues.keys():
            del self._of_queue[gone]

    def jobs(self, queues: Mapping[str, QueueJobs]) -> Steps[Sequence[JobSummary]]:
        """The jobs of these queues; those without a moment of creation at the end."""
        orders: list[_Order] = []
        for name, held in queues.items():
            known = self._of_queue.get(name)
            if known is None or not known.is_of((held,)):
                self._of_queue[name] = known = yield from _order(held)
            orders.append(known)
        order = orders[0] if len(orders) == 1 else (yield from self._together(tuple(queues.values()), orders))
        return [*reversed(order.oldest_first), *order.undated]

    def _together(self, queues: tuple[QueueJobs, ...], orders: Sequence[_Order]) -> Steps[_Order]:
        if not self._of_many.is_of(queues):
            jobs = yield from merged([order.oldest_first for order in orders], _created)
            self._of_many = _Order(queues, jobs, [job for order in orders for job in order.undated])
        return self._of_many


def _order(held: QueueJobs) -> Steps[_Order]:
    jobs = list(held.jobs.values())
    undated = [job for job in jobs if job.created_at is None]
    yield
    dated = [job for job in jobs if job.created_at is not None] if undated else jobs
    return _Order((held,), (yield from ascending(dated, _created)), undated)
