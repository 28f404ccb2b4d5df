"""An endpoint with many jobs whose pages were made before anybody asks: what is measured is the client.

As a program it serves such an account on a free port of loopback and ends when its standard input does. What is
written to that before decides over changes: a line ``change`` ends one running job.
"""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import web

from batchtui.demo.endpoint import DemoEndpoint
from benchmarks.environment import ROOT

REGION: Final = "us-east-1"
_ARN: Final = f"arn:aws:batch:{REGION}:111122223333"
_NOW_MS: Final = 1_795_000_000_000
_SPAN_MS: Final = 6 * 24 * 3_600_000
_MIX: Final = (
    ("SUBMITTED", 0.001),
    ("PENDING", 0.003),
    ("RUNNABLE", 0.005),
    ("STARTING", 0.001),
    ("RUNNING", 0.010),
    ("FAILED", 0.080),
)
"""The part of each status; the rest is SUCCEEDED."""
_PAGE_BY_FILTER: Final = 100
_PAGE_BY_STATUS: Final = 1000

Job = dict[str, Any]


class LargeAccount:
    """Queues with the same mix of jobs.

    Args:
        queues: How many.
        jobs: How many in all.
    """

    def __init__(self, queues: int, jobs: int) -> None:
        chance = random.Random(1)
        self._queues = {f"queue-{number}": _jobs(chance, jobs // queues) for number in range(queues)}
        self._by_id = {job["jobId"]: (name, job) for name, all_ in self._queues.items() for job in all_}
        self._pages: dict[tuple[str, str, int], bytes] = {}
        for name in self._queues:
            self._make_pages(name)

    def change(self) -> None:
        """One running job of the first queue succeeds."""
        name, jobs = next(iter(self._queues.items()))
        job = next(job for job in jobs if job["status"] == "RUNNING")
        job |= {"status": "SUCCEEDED", "stoppedAt": _NOW_MS, "container": {"exitCode": 0}}
        self._make_pages(name)

    def application(self) -> web.Application:
        """The four operations of a monitor."""
        application = web.Application()
        for operation, answer in (
            ("listjobs", self._list_jobs),
            ("describejobs", self._describe_jobs),
            ("describejobqueues", lambda asked: _encoded({"jobQueues": [_queue(name) for name in self._queues]})),
            ("describecomputeenvironments", lambda asked: _encoded({"computeEnvironments": [_ENVIRONMENT]})),
        ):
            application.router.add_post(f"/v1/{operation}", _handler(answer))
        return application

    def _make_pages(self, queue: str) -> None:
        jobs = self._queues[queue]
        for status in (*(name for name, _ in _MIX), "SUCCEEDED"):
            listed = [job for job in jobs if job["status"] == status]
            for start in range(0, max(1, len(listed)), _PAGE_BY_STATUS):
                self._pages[queue, status, start] = _page(listed, start, _PAGE_BY_STATUS)

    def _list_jobs(self, asked: dict[str, Any]) -> bytes:
        queue, start = asked["jobQueue"], int(asked.get("nextToken", 0))
        if not asked.get("filters"):
            return self._pages[queue, asked.get("jobStatus", "RUNNING"), start]
        after = int(asked["filters"][0]["values"][0])
        newest = self._queues[queue][: start + _PAGE_BY_FILTER + 1]
        return _page([job for job in newest if job["createdAt"] > after], start, _PAGE_BY_FILTER)

    def _describe_jobs(self, asked: dict[str, Any]) -> bytes:
        known = (self._by_id[job_id] for job_id in asked["jobs"] if job_id in self._by_id)
        return _encoded({"jobs": [job | {"jobQueue": _queue(name)["jobQueueArn"]} for name, job in known]})


@asynccontextmanager
async def large_account(*, queues: int, jobs: int) -> AsyncIterator[DemoEndpoint]:
    """Such an account in a process of its own until the block is left."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.large_account", "--queues", str(queues), "--jobs", str(jobs)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        if not url:
            raise RuntimeError("the account did not come up")
        yield DemoEndpoint(url=url, region=REGION, access_key_id="benchmark", secret_access_key="benchmark")
    finally:
        process.kill()
        await process.wait()


def _jobs(chance: random.Random, many: int) -> list[Job]:
    """Newest first."""
    statuses = [status for status, part in _MIX for _ in range(int(many * part))]
    statuses += ["SUCCEEDED"] * (many - len(statuses))
    made = [_job(chance, index, status) for index, status in enumerate(statuses)]
    return sorted(made, key=lambda job: -job["createdAt"])


def _job(chance: random.Random, index: int, status: str) -> Job:
    bits = chance.getrandbits(128)
    job_id = f"{bits >> 96:08x}-{bits >> 80 & 0xFFFF:04x}-{bits >> 64 & 0xFFFF:04x}-{bits >> 48 & 0xFFFF:04x}-"
    job_id += f"{bits & 0xFFFFFFFFFFFF:012x}"
    created = _NOW_MS - chance.randrange(_SPAN_MS)
    job: Job = {
        "jobArn": f"{_ARN}:job/{job_id}",
        "jobId": job_id,
        "jobName": f"align-sample-{index:06d}",
        "createdAt": created,
        "status": status,
        "jobDefinition": f"{_ARN}:job-definition/align:{1 + index % 7}",
    }
    if status in ("RUNNING", "SUCCEEDED", "FAILED"):
        job["startedAt"] = created + 60_000
    if status in ("SUCCEEDED", "FAILED"):
        job["stoppedAt"] = created + 360_000
        job["container"] = {"exitCode": int(status == "FAILED")}
        job["statusReason"] = "Essential container in task exited"
    return job


def _queue(name: str) -> dict[str, Any]:
    order = [{"order": 1, "computeEnvironment": f"{_ARN}:compute-environment/everything"}]
    return {
        "jobQueueName": name,
        "jobQueueArn": f"{_ARN}:job-queue/{name}",
        "state": "ENABLED",
        "status": "VALID",
        "priority": 1,
        "computeEnvironmentOrder": order,
    }


_ENVIRONMENT: Final = {
    "computeEnvironmentName": "everything",
    "computeEnvironmentArn": f"{_ARN}:compute-environment/everything",
    "ecsClusterArn": f"arn:aws:ecs:{REGION}:111122223333:cluster/everything",
    "type": "MANAGED",
    "state": "ENABLED",
    "status": "VALID",
}


def _page(jobs: list[Job], start: int, most: int) -> bytes:
    answer: dict[str, Any] = {"jobSummaryList": jobs[start : start + most]}
    if start + most < len(jobs):
        answer["nextToken"] = str(start + most)
    return _encoded(answer)


def _encoded(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode()


def _handler(answer: Any) -> Any:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(body=answer(await request.json()), content_type="application/json")

    return handle


async def _serve(account: LargeAccount) -> None:
    runner = web.AppRunner(account.application(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            account.change()
    finally:
        await runner.cleanup()


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--queues", type=int, required=True)
    parser.add_argument("--jobs", type=int, required=True)
    asked = parser.parse_args()
    asyncio.run(_serve(LargeAccount(asked.queues, asked.jobs)))


if __name__ == "__main__":
    main()
