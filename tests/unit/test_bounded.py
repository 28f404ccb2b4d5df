"""What lives as long as the session holds no more after a long one."""

import gc
import weakref
from collections.abc import Sequence
from typing import Any

import pytest

from batchtui import garbage
from batchtui.model import fields
from batchtui.model.job import JobSummary
from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.describing import Describing
from batchtui.sync.planner import TOPOLOGY_SECONDS, Step, Way
from batchtui.sync.poller import Poller
from batchtui.sync.snapshot import QueueJobs
from batchtui.sync.sources import Sources
from batchtui.sync.store import Store
from batchtui.ui.panes.job_queues import BlockedQueues
from tests.unit.test_poller_histories import EPOCH, Account, Life

JOB = JobSummary("id", "name", "q0", "RUNNING", created_at=1000)


@pytest.fixture(autouse=True)
def collecting() -> None:
    """As in a program that is connected: a test of the command line may have put collections off."""
    gc.enable()


def test_reasons_that_differ_for_each_job_are_not_kept() -> None:
    for number in range(20_000):
        fields.shared_text({"statusReason": f"Host EC2 (instance i-{number:x}) terminated."}, "statusReason")
    assert len(fields._shared) <= fields._MOST_SHARED
    one, other = (fields.shared_text({"status": "".join(("RUN", "NING"))}, "status") for _ in range(2))
    assert one is other


def test_the_reasons_for_blocked_queues_hold_the_last_jobs_only() -> None:
    reason = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - no capacity"
    head = JobSummary("id", "name", "q", "RUNNABLE", status_reason=reason)
    blocked = BlockedQueues()
    for _ in range(5):
        jobs = {
            "q": QueueJobs({"id": head}, {"id": head}, {"RUNNABLE": 1}),
            "other": QueueJobs({"id": JOB}, {"id": JOB}, {"RUNNING": 1}),
        }
        assert blocked.look(jobs) == {"q": head}
        assert blocked.look(jobs) == {"q": head}
    assert [held for held, _ in blocked._known.values()] == list(jobs.values())
    assert blocked.look({}) == {}
    assert blocked._known == {}


async def test_jobs_that_aws_did_not_know_once_are_not_remembered() -> None:
    class Forgetful(Account):
        async def summarize_jobs(self, job_ids: Sequence[str]) -> list[JobSummary]:
            return []

    def clock() -> float:
        return 0.0

    store = Store()
    store.keep_queues(["q0"])
    sources = Sources(clock=clock, wall_clock=clock, chance=clock)

    async def unguarded(source: str, look: object) -> None:
        await look()  # type: ignore[operator]

    async def going() -> None:
        pass

    describing = Describing(Forgetful([], 1, 0.0), store, sources, unguarded, going)
    watch = Step("q0", Way.WATCH, 0)
    for number in range(50):
        job = JobSummary(f"j{number}", "n", "q0", "RUNNING", created_at=1)
        store.observe("q0", [job])
        await describing.run([watch], {})
        assert len(describing._absent) == 1
        store.observe("q0", [JobSummary(f"j{number}", "n", "q0", "SUCCEEDED", created_at=1)])  # a listing tells
        await describing.run([watch], {})
        assert not describing._absent
    store.observe("q0", [JOB])
    for _ in range(2):
        assert "id" in store.jobs("q0")
        await describing.run([watch], {})
    assert "id" not in store.jobs("q0"), "twice is believed"


class Pipelines(Account):
    """Each look finds another queue."""

    turn = 0

    async def describe_job_queues(self) -> list[JobQueueDetail]:
        self.turn += 1
        (queue,) = await super().describe_job_queues()
        name = f"q0-run-{self.turn}"
        return [JobQueueDetail.from_api({**queue.raw, "jobQueueName": name})]

    def visible(self, queue: str) -> list[Life]:
        return super().visible(queue[:2])

    def is_service(self, queue: str) -> bool:
        return False


async def test_queues_that_are_gone_are_forgotten() -> None:
    account = Pipelines([Life("q0", "j", [(EPOCH, "RUNNING")], EPOCH)], queues=1, latency=0.01)
    poller = Poller(account, clock=lambda: account.now, wall_clock=lambda: account.now, chance=lambda: 1.0)
    for _ in range(30):
        await poller.run_cycle()
        account.now += TOPOLOGY_SECONDS
    assert account.turn == 30
    for moments in (
        poller._looks.swept_at,
        poller._looks.refreshed_at,
        poller._reader._known_up_to,
        poller.snapshot.jobs,
    ):
        assert set(moments) == {"q0-run-30"}
    assert sum(source.startswith("ListJobs") for source in poller.snapshot.sources) == 1


async def test_a_queue_that_comes_back_under_its_name_is_swept_again() -> None:
    account = Account([], queues=1, latency=0.01)
    poller = Poller(account, clock=lambda: account.now, wall_clock=lambda: account.now, chance=lambda: 1.0)

    async def look() -> None:
        account.now += TOPOLOGY_SECONDS
        await poller.run_cycle()

    await look()
    account.queues = 0
    await look()
    account.queues = 1
    account.lives.append(Life("q0", "old", [(EPOCH - 9000, "RUNNING")], EPOCH))
    await look()
    assert poller.snapshot.jobs["q0"].is_complete
    assert set(poller.snapshot.jobs["q0"].jobs) == {"old"}


def test_what_was_garbage_before_many_values_are_made_goes() -> None:
    class Cycle:
        pass

    left = Cycle()
    left.itself = left  # type: ignore[attr-defined]
    seen = weakref.ref(left)
    del left
    try:
        with garbage.many_made(1):
            assert seen() is None
    finally:
        gc.unfreeze()


@pytest.mark.slow
def test_what_is_in_use_while_many_values_are_made_goes_once_it_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "_made", garbage.Growing())
    seen: list[weakref.ref[Any]] = []

    class Screen:
        def __init__(self) -> None:
            self.itself = self
            seen.append(weakref.ref(self))

    try:
        for _ in range(3):
            in_use = Screen()
            with garbage.many_made(garbage._MANY):
                pass
            del in_use
            gc.collect()
        assert [each() is None for each in seen] == [False, True, True], "only the first time were they so many"
    finally:
        gc.unfreeze()


def test_many_jobs_are_set_aside_once() -> None:
    growing = garbage.Growing()
    gc.unfreeze()
    try:
        growing.note(garbage._MANY - 1)
        assert gc.get_freeze_count() == 0
        growing.note(garbage._MANY)
        assert (first := gc.get_freeze_count()) > 0
        kept: list[list[int]] = [[] for _ in range(100)]
        growing.note(2 * garbage._MANY - 1)
        assert gc.get_freeze_count() <= first, "not with every refresh"
        growing.note(2 * garbage._MANY)
        assert gc.get_freeze_count() > first
        assert len(kept) == 100
    finally:
        gc.unfreeze()
