"""While AWS fails, no more is asked than the backoff allows: counted at the account, in a time of its own."""

from dataclasses import dataclass, field

import pytest

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.sync.poller import Poller
from batchtui.sync.snapshot import jobs_of
from batchtui.sync.sources import backoff
from tests.faults import case
from tests.worlds import REGION, DemoWorld

MINUTES = 10
FAILING = ("throttled, every call", "connection reset", "denied", "the page of a proxy")


@dataclass
class Time:
    """Seconds that pass when they are told to."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def most_tries(seconds: float) -> int:
    """How often a source may be asked: at once, and after each wait, all of them as short as they can be."""
    tries, moment = 1, 0.0
    while (moment := moment + backoff(tries, 0.0)) <= seconds:
        tries += 1
    return tries


@pytest.mark.slow
@pytest.mark.parametrize("name", FAILING)
async def test_no_more_than_the_backoff_allows(demo: DemoWorld, name: str) -> None:
    fault = case(name)
    assert demo.server is not None
    assert fault.make is not None
    time = Time()
    connection = Connection(ConnectionSettings(None, REGION, demo.url, demo.access_key_id, demo.secret_access_key))
    budget = CallBudget(1000, clock=lambda: time.now, sleep=time.sleep)
    poller = Poller(
        Gateway(connection, budget),
        refresh=5.0,
        clock=lambda: time.now,
        wall_clock=demo.clock.now,
        chance=lambda: 0.0,
    )
    try:
        await poller.run_cycle()
        jobs = {name: dict(held.jobs) for name, held in poller.snapshot.jobs.items()}
        assert sum(map(len, jobs.values())) > 100
        demo.faults[:] = [fault.make(0)]
        demo.server.calls.clear()
        begun = time.now
        while time.now < begun + 60 * MINUTES:
            time.now += 5.0
            await poller.run_cycle()
        tries = most_tries(time.now - begun)
        calls = demo.server.calls
        assert 10 < tries < 30
        assert 0 < calls["DescribeJobQueues"] <= tries
        assert 0 < calls["DescribeComputeEnvironments"] <= tries
        assert 0 < calls["ListJobs"] <= tries * len(jobs)
        assert calls["DescribeJobs"] <= tries
        assert set(calls) <= {"DescribeJobQueues", "DescribeComputeEnvironments", "ListJobs", "DescribeJobs"}
        assert {name: dict(held.jobs) for name, held in poller.snapshot.jobs.items()} == jobs, (
            "the last good data stay"
        )
        assert {type(state.error) for state in poller.snapshot.sources.values()} == {fault.error}
        demo.heal()
        time.now += 60.0
        await poller.run_cycle()
        assert poller.snapshot.error_of("DescribeJobQueues", *map(jobs_of, jobs)) is None, (
            "and it goes on by itself"
        )
    finally:
        await connection.close()
