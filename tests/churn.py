"""An account in which a million jobs a day are born and end, each a pure function of its number.

Nothing holds them: what AWS lists is computed from the time, which the test moves. ``python -m tests.churn FILE``
serves it from a process of its own, so that its memory is not measured, until its input ends. FILE holds the
time as eight bytes: milliseconds since the epoch.
"""

import argparse
import asyncio
import json
import mmap
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.endpoint import listening, process_of, serve_until_closed

EPOCH_MS = 1_800_000_000_000
JOBS_A_DAY = 1_000_000
QUEUES = ("busy", "calm", "rare")
ACTIVE = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING")
_DAY_MS = 86_400_000
_ARN = "arn:aws:batch:us-east-1:111122223333"
_BY_STATUS, _BY_FILTER = 1000, 100

Steps = list[tuple[int, str]]
"""The statuses of a job with the milliseconds at which they begin."""


def created_at(number: int) -> int:
    """When a job is created, in epoch milliseconds: one after another."""
    return EPOCH_MS + number * _DAY_MS // JOBS_A_DAY


def jobs_until(now: int) -> int:
    """How many jobs were created until then."""
    return max(0, (now - EPOCH_MS) * JOBS_A_DAY // _DAY_MS + 1)


def queue_of(number: int) -> str:
    """Seven of ten jobs are in one queue, one is in the smallest."""
    return QUEUES[(0, 0, 1, 0, 0, 2, 0, 1, 0, 0)[number % 10]]


def job_id(number: int) -> str:
    """As long as AWS's own."""
    return f"{_chance(number):08x}-0000-4000-8000-{number:012d}"


def outcome(number: int) -> str:
    """One of twenty fails."""
    return "FAILED" if _chance(number) % 20 == 0 else "SUCCEEDED"


def life(number: int) -> Steps:
    """Two minutes for most, hours for one in a thousand; some are retried, some wait for others or never run."""
    chance, at = _chance(number), created_at(number)
    steps = [(at, "SUBMITTED")]

    def then(status: str, after: int) -> None:
        steps.append((steps[-1][0] + after, status))

    if chance % 400 == 0:
        then("FAILED", 3_000)
        return steps
    if chance % 10 == 1:
        then("PENDING", 1_000)
    for _ in range(2 if chance % 50 == 2 else 1):
        then("RUNNABLE", 2_000 + chance % 25_000)
        then("STARTING", 5_000 + chance % 25_000)
        then("RUNNING", 2_000 + chance % 8_000)
    then(outcome(number), 7_200_000 + chance % 7_200_000 if chance % 1000 == 7 else 10_000 + chance % 110_000)
    return steps


def status_at(steps: Steps, now: int) -> str:
    """A job's status at a moment."""
    return next(status for at, status in reversed(steps) if at <= now)


def truth(now: int) -> dict[str, str]:
    """Every job that is active at a moment, with its status: each of all jobs is looked at."""
    found: dict[str, str] = {}
    for number in range(jobs_until(now)):
        steps = life(number)
        if steps[-1][0] > now:
            found[job_id(number)] = status_at(steps, now)
    return found


def _chance(number: int) -> int:
    mixed = (number + 1) * 0x9E3779B1 & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 15) * 0x85EBCA77 & 0xFFFFFFFF
    return mixed ^ mixed >> 13


class ChurningAccount:
    """The operations that a monitor needs, at AWS's own page sizes.

    Args:
        now: Epoch milliseconds; they never go back.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._calls: Counter[str] = Counter()
        self._born = 0
        self._active: dict[int, Steps] = {}

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """An operation of AWS Batch, or ``GET /calls`` for how many there were of each."""
        if request.method == "GET":
            return web.json_response(self._calls)
        operation = request.path.rpartition("/")[2]
        self._calls[operation] += 1
        if not operation:  # STS, asked for the account's number
            return web.Response(status=403)
        asked = await request.json()
        now = self._now()
        self._live_until(now)
        match operation:
            case "describejobqueues":
                answer: dict[str, Any] = {"jobQueues": [_queue(name) for name in QUEUES]}
            case "describecomputeenvironments":
                answer = {"computeEnvironments": []}
            case "listjobs":
                answer = self._listed(asked, now)
            case "describejobs":
                numbers = (int(each.rpartition("-")[2]) for each in asked["jobs"])
                answer = {"jobs": [_described(_summary(n, life(n), now), n) for n in numbers]}
            case _:
                raise AssertionError(operation)
        return web.Response(text=json.dumps(answer), content_type="application/json")

    def _live_until(self, now: int) -> None:
        for number in [number for number, steps in self._active.items() if steps[-1][0] <= now]:
            del self._active[number]
        for number in range(self._born, jobs_until(now)):
            steps = life(number)
            if steps[-1][0] > now:
                self._active[number] = steps
        self._born = jobs_until(now)

    def _listed(self, asked: dict[str, Any], now: int) -> dict[str, Any]:
        queue, status = asked["jobQueue"], asked.get("jobStatus", "RUNNING")
        if asked.get("filters"):
            after = int(asked["filters"][0]["values"][0])
            found = self._newest(queue, asked, lambda number: created_at(number) > after)
            most = _BY_FILTER
        elif status in ACTIVE:
            # Oldest first, so that nobody relies on an order that AWS does not promise.
            start = int(asked.get("nextToken", 0))
            found = (
                number
                for number, steps in self._active.items()
                if number >= start and queue_of(number) == queue and status_at(steps, now) == status
            )
            most = _BY_STATUS
        else:
            found = (
                number
                for number in self._newest(queue, asked, lambda number: True)
                if number not in self._active and _ended_as(number) == status
            )
            most = _BY_STATUS
        page: list[dict[str, Any]] = []
        for number in found:
            if len(page) == min(most, asked["maxResults"]):
                return {"jobSummaryList": page, "nextToken": str(number)}
            page.append(_summary(number, self._active.get(number) or life(number), now))
        return {"jobSummaryList": page}

    def _newest(self, queue: str, asked: dict[str, Any], is_wanted: Callable[[int], bool]) -> Iterator[int]:
        for number in range(int(asked.get("nextToken", self._born - 1)), -1, -1):
            if not is_wanted(number):
                return
            if queue_of(number) == queue:
                yield number


def _ended_as(number: int) -> str:
    return "FAILED" if _chance(number) % 400 == 0 else outcome(number)


def _queue(name: str) -> dict[str, Any]:
    return {
        "jobQueueName": name,
        "jobQueueArn": f"{_ARN}:job-queue/{name}",
        "state": "ENABLED",
        "status": "VALID",
        "priority": QUEUES.index(name),
    }


def _summary(number: int, steps: Steps, now: int) -> dict[str, Any]:
    status = status_at(steps, now)
    job: dict[str, Any] = {
        "jobId": job_id(number),
        "jobArn": f"{_ARN}:job/{job_id(number)}",
        "jobName": f"sample-{number % 5000:04d}",
        "jobDefinition": f"{_ARN}:job-definition/work-{number % 40}:3",
        "createdAt": steps[0][0],
        "status": status,
    }
    started = [at for at, name in steps if name == "RUNNING" and at <= now]
    if started:
        job["startedAt"] = started[-1]
    if status not in ACTIVE:
        job["stoppedAt"] = steps[-1][0]
    if status == "FAILED":
        job["statusReason"] = f"Host EC2 (instance i-{number:017x}) terminated."  # each another one
    return job


def _described(summary: dict[str, Any], number: int) -> dict[str, Any]:
    resources = [{"type": "VCPU", "value": str(1 + number % 8)}, {"type": "MEMORY", "value": "2048"}]
    return {
        **summary,
        "jobQueue": f"{_ARN}:job-queue/{queue_of(number)}",
        "container": {"image": "busybox", "command": ["work"], "resourceRequirements": resources},
    }


class SharedTime:
    """The account's time, moved here and read there.

    Args:
        file: Where the two meet.
    """

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(struct.pack("<q", EPOCH_MS))
        with file.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), 8)

    @property
    def milliseconds(self) -> int:
        """Since the epoch."""
        (now,) = struct.unpack("<q", self._map[:])
        return int(now)

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.milliseconds / 1000

    async def sleep(self, seconds: float) -> None:
        """Lets the time pass without waiting."""
        self._map[:] = struct.pack("<q", self.milliseconds + max(1, round(seconds * 1000)))


@asynccontextmanager
async def churning(file: Path) -> AsyncIterator[tuple[str, SharedTime]]:
    """The account in a process of its own; gives the URL and its time."""
    time = SharedTime(file)
    async with process_of("tests.churn", file) as url:
        yield url, time


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    time = SharedTime(parser.parse_args().file)
    asyncio.run(serve_until_closed(listening(ChurningAccount(lambda: time.milliseconds).handle)))
