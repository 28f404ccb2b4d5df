"""The log of an array that is under way: its places go from children that are through to others."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest

from batchtui.aws.gateway import JobPage
from batchtui.aws.logs_gateway import LogEventsPage
from batchtui.aws.pacing import CallBudget
from batchtui.logs.session import LogSession
from batchtui.logs.status import LOOKED_AT
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail

PARENT = "parent"
STARTED = ("STARTING", "RUNNING", "SUCCEEDED", "FAILED")


class Streams:
    """Each stream is one line; its end is known at once."""

    async def get_log_events(
        self, group: str, stream: str, *, token: str | None = None, **_: Any
    ) -> LogEventsPage:
        return LogEventsPage((), token, token) if token else LogEventsPage(((1, f"of {stream}"),), "f", "b")


class Array:
    """An account with one array, whose children a test moves on."""

    def __init__(self, size: int) -> None:
        self.budget = CallBudget(500)
        self.logs: Any = Streams()
        self.status = "PENDING"
        self.children = ["RUNNABLE"] * size
        self.listed: list[str] = []

    def set(self, status: str, *indexes: int) -> None:
        for index in indexes:
            self.children[index] = status

    async def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> list[JobDetail]:
        return [JobDetail.from_api(self._described(job_id)) for job_id in job_ids]

    async def describe_service_job(self, job_id: str, *, urgent: bool = False) -> None:
        return None

    async def list_children(
        self, job_id: str, job_status: str, *, is_array: bool, page_size: int = 20
    ) -> AsyncGenerator[JobPage]:
        self.listed.append(job_status)
        indexes = [index for index, status in enumerate(self.children) if status == job_status]
        jobs = [JobSummary.from_api(self._described(f"{PARENT}:{index}")) for index in indexes[:page_size]]
        yield JobPage(jobs, len(indexes) <= page_size)

    def _described(self, job_id: str) -> dict[str, Any]:
        if job_id == PARENT:
            counts = {status: self.children.count(status) for status in set(self.children)}
            properties = {"size": len(self.children), "statusSummary": counts}
            return {"jobId": job_id, "jobName": "cohort", "status": self.status, "arrayProperties": properties}
        index = int(job_id.rpartition(":")[2])
        job = {"jobId": job_id, "jobName": "cohort", "status": self.children[index]}
        job["arrayProperties"] = {"index": index}  # type: ignore[assignment]
        if self.children[index] in ("RUNNING", "SUCCEEDED", "FAILED"):
            job["container"] = {"logStreamName": f"stream {index}"}  # type: ignore[assignment]
        return job


class Looking:
    """A session on it, whose wall clock is long after every end."""

    def __init__(self, array: Array) -> None:
        self.now = 0.0
        self.session = LogSession(array, [PARENT], wall_clock=lambda: 4e9, clock=lambda: self.now)

    async def look(self, times: int = 4) -> LogSession:
        for _ in range(times):
            self.now += 11
            await self.session.look()
        return self.session


def labels(session: LogSession) -> set[str]:
    return {session.sources[line.source].label for line in session.buffer}


async def test_places_go_to_children_that_start_later() -> None:
    array = Array(200)
    array.set("RUNNING", *range(20))
    looking = Looking(array)
    session = await looking.look()
    assert (len(session.sources), session.headline) == (20, "following")
    array.set("SUCCEEDED", *range(17))
    array.set("RUNNING", *range(20, 23))
    session = await looking.look()
    assert session.headline == "6 following, 17 ended"
    assert labels(session) == {f":{index}" for index in range(23)}, "the lines of those that are through stay"
    assert session.is_following
    array.set("SUCCEEDED", *range(23))
    session = await looking.look()
    assert session.headline == "23 ended; the array is still under way"
    assert session.is_following
    array.set("RUNNING", *range(23, 200))
    session = await looking.look()
    assert session.headline == "20 following, 23 ended; 157 more not shown"
    assert sum(1 for state in session.states.values() if state.state in LOOKED_AT) == 20
    session.select(0)
    session = await looking.look()
    assert (session.headline, session.is_following) == ("ended", False), (
        "one child is over, whatever the others do"
    )
    session.select_all()
    session = await looking.look()
    assert session.headline == "20 following, 23 ended; 157 more not shown"
    array.set("SUCCEEDED", *range(200))
    array.status = "SUCCEEDED"
    session = await looking.look()
    assert (session.headline, session.is_following) == ("ended; 157 more not shown", False)


async def test_a_failed_child_keeps_its_place_and_goes_first() -> None:
    array = Array(100)
    array.set("SUCCEEDED", *range(10))
    array.set("FAILED", *range(10, 20))
    looking = Looking(array)
    session = await looking.look()
    assert session.headline == "20 ended; the array is still under way"
    array.listed.clear()
    await looking.look()
    assert array.listed == [], "nothing new: no call"
    array.set("RUNNING", *range(20, 50))
    array.set("FAILED", *range(50, 56))
    session = await looking.look()
    taken = [source.label for source in session.sources[20:]]
    assert taken == [f":{index}" for index in (*range(50, 56), *range(20, 24))]
    assert session.headline == "4 following, 26 ended; 26 more not shown"
    array.set("SUCCEEDED", *range(20, 50))
    session = await looking.look()
    assert len(session.sources) == 30, "those that succeeded unseen take no place"
    array.set("FAILED", *range(90, 95))
    array.status = "FAILED"
    session = await looking.look()
    assert {f":{index}" for index in range(90, 94)} < labels(session), "failed just before the array's end"
    assert not session.is_following


async def test_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchtui.logs.session.MOST_REMEMBERED", 50)
    array = Array(100)
    looking = Looking(array)
    for start in range(0, 100, 20):
        array.set("SUCCEEDED", *range(start))
        array.set("RUNNING", *range(start, start + 20))
        session = await looking.look()
    assert len(session.sources) == 50
    assert session.headline.endswith("; 50 more not shown")


async def test_only_children_that_have_started_are_counted() -> None:
    array = Array(200)
    array.set("RUNNING", *range(3))
    session = await Looking(array).look()
    assert session.headline == "following"
