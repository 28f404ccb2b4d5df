"""Figures of described jobs are bounded, shared, and asked for a hundred at a time."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from batchtui.aws.gateway import JobPage
from batchtui.format import text_of
from batchtui.insight.groups import Grouping
from batchtui.model.job import ArrayProperties, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.sync.described_jobs import MOST_CHILDREN, DescribedJobs
from batchtui.ui.group_words import group_words
from batchtui.ui.panes.groups import Wanted


def detail(number: int) -> JobDetail:
    return JobDetail.from_api({"jobId": f"j{number}", "tags": {"team": "ml"}, "container": {"vcpus": 2}})


class Gateway:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.gone: set[str] = set()
        self.listed: list[str] = []

    async def describe_jobs(self, job_ids: Sequence[str]) -> list[JobDetail]:
        self.asked.append(len(job_ids))
        return [detail(int(job_id[1:])) for job_id in job_ids if job_id not in self.gone]

    async def list_children(
        self, job_id: str, job_status: str, *, is_array: bool, job_queue: str = "", urgent: bool = True
    ) -> AsyncGenerator[JobPage]:
        for start in (0, 10):
            children = [
                JobSummary(f"{job_id}:{start + index}", "a", job_queue, job_status, started_at=1, stopped_at=2001)
                for index in range(10)
            ]
            self.listed.append(job_id)
            yield JobPage(children, is_last=start == 10)


async def test_arrays_of_which_one_page_is_not_all_are_counted_and_said() -> None:
    described = DescribedJobs()
    arrays = {
        name: JobSummary(name, "a", queue, "FAILED", array_properties=ArrayProperties(20))
        for name, queue in (("a1", "q"), ("a2", "other"))
    }
    wanted = [(job, status) for job in arrays.values() for status in ("FAILED", "SUCCEEDED")]
    async with aclosing(described.ask_for_children(Gateway(), wanted[:3])) as answers:
        assert [left async for left in answers] == [2, 1, 0]
    assert described.arrays_cut(arrays.get, None, "") == 2
    assert described.arrays_cut(arrays.get, "q", "") == 1
    assert described.arrays_cut(arrays.get, None, "SUCCEEDED") == 1
    assert described.arrays_cut(arrays.get, None, "active") == 0
    assert described.arrays_cut(lambda _: None, None, "") == 0, "they are gone"
    words = text_of(group_words(Wanted(None), Grouping(jobs=3), cut=2)[1])
    assert words == " 3 jobs in 0 groups · of 2 arrays only the first 1,000 children in a status"


async def test_a_hundred_a_call_and_how_many_are_left() -> None:
    described, gateway = DescribedJobs(), Gateway()
    async with aclosing(described.ask(gateway, [f"j{number}" for number in range(250)])) as answers:
        assert [left async for left in answers] == [150, 50, 0]
    assert gateway.asked == [100, 100, 50]
    assert len(described.needs) == 250
    assert described.version == 3
    assert described.needs["j7"].vcpus == 2
    assert len({id(needs.tags) for needs in described.needs.values()}) == 1, "equal tags are one value"


def test_no_more_are_kept_than_there_is_room_for() -> None:
    described = DescribedJobs(most=10)
    described.add([detail(number) for number in range(15)])
    assert (len(described.needs), described.room) == (10, 0)
    described.keep(lambda job_id: job_id in ("j1", "j2"))
    assert set(described.needs) == {"j1", "j2"}
    described.keep(lambda job_id: False)
    assert set(described.needs) == {"j1", "j2"}, "while there is room nothing is looked through"


async def test_what_aws_does_not_know_any_more_is_remembered() -> None:
    described, gateway = DescribedJobs(most=100), Gateway()
    gateway.gone = {"j3"}
    async with aclosing(described.ask(gateway, ["j1", "j3"])) as answers:
        assert [left async for left in answers] == [0]
    assert described.unknown == {"j3"}
    assert set(described.needs) == {"j1"}
    described.unknown |= {f"gone{number}" for number in range(20)}
    described.keep(lambda job_id: job_id == "j3")
    assert described.unknown == {"j3"}, "bounded: what no list shows is not asked for anyhow"


async def test_children_are_listed_a_page_each_and_no_more_than_there_is_room_for() -> None:
    described, gateway = DescribedJobs(), Gateway()
    size = ArrayProperties(50, None, (("FAILED", 20),))
    arrays = [JobSummary(f"a{number}", "a", "q", "PENDING", array_properties=size) for number in range(3)]
    async with aclosing(described.ask_for_children(gateway, [(each, "FAILED") for each in arrays])) as answers:
        assert [left async for left in answers] == [2, 1, 0]
    assert gateway.listed == ["a0", "a1", "a2"]
    assert described.listed == {(f"a{number}", "FAILED"): 20 for number in range(3)}
    (figures,) = described.families["a1"].values()
    assert (figures.listed, figures.ran, figures.seconds, figures.runs) == (10, 10, 20.0, {2: 10})
    assert described.room_of_children == MOST_CHILDREN - 30
    async with aclosing(described.ask_for_children(gateway, [(arrays[0], "FAILED")])) as answers:
        assert [left async for left in answers] == [0]
    assert described.room_of_children == MOST_CHILDREN - 30, "the same ones again"
