"""What must be asked of AWS to say why a job waits: the poller's snapshot has the rest.

At most six calls: the job, what it depends on, the front of its queue, its queue's policy, and of a service job
the quota shares and the service environment; and one for each consumable resource that it takes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, TypeVar

from batchtui.aws.errors import AwsError
from batchtui.aws.queue_gateway import QueueGateway
from batchtui.insight.quick import sharing
from batchtui.insight.situation import OtherQueue, WaitingSituation
from batchtui.insight.verdict import Answer
from batchtui.insight.waiting import why_waiting
from batchtui.model.consumable_resource import ConsumableResource
from batchtui.model.fields import arn_name
from batchtui.model.job import PENDING, RUNNABLE, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.model.service_job import ServiceJobDetail
from batchtui.sync.consumable_reads import Lists, consumables_of
from batchtui.sync.snapshot import Snapshot

_MOST_DESCRIBED: Final = 100
MANY: Final = 2_000
"""The rules look at no more jobs than these on the event loop: it would stand still for too many milliseconds."""
Told = TypeVar("Told")


class Reads(Protocol):
    """The gateway, as far as it is needed here."""

    @property
    def queue(self) -> QueueGateway: ...

    @property
    def lists(self) -> Lists: ...

    async def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> list[JobDetail]: ...

    async def describe_service_job(self, job_id: str, *, urgent: bool = False) -> ServiceJobDetail | None: ...


async def waiting_situation(gateway: Reads, snapshot: Snapshot, job: JobSummary, *, now: int) -> WaitingSituation:
    """Everything about a job that waits; what cannot be had is left out with its reason.

    Args:
        gateway: Asks AWS, urgently: a person waits.
        snapshot: The account as the poller knows it.
        job: The job, or array child, as a list has it.
        now: Milliseconds since the epoch.

    Raises:
        AwsError: The job itself could not be described.
    """
    detail: JobDetail | None = None
    service: ServiceJobDetail | None = None
    if job.is_service_job:
        service = await gateway.describe_service_job(job.job_id, urgent=True)
        job = service.summary if service is not None else job
    else:
        found = await gateway.describe_jobs([job.job_id], urgent=True)
        detail = found[0] if found else None
        job = detail.summary if detail is not None else job
    queue = _queue_of(snapshot, job.job_queue)
    front, front_trouble, policy, policy_trouble = None, "", None, ""
    shares: list[QuotaShareDetail] = []
    rooms: list[ServiceEnvironmentDetail] | None = None
    rooms_trouble = ""
    consumables: tuple[ConsumableResource, ...] = ()
    consumables_trouble = ""
    if _may_be_queued(job):
        consumables, consumables_trouble = await consumables_of(gateway.lists, detail)
        front, front_trouble = await _tried(lambda: gateway.queue.get_job_queue_snapshot(job.job_queue))
        policy, policy_trouble = await _policy(gateway, queue)
        if service is not None and service.quota_share_name:
            shares = (await _tried(lambda: gateway.queue.list_quota_shares(job.job_queue)))[0] or []
        if service is not None and queue is not None and (names := queue.service_environment_order):
            rooms, rooms_trouble = await _tried(lambda: gateway.queue.describe_service_environments(names))
    held = snapshot.jobs.get(job.job_queue)
    load = held.load if held is not None else None
    return WaitingSituation(
        job,
        now,
        detail=detail,
        service=service,
        status_since=_status_since(snapshot, job, detail),
        queue=queue,
        environments=tuple(snapshot.compute_environments or ()),
        snapshot=front,
        snapshot_trouble=front_trouble,
        other_queues=other_queues(snapshot, queue),
        dependencies=await _dependencies(gateway, snapshot, job, detail),
        policy=policy,
        policy_trouble=policy_trouble,
        quota_shares=tuple(shares),
        service_environments=tuple(rooms) if rooms is not None else None,
        service_environments_trouble=rooms_trouble,
        consumables=consumables,
        consumables_trouble=consumables_trouble,
        jobs=None if held is None else tuple(held.active.values()),
        load=load,
    )


def known_situation(
    snapshot: Snapshot, job: JobSummary, now: int, detail: JobDetail | None = None
) -> WaitingSituation:
    """What is known without asking AWS; the jobs around it are not looked at one by one."""
    queue, held = _queue_of(snapshot, job.job_queue), snapshot.jobs.get(job.job_queue)
    loads = {name: each.load for name, each in snapshot.jobs.items()}
    named = detail.depends_on if detail is not None else ()
    ids = dict.fromkeys((*(job.depends_on or ()), *(arn_name(each.job_id) for each in named if each.job_id)))
    return WaitingSituation(
        job,
        now,
        detail=detail,
        status_since=_status_since(snapshot, job, detail),
        queue=queue,
        environments=tuple(snapshot.compute_environments or ()),
        other_queues=sharing(queue, snapshot.job_queues or (), loads) if queue is not None else None,
        dependencies=tuple(known for job_id in ids if (known := snapshot.job(job_id)) is not None),
        load=held.load if held is not None else None,
    )


def other_queues(snapshot: Snapshot, queue: JobQueueDetail | None) -> tuple[OtherQueue, ...] | None:
    """The queues that share a compute environment with this one; None where they are not known."""
    if queue is None or snapshot.job_queues is None:
        return None
    names = set(queue.compute_environment_order)
    return tuple(
        OtherQueue(other, tuple(held.active.values()), held.load) if held is not None else OtherQueue(other)
        for other in snapshot.job_queues
        if other.job_queue_name != queue.job_queue_name and names & set(other.compute_environment_order)
        for held in (snapshot.jobs.get(other.job_queue_name),)
    )


async def why_it_waits(situation: WaitingSituation) -> Answer:
    """What the rules come to; where they look at many jobs, aside, so that the event loop takes its turns."""
    others = sum(len(other.jobs) for other in situation.other_queues or ())
    if len(situation.jobs or ()) + others <= MANY:
        return why_waiting(situation)
    return await asyncio.to_thread(why_waiting, situation)


def _status_since(snapshot: Snapshot, job: JobSummary, detail: JobDetail | None) -> int | None:
    """When it was first seen in its status: an attempt that ended after that has put it there anew."""
    seen = snapshot.status_since(job)
    if seen is None or detail is None:
        return seen
    return max((seen, *(each.stopped_at for each in detail.attempts if each.stopped_at is not None)))


async def _policy(gateway: Reads, queue: JobQueueDetail | None) -> tuple[SchedulingPolicyDetail | None, str]:
    arn = queue.scheduling_policy_arn if queue is not None else None
    if arn is None:
        return None, ""
    found, trouble = await _tried(lambda: gateway.queue.describe_scheduling_policies([arn]))
    if found is None:
        return None, trouble
    return (found[0], "") if found else (None, f"AWS does not know {arn_name(arn)}")


async def _dependencies(
    gateway: Reads, snapshot: Snapshot, job: JobSummary, detail: JobDetail | None
) -> tuple[JobSummary, ...]:
    """What a PENDING job depends on, asked for anew: a list may have forgotten what is over."""
    if detail is None or job.status != PENDING:
        return ()
    ids = list(dict.fromkeys(arn_name(each.job_id) for each in detail.depends_on if each.job_id))
    if not ids:
        return ()
    described, _ = await _tried(lambda: gateway.describe_jobs(ids[:_MOST_DESCRIBED], urgent=True))
    found = {each.summary.job_id: each.summary for each in described or ()}
    known = ((job_id, found.get(job_id) or snapshot.job(job_id)) for job_id in ids)
    return tuple(summary for _, summary in known if summary is not None)


async def _tried(ask: Callable[[], Awaitable[Told]]) -> tuple[Told | None, str]:
    try:
        return await ask(), ""
    except AwsError as error:
        return None, str(error)


def _queue_of(snapshot: Snapshot, name: str) -> JobQueueDetail | None:
    return next((each for each in snapshot.job_queues or () if each.job_queue_name == name), None)


def _may_be_queued(job: JobSummary) -> bool:
    array = job.array_properties
    return job.status == RUNNABLE or (array is not None and array.size is not None and array.count(RUNNABLE) > 0)
