"""Who goes first, and where: on accounts so small that the answer is known."""

from __future__ import annotations

from typing import Any

from batchtui.demo.account import Account
from batchtui.demo.catalogue import catalogue
from batchtui.demo.clock import ManualClock
from batchtui.demo.environments import ComputeEnvironment
from batchtui.demo.jobs import Job, Terms
from batchtui.demo.queues import JobQueue, SchedulingPolicy


def _environment(name: str, vcpus: int, **changes: Any) -> ComputeEnvironment:
    usual: dict[str, Any] = {"instance_vcpus": 4, "instance_types": ("c6i.xlarge",)}
    return ComputeEnvironment(name, "EC2", vcpus, **(usual | changes))


class _Small:
    """An account in which nothing happens but what the test asks for."""

    def __init__(self, *queues: JobQueue) -> None:
        self.clock = ManualClock()
        environments = {e.name: e for queue in queues for e in queue.environments}
        self.account = Account(
            clock=self.clock,
            began=int(self.clock.now() * 1000),
            catalogue=catalogue(),
            queues=queues,
            environments=list(environments.values()),
            wanted=100,
            seed=1,
        )

    def submit(self, queue: JobQueue, definition: str = "samtools-sort", **terms: Any) -> Job:
        found = self.account.catalogue.find(definition)
        assert found is not None
        return self.account.submit("probe", queue, found, Terms.of(found, **terms))

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.account.advance()

    def begun(self, *jobs: Job) -> list[bool]:
        return [bool(job.attempts) for job in jobs]

    def until_begun(self, *jobs: Job) -> None:
        for _ in range(10_000):
            if all(self.begun(*jobs)):
                return
            self.pass_time(1)
        raise AssertionError("they never begin")


def test_the_higher_priority_is_served_first() -> None:
    shared = _environment("shared", 4)
    low, high = JobQueue("low", 1, (shared,)), JobQueue("high", 9, (shared,))
    small = _Small(low, high)
    first_come = [small.submit(low) for _ in range(3)]
    preferred = [small.submit(high) for _ in range(3)]
    small.until_begun(*preferred)
    assert small.begun(*first_come).count(True) <= 1
    small.until_begun(*first_come)


def test_the_first_environment_is_filled_before_the_second() -> None:
    one, two = _environment("one", 8), _environment("two", 8)
    queue = JobQueue("q", 1, (one, two))
    small = _Small(queue)
    jobs = [small.submit(queue) for _ in range(3)]
    small.until_begun(*jobs)
    assert [job.attempts[0].environment.name for job in jobs] == ["one", "one", "two"]


def test_capacity_comes_after_a_while_and_goes_when_idle() -> None:
    environment = _environment("e", 16)
    queue = JobQueue("q", 1, (environment,))
    small = _Small(queue)
    jobs = [small.submit(queue) for _ in range(4)]
    small.pass_time(8)
    assert environment.desired_vcpus == 16
    assert not any(small.begun(*jobs))
    small.until_begun(*jobs)
    assert environment.used == 16
    small.pass_time(8 * 3600)
    assert all(job.terminal for job in jobs)
    assert (environment.used, environment.online, environment.desired_vcpus) == (0, 0, 0)


def test_the_share_that_uses_least_for_its_weight_goes_first() -> None:
    environment = _environment("e", 12)
    queue = JobQueue("q", 1, (environment,), policy=SchedulingPolicy("p", {"big": 0.5, "small*": 1.0}))
    small = _Small(queue)
    later = [small.submit(queue, share="small-a") for _ in range(3)]
    heavy = [small.submit(queue, share="big") for _ in range(3)]
    small.until_begun(heavy[0], heavy[1])
    assert small.begun(*later).count(True) <= 2
    assert small.begun(*heavy).count(True) >= 2


def test_the_higher_scheduling_priority_goes_first_within_a_share() -> None:
    environment = _environment("e", 4)
    queue = JobQueue("q", 1, (environment,), policy=SchedulingPolicy("p", {}))
    small = _Small(queue)
    usual = small.submit(queue, share="s", scheduling_priority=1)
    urgent = small.submit(queue, share="s", scheduling_priority=99)
    small.pass_time(10)
    assert list(queue.waiting.in_order()) == [urgent, usual]
    small.until_begun(urgent)
    assert small.begun(usual) == [False]


def test_a_place_is_had_since_somebody_before_it_left() -> None:
    queue = JobQueue("q", 1, (_environment("e", 4),))
    small = _Small(queue)
    jobs = [small.submit(queue) for _ in range(4)]
    small.pass_time(5)
    assert all(queue.waiting.since(job) >= job.waiting_since for job in jobs)
    small.until_begun(jobs[0])
    began = [queue.waiting.since(job) for job in jobs[1:]]
    assert len(set(began)) == 1
    assert small.account.now - 1000 < began[0] <= small.account.now
    small.account.lifecycle.cancel(jobs[2], "enough")
    small.pass_time(5)
    assert queue.waiting.since(jobs[1]) == began[0]
    assert queue.waiting.since(jobs[3]) > began[0]


def test_heads_say_why_they_are_stuck() -> None:
    invalid = JobQueue("invalid", 1, (_environment("invalid", 8, status="INVALID"),))
    narrow = JobQueue("narrow", 1, (_environment("narrow", 2),))
    market = _environment("market", 64, scarce=True)
    market.online = market.desired_vcpus = 0
    scarce = JobQueue("scarce", 1, (market,))
    small = _Small(invalid, narrow, scarce)
    jobs = [small.submit(queue) for queue in (invalid, narrow)]
    crowd = [small.submit(scarce) for _ in range(20)]
    followers = [small.submit(queue) for queue in (invalid, narrow)]
    small.pass_time(170)
    reasons = [(job.status_reason or "").split(" - ")[0] for job in jobs]
    assert reasons == ["ACTION_REQUIRED", "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"]
    waiting = [job for job in crowd if not job.attempts]
    assert waiting
    assert (waiting[0].status_reason or "").startswith("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY")
    assert not any(job.status_reason for job in [*waiting[1:], *followers])


def test_a_misfit_does_not_stop_those_behind_it() -> None:
    queue = JobQueue("q", 1, (_environment("e", 4),))
    small = _Small(queue)
    misfit = small.submit(queue, "star-rnaseq")
    small.until_begun(small.submit(queue))
    small.pass_time(60)
    assert misfit.status == "RUNNABLE"
    assert queue.waiting.head() is misfit


def test_a_multi_node_job_takes_all_its_nodes_at_once() -> None:
    gpu = _environment("gpu", 48, instance_vcpus=48)
    gpu.largest = type(gpu.largest)(48, 190_464, 4)
    queue = JobQueue("q", 1, (gpu,))
    small = _Small(queue)
    job = small.submit(queue, "train-variant-ddp")
    small.until_begun(job)
    assert gpu.used == 48
