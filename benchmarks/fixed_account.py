"""An endpoint with exactly as many queues and jobs as asked for, which counts its calls and never changes.

``python -m benchmarks.fixed_account QUEUES RUNNING SUCCEEDED FAILED`` serves it from a process of its own until
its input ends, and prints its URL.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from benchmarks.environment import ROOT

_ARN = "arn:aws:batch:us-east-1:111122223333"
_BEGINNING_MS = 1_760_000_000_000
_APART_MS = 6_000  # 100,000 jobs are a week's
_JSON = "application/json"
_DESCRIBED_AT_ONCE = 100
_PAGE_BY_FILTER = 100
_PAGE_BY_STATUS = 1000

Job = dict[str, Any]


class FixedAccount:
    """Queues that all hold the same mix of jobs, behind the four operations that a monitor needs.

    Args:
        queues: How many queues, with one compute environment for all.
        running: RUNNING jobs of each queue.
        succeeded: SUCCEEDED jobs of each queue.
        failed: FAILED jobs of each queue.
    """

    def __init__(self, *, queues: int, running: int, succeeded: int, failed: int) -> None:
        self.calls: Counter[str] = Counter()
        """How often each operation was asked for."""
        mix = ["RUNNING"] * running + ["SUCCEEDED"] * succeeded + ["FAILED"] * failed
        self._jobs = {
            f"queue-{number}": [_job(f"queue-{number}", index, status) for index, status in enumerate(mix)]
            for number in range(queues)
        }
        self._by_id = {job["jobId"]: job for jobs in self._jobs.values() for job in jobs}
        self._pages: dict[tuple[str, str, int, int], str] = {}  # by queue, status or filter, start and size

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Listens on a free port of loopback; gives the URL."""
        application = web.Application()
        for operation, answer in (
            ("DescribeJobQueues", self._describe_job_queues),
            ("DescribeComputeEnvironments", self._describe_compute_environments),
            ("ListJobs", self._list_jobs),
            ("DescribeJobs", self._describe_jobs),
        ):
            application.router.add_post(f"/v1/{operation.lower()}", self._counted(operation, answer))
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    def _counted(self, operation: str, answer: Any) -> Any:
        async def handle(request: web.Request) -> web.Response:
            self.calls[operation] += 1
            told = answer(await request.json())
            return web.Response(text=told if isinstance(told, str) else json.dumps(told), content_type=_JSON)

        return handle

    def _describe_job_queues(self, asked: dict[str, Any]) -> dict[str, Any]:
        order = [{"order": 1, "computeEnvironment": f"{_ARN}:compute-environment/everything"}]
        return {
            "jobQueues": [
                {
                    "jobQueueName": name,
                    "jobQueueArn": f"{_ARN}:job-queue/{name}",
                    "state": "ENABLED",
                    "status": "VALID",
                    "priority": 1,
                    "computeEnvironmentOrder": order,
                }
                for name in self._jobs
            ]
        }

    def _describe_compute_environments(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {
            "computeEnvironments": [
                {
                    "computeEnvironmentName": "everything",
                    "computeEnvironmentArn": f"{_ARN}:compute-environment/everything",
                    "ecsClusterArn": "arn:aws:ecs:us-east-1:111122223333:cluster/everything",
                    "type": "MANAGED",
                    "state": "ENABLED",
                    "status": "VALID",
                }
            ]
        }

    def _list_jobs(self, asked: dict[str, Any]) -> str:
        """A page as JSON, written once: nothing here ever changes."""
        queue, filters = asked["jobQueue"], asked.get("filters")
        wanted = filters[0]["values"][0] if filters else asked.get("jobStatus", "RUNNING")
        most = _PAGE_BY_FILTER if filters else _PAGE_BY_STATUS
        key = (queue, wanted, int(asked.get("nextToken", 0)), min(most, asked.get("maxResults", most)))
        if key not in self._pages:
            jobs = self._jobs[queue]  # newest first, as they are made
            found = [
                job for job in jobs if (job["createdAt"] > int(wanted) if filters else job["status"] == wanted)
            ]
            self._pages[key] = _page(found, *key[2:])
        return self._pages[key]

    def _describe_jobs(self, asked: dict[str, Any]) -> dict[str, Any]:
        known = [self._by_id[each] for each in asked["jobs"][:_DESCRIBED_AT_ONCE] if each in self._by_id]
        return {"jobs": known}


def _page(jobs: Sequence[Job], start: int, size: int) -> str:
    answer: dict[str, Any] = {"jobSummaryList": list(jobs[start : start + size])}
    if start + size < len(jobs):
        answer["nextToken"] = str(start + size)
    return json.dumps(answer)


def _job(queue: str, index: int, status: str) -> Job:
    created = _BEGINNING_MS - index * _APART_MS
    job_id = f"{index:08x}-0000-4000-8000-{int(queue.rpartition('-')[2]):012x}"  # as long as AWS's own
    job: Job = {
        "jobId": job_id,
        "jobArn": f"{_ARN}:job/{job_id}",
        "jobName": f"align-sample-{index:06d}",
        "jobQueue": f"{_ARN}:job-queue/{queue}",
        "jobDefinition": f"{_ARN}:job-definition/work:1",
        "status": status,
        "createdAt": created,
        "startedAt": created + 30_000,
    }
    if status != "RUNNING":
        job["stoppedAt"] = created + 50_000
        job["statusReason"] = "Essential container in task exited"
        job["container"] = {"exitCode": 0 if status == "SUCCEEDED" else 1}
    return job


@asynccontextmanager
async def account_process(*, queues: int, running: int, succeeded: int, failed: int) -> AsyncIterator[str]:
    """The account in a process of its own; gives the URL."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.fixed_account"),
        *map(str, (queues, running, succeeded, failed)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


async def _serve(account: FixedAccount) -> None:
    async with account.serving() as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("queues", "running", "succeeded", "failed"):
        parser.add_argument(name, type=int)
    asyncio.run(_serve(FixedAccount(**vars(parser.parse_args()))))
