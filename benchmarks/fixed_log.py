"""An endpoint with one running job whose log holds as many lines as asked for, and grows at an even rate.

``python -m benchmarks.fixed_log`` serves it from a process of its own until its input ends, and prints its URL.
"""

import argparse
import asyncio
import json
import re
import time
from bisect import bisect_left
from contextlib import AbstractAsyncContextManager
from typing import Any

from aiohttp import web

from benchmarks.endpoint import listening, process_of, serve_until_closed

JOB_ID = "00000000-0000-4000-8000-000000000001"
GROUP, STREAM = "/aws/batch/job", "bench/default/1"
_MOST_EVENTS = 10_000
_TOKEN = re.compile(r"([fb])/(\d+)")


class FixedLog:
    """One stream.

    Args:
        lines: How many there are at the beginning.
        rate: Lines a second that are written from then on.
    """

    def __init__(self, lines: int, rate: float) -> None:
        self._lines = lines
        self._rate = rate
        self._began = time.time()
        self._calls = 0

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """DescribeJobs, GetLogEvents, and ``GET /calls`` for how many there were of either."""
        if request.method == "GET":
            return web.json_response(self._calls)
        self._calls += 1
        asked = await request.json()
        answer = self._page(asked) if "X-Amz-Target" in request.headers else {"jobs": [self._job()]}
        return web.Response(text=json.dumps(answer), content_type="application/x-amz-json-1.1")

    def _job(self) -> dict[str, Any]:
        return {
            "jobId": JOB_ID,
            "jobName": "bench",
            "jobQueue": "arn:aws:batch:us-east-1:111122223333:job-queue/bench",
            "jobDefinition": "bench:1",
            "status": "RUNNING",
            "startedAt": int(self._began * 1000),
            "container": {"logStreamName": STREAM},
        }

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        count = self._lines + int((time.time() - self._began) * self._rate)
        limit = asked.get("limit", _MOST_EVENTS)
        forward, at = bool(asked.get("startFromHead")), None
        if asked.get("nextToken"):
            match = _TOKEN.fullmatch(asked["nextToken"])
            assert match is not None
            forward, at = match[1] == "f", int(match[2])
        elif asked.get("startTime"):
            at = bisect_left(range(count), asked["startTime"], key=self._time)
        if forward:
            first = at or 0
            after = min(count, first + limit)
        else:
            after = count if at is None else at
            first = max(0, after - limit)
        events = [
            {"timestamp": self._time(n), "message": _line(n), "ingestionTime": self._time(n)}
            for n in range(first, after)
        ]
        return {"events": events, "nextForwardToken": f"f/{after}", "nextBackwardToken": f"b/{first}"}

    def _time(self, number: int) -> int:
        return int(self._began * 1000 + (number - self._lines) * (1000 / self._rate if self._rate else 10))


def _line(number: int) -> str:
    """Every fourth line has colours, as those of tools that think they write to a terminal."""
    if number % 4 == 3:
        return f"\x1b[34m|         samtools\x1b[0m | \x1b[32mFound {number} reports\x1b[0m"
    return f"[M::mem_process_seqs] Processed {200_000 + number} reads in 9.127 CPU sec, 1.304 real sec"


def log_process(*, lines: int, rate: float = 0.0) -> AbstractAsyncContextManager[str]:
    """The endpoint in a process of its own; gives the URL."""
    return process_of("benchmarks.fixed_log", lines, rate)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("lines", type=int)
    parser.add_argument("rate", type=float)
    given = parser.parse_args()
    asyncio.run(serve_until_closed(listening(FixedLog(given.lines, given.rate).handle)))
