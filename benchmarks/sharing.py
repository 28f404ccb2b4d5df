"""Ten monitors beside each other on one account's quota: what each gets of it, and what is refused."""

import asyncio
import logging
import random
from contextlib import AsyncExitStack

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.settings import Settings
from batchtui.sync.poller import Poller
from benchmarks.fixed_account import FixedAccount
from benchmarks.options import Options
from benchmarks.quota import Quota, jain
from benchmarks.report import Row
from benchmarks.warped_time import TimedBudget, WarpedLoop, run_warped

INSTANCES, QUOTA, QUEUES, RUNNING = 10, 20.0, 40, 5
LATE, LATE_SECONDS = 2, 300.0
SECONDS, LAST_SECONDS = 900.0, 600.0
_APART = 1.7  # seconds between the starts of two
_FAIR = QUOTA / INSTANCES


class Recorded(TimedBudget):
    """A budget that writes down when a call was answered or refused."""

    def __init__(self, rate: float, *, chance: random.Random, loop: WarpedLoop) -> None:
        super().__init__(rate, chance=chance.random, loop=loop)
        self._time = loop.time
        self.answered: list[float] = []
        self.refused: list[float] = []

    def succeeded(self) -> None:
        self.answered.append(self._time())
        super().succeeded()

    def throttled(self) -> None:
        self.refused.append(self._time())
        super().throttled()


async def measure(options: Options) -> list[Row]:
    """The real pollers, gateways and clients over HTTP, on a clock that skips every wait: once is enough."""
    logging.getLogger("batchtui").setLevel(logging.ERROR)  # that calls are refused is what this is about
    budgets = await asyncio.to_thread(run_warped, _share)
    since, until = SECONDS - LAST_SECONDS, SECONDS
    shares = [_count(each.answered, since, until) / LAST_SECONDS for each in budgets]
    refused = sum(_count(each.refused, since, until) for each in budgets)
    used = sum(shares) / QUOTA
    refusals = refused / (refused + sum(shares) * LAST_SECONDS)
    least, most, fairness = min(shares) / _FAIR, max(shares) / _FAIR, jain(shares)
    late = [_count(each.answered, LATE_SECONDS + 60, LATE_SECONDS + 120) / 60 / _FAIR for each in budgets[-LATE:]]
    return [
        Row(f"{INSTANCES} instances, {QUOTA:.0f} calls/s for all: used", f"{used:.0%}", "≥ 80 %", used >= 0.8),
        Row("… refused", f"{refusals:.1%}", "≤ 5 %", refusals <= 0.05),
        Row(
            "… least and most of a fair share",
            f"{least:.2f}–{most:.2f} ×",
            "0.5–2 ×",
            0.5 <= least <= most <= 2,
            (
                f"Jain's index {fairness:.3f}; the last {LAST_SECONDS:.0f} of {SECONDS:.0f} s; "
                f"each has {QUEUES} queues with {RUNNING} active jobs to look at, "
                f"the last {LATE} come at {LATE_SECONDS:.0f} s",
            ),
        ),
        Row(
            "… who comes late, in the second minute",
            f"{min(late):.2f}–{max(late):.2f} ×",
            "0.5–2 ×",
            0.5 <= min(late) <= max(late) <= 2,
        ),
    ]


async def _share(loop: WarpedLoop) -> list[Recorded]:
    settings, chance = Settings(), random.Random(1)
    quota = Quota(QUOTA, burst=QUOTA, clock=loop.time)
    account = FixedAccount(queues=QUEUES, running=RUNNING, succeeded=5, failed=5, grants=lambda _: quota.grants())
    budgets: list[Recorded] = []
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(account.serving())
        pollers = []
        for _ in range(INSTANCES):
            connection = Connection(ConnectionSettings(None, "us-east-1", url, "benchmark", "benchmark"))
            stack.push_async_callback(connection.close)
            await connection.client("batch")  # in a thread: before time matters
            budgets.append(budget := Recorded(settings.max_calls_per_second, chance=chance, loop=loop))
            pollers.append(
                Poller(
                    Gateway(connection, budget),
                    refresh=settings.refresh,
                    clock=loop.time,
                    wall_clock=loop.time,
                    chance=chance.random,
                )
            )

        async def run(number: int, poller: Poller) -> None:
            await asyncio.sleep(LATE_SECONDS if number >= INSTANCES - LATE else number * _APART)
            await poller.run()

        running = [asyncio.create_task(run(number, poller)) for number, poller in enumerate(pollers)]
        await asyncio.sleep(SECONDS)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return budgets


def _count(moments: list[float], since: float, until: float) -> int:
    return sum(1 for moment in moments if since <= moment < until)
