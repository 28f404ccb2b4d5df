"""The calls of many cycles, by the real poller, gateway and client over HTTP, on a clock that skips every wait."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from math import ceil
from statistics import mean
from typing import TypeVar

import pytest

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.sync.attention import SETTLED_SECONDS
from batchtui.sync.kinds import CONTAINER_JOBS
from batchtui.sync.planner import TOPOLOGY_SECONDS
from batchtui.sync.poller import Poller
from benchmarks.warped_time import TimedBudget, WarpedLoop, run_warped
from tests.moving_account import EPOCH, ChurningAccount

REFRESH, RATE, BURST = 5.0, 4.0, 48
Result = TypeVar("Result")


@asynccontextmanager
async def polling(account: ChurningAccount, loop: WarpedLoop) -> AsyncIterator[Poller]:
    """The poller on this account, once it has its connection."""
    async with account.serving() as url:
        connection = Connection(ConnectionSettings(None, "us-east-1", url, "test", "test"))
        try:
            await connection.client("batch")
            budget = TimedBudget(RATE, chance=lambda: 0.5, loop=loop)
            yield Poller(
                Gateway(connection, budget),
                refresh=REFRESH,
                clock=loop.time,
                wall_clock=lambda: EPOCH + loop.time(),
                chance=lambda: 0.5,
            )
        finally:
            await connection.close()


@asynccontextmanager
async def running(poller: Poller, loop: WarpedLoop) -> AsyncIterator[None]:
    """Polls by itself, from the end of the first sweep on."""
    task = asyncio.create_task(poller.run())
    try:
        while poller.snapshot.job_queues is None or poller.snapshot.progress is not None:  # noqa: ASYNC110
            await asyncio.sleep(1.0)  # in a time that takes no time
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def on_churn(
    work: Callable[[ChurningAccount, WarpedLoop], Awaitable[Result]],
    *,
    queues: int,
    apart: Callable[[int], float],
    lasts: float,
    seconds: float,
) -> Result:
    async def run(loop: WarpedLoop) -> Result:
        account = ChurningAccount(queues=queues, apart=apart, lasts=lasts, seconds=seconds, clock=loop.time)
        return await work(account, loop)

    return run_warped(run)


async def hold_against_the_bound(account: ChurningAccount, loop: WarpedLoop, seconds: float) -> None:
    """Runs cycle after cycle: Q + ceil(N/100) calls, and what is new, swept or seldom."""
    async with polling(account, loop) as poller:
        while poller.snapshot.job_queues is None or poller.snapshot.progress is not None:
            await poller.run_cycle()
        begun, looked_at, cycles, topology, sweeps = loop.time(), loop.time(), 0, 0, 0
        account.calls.clear()
        while loop.time() < begun + seconds:
            await asyncio.sleep(poller.seconds_to_rest)
            before = account.calls.copy()
            swept = dict(poller._looks.swept_at)
            shown = {name: held.counts for name, held in poller.snapshot.jobs.items()}
            await poller.run_cycle()
            made = account.calls - before
            new = account.created(looked_at, loop.time())
            active = sum(life.is_active(looked_at) for lives in account.lives.values() for life in lives)
            looked_at = loop.time()
            repaired = [name for name, at in poller._looks.swept_at.items() if at != swept[name]]
            repair = sum(CONTAINER_JOBS.sweep_calls(shown[name]) + ceil(new[name] / 100) for name in repaired)
            bound = len(shown) + ceil((active + sum(new.values())) / 100) + sum(n // 100 for n in new.values())
            assert made["ListJobs"] + made["DescribeJobs"] <= bound + repair, (made, bound, repair)
            cycles, sweeps = cycles + 1, sweeps + len(repaired)
            topology += made["DescribeJobQueues"]
        assert cycles >= 0.9 * seconds / REFRESH, "the budget allows every refresh"
        assert topology <= seconds / TOPOLOGY_SECONDS + 1
        assert sweeps >= len(shown) * (seconds // 650), "each queue is swept again"
        assert account.calls.total() <= RATE * seconds + BURST
        await asyncio.sleep(poller.seconds_to_rest)
        await poller.run_cycle()
        assert {j: job.status for held in poller.snapshot.jobs.values() for j, job in held.jobs.items()} == (
            account.truth()
        )


@pytest.mark.parametrize("minutes", [10, pytest.param(60, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_no_cycle_takes_more_calls_than_planned(minutes: int) -> None:
    seconds = minutes * 60.0
    on_churn(
        lambda account, loop: hold_against_the_bound(account, loop, seconds),
        queues=10,
        apart=lambda number: 4.0 + 2 * number,
        lasts=300.0,
        seconds=seconds + 120,
    )


def gaps(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


@pytest.mark.slow
def test_of_forty_queues_those_that_are_looked_at_stay_fresh_and_none_is_forgotten() -> None:
    seen = ("queue-3", "queue-17", "queue-30")
    seconds = 600.0

    async def run(account: ChurningAccount, loop: WarpedLoop) -> None:
        async with polling(account, loop) as poller, running(poller, loop):
            begun = loop.time()
            account.calls.clear()
            while loop.time() < begun + seconds:
                for name in seen:
                    poller.select(name)
                    await asyncio.sleep(20.0)
            snapshot, since = poller.snapshot, begun + 60.0  # all three have been looked at
            looks = {name: [at for at in account.looks[name] if at >= since] for name in account.lives}
            others = [name for name in looks if name not in seen]
            for name in seen:
                assert mean(gaps(looks[name])) <= 1.2 * REFRESH
            assert snapshot.interval == REFRESH
            assert snapshot.are_others_slower
            for name in others:
                assert mean(gaps(looks[name])) >= 2 * REFRESH
                assert mean(gaps(looks[name])) <= 1.25 * snapshot.others_interval
                assert max(gaps(looks[name])) <= 2 * (snapshot.others_interval + snapshot.interval)
            assert account.calls.total() <= RATE * (loop.time() - begun) + BURST

    on_churn(run, queues=40, apart=lambda number: 30.0, lasts=150.0, seconds=seconds + 200)


@pytest.mark.slow
def test_all_queues_together_take_turns_when_there_are_too_many() -> None:
    async def run(account: ChurningAccount, loop: WarpedLoop) -> None:
        async with polling(account, loop) as poller, running(poller, loop):
            account.looks.clear()
            await asyncio.sleep(300.0)
            assert poller.snapshot.is_stretched
            assert not poller.snapshot.are_others_slower
            for name in account.lives:
                assert max(gaps(account.looks[name])) <= 2 * (poller.snapshot.interval + REFRESH)
                assert mean(gaps(account.looks[name])) <= 1.25 * poller.snapshot.interval

    on_churn(run, queues=40, apart=lambda number: 30.0, lasts=150.0, seconds=400)


def test_a_queue_to_which_one_comes_is_asked_at_once_and_those_passed_by_are_not() -> None:
    async def run(account: ChurningAccount, loop: WarpedLoop) -> None:
        async with polling(account, loop) as poller, running(poller, loop):
            poller.select("queue-0")
            await asyncio.sleep(120.0)
            assert mean(gaps(account.looks["queue-0"][-10:])) <= 1.2 * REFRESH
            assert mean(gaps(account.looks["queue-9"][-4:])) >= 2 * REFRESH, "nothing happens there"
            rested = 2.2 * REFRESH  # between two cycles, the third of which would ask it
            await asyncio.sleep((account.looks["queue-9"][-1] + rested - loop.time()) % (3 * REFRESH))
            assert loop.time() - account.looks["queue-9"][-1] == pytest.approx(rested, abs=0.5)
            account.looks.clear()
            for number in range(10):
                poller.select(f"queue-{number}")
                came_at = loop.time()
                await asyncio.sleep(0.03)
            await asyncio.sleep(2 * SETTLED_SECONDS)
            (asked_at,) = account.looks.pop("queue-9")
            assert asked_at - came_at <= SETTLED_SECONDS + 0.01
            assert not account.looks, "no other queue was asked meanwhile"

    on_churn(run, queues=10, apart=lambda number: 0.0 if number else 30.0, lasts=150.0, seconds=400)


def test_nothing_is_spared_while_all_queues_are_shown_or_somebody_has_acted() -> None:
    async def run(account: ChurningAccount, loop: WarpedLoop) -> None:
        async with polling(account, loop) as poller, running(poller, loop):
            account.looks.clear()
            await asyncio.sleep(60.0)
            assert mean(gaps(account.looks["queue-5"])) <= 1.2 * REFRESH
            poller.select("queue-0")
            await asyncio.sleep(30.0)
            poller.wake()
            account.looks.clear()
            await asyncio.sleep(50.0)
            assert mean(gaps(account.looks["queue-5"])) <= 1.2 * REFRESH

    on_churn(run, queues=6, apart=lambda number: 0.0, lasts=150.0, seconds=200)


def test_a_pause_holds_what_has_not_been_sent() -> None:
    async def run(account: ChurningAccount, loop: WarpedLoop) -> None:
        async with polling(account, loop) as poller, running(poller, loop):
            await asyncio.sleep(22.0)
            poller.wake(everything=True)
            await asyncio.sleep(0)
            calls = account.calls.total()
            poller.pause(True)
            await asyncio.sleep(60.0)
            assert account.calls.total() <= calls + 6, "those under way: queues and environments, or four queues"
            poller.pause(False)
            await asyncio.sleep(30.0)
            assert account.calls.total() >= calls + 30

    on_churn(run, queues=10, apart=lambda number: 20.0, lasts=150.0, seconds=200)


def test_describing_that_is_throttled_is_not_made_up_for_by_more_calls() -> None:
    async def run(account: ChurningAccount, loop: WarpedLoop) -> None:
        async with polling(account, loop) as poller, running(poller, loop):
            account.grants = lambda operation: operation != "DescribeJobs"
            await asyncio.sleep(30.0)
            account.calls.clear()
            begun = loop.time()
            await asyncio.sleep(100.0)
            assert account.calls["ListJobs"] <= 5 * ((loop.time() - begun) / REFRESH + 1)
            assert account.calls["DescribeJobs"] <= 5, "it backs off"
            account.grants = lambda operation: True
            await asyncio.sleep(120.0)
            statuses = {job.status for held in poller.snapshot.jobs.values() for job in held.jobs.values()}
            assert "SUCCEEDED" in statuses
            assert not poller.sources.failing()

    on_churn(run, queues=5, apart=lambda number: 20.0, lasts=150.0, seconds=400)
