"""Everything with which a test changes an account, in a time that takes no time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from batchtui.actions.outcomes import StopProgress
from batchtui.actions.stop import plan_stop
from batchtui.actions.stopping import StopRun
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.control_gateway import ControlGateway
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.aws.resources_gateway import ResourcesGateway
from batchtui.model.job import JobSummary
from tests.worlds import World

REQUEST = {"jobName": "once", "jobQueue": "qc-fargate", "jobDefinition": "fastqc"}
"""A SubmitJob that the demo account takes."""


@dataclass
class Hands:
    """Everything with which a stop is made, over one connection and one budget."""

    connection: Connection
    reads: Gateway
    control: ControlGateway
    resources: ResourcesGateway
    seconds: float = 0.0
    """What was waited for, in a time that takes no time."""
    progress: list[StopProgress] = field(default_factory=list)

    async def wait(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    async def summaries(self, queue: str, *statuses: str) -> list[JobSummary]:
        return [
            job
            for status in statuses
            async for page in self.reads.list_jobs(queue, status)
            for job in page.jobs
            if ":" not in job.job_id
        ]

    def stop(self, jobs: list[JobSummary], reason: str = "enough") -> StopRun:
        return StopRun(
            plan_stop(jobs),
            reason,
            self.control,
            self.reads,
            on_progress=self.progress.append,
            sleep=self.wait,
            chance=lambda: 0.5,
        )


@asynccontextmanager
async def hands_on(world: World, *, calls_per_second: float = 1000) -> AsyncIterator[Hands]:
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    hands = Hands(connection, None, None, None)  # type: ignore[arg-type]
    budget = CallBudget(calls_per_second, clock=lambda: hands.seconds + time.monotonic(), sleep=hands.wait)
    hands.reads, hands.control = Gateway(connection, budget), ControlGateway(connection, budget)
    hands.resources = ResourcesGateway(connection, budget)
    yield hands
    await connection.close()


def described(world: World, job_id: str) -> dict[str, Any]:
    (job,) = world.batch.describe_jobs(jobs=[job_id])["jobs"]
    found: dict[str, Any] = job
    return found
