"""Work on a log that is cancelled: who leaves the screen must not lose a line."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.aws.logs_gateway import LogEvent, LogEventsPage
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.follower import Follower
from batchtui.logs.places import LogSource

PAGE = 2_000  # several slices
EVENTS: list[LogEvent] = [(1_000 + number, f"line {number}") for number in range(3 * PAGE)]


class Logs:
    """A stream whose last page was there from the beginning."""

    def __init__(self) -> None:
        self.end = 2 * PAGE

    async def get_log_events(
        self, group: str, stream: str, *, token: str | None, start_from_head: bool, **others: Any
    ) -> LogEventsPage:
        direction, _, place = (token or f"b/{self.end}").partition("/")
        at = int(place)
        if direction == "f":
            events = EVENTS[at : self.end][:PAGE]
            return LogEventsPage(tuple(events), f"f/{at + len(events)}", f"b/{at}")
        events = EVENTS[max(0, at - PAGE) : at]
        return LogEventsPage(tuple(events), f"f/{at}", f"b/{at - len(events)}")


def follower(logs: Any, buffer: LogBuffer) -> Follower:
    source = LogSource("job", "name", "", "group", "stream", attempt=1)
    return Follower(
        0,
        source,
        logs,
        buffer,
        clock=lambda: 0.0,
        wall_clock=lambda: 0.0,
        chance=lambda: 1.0,
        on_change=lambda: None,
    )


async def cancelled(work: Any, steps: int) -> None:
    """Runs so many turns of the event loop, then is left."""
    task = asyncio.create_task(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.slow
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 12)), max_size=8))
def test_no_line_is_lost_or_doubled_however_often_the_work_is_cancelled(steps: list[tuple[bool, int]]) -> None:
    async def play() -> list[str]:
        logs, buffer = Logs(), LogBuffer()
        each = follower(logs, buffer)
        for is_newer, turns in steps:
            await cancelled(each.look() if is_newer else each.load_older(), turns)
            logs.end = 3 * PAGE
        logs.end = 3 * PAGE
        for _ in range(4):
            await each.look()
        while each.has_older:
            await each.load_older()
        return [line.text for line in buffer]

    assert asyncio.run(play()) == [message for _, message in EVENTS]
