"""Memory stays flat while jobs come and go: a day of churn, with the time in the test's hands."""

import asyncio
import gc
import json
import os
import statistics
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from batchtui import garbage
from batchtui.actions.record import ActionRecord
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.settings import Settings
from batchtui.sync.poller import Poller
from batchtui.ui import app as app_module
from batchtui.ui.app import BatchtuiApp
from tests.churn import JOBS_A_DAY, QUEUES, SharedTime, churning, jobs_until, truth

CALLS_PER_SECOND = Settings().max_calls_per_second
BURST_SECONDS = 12.0
MOST_GROWTH = 0.03


@asynccontextmanager
async def somebody_else_does() -> AsyncIterator[ConnectionSettings]:
    await asyncio.Event().wait()
    yield ConnectionSettings()


class SoakedApp(BatchtuiApp):
    """The whole app, but a test tells its poller when to look."""

    CSS_PATH = str(Path(str(app_module.__file__)).with_name("app.tcss"))

    def watch_account(
        self, connection: Connection, gateway: Gateway, time: SharedTime, most: int, refresh: float
    ) -> Poller:
        watched = self.account
        watched.record = ActionRecord(None)
        watched.connection, watched.gateway = connection, gateway
        watched.poller = Poller(
            gateway,
            refresh=refresh,
            most_finished=most,
            clock=time.now,
            wall_clock=time.now,
            on_snapshot=watched._hear,
        )
        return watched.poller


@dataclass(frozen=True)
class Held:
    """What the program holds at a moment."""

    resident: int
    """Bytes."""
    objects: int
    """Those that Python's collector knows of."""
    tasks: int
    jobs: int


@dataclass
class Soak:
    """An app on the churning account."""

    app: SoakedApp
    poller: Poller
    time: SharedTime
    url: str
    most: int

    async def churn(self, seconds: float) -> None:
        """Lets so much of the account's time pass, a cycle after another; the screen shows each."""
        end = self.time.now() + seconds
        while self.time.now() < end:
            await self.poller.run_cycle()
            await self.shown()
            assert not self.poller.sources.errors
            await self.time.sleep(self.poller.snapshot.interval)

    async def shown(self) -> None:
        async with asyncio.timeout(20):
            while self.app._main._snapshot is not self.poller.snapshot:  # noqa: ASYNC110  # the app has no event
                await asyncio.sleep(0)

    def held(self) -> Held:
        """Also looks whether what is counted is what is there."""
        jobs = self.poller.snapshot.jobs
        for each in jobs.values():
            assert Counter(job.status for job in each.jobs.values()) == Counter(dict(each.counts))
        finished = sum(not job.is_active for each in jobs.values() for job in each.jobs.values())
        assert finished <= self.most * 1.05
        assert finished == self.poller._store.finished.count
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return Held(
            resident=pages * os.sysconf("SC_PAGE_SIZE"),
            objects=len(gc.get_objects()),
            tasks=len(asyncio.all_tasks()),
            jobs=sum(len(each.jobs) for each in jobs.values()),
        )

    def calls(self) -> int:
        with urllib.request.urlopen(f"{self.url}/calls") as answer:
            return sum(json.load(answer).values())


@asynccontextmanager
async def soaking(directory: Path, *, most: int, refresh: float) -> AsyncIterator[Soak]:
    settings = Settings()
    async with churning(directory / "time") as (url, time):
        connection = Connection(ConnectionSettings(None, "us-east-1", url, "soak", "soak"))
        try:
            gateway = Gateway(connection, CallBudget(CALLS_PER_SECOND, clock=time.now, sleep=time.sleep))
            app = SoakedApp(settings, somebody_else_does(), clock=time.now)
            async with app.run_test(size=(160, 45)):
                poller = app.watch_account(connection, gateway, time, most, refresh)
                yield Soak(app, poller, time, url, most)
        finally:
            await connection.close()


def growth(amounts: Sequence[int]) -> float:
    """By how much of itself something has grown, from the earlier half to the later.

    What is kept for good lifts all of the looks: the least, the middle one and the most. What is more at one look
    may be under way, such as a page that is being read, and what is less at one may have come to its end early.
    """
    half = len(amounts) // 2
    earlier, later = amounts[:half], amounts[-half:]
    return min(measure(later) / measure(earlier) - 1 for measure in (min, statistics.median, max))


@pytest.mark.parametrize(
    ("amounts", "is_leak"),
    [([100, 104, 108, 112], True), ([100, 106, 104, 107], False), ([94, 100, 100, 99], False)],
    ids=["each look is more", "one look was more", "one look is less"],
)
def test_growth_is_that_of_all_looks(amounts: list[int], is_leak: bool) -> None:
    assert (growth(amounts) > MOST_GROWTH) == is_leak


async def soak(
    directory: Path,
    *,
    most: int,
    refresh: float,
    hours: float,
    full_after: float,
    looks: int,
) -> list[Held]:
    """Churns and looks, and compares what is known at the end with the account.

    Args:
        directory: For the time.
        most: Finished jobs that are kept.
        refresh: Seconds of the account's time between two cycles.
        hours: How long.
        full_after: Hours after which everything is as full as it will be: from then on it is looked at.
        looks: How often.
    """
    async with soaking(directory, most=most, refresh=refresh) as run:
        table, found = run.app._main._jobs.table, []
        await run.churn(full_after * 3600)
        for _ in range(looks):
            table.action_mark_all()  # marks of jobs that are dropped must go with them
            await run.churn((hours - full_after) * 3600 / looks)
            found.append(run.held())
            assert len(table.marked) <= found[-1].jobs
        await run.poller.run_cycle()
        await run.shown()
        snapshot = run.poller.snapshot
        active = {
            job_id: job.status
            for held in snapshot.jobs.values()
            for job_id, job in held.jobs.items()
            if job.is_active
        }
        assert active == await asyncio.to_thread(truth, run.time.milliseconds)
        assert snapshot.jobs.keys() == set(QUEUES)
        assert all(held.is_complete for held in snapshot.jobs.values())
        assert snapshot.dropped_before is not None
        assert "left out" in " ".join(run.app._main._jobs.corner_words())
        assert run.calls() <= (hours * 3600 + refresh + BURST_SECONDS) * CALLS_PER_SECOND
        assert not snapshot.is_stretched
        assert jobs_until(run.time.milliseconds) >= hours / 24 * JOBS_A_DAY
    assert len({each.tasks for each in found}) == 1, "tasks come and go, and none stays"
    assert growth([each.objects for each in found]) < MOST_GROWTH
    assert growth([each.resident for each in found]) < MOST_GROWTH
    return found


@pytest.fixture(autouse=True)
def as_the_program_collects() -> Iterator[None]:
    """Cycles are looked for as rarely as in the program."""
    thresholds = gc.get_threshold()
    garbage.settle()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.slow
async def test_half_an_hour_of_churn(tmp_path: Path) -> None:
    await soak(tmp_path, most=3_000, refresh=90.0, hours=0.5, full_after=0.15, looks=8)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_day_of_churn(tmp_path: Path) -> None:
    held = await soak(tmp_path, most=10_000, refresh=120.0, hours=24.0, full_after=2.0, looks=11)
    for each in held:
        print(each)  # noqa: T201  # the figures, with -s
