"""Children of arrays and nodes: which are asked for first, their order, and what is said of the others."""

import pytest

from batchtui.model.job import JOB_STATUSES, ArrayProperties, JobSummary, NodeProperties
from batchtui.model.job_detail import JobDetail
from batchtui.ui.details.family import MOST, in_order, not_listed, size_of, statuses_of
from batchtui.ui.details.relations import dependencies, first_relations

PARENT = "00000000-aaaa"


def parent(**counts: int) -> JobSummary:
    array = ArrayProperties(size=sum(counts.values()), status_summary=tuple(counts.items()))
    return JobSummary(PARENT, "array", "q", "PENDING", array_properties=array)


def children(status: str, *indices: int) -> dict[str, JobSummary]:
    ids = [f"{PARENT}:{index}" for index in indices]
    return {job_id: JobSummary(job_id, "array", "q", status) for job_id in ids}


def test_only_statuses_with_children_are_asked_for_the_failed_first() -> None:
    assert statuses_of(parent(SUCCEEDED=5, RUNNABLE=0, RUNNING=2, FAILED=1)) == ["FAILED", "RUNNING", "SUCCEEDED"]
    assert statuses_of(parent(SUCCEEDED=5, PAUSED=1)) == ["PAUSED", "SUCCEEDED"], "a status that is new"
    untold = JobSummary(PARENT, "array", "q", "PENDING", array_properties=ArrayProperties(size=3))
    assert set(statuses_of(untold)) == set(JOB_STATUSES)


def test_nodes_are_asked_for_where_their_job_is() -> None:
    nodes = JobSummary(PARENT, "n", "q", "STARTING", node_properties=NodeProperties(num_nodes=4))
    assert statuses_of(nodes)[:2] == ["FAILED", "STARTING"]
    assert set(statuses_of(nodes)) == set(JOB_STATUSES)
    assert size_of(nodes) == 4


@pytest.mark.parametrize("job_id", [f"{PARENT}:3", f"{PARENT}#0"])
def test_children_have_no_children(job_id: str) -> None:
    nodes = NodeProperties(num_nodes=4)
    assert size_of(JobSummary(job_id, "n", "q", "RUNNING", node_properties=nodes)) == 0


def test_the_failed_come_first_then_by_index() -> None:
    some = children("SUCCEEDED", 0, 2) | children("RUNNING", 10, 9) | children("FAILED", 11) | children("NEW", 1)
    assert [each.job_id.rpartition(":")[2] for each in in_order(some.values())] == ["11", "9", "10", "1", "0", "2"]


def test_what_is_not_listed_is_said_truly() -> None:
    assert not_listed(parent(RUNNING=2), children("RUNNING", 0, 1)) == ""
    big = parent(FAILED=10, SUCCEEDED=1500)
    listed = children("FAILED", *range(10)) | children("SUCCEEDED", *range(10, MOST))
    assert not_listed(big, listed) == "510 more are not listed: 510 SUCCEEDED."
    moved = children("FAILED", *range(20)) | children("SUCCEEDED", *range(20, MOST))
    assert not_listed(big, moved) == "510 more are not listed.", "the sums no longer add up"
    assert "ctrl+r asks again" in not_listed(parent(RUNNING=3), children("RUNNING", 0))


def test_dependencies_do_not_push_children_off_the_digits() -> None:
    raw = {
        "jobId": PARENT,
        "jobQueue": "q",
        "jobDefinition": "arn:aws:batch:r:1:job-definition/d:1",
        "dependsOn": [{"jobId": f"before-{number}"} for number in range(15)],
        "arrayProperties": {"size": 40, "statusSummary": {"FAILED": 40}},
    }
    relations, total = first_relations(
        JobDetail.from_api(raw), list(children("FAILED", 0, 1, 2, 3, 4, 5, 6).values())
    )
    assert [relation.role for relation in relations] == [
        *("queue", "definition", "depends on", "depends on"),
        *(f"child {index}" for index in range(5)),
    ]
    assert total == 2 + 15 + 40


def test_dependencies_are_called_by_name_where_they_are_known() -> None:
    job = JobDetail.from_api({"jobId": "x", "dependsOn": [{"jobId": "a", "type": "N_TO_N"}, {"jobId": "b"}]})
    known = JobSummary("a", "align", "q", "FAILED")
    notes = [each.note for each in dependencies(job, lambda job_id: known if job_id == "a" else None)]
    assert notes == ["FAILED  align  N_TO_N", ""]
