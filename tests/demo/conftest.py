"""An account with a clock that stands still, behind its real port, with boto3's clients before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config

from batchtui.demo.account import Account
from batchtui.demo.clock import ManualClock
from batchtui.demo.endpoint import DemoEndpoint
from batchtui.demo.faults import Fault
from batchtui.demo.server import DemoServer, serve_in_thread
from tests.built_accounts import new_account

from .shapes import problems

_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5)
_SESSION = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1")

ACTIVE = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING")
STATUSES = (*ACTIVE, "SUCCEEDED", "FAILED")


@dataclass
class Demo:
    """Everything that a test wants of a served account."""

    clock: ManualClock
    account: Account
    server: DemoServer
    endpoint: DemoEndpoint
    open: ExitStack
    fault: list[Callable[[str], Fault | None]] = field(default_factory=list)
    """What goes wrong from now on: the last entry decides."""
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, **changes: str) -> Any:
        """A client whose every answer is held against the model."""
        client = _SESSION.client(
            service,
            endpoint_url=self.endpoint.url,
            aws_access_key_id=changes.get("key", self.endpoint.access_key_id),
            aws_secret_access_key=self.endpoint.secret_access_key,
            config=_CONFIG,
        )
        self.open.callback(client.close)
        if service not in ("sts", "ec2"):  # these two speak XML
            client.meta.events.register(f"before-parse.{service}", _check)
        return client

    def _kept(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.client(service)
        return self._clients[service]

    @property
    def batch(self) -> Any:
        return self._kept("batch")

    @property
    def logs(self) -> Any:
        return self._kept("logs")

    @property
    def sts(self) -> Any:
        return self._kept("sts")

    def listed(self, **request: Any) -> list[dict[str, Any]]:
        """All pages of a ListJobs."""
        jobs: list[dict[str, Any]] = []
        while True:
            answer = self.batch.list_jobs(**request)
            jobs += answer["jobSummaryList"]
            if "nextToken" not in answer:
                return jobs
            request["nextToken"] = answer["nextToken"]

    def in_queue(self, queue: str) -> list[dict[str, Any]]:
        """All jobs of a queue, whatever their status."""
        return [job for status in STATUSES for job in self.listed(jobQueue=queue, jobStatus=status)]

    def described(self, job_id: str) -> dict[str, Any]:
        """One job."""
        (job,) = self.batch.describe_jobs(jobs=[job_id])["jobs"]
        found: dict[str, Any] = job
        return found

    def submit(self, **changes: Any) -> str:
        """A job that can run at once, unless told otherwise."""
        request = {"jobName": "probe", "jobQueue": "qc-fargate", "jobDefinition": "fastqc"} | changes
        job_id: str = self.batch.submit_job(**request)["jobId"]
        return job_id

    def advance_until(self, job_id: str, *wanted: str, step: float = 1.0, limit: int = 20_000) -> dict[str, Any]:
        """Let time pass until a job has one of the wanted statuses."""
        for _ in range(limit):
            job = self.account.index.find(job_id)
            assert job is not None
            if job.status in wanted:
                return self.described(job_id)
            self.clock.advance(step)
            self.account.advance()
        raise AssertionError(f"{job_id} never became {wanted}")


def _check(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    if response_dict["status_code"] >= 300:
        return
    found = problems(operation_model.output_shape, json.loads(response_dict["body"]), operation_model.name)
    assert not found, found[:10]


@pytest.fixture
def make_demo() -> Iterator[Callable[..., Demo]]:
    """Serves accounts of any size until the test is over."""
    with ExitStack() as stack:

        def make(
            jobs: int = 400, seed: int = 1, queues: int = 6, service_jobs: bool = False, cohorts: bool = False
        ) -> Demo:
            clock = ManualClock()
            account = new_account(
                clock, jobs=jobs, seed=seed, queues=queues, service_jobs=service_jobs, cohorts=cohorts
            )
            faults: list[Callable[[str], Fault | None]] = []
            server = DemoServer(account, fault=lambda operation: faults[-1](operation) if faults else None)
            endpoint = stack.enter_context(serve_in_thread(server))
            clients = stack.enter_context(ExitStack())
            return Demo(clock, account, server, endpoint, clients, faults)

        yield make


@pytest.fixture
def demo(make_demo: Callable[..., Demo]) -> Demo:
    """An account of 400 jobs."""
    return make_demo()
