"""Two accounts behind real HTTP, each with a client that we did not write: the demo account and moto's server."""

import asyncio
import contextlib
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from moto.core.config import default_user_config
from moto.server import ThreadedMotoServer

from batchtui.demo.account import Account
from batchtui.demo.clock import ManualClock
from batchtui.demo.faults import Fault, FaultSource
from batchtui.demo.server import DemoServer, serve_in_thread
from tests.built_accounts import new_account

REGION = "us-east-1"
STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")


@dataclass
class World:
    """An account that a test can change and read with boto3."""

    url: str
    access_key_id: str
    secret_access_key: str
    queue: str
    """A queue that takes jobs."""
    definition: str
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                region_name=REGION,
                endpoint_url=self.url,
                aws_access_key_id=self.access_key_id,
                aws_secret_access_key=self.secret_access_key,
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    @property
    def batch(self) -> Any:
        return self.client("batch")

    def submit(self, name: str) -> str:
        job_id: str = self.batch.submit_job(jobName=name, jobQueue=self.queue, jobDefinition=self.definition)[
            "jobId"
        ]
        return job_id

    def terminate(self, job_id: str) -> None:
        self.batch.terminate_job(jobId=job_id, reason="enough")

    def queues(self) -> set[str]:
        return {queue["jobQueueName"] for queue in self.batch.describe_job_queues()["jobQueues"]}

    def environments(self) -> set[str]:
        answer = self.batch.describe_compute_environments()
        return {each["computeEnvironmentName"] for each in answer["computeEnvironments"]}

    def truth(self, queue: str) -> dict[str, str]:
        """Every job of a queue with its status, as boto3 pages through it."""
        found = {}
        for status in STATUSES:
            request: dict[str, Any] = {"jobQueue": queue, "jobStatus": status}
            while True:
                answer = self.batch.list_jobs(**request)
                found.update({job["jobId"]: job["status"] for job in answer["jobSummaryList"]})
                if "nextToken" not in answer:
                    break
                request["nextToken"] = answer["nextToken"]
        return {job_id: status for job_id, status in found.items() if ":" not in job_id}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


@dataclass
class DemoWorld(World):
    """The demo account, with its clock, its faults and its record of calls in the test's hands."""

    clock: ManualClock = field(default_factory=ManualClock)
    account: Account | None = None
    server: DemoServer | None = None
    faults: list[FaultSource] = field(default_factory=list)
    """What goes wrong from now on: the last entry decides."""

    def fault(self, *operations: str, **fault: Any) -> None:
        """From now on these operations (all if none is named) go wrong like this."""
        self.faults.append(lambda name: Fault(**fault) if not operations or name in operations else None)

    def heal(self) -> None:
        """From now on nothing goes wrong."""
        self.faults.clear()

    def unplug(self) -> None:
        """From now on nobody listens where the account was."""
        self._at_the_server(lambda server: server.stop())

    def plug_in(self) -> None:
        """The account is there again, where it was."""
        self._at_the_server(lambda server: server.start())

    def _at_the_server(self, what: Callable[[DemoServer], Coroutine[Any, Any, Any]]) -> None:
        assert self.server is not None
        asyncio.run_coroutine_threadsafe(what(self.server), self.server.loop).result(timeout=10)

    def advance(self, seconds: float) -> None:
        """Lets the account's time pass."""
        self.clock.advance(seconds)


@contextlib.contextmanager
def demo_world(
    *, jobs: int = 400, seed: int = 1, queues: int = 6, service_jobs: bool = False, cohorts: bool = False
) -> Iterator[DemoWorld]:
    """The demo account with a clock that stands still until it is moved."""
    clock = ManualClock()
    account = new_account(clock, jobs=jobs, seed=seed, queues=queues, service_jobs=service_jobs, cohorts=cohorts)
    faults: list[FaultSource] = []
    server = DemoServer(account, fault=lambda operation: faults[-1](operation) if faults else None)
    with serve_in_thread(server) as endpoint:
        world = DemoWorld(
            url=endpoint.url,
            access_key_id=endpoint.access_key_id,
            secret_access_key=endpoint.secret_access_key,
            queue="qc-fargate",
            definition="fastqc",
            clock=clock,
            account=account,
            server=server,
            faults=faults,
        )
        with contextlib.closing(world):
            yield world


@contextlib.contextmanager
def moto_world() -> Iterator[World]:
    """moto's server with two queues, two environments and a few jobs; its jobs succeed at once."""
    default_user_config["batch"] = {"use_docker": False}
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        world = World(f"http://{host}:{port}", "testing", "testing", queue="high", definition="hello")
        reset = urllib.request.Request(f"{world.url}/moto-api/reset", method="POST")
        urllib.request.urlopen(reset).close()  # its accounts live as long as the process
        with contextlib.closing(world):
            _populate(world)
            yield world
    finally:
        server.stop()


def _populate(world: World) -> None:
    roles = world.client("iam")
    arn = roles.create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    for name in ("one", "two"):
        world.batch.create_compute_environment(
            computeEnvironmentName=name, type="UNMANAGED", state="ENABLED", serviceRole=arn
        )
    for name, priority, order in (("high", 10, ("one", "two")), ("low", 1, ("two",))):
        world.batch.create_job_queue(
            jobQueueName=name,
            state="ENABLED",
            priority=priority,
            computeEnvironmentOrder=[
                {"order": index, "computeEnvironment": environment} for index, environment in enumerate(order)
            ],
        )
    world.batch.register_job_definition(
        jobDefinitionName="hello",
        type="container",
        containerProperties={"image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"]},
    )
    for number in range(5):
        world.submit(f"before-{number}")
