"""The whole log of a job, from its first line on: one attempt after the other, and late lines waited for."""

import asyncio
from typing import Any

from batchtui.aws.errors import AccessDeniedError
from batchtui.aws.logs_gateway import LogEvent, LogEventsPage
from batchtui.aws.pacing import CallBudget
from batchtui.commands.job_log import LATE_SECONDS, JobLog
from batchtui.logs.places import LogSource

PAGE = 700


class Logs:
    """Streams by name, read from their heads in pages."""

    def __init__(self, **streams: int) -> None:
        self.streams: dict[str, list[LogEvent]] = {
            name: [(number, f"{name} {number}") for number in range(size)] for name, size in streams.items()
        }
        self.is_denied = False

    async def get_log_events(
        self, group: str, stream: str, *, token: str | None, start_from_head: bool, **others: Any
    ) -> LogEventsPage:
        if self.is_denied:
            raise AccessDeniedError("no", operation="GetLogEvents", code="AccessDeniedException")
        every = self.streams[stream]
        at = int((token or f"f/{0 if start_from_head else max(0, len(every) - PAGE)}").partition("/")[2])
        events = every[at : at + PAGE]
        return LogEventsPage(tuple(events), f"f/{at + len(events)}", f"b/{at}")


def source(attempt: int, *, is_over: bool) -> LogSource:
    return LogSource("job", "name", "", "group", f"a{attempt}", attempt=attempt, container="main", is_over=is_over)


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def job_log(logs: Any, clock: Time) -> JobLog:
    return JobLog(logs, CallBudget(1000.0), clock=clock, wall_clock=lambda: 0.0, chance=lambda: 1.0)


async def read(log: JobLog, clock: Time, seconds: float) -> list[tuple[str, str]]:
    """What comes within so many seconds, each with its prefix."""
    found, end = [], clock.now + seconds
    while not log.is_done and clock.now < end:
        found += [(each.prefix, each.line.text) for each in await log.look()]
        clock.now = min(end, max(clock.now + 0.01, log.due_at))
    return found


def test_attempts_are_told_one_after_the_other_from_their_first_lines_on() -> None:
    async def play() -> None:
        logs, clock = Logs(a1=3 * PAGE, a2=PAGE + 5), Time()
        log = job_log(logs, clock)
        log.describe([source(1, is_over=True), source(2, is_over=False)])
        expected = [("", text) for _, text in logs.streams["a1"]]
        expected += [("attempt 2", text) for _, text in logs.streams["a2"]]
        assert await read(log, clock, 30.0) == expected
        logs.streams["a2"] += [(9_000, "one more")]
        assert await read(log, clock, 30.0) == [("attempt 2", "one more")]

    asyncio.run(play())


def test_late_lines_are_waited_for_and_what_is_denied_is_not() -> None:
    async def play() -> None:
        logs, clock = Logs(a1=3), Time()
        log = job_log(logs, clock)
        log.describe([source(1, is_over=False)])
        assert len(await read(log, clock, 30.0)) == 3
        log.describe([source(1, is_over=True)])
        log.job_ended()
        ended = clock.now
        assert await read(log, clock, LATE_SECONDS - 2) == []
        logs.streams["a1"].append((9_000, "late"))
        assert await read(log, clock, 3600.0) == [("", "late")]
        assert log.is_done
        assert LATE_SECONDS < clock.now - ended < 3 * LATE_SECONDS
        logs.is_denied = True
        denied = job_log(logs, clock)
        denied.describe([source(1, is_over=True)])
        denied.job_ended()
        await denied.look()
        assert denied.is_done
        assert denied.new_troubles() == ["no permission on log group group: no"]
        assert denied.new_troubles() == []

    asyncio.run(play())
