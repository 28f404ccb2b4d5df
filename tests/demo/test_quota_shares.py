"""The quota shares of the demo account, asked by boto3, every answer held against the service model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from .conftest import Demo

QUEUE = "sagemaker-training"


@pytest.fixture
def training(make_demo: Callable[..., Demo]) -> Demo:
    return make_demo(jobs=1000, service_jobs=True)


def test_the_queue_is_shared_by_a_policy_of_quotas(training: Demo) -> None:
    (queue,) = training.batch.describe_job_queues(jobQueues=[QUEUE])["jobQueues"]
    arn = queue["schedulingPolicyArn"]
    (policy,) = training.batch.describe_scheduling_policies(arns=[arn])["schedulingPolicies"]
    assert policy["arn"] == arn
    assert policy["quotaSharePolicy"] == {"idleResourceAssignmentStrategy": "FIFO"}


def test_shares_page_by_page(training: Demo) -> None:
    first = training.batch.list_quota_shares(jobQueue=QUEUE, maxResults=1)
    second = training.batch.list_quota_shares(jobQueue=QUEUE, maxResults=1, nextToken=first["nextToken"])
    names = [share["quotaShareName"] for answer in (first, second) for share in answer["quotaShares"]]
    assert names == ["production", "research"]
    assert "nextToken" not in second
    with pytest.raises(ClientError, match="has no quota shares"):
        training.batch.list_quota_shares(jobQueue="align-high")


def test_what_shares_use_is_what_their_jobs_hold(training: Demo) -> None:
    for _ in range(20):
        training.clock.advance(120)
        snapshot = training.batch.get_job_queue_snapshot(jobQueue=QUEUE)
        held: Counter[str] = Counter()
        for status in ("SCHEDULED", "STARTING", "RUNNING"):
            for job in training.batch.list_service_jobs(jobQueue=QUEUE, jobStatus=status)["jobSummaryList"]:
                detail = training.batch.describe_service_job(jobId=job["jobId"])
                assert detail["quotaShareName"] == job["quotaShareName"]
                held[job["quotaShareName"]] += int(job["capacityUsage"][0]["quantity"])
        used = snapshot["queueUtilization"]["quotaShareUtilization"]["topCapacityUtilization"]
        told = {
            share["quotaShareName"]: sum(unit["quantity"] for unit in share["capacityUsage"]) for share in used
        }
        assert told == dict(held)
        assert list(told.values()) == sorted(told.values(), reverse=True)
        waiting = training.batch.list_service_jobs(jobQueue=QUEUE, jobStatus="RUNNABLE")["jobSummaryList"]
        fronts = snapshot["frontOfQuotaShares"]["quotaShares"]
        assert fronts.keys() == {job["quotaShareName"] for job in waiting}
        share_of = {job["jobArn"]: job["quotaShareName"] for job in waiting}
        assert {name: share_of[jobs[0]["jobArn"]] for name, jobs in fronts.items()} == {
            name: name for name in fronts
        }
