"""The proof of sync: random histories of an account, polled while they happen.

The account below is a plain re-statement of AWS's rules (facts of ListJobs and DescribeJobs), written for this
test alone: it shares no code with the demo account or with the poller.
"""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.aws.gateway import CallerIdentity, JobPage
from batchtui.aws.pacing import CallBudget
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import JobSummary
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.service_job import ServiceJobDetail
from batchtui.sync import pace, planner
from batchtui.sync.describing import SINGLY_A_CYCLE
from batchtui.sync.kinds import CONTAINER_JOBS, SERVICE_JOBS
from batchtui.sync.poller import Poller
from batchtui.sync.snapshot import Snapshot, diff

EPOCH = 1_800_000_000.0
ACTIVE = ("SUBMITTED", "PENDING", "RUNNABLE", "SCHEDULED", "STARTING", "RUNNING")
LIVES = (
    ("SUBMITTED", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"),
    ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "FAILED"),
    ("SUBMITTED", "RUNNABLE", "STARTING", "RUNNING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED"),  # a retry
    ("SUBMITTED", "FAILED"),
    ("SUBMITTED", "PENDING", "SUCCEEDED"),  # an array parent
    ("SUBMITTED", "RUNNABLE"),  # stuck for good
)


@dataclass
class Life:
    """A job's statuses with the moments at which they begin."""

    queue: str
    job_id: str
    steps: list[tuple[float, str]]
    visible_at: float
    is_service: bool = False

    def status(self, now: float) -> str:
        found = ""
        for since, status in self.steps:  # a loop with an end: it is asked millions of times
            if since > now:
                break
            found = status
        return found

    def went_back_before(self, moment: float) -> bool:
        """Whether a retry put the job back to RUNNABLE before that moment."""
        first = next((index for index, (_, status) in enumerate(self.steps) if status == "RUNNABLE"), 0)
        return any(status == "RUNNABLE" and since <= moment for since, status in self.steps[first + 1 :])

    def summary(self, now: float, *, queue: str = "") -> JobSummary:
        created = int(self.steps[0][0] * 1000)
        return JobSummary(self.job_id, self.job_id, queue or self.queue, self.status(now), created_at=created)


@dataclass
class Account:
    """AWS Batch as far as the poller sees it, with a clock that each call moves on."""

    lives: list[Life]
    queues: int
    latency: float
    service_queues: int = 0
    """The first so many queues take service jobs."""
    now: float = EPOCH
    calls: Counter[str] = field(default_factory=Counter)
    more_pages: Counter[str] = field(default_factory=Counter)
    looked_at: dict[str, float] = field(default_factory=dict)
    """When the newest jobs of a queue were last asked for."""
    budget: CallBudget = field(default_factory=lambda: CallBudget(4.0))

    def visible(self, queue: str) -> list[Life]:
        return [life for life in self.lives if life.queue == queue and life.visible_at <= self.now]

    def is_service(self, queue: str) -> bool:
        return int(queue[1:]) < self.service_queues

    def _call(self, operation: str) -> None:
        self.calls[operation] += 1
        self.now += self.latency

    async def describe_job_queues(self) -> list[JobQueueDetail]:
        self._call("DescribeJobQueues")
        return [
            JobQueueDetail.from_api(
                {
                    "jobQueueName": f"q{n}",
                    "jobQueueArn": f"arn:aws:batch:r:1:job-queue/q{n}",
                    "jobQueueType": "SAGEMAKER_TRAINING" if n < self.service_queues else "ECS",
                }
            )
            for n in range(self.queues)
        ]

    async def describe_compute_environments(self) -> list[ComputeEnvironmentDetail]:
        self._call("DescribeComputeEnvironments")
        return []

    async def get_caller_identity(self) -> CallerIdentity:
        raise AssertionError("every queue has an ARN")

    def list_jobs(self, job_queue: str, job_status: str) -> AsyncGenerator[JobPage]:
        assert not self.is_service(job_queue), "AWS refuses ListJobs of a queue of service jobs"
        return self._by_status("ListJobs", job_queue, job_status, 1000)

    def list_service_jobs(self, job_queue: str, job_status: str) -> AsyncGenerator[JobPage]:
        assert self.is_service(job_queue)
        return self._by_status("ListServiceJobs", job_queue, job_status, 100)

    def list_jobs_created_after(self, job_queue: str, created_after: int) -> AsyncGenerator[JobPage]:
        assert not self.is_service(job_queue)
        return self._newest("ListJobs newest", job_queue, created_after)

    def list_service_jobs_created_after(self, job_queue: str, created_after: int) -> AsyncGenerator[JobPage]:
        assert self.is_service(job_queue)
        return self._newest("ListServiceJobs newest", job_queue, created_after)

    async def _by_status(
        self, operation: str, job_queue: str, job_status: str, size: int
    ) -> AsyncGenerator[JobPage]:
        after: tuple[float, str] | None = None
        is_first = True
        while True:
            self._call(operation)
            self.more_pages[operation] += not is_first
            is_first = False
            matching = sorted(
                (life for life in self.visible(job_queue) if life.status(self.now) == job_status),
                key=lambda life: (life.steps[0][0], life.job_id),
            )
            rest = [life for life in matching if after is None or (life.steps[0][0], life.job_id) > after]
            page, is_last = rest[:size], len(rest) <= size
            yield JobPage([life.summary(self.now) for life in page], is_last)
            if is_last:
                return
            after = (page[-1].steps[0][0], page[-1].job_id)

    async def _newest(self, operation: str, job_queue: str, created_after: int) -> AsyncGenerator[JobPage]:
        before: tuple[float, str] | None = None
        while True:
            self._call(operation)
            if before is None:
                self.looked_at[job_queue] = self.now
            matching = sorted(
                (life for life in self.visible(job_queue) if life.steps[0][0] * 1000 > created_after),
                key=lambda life: (life.steps[0][0], life.job_id),
                reverse=True,
            )
            rest = [life for life in matching if before is None or (life.steps[0][0], life.job_id) < before]
            page, is_last = rest[:100], len(rest) <= 100
            yield JobPage([life.summary(self.now) for life in page], is_last)
            if is_last:
                return
            before = (page[-1].steps[0][0], page[-1].job_id)

    async def summarize_jobs(self, job_ids: Sequence[str]) -> list[JobSummary]:
        assert 0 < len(job_ids) <= 100
        self._call("DescribeJobs")
        known = {life.job_id: life for life in self.lives if life.visible_at <= self.now}
        assert not any(known[job_id].is_service for job_id in job_ids if job_id in known)
        return [known[job_id].summary(self.now) for job_id in job_ids if job_id in known]

    async def describe_service_job(self, job_id: str) -> ServiceJobDetail | None:
        self._call("DescribeServiceJob")
        for life in self.lives:
            if life.job_id == job_id and life.visible_at <= self.now:
                assert life.is_service
                created = int(life.steps[0][0] * 1000)
                return ServiceJobDetail.from_api(
                    {"jobId": job_id, "jobName": job_id, "status": life.status(self.now), "createdAt": created}
                )
        return None


@dataclass(frozen=True)
class Burst:
    """Some jobs that are submitted one after another and then live alike."""

    queue: int
    jobs: int
    born: float
    apart: float
    life: tuple[str, ...]
    pace: float
    lag: float


@dataclass(frozen=True)
class History:
    queues: int
    bursts: tuple[Burst, ...]
    latency: float
    service_queues: int = 0

    def account(self) -> Account:
        lives: list[Life] = []
        for burst in self.bursts:
            for _ in range(burst.jobs):
                at = EPOCH + burst.born + len(lives) * burst.apart
                number = burst.queue % self.queues
                is_service = number < self.service_queues
                statuses = _of_service(burst.life) if is_service else burst.life
                steps = [(at + index * burst.pace, status) for index, status in enumerate(statuses)]
                job_id = f"job-{len(lives):05d}"
                lives.append(Life(f"q{number}", job_id, steps, at + burst.lag, is_service))
        return Account(lives, self.queues, self.latency, self.service_queues)


def _of_service(life: tuple[str, ...]) -> tuple[str, ...]:
    """A service job is SCHEDULED before it is STARTING."""
    statuses: list[str] = []
    for status in life:
        statuses += ["SCHEDULED", status] if status == "STARTING" else [status]
    return tuple(statuses)


BURSTS = st.builds(
    Burst,
    queue=st.integers(0, 3),
    jobs=st.sampled_from((1, 1, 3, 30, 150, 1200)),
    born=st.floats(-600, 180),
    apart=st.sampled_from((0.0, 0.001, 0.05)),
    life=st.sampled_from(LIVES),
    pace=st.sampled_from((0.3, 2.0, 7.0, 40.0)),
    lag=st.sampled_from((0.0, 0.0, 0.0, 1.0, 30.0)),
)
HISTORIES = st.builds(
    History,
    queues=st.integers(1, 4),
    bursts=st.lists(BURSTS, max_size=6).map(tuple),
    latency=st.sampled_from((0.01, 0.2, 1.0)),
    service_queues=st.sampled_from((0, 0, 1, 2)),
)


def shown(snapshot: Snapshot) -> dict[str, str]:
    return {job.job_id: job.status for held in snapshot.jobs.values() for job in held.jobs.values()}


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=HISTORIES)
def test_the_store_becomes_the_account_within_the_planned_calls(history: History) -> None:
    asyncio.run(follow(history.account()))


@pytest.mark.slow
@pytest.mark.timeout(1200)
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=HISTORIES)
def test_many_more_histories(history: History) -> None:
    asyncio.run(follow(history.account()))


async def follow(account: Account) -> None:
    published: list[Snapshot] = []
    poller = Poller(
        account,
        refresh=5.0,
        on_snapshot=published.append,
        clock=lambda: account.now,
        wall_clock=lambda: account.now,
        chance=lambda: 1.0,
    )
    ended: dict[str, str] = {}
    rests_at = max((since for life in account.lives for since, _ in life.steps), default=EPOCH)
    rests_at = max([rests_at, *(life.visible_at for life in account.lives)])
    is_swept = False
    swept_at = EPOCH
    while account.now < rests_at + 12:
        await watch_cycle(account, poller, is_swept=is_swept)
        swept_at = swept_at if is_swept else account.now
        is_swept = poller.snapshot.progress is None
        now_shown = shown(poller.snapshot)
        for job_id, status in ended.items():
            assert now_shown[job_id] == status, "a terminal status was lost"
        ended.update({job_id: status for job_id, status in now_shown.items() if status not in ACTIVE})
        account.now += poller.seconds_to_rest
    whole_round = account.now + 2 * poller.snapshot.interval  # where not all fit into a cycle, they take turns
    while account.now < whole_round:
        await watch_cycle(account, poller, is_swept=is_swept)
        account.now += poller.seconds_to_rest
    if account.service_queues:  # more that ended at once than are described one by one are told by a sweep soon
        account.now += pace.SOON_SECONDS
        for _ in range(account.service_queues):
            await watch_cycle(account, poller, is_swept=is_swept)
            account.now += poller.seconds_to_rest
    truth = {life.job_id: life.status(account.now) for life in account.lives}
    late = {
        life.job_id
        for life in account.lives
        if life.visible_at > life.steps[0][0] or life.went_back_before(swept_at)
    }
    seen = shown(poller.snapshot)
    assert {job: seen.get(job) for job in truth if job not in late} == {
        job: status for job, status in truth.items() if job not in late
    }
    # What AWS showed late, or a retry hid from the first sweep, may be missing until the repair and not longer.
    account.now += pace.REPAIR_SECONDS
    for _ in range(account.queues):
        await poller.run_cycle()
        account.now += poller.seconds_to_rest
    assert shown(poller.snapshot) == truth
    assert all(counts_agree(snapshot) for snapshot in published[-5:])
    assert folded(published) == truth


async def watch_cycle(account: Account, poller: Poller, *, is_swept: bool) -> None:
    """Runs one cycle and holds its calls against the planner's bound."""
    known = shown(poller.snapshot)
    active = {queue: dict(held.counts) for queue, held in poller.snapshot.jobs.items()}
    ways = {
        queue: planner.way_to_refresh(
            {status: counts.get(status, 0) for status in ACTIVE if counts.get(status)},
            SERVICE_JOBS if account.is_service(queue) else CONTAINER_JOBS,
        )
        for queue, counts in active.items()
    }
    before, more_before, looked_at = account.calls.copy(), account.more_pages.copy(), dict(account.looked_at)
    await poller.run_cycle()
    if not is_swept:
        return
    made = account.calls - before
    new = {
        queue: sum(1 for life in account.visible(queue) if life.visible_at > looked_at[queue]) for queue in ways
    }
    listed = [queue for queue, way in ways.items() if way is planner.Way.LIST and not account.is_service(queue)]
    newest = made["ListJobs newest"] + made["ListServiceJobs newest"]
    assert newest <= len(ways) + sum(count // 100 for count in new.values())
    more = account.more_pages - more_before
    assert made["ListJobs"] <= 5 * len(listed) + more["ListJobs"]
    busy = [queue for queue in ways if account.is_service(queue) and ways[queue] is planner.Way.LIST]
    # One of them may be swept, because more jobs ended at once than are described one by one.
    assert made["ListServiceJobs"] <= 6 * len(busy) + 8 + more["ListServiceJobs"]
    assert made["DescribeServiceJob"] <= SINGLY_A_CYCLE
    described = sum(1 for status in known.values() if status in ACTIVE) + sum(new.values())
    assert made["DescribeJobs"] <= math.ceil(described / 100)
    if not listed and not made["ListServiceJobs"] and not any(new.values()):
        assert made.total() - made["DescribeJobQueues"] - made["DescribeComputeEnvironments"] <= len(
            ways
        ) + math.ceil(described / 100)


def counts_agree(snapshot: Snapshot) -> bool:
    return all(
        Counter(job.status for job in held.jobs.values()) == Counter(dict(held.counts))
        for held in snapshot.jobs.values()
    )


def folded(published: Sequence[Snapshot]) -> dict[str, str]:
    """What a listener knows that only ever hears of changes."""
    known: dict[str, str] = {}
    last = Snapshot()
    for snapshot in published:
        change = diff(last, snapshot)
        for job in change.added:
            assert job.job_id not in known
            known[job.job_id] = job.status
        for job in change.updated:
            assert job.job_id in known
            known[job.job_id] = job.status
        for job in change.removed:
            del known[job.job_id]
        last = snapshot
    return known
