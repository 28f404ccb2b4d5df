"""How a queue stands: everything that is said of it at one moment."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from batchtui.insight.queue_drain import Drain, drain
from batchtui.insight.queue_pace import Pace, pace
from batchtui.insight.queue_shares import FairShare, QuotaUse, fair_shares, quota_uses, reserved
from batchtui.insight.queue_tally import Tally, tally
from batchtui.insight.queue_use import Use, environments_of, shared_with, use
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import JobSummary
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail


@dataclass(frozen=True, slots=True)
class Counted:
    """What the jobs come to, which takes long where there are many: made in steps, and kept."""

    tally: Tally
    pace: Pace


@dataclass(frozen=True, slots=True)
class Blocked:
    """What holds a queue up."""

    job: JobSummary
    """The job at its head."""
    cause: str
    """In a few words; empty where only AWS's own are known."""
    told: str
    """AWS's words."""
    since: int | None
    """Milliseconds since the epoch: since when it is at the head, else when it was created."""
    is_at_head_since: bool
    """Whether it is the former."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One queue. What is not known is None, or empty."""

    queue: JobQueueDetail
    counted: Counted | None = None
    """None until the jobs were counted."""
    blocked: Blocked | None = None
    drain: Drain | None = None
    uses: tuple[Use, ...] = ()
    used_at: int | None = None
    """When AWS worked out what is in use, in milliseconds since the epoch."""
    shared_with: tuple[str, ...] = ()
    policy: SchedulingPolicyDetail | None = None
    fair_shares: tuple[FairShare, ...] = ()
    untold_shares: int = 0
    """Shares that use something and that AWS does not name."""
    reserved: float | None = None
    """The part that is kept for shares without jobs."""
    quota_uses: tuple[QuotaUse, ...] = ()
    quota_fronts: tuple[tuple[str, int | None], ...] = ()
    """Quota shares in which a job waits, and since when the first of them has its place."""


def count(
    jobs: Iterable[JobSummary], now: int, dropped_before: int | None = None
) -> Generator[None, None, Counted]:
    """Looks at every job of a queue, step by step; see ``tally``."""
    found = yield from tally(jobs, now, dropped_before)
    return Counted(found, (yield from pace(found)))


def standing(
    queue: JobQueueDetail,
    counted: Counted | None,
    *,
    snapshot: JobQueueSnapshot | None = None,
    policy: SchedulingPolicyDetail | None = None,
    quota_shares: Sequence[QuotaShareDetail] = (),
    environments: Sequence[ComputeEnvironmentDetail] | None = None,
    queues: Sequence[JobQueueDetail] | None = None,
) -> Standing:
    """Puts together what is known.

    Args:
        queue: The queue.
        counted: Its jobs.
        snapshot: GetJobQueueSnapshot's answer.
        policy: Its scheduling policy.
        quota_shares: Its quota shares.
        environments: All that are known, also those of other queues.
        queues: All that are known.
    """
    blocked = _blocked(queue, counted, snapshot, environments or ())
    estimate = None
    if counted is not None:
        since = blocked.since if blocked is not None else None
        is_off = queue.state == "DISABLED"
        estimate = drain(counted.tally, counted.pace, takes_no_more=is_off, blocked_since=since)
    fair = policy.fairshare_policy if policy is not None else None
    active = (snapshot.active_share_count or 0) if snapshot is not None else 0
    told = len(snapshot.fairshare_utilization) if snapshot is not None else 0
    waiting = counted.tally.waiting_by_share if counted is not None else {}
    placed = counted.tally.placed_by_share if counted is not None else {}
    own = environments_of(queue, environments)
    return Standing(
        queue,
        counted,
        blocked,
        estimate,
        uses=use(snapshot, own, quota_shares) if snapshot is not None else (),
        used_at=snapshot.utilization_updated_at if snapshot is not None else None,
        shared_with=shared_with(queue, queues),
        policy=policy,
        fair_shares=fair_shares(snapshot, fair, waiting, placed) if fair is not None else (),
        untold_shares=max(0, active - told),
        reserved=reserved(fair, active) if fair is not None else None,
        quota_uses=quota_uses(snapshot, quota_shares),
        quota_fronts=_fronts(snapshot),
    )


def _blocked(
    queue: JobQueueDetail,
    counted: Counted | None,
    snapshot: JobQueueSnapshot | None,
    environments: Sequence[ComputeEnvironmentDetail],
) -> Blocked | None:
    head = counted.tally.head if counted is not None else None
    if head is None:
        return None
    from batchtui.insight.situation import WaitingSituation
    from batchtui.insight.waiting import quick_reason  # with all its rules: most queues are not blocked

    place = snapshot.position(head.job_arn) if snapshot is not None and head.job_arn else None
    since = place[1].earliest_time_at_position if place is not None else None
    return Blocked(
        head,
        quick_reason(WaitingSituation(head, 0, queue=queue, environments=tuple(environments))) or "",
        head.status_reason or "",
        since if since is not None else head.created_at,
        since is not None,
    )


def _fronts(snapshot: JobQueueSnapshot | None) -> tuple[tuple[str, int | None], ...]:
    fronts = snapshot.front_of_quota_shares if snapshot is not None else ()
    return tuple((name, jobs[0].earliest_time_at_position) for name, jobs in fronts if jobs)
