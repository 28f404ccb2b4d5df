"""What the tab Host of a job says: what is known, or what asks for it once it is looked at."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from batchtui.format import Cell
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.trail_reads import Place, TrailReads, place_of
from batchtui.ui.details.host import host_lines
from batchtui.ui.details.host_elsewhere import elsewhere

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway
    from batchtui.ui.details.views import Tab


class Hosts:
    """For one open view, so that what hardly changes is asked for once in a while only.

    Args:
        snapshot: What is known of the account.
    """

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._reads: TrailReads | None = None

    def of(self, gateway: "Gateway", job: JobDetail) -> "Sequence[Cell] | Callable[[], Awaitable[Tab]]":
        """The lines where AWS Batch told all that there is, else what asks ECS and EC2."""
        environments = environments_for(self._snapshot(), job.summary)
        lines, place = elsewhere(job, environments), place_of(job)
        if lines is not None or place is None:
            return lines or ()
        if self._reads is None:
            self._reads = TrailReads(gateway.ecs, gateway.ec2, monotonic)
        return partial(_ask, self._reads, place, environments)


async def _ask(reads: TrailReads, place: Place, environments: Sequence[ComputeEnvironmentDetail]) -> "Tab":
    trail = await reads.follow(place, environments)
    return lambda width, now, revealed: host_lines(trail, now, is_revealed=revealed)


def environments_for(snapshot: Snapshot, job: JobSummary) -> list[ComputeEnvironmentDetail]:
    """Those of the job's queue in its order, then the others: a queue may have had others before."""
    queue = next((each for each in snapshot.job_queues or () if each.job_queue_name == job.job_queue), None)
    order = queue.compute_environment_order if queue else ()
    places = {name: place for place, name in enumerate(order)}
    every = snapshot.compute_environments or ()
    return sorted(every, key=lambda each: places.get(each.compute_environment_name, len(places)))
