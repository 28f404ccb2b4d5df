"""What a sweep costs where an account lists far more finished jobs than are kept, and what it then knows."""

import asyncio
import io
import json
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from batchtui import once
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.cli import account_of
from batchtui.settings import Settings
from batchtui.sync.pace import REPAIR_SECONDS
from batchtui.sync.poller import Poller
from tests.churn import QUEUES, SharedTime, churning, job_id, jobs_until, life

MOST = 2_000
HOURS = 3  # 125,000 jobs: 126 pages
_LONG_MS = 3_600_000


@asynccontextmanager
async def polling(directory: Path) -> AsyncIterator[tuple[Poller, SharedTime, str]]:
    async with churning(directory / "time") as (url, time):
        await time.sleep(HOURS * 3600)
        connection = Connection(ConnectionSettings(None, "us-east-1", url, "window", "window"))
        try:
            gateway = Gateway(connection, CallBudget(1000.0, clock=time.now, sleep=time.sleep))
            yield (
                Poller(
                    gateway,
                    most_finished=MOST,
                    clock=time.now,
                    wall_clock=time.now,
                    chance=lambda: 1.0,
                ),
                time,
                url,
            )
        finally:
            await connection.close()


async def calls(url: str) -> Counter[str]:
    def read() -> Counter[str]:
        with urllib.request.urlopen(f"{url}/calls") as answer:
            return Counter(json.load(answer))

    return await asyncio.to_thread(read)


@pytest.mark.slow
async def test_a_listing_ends_where_what_is_kept_ends(tmp_path: Path) -> None:
    async with polling(tmp_path) as (poller, time, url):
        await poller.run_cycle()
        assert poller.snapshot.progress is None
        first = await calls(url)
        # Of each queue the newest, five active statuses, and of two that are over as many as can be kept.
        assert first["listjobs"] <= len(QUEUES) * (1 + 5 + 2 * 4)
        before = poller.snapshot.dropped_before
        assert before is not None
        known = {id: job for held in poller.snapshot.jobs.values() for id, job in held.jobs.items()}
        finished = {id for id, job in known.items() if not job.is_active}
        assert MOST <= len(finished) <= MOST * 1.05
        lives = [(job_id(n), life(n)) for n in range(jobs_until(time.milliseconds))]
        ended = {id: steps for id, steps in lives if before <= steps[-1][0] <= time.milliseconds}
        assert finished <= ended.keys(), "nothing that ended before"
        missing = ended.keys() - finished
        assert all(ended[id][-1][0] - ended[id][0][0] > _LONG_MS for id in missing), "but what lived for hours"

        await time.sleep(REPAIR_SECONDS)
        for _ in QUEUES:  # one is swept again in each cycle
            await time.sleep(5.0)
            await poller.run_cycle()
        swept = await calls(url) - first
        assert swept["listjobs"] <= len(QUEUES) * (2 + 1 + 5 + 2 * 4) + 70  # of 7,000 new jobs
        assert poller.snapshot.dropped_before is not None
        assert poller.snapshot.dropped_before > before


@pytest.mark.slow
async def test_one_look_tells_what_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def poller_of_few(*arguments: object, **named: object) -> Poller:
        return Poller(*arguments, most_finished=MOST, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(once, "Poller", poller_of_few)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "window")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "window")
    async with churning(tmp_path / "time") as (url, time):
        await time.sleep(3600)
        settings = Settings(endpoint_url=url, region="us-east-1", max_calls_per_second=1000.0)
        text, values = io.StringIO(), io.StringIO()
        assert await once.look_once(settings, account_of(settings), as_json=False, out=text) == 0
        assert await once.look_once(settings, account_of(settings), as_json=True, out=values) == 0
    told = json.loads(values.getvalue())
    before = told["finishedLeftOutBefore"]
    assert all(job.get("stoppedAt", before) >= before for job in told["jobs"])
    assert " left out: only so many are kept" in text.getvalue()
