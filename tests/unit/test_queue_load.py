"""What a queue's jobs come to, kept while they change, is what it comes to when all are counted anew."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.insight.queue_load import Load, load_of
from batchtui.model.job import ArrayProperties, JobSummary
from batchtui.sync.store import Store

STUCK = "UNDETERMINED - Batch job is blocked, root cause is undetermined."
STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")


def job(job_id: str, status: str, **more: Any) -> JobSummary:
    return JobSummary(job_id, f"job-{job_id}", "align", status, **more)


def array(job_id: str, **counts: int) -> JobSummary:
    children = ArrayProperties(size=sum(counts.values()), status_summary=tuple(counts.items()))
    return job(job_id, "PENDING", vcpus=2.0, array_properties=children)


def test_what_is_held_and_who_waits() -> None:
    stuck = job("c", "RUNNABLE", vcpus=8.0, status_reason=STUCK)
    jobs = [
        job("a", "RUNNING", vcpus=4.0, created_at=7),
        job("b", "STARTING"),
        stuck,
        array("d", RUNNABLE=5, RUNNING=3),
    ]
    assert load_of(jobs) == Load(vcpus=10.0, runnable=6, head=stuck, newest_placed=7)
    assert load_of([job("a", "SUCCEEDED", vcpus=4.0), job("b", "PENDING", vcpus=1.0)]) == Load()


ARRAYS = st.builds(lambda waiting: array("e", RUNNABLE=waiting, RUNNING=3), st.integers(0, 9))
JOBS = (
    ARRAYS
    | st.builds(
        job,
        st.sampled_from("abcd"),
        st.sampled_from(STATUSES),
        vcpus=st.sampled_from((None, 0.1, 0.25, 4.0)),
        status_reason=st.sampled_from((None, STUCK)),
    )
    | st.builds(
        lambda waiting, running: array("e", RUNNABLE=waiting, RUNNING=running), st.integers(0, 9), st.just(3)
    )
)


@given(st.lists(JOBS, max_size=40), st.sets(st.sampled_from("abcde")))
def test_the_store_keeps_it_true(seen: list[JobSummary], gone: set[str]) -> None:
    store = Store(wall_clock=lambda: 0.0)
    store.keep_queues(["align"])
    for each in seen:
        store.observe("align", [each])
    store.forget("align", gone)
    held = store.publish()["align"]
    counted = load_of(held.active.values())
    assert held.load is not None
    assert held.load.vcpus == pytest.approx(counted.vcpus)
    assert held.load.runnable == counted.runnable
    assert (held.load.head is None) is (counted.head is None)
    assert held.load.head is None or held.active[held.load.head.job_id] is held.load.head


def test_dependencies_are_known_while_a_job_waits_for_them_alone() -> None:
    waits_for = [{"jobId": "arn:aws:batch:us-east-1:123456789012:job/other"}, {"type": "SEQUENTIAL"}]
    listed = {"jobId": "a", "jobName": "b", "status": "PENDING"}
    described = JobSummary.from_api({**listed, "jobName": "a", "dependsOn": waits_for})
    assert described.depends_on == ("other",)
    store = Store(wall_clock=lambda: 0.0)
    store.keep_queues(["align"])
    store.observe("align", [described])
    store.observe("align", [JobSummary.from_api(listed, job_queue="align")])
    assert store.jobs("align")["a"].depends_on == ("other",), "ListJobs does not tell them"
    store.observe("align", [JobSummary.from_api({**listed, "status": "RUNNABLE"}, job_queue="align")])
    assert store.jobs("align")["a"].depends_on is None
