"""What is older than the first page: of many streams, through many empty pages, with a buffer that is full."""

from collections.abc import Sequence
from typing import Any

import pytest

from batchtui.aws.errors import ThrottledError
from batchtui.aws.logs_gateway import LogEventsPage
from batchtui.aws.pacing import CallBudget
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.line import LogLine
from batchtui.logs.session import LogSession
from batchtui.logs.status import SourceState
from batchtui.model.job_detail import JobDetail


class Account:
    """Finished jobs; backwards, each stream has its pages, of which some are empty."""

    def __init__(self, **pages: list[int]) -> None:
        self.budget = CallBudget(500)
        self.logs: Any = self
        self.pages = pages
        """By stream, how many lines each page has, from the newest."""
        self.is_broken = False

    async def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> list[JobDetail]:
        ended = {"status": "SUCCEEDED", "startedAt": 1, "stoppedAt": 2}
        return [
            JobDetail.from_api({"jobId": job_id, "container": {"logStreamName": job_id}} | ended)
            for job_id in job_ids
        ]

    async def describe_service_job(self, job_id: str, *, urgent: bool = False) -> None:
        return None

    def list_children(self, job_id: str, job_status: str, *, is_array: bool, page_size: int = 20) -> Any:
        raise AssertionError("there are none")

    async def get_log_events(self, group: str, stream: str, *, token: str | None, **_: Any) -> LogEventsPage:
        if self.is_broken:
            raise ThrottledError("Rate exceeded", code="ThrottlingException")
        if token == "f":
            return LogEventsPage((), "f", None)
        number = int(token or 0)
        if number == len(self.pages[stream]):
            return LogEventsPage((), "f", str(number))  # the same token: this is the head
        moment = 1000 - number
        events = tuple((moment, f"{stream} {number}") for _ in range(self.pages[stream][number]))
        return LogEventsPage(events, "f", str(number + 1))


async def looked(account: Account, max_lines: int = 10_000) -> LogSession:
    session = LogSession(
        account,
        list(account.pages),
        wall_clock=lambda: 4e9,
        clock=lambda: 0.0,
        new_buffer=lambda: LogBuffer(max_lines),
    )
    await session.look()
    return session


async def test_fifteen_streams_each_prove_their_start() -> None:
    session = await looked(Account(**{f"s{number}": [3] for number in range(14)}, long=[3, 3, 3]))
    before = len(session.buffer)
    # The long one reaches back least only after all others have proved their starts.
    assert await session.load_older() == 3
    assert await session.load_all() == 3
    assert len(session.buffer) == before + 6
    assert not session.has_older


async def test_all_is_loaded_through_any_number_of_empty_pages() -> None:
    session = await looked(Account(one=[1, *[0] * 35, 7], two=[1]))
    assert await session.load_older() == 0, "a page at a time gives up for now"
    assert session.has_older
    progress: list[int] = []
    assert await session.load_all(progress.append) == 7
    assert progress == [7]
    assert not session.has_older


async def test_an_error_ends_it() -> None:
    account = Account(one=[1, 5], two=[1, 5])
    session = await looked(account)
    account.is_broken = True
    assert await session.load_all() == 0
    assert session.has_older
    assert [state.state for state in session.states.values()].count(SourceState.FAILING) == 1


@pytest.mark.parametrize(
    ("pages", "has_unread", "dropped"),
    [([10, 10], True, 0), ([9, 10, 10], True, 9), ([4, 5], False, 0), ([], False, 0)],
)
async def test_lines_that_nobody_has_read(pages: list[int], has_unread: bool, dropped: int) -> None:
    session = await looked(Account(one=pages), max_lines=10)
    while session.has_older:
        await session.load_older()
    assert (session.has_unread, session.buffer.dropped_before) == (has_unread, dropped)


async def test_lines_that_were_read_and_dropped_are_counted_instead() -> None:
    session = await looked(Account(one=[4, 5]), max_lines=10)
    await session.load_all()
    session.buffer.append([LogLine(2000, "new", 0)] * 4)
    assert (session.has_unread, session.buffer.dropped_before) == (False, 3)
