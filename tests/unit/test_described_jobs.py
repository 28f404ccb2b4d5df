"""Figures of described jobs are bounded, shared, and asked for a hundred at a time."""

from collections.abc import Sequence
from contextlib import aclosing

from batchtui.model.job_detail import JobDetail
from batchtui.sync.described_jobs import DescribedJobs


def detail(number: int) -> JobDetail:
    return JobDetail.from_api({"jobId": f"j{number}", "tags": {"team": "ml"}, "container": {"vcpus": 2}})


class Gateway:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def describe_jobs(self, job_ids: Sequence[str]) -> list[JobDetail]:
        self.asked.append(len(job_ids))
        return [detail(int(job_id[1:])) for job_id in job_ids]


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
