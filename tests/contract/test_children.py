"""The children of an array as the reader knows them, held against what boto3 is told; and its calls."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from batchtui.model.job import JobSummary
from batchtui.model.node_range import main_node, node_ranges, range_of
from batchtui.sync.children import ChildrenReader, to_list
from tests.conftest import use_credentials_of
from tests.hands import Hands, described, hands_on
from tests.worlds import STATUSES, DemoWorld, demo_world


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    """An account whose sweep has 2,000 children."""
    with demo_world(jobs=4000) as world:
        use_credentials_of(world, monkeypatch)
        yield world


def parent_of_size(demo: DemoWorld, wanted: Any) -> str:
    assert demo.account is not None
    found = [job for job in demo.account.index.everything() if job.array is not None and wanted(job)]
    return str(found[0].job_id)


def truth(demo: DemoWorld, parent: str, member: str = "arrayJobId") -> dict[str, str]:
    """Every child with its status, as boto3 pages through them."""
    found: dict[str, str] = {}
    for status in STATUSES:
        request: dict[str, Any] = {member: parent, "jobStatus": status}
        while True:
            answer = demo.batch.list_jobs(**request)
            found |= {job["jobId"]: job["status"] for job in answer["jobSummaryList"]}
            if "nextToken" not in answer:
                break
            request["nextToken"] = answer["nextToken"]
    return found


def known(reader: ChildrenReader) -> dict[str, str]:
    return {child.job_id: child.status for child in reader.known}


async def read(reader: ChildrenReader, **how: bool) -> int:
    async for _ in reader.refresh(**how):
        pass
    return reader.calls


def counted(demo: DemoWorld) -> Counter[str]:
    assert demo.server is not None
    return Counter(demo.server.calls)


async def test_ten_thousand_children_take_ten_pages_and_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=1000, cohorts=True) as demo:
        use_credentials_of(demo, monkeypatch)
        async with hands_on(demo) as hands:
            reader = ChildrenReader(hands.reads, parent_of_size(demo, lambda job: job.array.size == 10_000))
            grown = [len(reader.known) async for _ in reader.refresh(urgent=True)]
            assert grown == sorted(grown)
            assert len(grown) > 10, "they come page by page"
            assert known(reader) == truth(demo, reader.job_id)
            assert len(reader.known) == 10_000
            assert reader.calls <= 13
            assert reader.is_over
            assert await read(reader) == 1, "its parent alone, for nothing has changed"


@pytest.mark.slow
async def test_it_stays_true_for_few_calls_while_children_move(large: DemoWorld) -> None:
    async with hands_on(large) as hands:
        reader = ChildrenReader(hands.reads, parent_of_size(large, lambda job: job.array.size == 2000))
        await read(reader)
        assert known(reader) == truth(large, reader.job_id)
        calls = []
        for seconds in (5, 5, 20, 60, 5, 300, 5, 1200, 5):
            large.advance(seconds)
            calls.append(await read(reader))
            assert known(reader) == truth(large, reader.job_id), f"after {seconds} s"
        assert max(calls) <= 9
        assert sum(calls) / len(calls) <= 5, "the thousands that wait are not listed each time"
        large.clock.advance(0)
        assert await read(reader) == 1


async def test_a_throttled_answer_leaves_what_was_known_and_the_next_round_mends_it(large: DemoWorld) -> None:
    async with hands_on(large) as hands:
        reader = ChildrenReader(hands.reads, parent_of_size(large, lambda job: job.array.size == 2000))
        await read(reader)
        before = known(reader)
        large.advance(120)
        large.fault("ListJobs", status=429, code="TooManyRequestsException", message="slow down")
        with pytest.raises(Exception, match="slow down"):
            await read(reader)
        assert known(reader).keys() == before.keys()
        large.heal()
        await read(reader)
        assert known(reader) == truth(large, reader.job_id)


async def test_few_children_are_described_with_their_attempts(demo: DemoWorld) -> None:
    async with hands_on(demo) as hands:
        reader = ChildrenReader(
            hands.reads, parent_of_size(demo, lambda job: 6 <= job.array.size <= 60 and not job.terminal)
        )
        assert await read(reader) <= 3
        assert known(reader) == truth(demo, reader.job_id)
        await check_attempts(demo, reader, range(len(reader.children)))
        demo.advance(600)
        await read(reader)
        assert known(reader) == truth(demo, reader.job_id)


async def check_attempts(demo: DemoWorld, reader: ChildrenReader, indexes: range) -> None:
    for index in indexes:
        job = described(demo, reader.id_of(index))
        begun = len(job["attempts"]) + (job["status"] in ("STARTING", "RUNNING"))
        assert reader.attempts[index] == (job["status"], begun, job["retryStrategy"]["attempts"])


async def test_attempts_of_many_are_told_for_those_that_are_asked_for(large: DemoWorld) -> None:
    async with hands_on(large) as hands:
        reader = ChildrenReader(hands.reads, parent_of_size(large, lambda job: job.array.size == 2000))
        await read(reader)
        assert not reader.attempts
        async for _ in reader.describe(range(20)):
            pass
        await check_attempts(large, reader, range(20))
        assert reader.undescribed(range(20)) == [], "nothing is asked for twice"


async def test_nodes_are_described_in_one_call(demo: DemoWorld) -> None:
    assert demo.account is not None
    async with hands_on(demo) as hands:
        nodes = next(job for job in demo.account.index.everything() if job.multi_node)
        reader = ChildrenReader(hands.reads, nodes.job_id)
        assert await read(reader) == 2
        assert known(reader) == truth(demo, nodes.job_id, "multiNodeJobId")
        assert not reader.is_array
        assert reader.parent is not None
        ranges = node_ranges(reader.parent.raw)
        assert main_node(reader.parent.raw) == 0
        for index in range(len(reader.children)):
            own = range_of(ranges, index)
            node = described(demo, f"{nodes.job_id}#{index}")
            assert own is not None
            assert own.containers[0].image == node["container"]["image"]


async def test_what_aws_does_not_know_is_said(demo: DemoWorld) -> None:
    async with hands_on(demo) as hands:
        reader = ChildrenReader(hands.reads, "00000000-0000-0000-0000-000000000000")
        assert await read(reader) == 1
        assert reader.is_unknown


async def test_everything_is_listed_anew_where_a_person_asks(large: DemoWorld) -> None:
    async with hands_on(large) as hands:
        reader = ChildrenReader(hands.reads, parent_of_size(large, lambda job: job.array.size == 2000))
        first = await read(reader)
        before = counted(large)
        await read(reader, is_whole=True)
        assert counted(large)["ListJobs"] - before["ListJobs"] >= first - 2


def test_what_is_listed_is_what_changed_the_short_lists_first() -> None:
    before = {"RUNNABLE": 9000, "RUNNING": 50, "STARTING": 0, "SUCCEEDED": 900, "FAILED": 50}
    assert to_list(before, before) == []
    assert to_list(before, None) == ["FAILED", "RUNNING", "RUNNABLE", "SUCCEEDED"], "what matters first"
    told = {**before, "RUNNABLE": 8990, "SUCCEEDED": 910}
    assert to_list(told, before)[0] == "RUNNING", "they went through it, though its count is the same"
    assert set(to_list(told, before)) == {"RUNNING", "RUNNABLE", "SUCCEEDED"}
    assert to_list(told, before)[-1] == "RUNNABLE"
    assert set(to_list({}, None)) == set(STATUSES), "AWS told no counts"


class Scripted:
    """A gateway over lists of statuses that a test changes between two calls."""

    def __init__(self, hands: Hands) -> None:
        self.reads = hands.reads

    async def describe_jobs(self, ids: Any, *, urgent: bool = False) -> Any:
        return [] if any("#" in each for each in ids) else await self.reads.describe_jobs(ids, urgent=urgent)

    def list_children(self, *args: Any, **how: Any) -> Any:
        return self.reads.list_children(*args, **how)


async def test_nodes_that_cannot_be_described_are_listed(demo: DemoWorld) -> None:
    assert demo.account is not None
    async with hands_on(demo) as hands:
        nodes = next(job for job in demo.account.index.everything() if job.multi_node)
        reader = ChildrenReader(Scripted(hands), nodes.job_id)
        await read(reader)
        assert known(reader) == truth(demo, nodes.job_id, "multiNodeJobId")
        assert all(isinstance(child, JobSummary) for child in reader.children)
