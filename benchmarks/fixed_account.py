"""An endpoint with exactly as many queues and jobs as asked for, which counts its calls and never changes."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

_ARN = "arn:aws:batch:us-east-1:111122223333"
_BEGINNING_MS = 1_760_000_000_000
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
        grants: Whether one more call of an operation is answered; else it is refused as what is too much.
    """

    def __init__(
        self,
        *,
        queues: int,
        running: int,
        succeeded: int,
        failed: int,
        grants: Callable[[str], bool] = lambda operation: True,
    ) -> None:
        self.grants = grants
        self.calls: Counter[str] = Counter()
        """How often each operation was asked for."""
        mix = ["RUNNING"] * running + ["SUCCEEDED"] * succeeded + ["FAILED"] * failed
        self._jobs = {
            f"queue-{number}": [_job(f"queue-{number}", index, status) for index, status in enumerate(mix)]
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
            asked = await request.json()
            if not self.grants(operation):
                headers = {"x-amzn-ErrorType": "TooManyRequestsException"}
                return web.json_response({"message": "Too Many Requests"}, status=429, headers=headers)
            self.hear(operation, asked)
            return web.json_response(answer(asked))

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


def _job(queue: str, index: int, status: str) -> Job:
    created = _BEGINNING_MS - index * 60_000
    job: Job = {
        "jobId": f"{queue}-job-{index}",
        "jobArn": f"{_ARN}:job/{queue}-job-{index}",
        "jobName": f"job-{index}",
        "jobQueue": f"{_ARN}:job-queue/{queue}",
        "jobDefinition": f"{_ARN}:job-definition/work:1",
        "status": status,
        "createdAt": created,
        "startedAt": created + 30_000,
    }
    if status != "RUNNING":
        job["stoppedAt"] = created + 50_000
    return job
