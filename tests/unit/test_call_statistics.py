"""What is counted of the calls, on a clock of its own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from batchtui.aws.call_statistics import ANSWERED, CANCELLED, LATEST, CallStatistics, OperationStatistics, Outcome
from batchtui.aws.errors import AwsError, NotFoundError
from batchtui.aws.pacing import BURST_SECONDS, CallBudget
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.panes.api import brief
from batchtui.ui.screens.api import figures
from tests.hands import REQUEST, Hands, hands_on
from tests.unit.test_pacing import Clock
from tests.worlds import DemoWorld

THROTTLED, DENIED = Outcome("throttled", "TooManyRequestsException"), Outcome("failed", "AccessDeniedException")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hands(demo: DemoWorld) -> AsyncIterator[Hands]:
    async with hands_on(demo) as found:
        yield found


def only(statistics: CallStatistics) -> OperationStatistics:
    (row,) = statistics.freeze().operations
    return row


def by_name(hands: Hands) -> dict[str, OperationStatistics]:
    return {row.name: row for row in hands.reads.budget.statistics.freeze().operations}


def test_operations_of_services_are_counted_apart(clock: Clock) -> None:
    statistics = CallStatistics(clock)
    for service, operation, times in (
        ("batch", "ListJobs", 3),
        ("batch", "DescribeJobs", 1),
        ("sts", "ListJobs", 2),
    ):
        for _ in range(times):
            statistics.record(service, operation, 0.1, ANSWERED)
    assert [(row.name, row.calls) for row in statistics.freeze().operations] == [
        ("batch:ListJobs", 3),
        ("batch:DescribeJobs", 1),
        ("sts:ListJobs", 2),
    ]


def test_the_last_minute_is_that_of_the_sending(clock: Clock) -> None:
    statistics = CallStatistics(clock)
    clock.now = 1000.0
    statistics.record("batch", "ListJobs", 0.5, ANSWERED)
    statistics.record("batch", "ListJobs", 61.0, ANSWERED)  # sent too long ago
    assert (only(statistics).calls, only(statistics).last_minute) == (2, 1)
    clock.now = 1059.4
    statistics.record("batch", "ListJobs", 0.0, THROTTLED)
    assert only(statistics).last_minute == 2
    clock.now = 1059.6
    assert only(statistics).last_minute == 1
    clock.now = 5000.0
    assert (only(statistics).calls, only(statistics).last_minute) == (3, 0)


async def test_the_minute_is_that_of_the_budget(clock: Clock) -> None:
    budget = CallBudget(4.0, clock=clock, sleep=clock.sleep)
    for number in range(600):
        await budget.take()
        budget.statistics.sent("batch", "ListJobs").ended(ANSWERED)
        assert abs(only(budget.statistics).last_minute - budget.calls_per_minute()) <= 1, number
        clock.now += 0.3
    assert 199 <= budget.calls_per_minute() <= 201


def test_times_are_those_of_the_latest_answers(clock: Clock) -> None:
    statistics = CallStatistics(clock)
    assert statistics.freeze().operations == ()
    statistics.record("batch", "ListJobs", 9.0, DENIED)
    assert only(statistics).times.median is None, "a refusal is no answer"
    for hundredth in range(100, 0, -1):
        statistics.record("batch", "ListJobs", hundredth / 100, ANSWERED)
    times = only(statistics).times
    assert (times.count, times.median, times.p95, times.longest) == (100, 0.5, 0.95, 1.0)
    for _ in range(LATEST):
        statistics.record("batch", "ListJobs", 2.0, ANSWERED)
    times = only(statistics).times
    assert (times.count, times.median, times.p95, times.longest) == (LATEST, 2.0, 2.0, 2.0)
    statistics.record("batch", "ListJobs", 7.0, ANSWERED)
    assert only(statistics).times.longest == 7.0
    assert only(statistics).times.p95 == 2.0


def test_of_one_answer_every_time_is_its_own(clock: Clock) -> None:
    statistics = CallStatistics(clock)
    statistics.record("batch", "ListJobs", 0.3, ANSWERED)
    times = only(statistics).times
    assert (times.count, times.median, times.p95, times.longest) == (1, 0.3, 0.3, 0.3)


def test_refusals_and_failures_are_counted_with_the_latest_code(clock: Clock) -> None:
    statistics = CallStatistics(clock)
    statistics.record("batch", "ListJobs", 0.1, ANSWERED)
    assert (only(statistics).last_error, only(statistics).last_error_ago) == ("", None)
    for outcome in (THROTTLED, THROTTLED, DENIED):
        clock.now += 10
        statistics.record("batch", "ListJobs", 0.1, outcome)
    statistics.record("batch", "ListJobs", 0.1, CANCELLED)
    statistics.record("batch", "ListJobs", 0.1, ANSWERED)
    clock.now += 12
    row = only(statistics)
    assert (row.calls, row.throttled, row.errors, row.cancelled) == (6, 2, 1, 1)
    assert (row.last_error, row.last_error_ago) == ("AccessDeniedException", 12.0)


def test_what_is_on_its_way_counts_until_it_ends_once(clock: Clock) -> None:
    statistics = CallStatistics(clock)
    first = statistics.sent("batch", "ListJobs")
    clock.now = 20.0
    second = statistics.sent("batch", "ListJobs")
    clock.now = 65.0
    row = only(statistics)
    assert (row.calls, row.in_flight, row.oldest_in_flight, row.last_minute) == (2, 2, 65.0, 1)
    first.ended(CANCELLED)
    second.ended(ANSWERED)
    second.ended(ANSWERED)
    row = only(statistics)
    assert (row.calls, row.in_flight, row.oldest_in_flight, row.last_minute) == (2, 0, None, 1)
    assert (row.times.count, row.times.longest) == (1, 45.0)


def test_a_long_session_takes_no_more_room(clock: Clock) -> None:
    statistics = CallStatistics(clock)
    for number in range(5_000):
        clock.now += 0.5
        statistics.record("batch", "ListJobs", 0.1, (ANSWERED, THROTTLED, DENIED, CANCELLED)[number % 4])
        with statistics.waiting():
            clock.now += 0.1
    (tally,) = statistics._tallies.values()
    assert len(tally._latest) == LATEST
    assert len(statistics._waits) == LATEST
    assert len(tally._by_moment) <= 601
    assert not tally.in_flight
    assert only(statistics).calls == 5_000


async def test_the_wait_for_the_turn_is_a_figure_of_its_own(clock: Clock) -> None:
    budget = CallBudget(2.0, clock=clock, sleep=clock.sleep, chance=lambda: 0.0)
    for _ in range(int(2 * BURST_SECONDS)):
        await budget.take()
    assert budget.statistics.freeze().waits.longest == 0.0
    for _ in range(int(2 * BURST_SECONDS) + 4):
        await budget.take()
    waits = budget.statistics.freeze().waits
    assert waits.longest == pytest.approx(0.5)
    assert waits.median == pytest.approx(0.5)
    assert budget.statistics.freeze().operations == (), "the wait is no call"


async def test_who_waits_is_counted_and_who_gives_up_had_no_turn() -> None:
    budget = CallBudget(0.1)
    while budget._available() >= 1:
        await budget.take()
    had = budget.statistics.freeze().waits.count
    waiting = asyncio.create_task(budget.take())
    await asyncio.sleep(0)
    assert budget.statistics.freeze().waiting == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert budget.statistics.freeze().waiting == 0
    assert budget.statistics.freeze().waits.count == had


async def test_every_gateway_counts_in_the_same_place(demo: DemoWorld, hands: Hands) -> None:
    (job,) = (await hands.summaries("align-high", "RUNNING"))[:1]
    assert await hands.reads.describe_jobs([job.job_id])
    await hands.control.terminate_job(job.job_id, "enough")
    await hands.control.submit_job(REQUEST)
    await hands.resources.update_job_queue("align-high", priority=7)
    await hands.reads.get_caller_identity()
    with pytest.raises(NotFoundError):
        await hands.reads.logs.get_log_events("/aws/batch/job", "no/such/stream")
    assert demo.server is not None
    counted = {row.operation: row.calls for row in by_name(hands).values()}
    assert counted == dict(demo.server.calls), "as many as the endpoint has seen"
    assert {"batch", "logs", "sts"} == {name.partition(":")[0] for name in by_name(hands)}
    assert all(row.in_flight == 0 and (row.times.median or 0) > 0 for row in by_name(hands).values())


async def test_how_a_call_ended_is_told_apart(demo: DemoWorld, hands: Hands) -> None:
    faults: tuple[tuple[dict[str, Any], tuple[int, int, str]], ...] = (
        ({"status": 429, "code": "TooManyRequestsException"}, (1, 0, "TooManyRequestsException")),
        ({"status": 403, "code": "AccessDeniedException"}, (1, 1, "AccessDeniedException")),
        ({"drop": True}, (1, 2, "ConnectionClosedError")),
        ({"status": 500, "code": "ServerException"}, (1, 3, "ServerException")),
    )
    for fault, expected in faults:
        demo.fault("DescribeJobs", **fault)
        with pytest.raises(AwsError):
            await hands.reads.describe_jobs(["x"])
        row = by_name(hands)["batch:DescribeJobs"]
        assert (row.throttled, row.errors) == expected[:2]
        assert row.last_error == expected[2]
    demo.heal()
    await hands.reads.describe_jobs(["x"])
    row = by_name(hands)["batch:DescribeJobs"]
    assert (row.calls, row.in_flight, row.times.count) == (5, 0, 1)


async def test_that_something_is_not_there_is_an_answer(demo: DemoWorld, hands: Hands) -> None:
    with pytest.raises(NotFoundError):
        await hands.reads.logs.get_log_events("/aws/batch/job", "no/such/stream")
    row = by_name(hands)["logs:GetLogEvents"]
    assert (row.calls, row.errors, row.last_error, row.times.count) == (1, 0, "", 1)


async def test_what_is_refused_before_it_is_sent_is_no_call(demo: DemoWorld, hands: Hands) -> None:
    hands.control.forbid()
    with pytest.raises(AwsError):
        await hands.control.terminate_job("x", "enough")
    assert by_name(hands) == {}


async def test_a_call_that_nobody_waits_for_any_longer_was_made(demo: DemoWorld, hands: Hands) -> None:
    await hands.reads.describe_jobs(["x"])
    demo.fault("DescribeJobs", delay=600.0)
    call = asyncio.create_task(hands.reads.describe_jobs(["x"]))
    assert demo.server is not None
    async with asyncio.timeout(20):
        while demo.server.calls["DescribeJobs"] < 2:
            await hands.wait(0.001)
    assert by_name(hands)["batch:DescribeJobs"].calls == 2
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    row = by_name(hands)["batch:DescribeJobs"]
    assert (row.calls, row.in_flight, row.cancelled, row.times.count) == (2, 0, 1, 1)


def words(budget: CallBudget, snapshot: Snapshot = Snapshot(interval=5.0, refresh=5.0)) -> str:  # noqa: B008
    """What stands above the table."""
    return "\n".join(
        "".join(text for text, _ in line) for line in figures(budget.statistics.freeze(), budget, snapshot)
    )


def test_the_rate_is_told_with_what_throttling_did_to_it(clock: Clock) -> None:
    budget = CallBudget(4.0, clock=clock, sleep=clock.sleep)
    assert "4.0 of 4.0 calls/s allowed now\n" in words(budget)
    budget.throttled()
    clock.now += 12
    assert "2.0 of 4.0 calls/s allowed now · halved by throttling 12s ago" in words(budget)
    clock.now += 48
    budget.succeeded()
    assert "4.0 of 4.0 calls/s allowed now · grown back since throttling halved it 1m" in words(budget)
    assert "0.25 of 0.25 calls/s" in words(CallBudget(0.25, clock=clock))


def test_more_than_the_average_is_explained(clock: Clock) -> None:
    budget = CallBudget(4.0, clock=clock, sleep=clock.sleep)
    for number in range(250):
        budget.statistics.record("batch", "ListJobs", 0.1, ANSWERED)
        assert ("and 48 after a rest" in words(budget)) == (number >= 240)
    assert "250 calls/min of 240 on average and 48 after a rest · 250 in this session" in words(budget)


def test_the_interval_wished_and_the_one_in_effect(clock: Clock) -> None:
    budget = CallBudget(4.0, clock=clock)
    assert "every 5s as wished" in words(budget)
    stretched = Snapshot(interval=12.34, refresh=1.5)
    assert "every 12.3s as the API budget allows · every 1.5s is wished" in words(budget, stretched)
    assert "paused · else every 1h; p goes on" in words(budget, Snapshot(refresh=3600.0, is_paused=True))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(None, "–"), (0.0, "0ms"), (0.0854, "85ms"), (0.9996, "1.0s"), (1.24, "1.2s"), (9.96, "9s"), (83.0, "1m")],
)
def test_short_times_read_in_four_cells(seconds: float | None, expected: str) -> None:
    assert brief(seconds) == expected
