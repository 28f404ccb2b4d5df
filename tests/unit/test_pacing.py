"""The call budget on a clock of its own."""

import asyncio
import itertools

from batchtui.aws.pacing import BURST_SECONDS, RECOVERY, CallBudget


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def budget(rate: float) -> tuple[CallBudget, Clock]:
    clock = Clock()
    return CallBudget(rate, clock=clock, sleep=clock.sleep, chance=lambda: 0.0), clock


async def test_after_the_burst_calls_go_out_at_the_rate() -> None:
    calls, clock = budget(4.0)
    for _ in range(int(4 * BURST_SECONDS)):
        await calls.take()
    assert clock.now == 0.0
    for _ in range(40):
        await calls.take()
    assert 9.9 < clock.now < 10.1


async def test_a_rest_saves_up_no_more_than_a_burst() -> None:
    calls, clock = budget(1.0)
    clock.now = 3600.0
    for _ in range(int(BURST_SECONDS) + 5):
        await calls.take()
    assert clock.now - 3600.0 > 4.9


async def test_an_urgent_call_does_not_wait_and_is_paid_back() -> None:
    calls, clock = budget(1.0)
    for _ in range(int(BURST_SECONDS)):
        await calls.take()
    await calls.take(urgent=True)
    assert clock.now == 0.0
    await calls.take()
    assert clock.now > 1.9


async def test_urgent_calls_are_bounded_too() -> None:
    calls, clock = budget(1.0)
    for _ in range(100):
        await calls.take(urgent=True)
    assert clock.now > 100 - 2 * BURST_SECONDS


async def test_throttling_halves_the_rate_and_time_without_it_brings_it_back() -> None:
    calls, clock = budget(4.0)
    calls.throttled()
    assert calls.rate == 2.0
    await calls.take()
    assert clock.now > 0.4, "nothing is saved up after throttling"
    for _ in range(100):
        calls.succeeded()
    assert calls.rate < 2.1, "it grows with time, not with calls"
    clock.now += 2.0 / RECOVERY
    calls.succeeded()
    assert calls.rate == 4.0
    for _ in range(100):
        clock.now += 2
        calls.throttled()
    assert 0 < calls.rate < 0.2


async def test_calls_that_are_refused_together_are_one_refusal() -> None:
    calls, clock = budget(4.0)
    for _ in range(4):
        calls.throttled()
    assert calls.rate == 2.0
    clock.now += 2
    calls.throttled()
    assert calls.rate == 1.0


async def test_waits_left_to_chance_cost_nothing_on_average() -> None:
    clock, chances = Clock(), itertools.cycle((0.1, 0.9, 0.5))
    calls = CallBudget(4.0, clock=clock, sleep=clock.sleep, chance=lambda: next(chances))
    for _ in range(int(4 * BURST_SECONDS) + 400):
        await calls.take()
    assert 99.0 < clock.now < 101.0


async def test_calls_of_the_last_minute() -> None:
    calls, clock = budget(10.0)
    for _ in range(30):
        await calls.take()
    assert calls.calls_per_minute() == 30
    clock.now += 61
    assert calls.calls_per_minute() == 0


async def test_waiting_calls_go_out_in_their_order() -> None:
    calls, _ = budget(1.0)
    for _ in range(int(BURST_SECONDS)):
        await calls.take()
    order: list[int] = []

    async def call(number: int) -> None:
        await calls.take()
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(5)))
    assert order == [0, 1, 2, 3, 4]
