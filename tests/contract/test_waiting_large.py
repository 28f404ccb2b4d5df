"""Why a job waits in an account of many: the event loop goes on while the rules look at them all."""

import asyncio
from dataclasses import replace
from time import thread_time

import pytest

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.insight.waiting import why_waiting
from batchtui.insight.why_answer import LogEnd
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import QueueJobs, Snapshot
from batchtui.sync.waiting_reads import waiting_situation
from batchtui.sync.why_reads import Detail, answer_for
from tests.conftest import use_credentials_of
from tests.contract.test_waiting import account_of
from tests.worlds import demo_world

MANY = 100_000


def more_of(job: JobSummary, prefix: str) -> dict[str, JobSummary]:
    waiting = replace(job, status="RUNNABLE", status_reason=None)
    return {f"{prefix}-{n}": replace(waiting, job_id=f"{prefix}-{n}") for n in range(MANY)}


async def no_log(detail: Detail) -> LogEnd:
    return LogEnd(detail.summary.job_id)


@pytest.mark.slow
async def test_the_event_loop_goes_on_while_many_jobs_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=2000) as world:
        use_credentials_of(world, monkeypatch)
        connection = Connection(ConnectionSettings(endpoint_url=world.url))
        gateway = Gateway(connection, CallBudget(1000))
        known = await account_of(gateway)
        job = next(job for job in known.jobs["align-low"].active.values() if job.status == "RUNNABLE")
        held = {
            name: QueueJobs(jobs=jobs, active=jobs)
            for name in ("align-low", "align-high")
            for jobs in (dict(known.jobs[name].active) | more_of(job, name),)
        }
        large: Snapshot = replace(known, jobs={**known.jobs, **held})
        now = int(world.clock.now() * 1000)
        situation = await waiting_situation(gateway, large, job, now=now)
        at_once, longest = 1.0, 0.0
        for _ in range(3):
            started = thread_time()
            expected = why_waiting(situation)
            at_once = min(at_once, thread_time() - started)

        async def beat() -> None:
            nonlocal longest
            while True:
                before = thread_time()  # of the event loop alone, whatever else this machine does
                await asyncio.sleep(0)
                longest = max(longest, thread_time() - before)

        beating = asyncio.create_task(beat())
        answer = await answer_for(gateway, large, job, now=now, end_of_log=no_log)
        await asyncio.sleep(0)  # so that the last turn is measured too
        await asyncio.sleep(0)
        beating.cancel()
        await connection.close()
    assert answer.answer == expected
    assert len(situation.jobs or ()) > MANY
    assert longest < at_once / 2, f"{longest * 1000:.0f} ms of the event loop, {at_once * 1000:.0f} ms at once"
