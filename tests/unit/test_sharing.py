"""Ten budgets beside each other on one quota, as AWS meters an account; on a clock that skips every wait."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from batchtui.aws.pacing import CallBudget
from benchmarks.quota import Quota, jain
from benchmarks.warped_time import WarpedLoop, run_warped

QUOTA = 20.0
INSTANCES = 10
FAIR = QUOTA / INSTANCES
LATENCY = 0.04  # seconds that an answer takes
LAST = 600.0  # seconds that are looked at


@dataclass
class Instance:
    """One program that always wants more than it gets, one call at a time for each of four queues."""

    budget: CallBudget
    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    async def ask(self, quota: Quota, loop: WarpedLoop) -> None:
        while True:
            await self.budget.take()
            if quota.grants():
                await asyncio.sleep(LATENCY)
                self.answered.append(loop.time())
                self.budget.succeeded()
            else:
                self.refused.append(loop.time())
                self.budget.throttled()

    def rate(self, since: float, until: float) -> float:
        """Answered calls a second."""
        return sum(1 for moment in self.answered if since <= moment < until) / (until - since)


def share(
    seconds: float, *, most: Mapping[int, float] | None = None, late: Mapping[int, float] | None = None, seed: int
) -> list[Instance]:
    """Lets ten instances ask for so long.

    Args:
        seconds: Of the account's time.
        most: The rate that an instance is allowed, if not 4 calls a second.
        late: When it begins, if not at the start.
        seed: Of the waits.
    """

    async def run(loop: WarpedLoop) -> list[Instance]:
        quota = Quota(QUOTA, burst=QUOTA, clock=loop.time)
        chance = random.Random(seed)
        instances: list[Instance] = []
        async with asyncio.TaskGroup() as group:

            async def begin(number: int) -> None:
                await asyncio.sleep((late or {}).get(number, 0.0) + 0.1 * number)
                budget = CallBudget((most or {}).get(number, 4.0), clock=loop.time, chance=chance.random)
                instances.append(instance := Instance(budget))
                tasks.extend(group.create_task(instance.ask(quota, loop)) for _ in range(4))

            tasks = [group.create_task(begin(number)) for number in range(INSTANCES)]
            await asyncio.sleep(seconds)
            for task in tasks:
                task.cancel()
        return instances

    return run_warped(run)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_instances_share_a_quota(seed: int) -> None:
    end = 1800.0
    instances = share(end, seed=seed)
    shares = [instance.rate(end - LAST, end) for instance in instances]
    refused = sum(sum(1 for moment in each.refused if moment >= end - LAST) for each in instances)
    answered = sum(shares) * LAST
    assert answered / LAST >= 0.9 * QUOTA, "what there is gets used"
    assert refused / (refused + answered) <= 0.04
    assert min(shares) >= 0.5 * FAIR, shares
    assert max(shares) <= 2 * FAIR, shares
    assert jain(shares) >= 0.95, shares


def test_who_may_ask_more_has_no_greater_share() -> None:
    end = 1800.0
    shares = [each.rate(end - LAST, end) for each in share(end, most={0: 20.0, 1: 20.0, 2: 20.0}, seed=4)]
    assert min(shares) >= 0.5 * FAIR, shares
    assert max(shares) <= 2 * FAIR, shares
    assert jain(shares) >= 0.95, shares


def test_a_late_comer_soon_has_its_share() -> None:
    instances = share(1800.0, late={8: 1200.0, 9: 1200.0}, seed=5)
    for late in instances[-2:]:
        assert 0.5 * FAIR <= late.rate(1260.0, 1320.0) <= 2 * FAIR
    shares = [instance.rate(1320.0, 1800.0) for instance in instances]
    assert jain(shares) >= 0.95, shares


def test_who_wants_less_than_a_share_gets_it() -> None:
    end = 1800.0
    modest, *others = share(end, most={0: 1.0}, seed=6)
    assert modest.rate(end - LAST, end) >= 0.85
    assert all(each.rate(end - LAST, end) >= 1.0 for each in others)


def test_the_rate_comes_back_when_the_others_have_gone() -> None:
    async def run(loop: WarpedLoop) -> float:
        budget = CallBudget(4.0, clock=loop.time, chance=lambda: 0.5)
        for _ in range(20):
            budget.throttled()
            await asyncio.sleep(2)
        since = loop.time()
        while budget.rate < 4.0:
            await budget.take()
            budget.succeeded()
        return loop.time() - since

    assert 30 < run_warped(run) < 100
