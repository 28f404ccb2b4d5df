"""Jobs by creation, the newest first, of one queue or of many; what did not change is not sorted again."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from batchtui.model.job import JobSummary
from batchtui.query.steps import Steps, ordered
from batchtui.sync.snapshot import QueueJobs

_created = attrgetter("created_at")


class NewestFirst:
    """Keeps the order of each queue, and of all that were asked for last, as long as their jobs are the same."""

    def __init__(self) -> None:
        self._of_queue: dict[str, tuple[QueueJobs, Sequence[JobSummary]]] = {}
        self._of_all: tuple[tuple[QueueJobs, ...], Sequence[JobSummary]] = ((), ())

    def keep(self, queues: Mapping[str, QueueJobs]) -> None:
        """Forgets queues that are no longer there."""
        for gone in self._of_queue.keys() - queues.keys():
            del self._of_queue[gone]

    def jobs(self, held: Mapping[str, QueueJobs]) -> Steps[Sequence[JobSummary]]:
        """The jobs of these queues. Of the same moment they stay in the order in which they were first seen."""
        runs: list[Sequence[JobSummary]] = []
        for name, queue in held.items():
            known = self._of_queue.get(name)
            if known is None or known[0] is not queue:
                jobs = yield from ordered(list(queue.jobs.values()), _created, is_reversed=True)
                self._of_queue[name] = known = (queue, jobs)
            runs.append(known[1])
        if len(runs) <= 1:
            return runs[0] if runs else ()
        queues = tuple(held.values())
        if len(queues) != len(self._of_all[0]) or any(
            one is not other for one, other in zip(queues, self._of_all[0], strict=True)
        ):
            every = [job for run in runs for job in run]
            yield
            self._of_all = (queues, (yield from ordered(every, _created, is_reversed=True)))
        return self._of_all[1]
