"""Where a job runs, kept true for as long as its details show it."""

from collections.abc import Sequence
from time import monotonic

from batchtui.format import Cell, plain
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.sync.patience import Patience
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.trail_reads import Absence, Trail, TrailReads, place_of
from batchtui.ui.details.host import host_lines
from batchtui.ui.details.host_elsewhere import elsewhere
from batchtui.ui.reach import Reach

_ASKING = plain("Asking AWS …", "muted")
_PAUSED = plain("Polling is paused, so AWS was not asked: ctrl+r asks once.", "muted")


class LiveHost:
    """Asks ECS and EC2 about one job: three calls at first, one each time that AWS Batch told anew of the job.

    Args:
        reach: The program around it.
    """

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._reads: TrailReads | None = None
        self._job: JobDetail | None = None
        self._asked_of: JobDetail | None = None
        self._trail: Trail | None = None
        self._patience = Patience()
        self._asked_at = 0.0

    def follow(self, job: JobDetail) -> None:
        """The job is this one now."""
        self._job = job

    async def update(self, is_asked: bool) -> None:
        """Asks, if there is anything to ask and anything new to expect.

        Args:
            is_asked: A person has just asked for it: then nothing counts as known.
        """
        job, gateway = self._job, self._reach.gateway()
        if job is None or gateway is None or self._told(job) is not None or (place := place_of(job)) is None:
            return
        if not is_asked and (job is self._asked_of or self._reach.seconds() is None):
            return
        if not is_asked and monotonic() - self._asked_at < self._patience.seconds:
            return
        if self._reads is None:
            self._reads = TrailReads(gateway.ecs, gateway.ec2, monotonic)
        if is_asked:
            self._reads.forget()
        self._asked_of = job
        self._asked_at = monotonic()
        trail = await self._reads.follow(place, environments_for(self._reach.snapshot(), job.summary))
        steps = (trail.task, trail.container_instance, trail.instance)
        self._patience.note(failed=any(isinstance(each, Absence) and each.is_trouble for each in steps))
        self._trail = trail

    def lines(self, width: int, now: float, is_revealed: bool) -> Sequence[Cell]:
        """All that is known by now; see ``host_lines``."""
        if self._job is None:
            return [_ASKING]
        if (told := self._told(self._job)) is not None:
            return told
        if self._trail is not None:
            return host_lines(self._trail, now, is_revealed=is_revealed)
        return [_ASKING if self._asked_of is not None or self._reach.seconds() is not None else _PAUSED]

    def _told(self, job: JobDetail) -> list[Cell] | None:
        """The lines, where AWS Batch has told all that there is."""
        return elsewhere(job, environments_for(self._reach.snapshot(), job.summary))


def environments_for(snapshot: Snapshot, job: JobSummary) -> list[ComputeEnvironmentDetail]:
    """Those of the job's queue in its order, then the others: a queue may have had others before."""
    queue = next((each for each in snapshot.job_queues or () if each.job_queue_name == job.job_queue), None)
    order = queue.compute_environment_order if queue else ()
    places = {name: place for place, name in enumerate(order)}
    every = snapshot.compute_environments or ()
    return sorted(every, key=lambda each: places.get(each.compute_environment_name, len(places)))
