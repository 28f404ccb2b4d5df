"""The operations that only look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from .conftest import STATUSES, Demo
from .shapes import problems

QUEUES = ["align-high", "align-low", "train-gpu", "portal-eks", "qc-fargate", "archive"]


def test_queues_and_their_environments(demo: Demo) -> None:
    queues = demo.batch.describe_job_queues()["jobQueues"]
    assert [queue["jobQueueName"] for queue in queues] == QUEUES
    assert [queue["priority"] for queue in queues] == [100, 50, 40, 20, 10, 1]
    environments = {
        e["computeEnvironmentArn"]: e for e in demo.batch.describe_compute_environments()["computeEnvironments"]
    }
    order = [
        [environments[o["computeEnvironment"]]["computeEnvironmentName"] for o in q["computeEnvironmentOrder"]]
        for q in queues
    ]
    assert order == [["on-demand", "spot"], ["spot"], ["gpu"], ["eks"], ["fargate", "fargate-spot"], ["legacy"]]
    assert queues[-1]["state"] == "DISABLED"
    legacy = next(e for e in environments.values() if e["computeEnvironmentName"] == "legacy")
    assert legacy["status"] == "INVALID"
    assert "cannot be assumed" in legacy["statusReason"]


@pytest.mark.parametrize("queues", [1, 3, 6, 14])
def test_as_many_queues_as_asked_for(make_demo: Callable[..., Demo], queues: int) -> None:
    demo = make_demo(jobs=200, queues=queues)
    found = demo.batch.describe_job_queues()["jobQueues"]
    known = {e["computeEnvironmentArn"] for e in demo.batch.describe_compute_environments()["computeEnvironments"]}
    assert len(found) == queues
    assert {o["computeEnvironment"] for q in found for o in q["computeEnvironmentOrder"]} == known


@pytest.mark.slow
def test_queues_and_environments_page_at_100(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=200, queues=230)
    pages = list(demo.batch.get_paginator("describe_job_queues").paginate())
    assert [len(page["jobQueues"]) for page in pages] == [100, 100, 30]
    assert len({q["jobQueueName"] for page in pages for q in page["jobQueues"]}) == 230


def test_queues_and_environments_by_name_or_arn_and_unknown_ones_absent(demo: Demo) -> None:
    arn = demo.batch.describe_job_queues(jobQueues=["align-low"])["jobQueues"][0]["jobQueueArn"]
    found = demo.batch.describe_job_queues(jobQueues=[arn, "nowhere", "align-high"])["jobQueues"]
    assert [queue["jobQueueName"] for queue in found] == ["align-low", "align-high"]
    arn = demo.batch.describe_compute_environments(computeEnvironments=["spot"])["computeEnvironments"][0][
        "computeEnvironmentArn"
    ]
    assert demo.batch.describe_compute_environments(computeEnvironments=[arn, "nowhere"])["computeEnvironments"]


def test_every_job_of_the_account_has_a_complete_description(demo: Demo) -> None:
    """Each form of job, and each member of its description, is held against the model by the client."""
    ids = [job["jobId"] for queue in QUEUES for job in demo.in_queue(queue)]
    jobs = [j for at in range(0, len(ids), 100) for j in demo.batch.describe_jobs(jobs=ids[at : at + 100])["jobs"]]
    assert [job["jobId"] for job in jobs] == ids
    assert len(ids) >= 400
    assert {status for job in jobs for status in [job["status"]]} == set(STATUSES)
    for member in ("container", "ecsProperties", "eksProperties", "nodeProperties", "arrayProperties"):
        assert any(member in job for job in jobs), member
    for job in jobs:
        children = [f"{job['jobId']}:0"] if "arrayProperties" in job else []
        nodes = [f"{job['jobId']}#1"] if "nodeProperties" in job else []
        if children or nodes:
            assert len(demo.batch.describe_jobs(jobs=children + nodes)["jobs"]) == len(children + nodes)


def test_summary_and_description_agree(demo: Demo) -> None:
    for summary in demo.in_queue("align-high"):
        detail = demo.described(summary["jobId"])
        for member in ("jobName", "status", "createdAt", "jobDefinition", "jobArn"):
            assert summary[member] == detail[member]
        for member in ("statusReason", "stoppedAt"):
            assert summary.get(member) == detail.get(member)
        assert summary.get("startedAt", 0) == detail["startedAt"]
        assert "jobQueue" not in summary


def test_what_has_not_happened_is_absent(demo: Demo) -> None:
    for status in ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING"):
        for queue in QUEUES:
            for job in demo.listed(jobQueue=queue, jobStatus=status):
                assert "startedAt" not in job
                assert "stoppedAt" not in job
    for job in demo.listed(jobQueue="align-high", jobStatus="RUNNING"):
        assert job["startedAt"] >= job["createdAt"]
        assert "stoppedAt" not in job


def test_describe_jobs_takes_100_ids_and_leaves_unknown_ones_out(demo: Demo) -> None:
    known = demo.in_queue("align-high")[0]["jobId"]
    assert len(demo.batch.describe_jobs(jobs=[known, "no-such-job", f"{known}:7", f"{known}#0"])["jobs"]) == 1
    with pytest.raises(ClientError, match="At most 100 jobs") as caught:
        demo.batch.describe_jobs(jobs=[f"job-{n}" for n in range(101)])
    assert caught.value.response["Error"]["Code"] == "ClientException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["ResponseMetadata"]["RequestId"]


def test_definitions_by_name_arn_and_status(demo: Demo) -> None:
    every = demo.batch.describe_job_definitions()["jobDefinitions"]
    assert len(every) >= 15
    revisions = demo.batch.describe_job_definitions(jobDefinitionName="bwa-mem2-align")["jobDefinitions"]
    assert [d["revision"] for d in revisions] == [5, 6, 7]
    active = demo.batch.describe_job_definitions(jobDefinitionName="bwa-mem2-align", status="ACTIVE")
    assert [d["revision"] for d in active["jobDefinitions"]] == [6, 7]
    (one,) = demo.batch.describe_job_definitions(jobDefinitions=["bwa-mem2-align:6"])["jobDefinitions"]
    (same,) = demo.batch.describe_job_definitions(jobDefinitions=[one["jobDefinitionArn"]])["jobDefinitions"]
    assert one == same
    environment = {e["name"]: e["value"] for e in one["containerProperties"]["environment"]}
    assert "DB_PASSWORD" in environment
    with pytest.raises(ClientError, match="cannot be used with other parameters"):
        demo.batch.describe_job_definitions(jobDefinitions=["x:1"], status="ACTIVE")


def test_every_definition_in_use_can_be_described(demo: Demo) -> None:
    used = {job["jobDefinition"] for queue in QUEUES for job in demo.in_queue(queue)}
    found = demo.batch.describe_job_definitions(jobDefinitions=sorted(used))["jobDefinitions"]
    assert {d["jobDefinitionArn"] for d in found} == used


def test_scheduling_policy_of_the_fair_share_queue(demo: Demo) -> None:
    (queue,) = demo.batch.describe_job_queues(jobQueues=["train-gpu"])["jobQueues"]
    (policy,) = demo.batch.describe_scheduling_policies(arns=[queue["schedulingPolicyArn"]])["schedulingPolicies"]
    assert policy["fairsharePolicy"]["shareDistribution"]
    assert demo.batch.describe_scheduling_policies(arns=["arn:nothing"])["schedulingPolicies"] == []


@pytest.mark.parametrize("queue", QUEUES)
def test_snapshot_shows_the_front_of_the_queue(demo: Demo, queue: str) -> None:
    snapshot = demo.batch.get_job_queue_snapshot(jobQueue=queue)
    arns = [job["jobArn"] for job in snapshot["frontOfQueue"]["jobs"]]
    assert len(arns) <= 100
    assert len(set(arns)) == len(arns)
    runnable = {job["jobArn"] for job in demo.listed(jobQueue=queue, jobStatus="RUNNABLE")}
    assert runnable & set(arns) or not runnable
    assert snapshot["queueUtilization"]["totalCapacityUsage"][0]["quantity"] >= 0


def test_only_the_head_of_a_queue_says_why_it_waits(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000)
    reasons = set()
    for queue in QUEUES:
        waiting = demo.listed(jobQueue=queue, jobStatus="RUNNABLE")
        said = [job for job in waiting if "statusReason" in job]
        assert len(said) <= 1
        front = demo.batch.get_job_queue_snapshot(jobQueue=queue)["frontOfQueue"]["jobs"]
        if said:
            assert said[0]["jobArn"] == front[0]["jobArn"]
            reasons.add(said[0]["statusReason"].split(" - ")[0])
    assert reasons >= {
        "ACTION_REQUIRED",
        "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
        "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
    }


def test_tags_of_every_kind_of_resource(demo: Demo) -> None:
    job = demo.listed(jobQueue="align-high", jobStatus="RUNNING")[0]
    queue = demo.batch.describe_job_queues(jobQueues=["train-gpu"])["jobQueues"][0]
    environment = demo.batch.describe_compute_environments()["computeEnvironments"][0]
    for arn in (
        job["jobArn"],
        job["jobDefinition"],
        queue["jobQueueArn"],
        queue["schedulingPolicyArn"],
        environment["computeEnvironmentArn"],
    ):
        assert demo.batch.list_tags_for_resource(resourceArn=arn)["tags"], arn
    with pytest.raises(ClientError):
        demo.batch.list_tags_for_resource(resourceArn=queue["jobQueueArn"] + "x")


def test_one_knows_who_one_is(demo: Demo) -> None:
    assert demo.sts.get_caller_identity()["Account"] == "123456789012"


def test_the_walk_over_shapes_sees_what_is_wrong(demo: Demo) -> None:
    """Without this, answers could be right because nobody looks."""
    shape = demo.batch.meta.service_model.operation_model("ListJobs").output_shape
    assert problems(shape, {"jobSummaryList": [{"jobId": "a", "jobName": "b", "status": "RUNNING"}]}) == []
    wrong: list[dict[str, object]] = [
        {},
        {"jobSummaryList": [{"jobId": "a"}]},
        {"jobSummaryList": [{"jobId": "a", "jobName": "b", "jobQueue": "c"}]},
        {"jobSummaryList": [{"jobId": "a", "jobName": "b", "status": "ASLEEP"}]},
        {"jobSummaryList": [{"jobId": "a", "jobName": "b", "createdAt": "1"}]},
        {"jobSummaryList": [{"jobId": "a", "jobName": "b", "createdAt": True}]},
    ]
    assert all(len(problems(shape, answer)) == 1 for answer in wrong)
