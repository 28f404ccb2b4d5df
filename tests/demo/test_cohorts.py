"""The cohorts of the demo account, and its array of the largest size."""

from collections.abc import Callable

from batchtui.demo.cohorts import LARGEST_ARRAY

from .conftest import STATUSES, Demo


def by_name(demo: Demo, part: str) -> list[str]:
    return [job.job_id for job in demo.account.index.everything() if part in job.name]


def test_a_cohort_has_every_kind_of_dependency(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=1000, cohorts=True)
    name = "cohort-01"
    (align,), (sort,), (call,) = (by_name(demo, f"{name}-{part}") for part in ("align", "sort", "joint-call"))
    assert demo.described(sort)["dependsOn"] == [{"jobId": align, "type": "N_TO_N"}]
    assert demo.described(call)["dependsOn"] == [{"jobId": sort}]
    fan = by_name(demo, f"{name}-qc-")
    assert len(fan) == 5
    assert all(demo.described(job)["dependsOn"] == [{"jobId": call}, {"jobId": align}] for job in fan)
    assert all(demo.described(job)["jobQueue"].endswith("/qc-fargate") for job in fan)
    (report,), (months,) = by_name(demo, f"{name}-report"), by_name(demo, f"{name}-months")
    assert {each["jobId"] for each in demo.described(report)["dependsOn"]} == set(fan)
    assert demo.described(months)["dependsOn"] == [{"type": "SEQUENTIAL"}]


def test_the_next_cohort_follows(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=1000, cohorts=True)
    for _ in range(300):
        demo.clock.advance(60)
        demo.account.advance()
        if by_name(demo, "cohort-02-align"):
            break
    assert by_name(demo, "cohort-02-align")
    assert not [job for job in demo.in_queue("qc-fargate") if "cohort-03" in job["jobName"]]


def test_one_array_is_as_large_as_can_be_and_its_sums_are_true(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=1000, cohorts=True)
    (parent,) = [
        job.job_id
        for job in demo.account.index.everything()
        if job.array is not None and job.array.size == LARGEST_ARRAY
    ]
    told = demo.described(parent)
    sums = told["arrayProperties"]["statusSummary"]
    assert sum(sums.values()) == LARGEST_ARRAY
    listed = {status: demo.listed(arrayJobId=parent, jobStatus=status) for status in STATUSES}
    assert {status: len(children) for status, children in listed.items()} == sums
    assert sums["FAILED"] > 0
    assert told["status"] == "FAILED"
    assert max(child["stoppedAt"] for children in listed.values() for child in children) == told["stoppedAt"]


def test_small_accounts_have_neither(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=400, cohorts=True)
    assert not by_name(demo, "cohort-01-align")
    assert all(job.array.size < LARGEST_ARRAY for job in demo.account.index.everything() if job.array is not None)
