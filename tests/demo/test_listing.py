"""The rules of ListJobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import STATUSES, Demo


def _ids(jobs: list[dict[str, Any]]) -> list[str]:
    return [job["jobId"] for job in jobs]


@pytest.mark.parametrize(
    "request_",
    [{}, {"jobQueue": "align-high", "arrayJobId": "x"}, {"arrayJobId": "x", "multiNodeJobId": "y"}],
)
def test_exactly_one_scope(demo: Demo, request_: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="Exactly one") as caught:
        demo.batch.list_jobs(**request_)
    assert caught.value.response["Error"]["Code"] == "ClientException"


@pytest.mark.parametrize(
    "request_",
    [
        {"jobQueue": "nowhere"},
        {"arrayJobId": "nowhere"},
        {"multiNodeJobId": "nowhere"},
        {"jobQueue": "align-high", "jobStatus": "ASLEEP"},
        {"jobQueue": "align-high", "nextToken": "made-up"},
        {"jobQueue": "align-high", "filters": [{"name": "COLOUR", "values": ["red"]}]},
        {"jobQueue": "align-high", "filters": [{"name": "JOB_NAME", "values": []}]},
        {"jobQueue": "align-high", "filters": [{"name": "AFTER_CREATED_AT", "values": ["noon"]}]},
        {"jobQueue": "align-high", "filters": [{"name": "JOB_NAME", "values": ["a"]}] * 2},
        {"jobQueue": "align-high", "maxResults": 0},
    ],
)
def test_what_is_refused(demo: Demo, request_: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        demo.batch.list_jobs(**request_)
    assert caught.value.response["Error"]["Code"] == "ClientException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_running_is_what_is_meant_when_no_status_is_given(demo: Demo) -> None:
    jobs = demo.listed(jobQueue="align-high")
    assert jobs
    assert {job["status"] for job in jobs} == {"RUNNING"}


def test_a_queue_by_its_arn(demo: Demo) -> None:
    (queue,) = demo.batch.describe_job_queues(jobQueues=["align-high"])["jobQueues"]
    assert demo.listed(jobQueue=queue["jobQueueArn"]) == demo.listed(jobQueue="align-high")


def test_pages_by_status_are_complete_capped_at_1000_and_newest_first(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=9000)
    first = demo.batch.list_jobs(jobQueue="qc-fargate", jobStatus="SUCCEEDED", maxResults=5000)
    assert len(first["jobSummaryList"]) == 1000
    assert first["nextToken"]
    jobs = demo.listed(jobQueue="qc-fargate", jobStatus="SUCCEEDED")
    assert len(jobs) > 1000
    assert len(set(_ids(jobs))) == len(jobs)
    assert [job["createdAt"] for job in jobs] == sorted((job["createdAt"] for job in jobs), reverse=True)
    assert demo.listed(jobQueue="qc-fargate", jobStatus="SUCCEEDED", maxResults=37) == jobs


def test_a_page_of_results_that_fill_it_exactly_is_the_last(demo: Demo) -> None:
    count = len(demo.listed(jobQueue="align-high", jobStatus="FAILED"))
    answer = demo.batch.list_jobs(jobQueue="align-high", jobStatus="FAILED", maxResults=count)
    assert "nextToken" not in answer


def test_no_job_is_lost_between_pages_because_others_moved(demo: Demo) -> None:
    """Jobs that stay RUNNING all the while appear, whatever the others do between two pages."""
    before = set(_ids(demo.listed(jobQueue="portal-eks") + demo.listed(jobQueue="align-high")))
    seen: set[str] = set()
    for queue in ("portal-eks", "align-high"):
        token: dict[str, str] = {}
        while True:
            answer = demo.batch.list_jobs(jobQueue=queue, maxResults=1, **token)
            seen.update(_ids(answer["jobSummaryList"]))
            if "nextToken" not in answer:
                break
            token = {"nextToken": answer["nextToken"]}
            demo.clock.advance(20)
    after = set(_ids(demo.listed(jobQueue="portal-eks") + demo.listed(jobQueue="align-high")))
    assert before & after <= seen


def test_a_token_belongs_to_its_listing(demo: Demo) -> None:
    token = demo.batch.list_jobs(jobQueue="align-high", jobStatus="SUCCEEDED", maxResults=1)["nextToken"]
    with pytest.raises(ClientError, match="does not belong"):
        demo.batch.list_jobs(jobQueue="align-low", jobStatus="SUCCEEDED", nextToken=token)


def test_a_filter_makes_the_status_ignored_and_pages_have_100(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000)
    everything = demo.in_queue("align-high")
    request = {"jobQueue": "align-high", "jobStatus": "FAILED"}
    filters = [{"name": "AFTER_CREATED_AT", "values": ["0"]}]
    page = demo.batch.list_jobs(**request, filters=filters, maxResults=1000)
    assert len(page["jobSummaryList"]) == 100
    jobs = demo.listed(**request, filters=filters)
    assert sorted(_ids(jobs)) == sorted(_ids(everything))
    assert [job["createdAt"] for job in jobs] == sorted((job["createdAt"] for job in jobs), reverse=True)
    assert len({job["status"] for job in jobs}) > 3


def test_filters_by_time_are_strict(demo: Demo) -> None:
    jobs = demo.in_queue("align-low")
    moment = sorted(job["createdAt"] for job in jobs)[len(jobs) // 2]
    for name, wanted in (
        ("AFTER_CREATED_AT", {job["jobId"] for job in jobs if job["createdAt"] > moment}),
        ("BEFORE_CREATED_AT", {job["jobId"] for job in jobs if job["createdAt"] < moment}),
    ):
        found = demo.listed(jobQueue="align-low", filters=[{"name": name, "values": [str(moment)]}])
        assert set(_ids(found)) == wanted


def test_filters_by_name_and_definition(demo: Demo) -> None:
    jobs = demo.in_queue("align-high")

    def found(name: str, value: str) -> set[str]:
        return set(_ids(demo.listed(jobQueue="align-high", filters=[{"name": name, "values": [value]}])))

    exact = jobs[0]["jobName"]
    assert found("JOB_NAME", exact.upper()) == {job["jobId"] for job in jobs if job["jobName"] == exact}
    assert found("JOB_NAME", "S-0*") == {job["jobId"] for job in jobs if job["jobName"].startswith("s-0")}
    assert found("JOB_NAME", "0*") == set()
    align = {job["jobId"] for job in jobs if "/bwa-mem2-align:" in job["jobDefinition"]}
    assert align
    assert found("JOB_DEFINITION", "bwa-mem2-align") == align
    assert found("JOB_DEFINITION", "bwa*") == align
    assert found("JOB_DEFINITION", "BWA*") == set()
    arn = next(job["jobDefinition"] for job in jobs if job["jobId"] in align)
    assert found("JOB_DEFINITION", arn) == align
    assert found("JOB_DEFINITION", arn.rpartition(":")[0] + ":6") == set()


def test_share_identifier_goes_with_a_status(demo: Demo) -> None:
    jobs = demo.in_queue("train-gpu")
    filters = [{"name": "SHARE_IDENTIFIER", "values": ["research"]}]
    found = demo.listed(jobQueue="train-gpu", jobStatus="SUCCEEDED", filters=filters)
    wanted = {j["jobId"] for j in jobs if j["shareIdentifier"] == "research" and j["status"] == "SUCCEEDED"}
    assert set(_ids(found)) == wanted
    assert wanted


def test_children_are_only_listed_by_their_array(demo: Demo) -> None:
    parents = [job for job in demo.listed(jobQueue="train-gpu", jobStatus="PENDING") if "arrayProperties" in job]
    assert parents
    parent = parents[0]
    assert parent["arrayProperties"]["size"] == 200
    summary = parent["arrayProperties"]["statusSummary"]
    children: list[dict[str, Any]] = []
    for status in STATUSES:
        some = demo.listed(arrayJobId=parent["jobId"], jobStatus=status, maxResults=7)
        assert len(some) == summary[status]
        children += some
    assert sorted(_ids(children)) == sorted(f"{parent['jobId']}:{index}" for index in range(200))
    assert all(child["arrayProperties"] == {"index": int(child["jobId"].split(":")[1])} for child in children)
    assert not any(":" in job["jobId"] for job in demo.in_queue("train-gpu"))
    assert demo.listed(arrayJobId=parent["jobId"]) == [c for c in children if c["status"] == "RUNNING"]
    ignored = [{"name": "JOB_NAME", "values": ["nothing"]}]
    assert len(demo.listed(arrayJobId=parent["jobId"], filters=ignored)) == summary["RUNNING"]


def test_children_of_a_finished_array_add_up(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000)
    arrays = [
        job
        for queue in ("align-high", "align-low", "qc-fargate")
        for status in ("SUCCEEDED", "FAILED")
        for job in demo.listed(jobQueue=queue, jobStatus=status)
        if "arrayProperties" in job
    ]
    assert arrays
    for parent in arrays[:12]:
        summary = parent["arrayProperties"]["statusSummary"]
        found = {s: len(demo.listed(arrayJobId=parent["jobId"], jobStatus=s)) for s in ("SUCCEEDED", "FAILED")}
        assert found == {s: summary[s] for s in ("SUCCEEDED", "FAILED")}
        assert (parent["status"] == "FAILED") == bool(found["FAILED"])
        if found["FAILED"]:
            assert parent["statusReason"] == "Array Child Job failed"


def test_nodes_are_listed_by_their_job(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000)
    job = next(j for j in demo.in_queue("train-gpu") if j["status"] == "SUCCEEDED" and "nodeProperties" in j)
    assert job["nodeProperties"] == {"numNodes": 4}
    nodes = demo.listed(multiNodeJobId=job["jobId"], jobStatus="SUCCEEDED", maxResults=3)
    assert _ids(nodes) == [f"{job['jobId']}#{n}" for n in range(4)]
    assert [node["nodeProperties"]["isMainNode"] for node in nodes] == [True, False, False, False]
    assert demo.listed(multiNodeJobId=job["jobId"]) == []
    detail = demo.described(f"{job['jobId']}#2")
    assert detail["nodeDetails"] == {"nodeIndex": 2, "isMainNode": False}
    assert detail["container"]["logStreamName"]
