"""An endpoint with exactly as many queues and jobs as asked for. It counts its calls, and changes when told to.

``python -m benchmarks.fixed_account QUEUES RUNNING SUCCEEDED FAILED`` serves it from a process of its own until
its input ends, and prints its URL.
"""

import argparse
import asyncio
import json
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random
from typing import Any, ClassVar
from uuid import NAMESPACE_OID, uuid5

from aiohttp import web

from benchmarks.endpoint import process_of, serve_until_closed

REGION = "us-east-1"
_ARN = f"arn:aws:batch:{REGION}:111122223333"
_BEGINNING_MS = 1_760_000_000_000
_BETWEEN_MS = 67_000
"""From one job to the next; no whole minute, so that not all ages change at the same moment."""
NEWEST_JOB = "align-00000"
"""The name of the first row of every list."""
_NAMES = ("align", "call-variants", "sort", "fastqc", "train-epoch", "merge", "annotate")
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
        newest_ms: When the newest job of each queue was created; each of the others a minute before the next.
        grants: Whether one more call of an operation is answered; else it is refused as what is too much.
    """

    IS_FIXED: ClassVar[bool] = True
    """Whether a question has the same answer until one job is changed."""

    def __init__(
        self,
        *,
        queues: int,
        running: int,
        succeeded: int,
        failed: int,
        newest_ms: int = _BEGINNING_MS,
        grants: Callable[[str], bool] = lambda operation: True,
    ) -> None:
        self.grants = grants
        self.calls: Counter[str] = Counter()
        """How often each operation was asked for."""
        self._answers: dict[tuple[str, bytes], bytes] = {}  # what was answered before costs nothing
        mix = ["RUNNING"] * running + ["SUCCEEDED"] * succeeded + ["FAILED"] * failed
        Random(1).shuffle(mix)
        self._jobs = {
            f"queue-{number}": [
                _job(f"queue-{number}", index, status, newest_ms) for index, status in enumerate(mix)
            ]
            for number in range(queues)
        }
        self._by_id = {job["jobId"]: job for jobs in self._jobs.values() for job in jobs}

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
        application.router.add_post("/change", self._change)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    def hear(self, operation: str, asked: dict[str, Any]) -> None:
        """Told of every call that is answered."""

    def _counted(self, operation: str, answer: Any) -> Any:
        async def handle(request: web.Request) -> web.Response:
            self.calls[operation] += 1
            asked = await request.read()
            if not self.grants(operation):
                headers = {"x-amzn-ErrorType": "TooManyRequestsException"}
                return web.json_response({"message": "Too Many Requests"}, status=429, headers=headers)
            self.hear(operation, json.loads(asked))
            known = self._answers.get((operation, asked))
            if known is None:
                known = json.dumps(answer(json.loads(asked))).encode()
                if self.IS_FIXED:
                    self._answers[operation, asked] = known
            return web.Response(body=known, content_type="application/json")

        return handle

    async def _change(self, request: web.Request) -> web.Response:
        """The newest running job of the first queue ends well."""
        job = next(job for job in next(iter(self._jobs.values())) if job["status"] == "RUNNING")
        job.update(status="SUCCEEDED", stoppedAt=int(time.time() * 1000))
        self._answers.clear()
        return web.Response(text=job["jobName"])

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

    def _list_jobs(self, asked: dict[str, Any]) -> dict[str, Any]:
        jobs = self._jobs[asked["jobQueue"]]
        if asked.get("filters"):
            after = int(asked["filters"][0]["values"][0])
            found = sorted((job for job in jobs if job["createdAt"] > after), key=lambda job: -job["createdAt"])
            return _page(found, asked, _PAGE_BY_FILTER)
        wanted = asked.get("jobStatus", "RUNNING")
        return _page([job for job in jobs if job["status"] == wanted], asked, _PAGE_BY_STATUS)

    def _describe_jobs(self, asked: dict[str, Any]) -> dict[str, Any]:
        known = [self._by_id[each] for each in asked["jobs"][:_DESCRIBED_AT_ONCE] if each in self._by_id]
        return {"jobs": known}


def _page(jobs: Sequence[Job], asked: dict[str, Any], most: int) -> dict[str, Any]:
    start = int(asked.get("nextToken", 0))
    end = start + min(most, asked.get("maxResults", most))
    answer: dict[str, Any] = {"jobSummaryList": list(jobs[start:end])}
    if end < len(jobs):
        answer["nextToken"] = str(end)
    return answer


def _job(queue: str, index: int, status: str, newest_ms: int) -> Job:
    created = newest_ms - index * _BETWEEN_MS
    job_id = str(uuid5(NAMESPACE_OID, f"{queue}/{index}"))
    job: Job = {
        "jobId": job_id,
        "jobArn": f"{_ARN}:job/{job_id}",
        "jobName": f"{_NAMES[index % len(_NAMES)]}-{index * 7919 % 100_003:05}",
        "jobQueue": f"{_ARN}:job-queue/{queue}",
        "jobDefinition": f"{_ARN}:job-definition/work:1",
        "status": status,
        "createdAt": created,
        "startedAt": created + 30_000,
    }
    if status != "RUNNING":
        job["stoppedAt"] = created + 50_000
    return job


def everyday(queues: int, jobs: int) -> dict[str, int]:
    """So many jobs in so many queues: in each one in 50 is running, one in 12 has failed, the rest succeeded."""
    each = jobs // queues
    running, failed = each // 50, each // 12
    return {"queues": queues, "running": running, "succeeded": each - running - failed, "failed": failed}


def account_process(*, queues: int, running: int, succeeded: int, failed: int) -> AbstractAsyncContextManager[str]:
    """The endpoint in a process of its own, its newest jobs created now; gives the URL."""
    return process_of("benchmarks.fixed_account", queues, running, succeeded, failed)


def change_one_job(url: str) -> str:
    """Lets one running job of such a process end; gives its name."""
    with urllib.request.urlopen(urllib.request.Request(f"{url}/change", method="POST")) as answer:
        return str(answer.read().decode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for what in ("queues", "running", "succeeded", "failed"):
        parser.add_argument(what, type=int)
    account = FixedAccount(**vars(parser.parse_args()), newest_ms=int(time.time() * 1000) - 120_000)
    asyncio.run(serve_until_closed(account.serving()))
