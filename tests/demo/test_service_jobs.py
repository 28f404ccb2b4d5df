"""Service jobs of the demo account, asked by boto3, every answer held against the service model."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from batchtui.demo.service_jobs import STATUSES

from .conftest import Demo

QUEUE = "sagemaker-training"
GROUP = "/aws/sagemaker/TrainingJobs"
NEXT = {
    "SUBMITTED": {"RUNNABLE"},
    "RUNNABLE": {"SCHEDULED"},
    "SCHEDULED": {"STARTING"},
    "STARTING": {"RUNNING"},
    "RUNNING": {"RUNNABLE", "SUCCEEDED", "FAILED"},
}


@pytest.fixture
def training(make_demo: Callable[..., Demo]) -> Demo:
    return make_demo(jobs=1000, service_jobs=True)


def listed(demo: Demo, **request: Any) -> list[dict[str, Any]]:
    jobs: list[dict[str, Any]] = []
    while True:
        answer = demo.batch.list_service_jobs(jobQueue=QUEUE, **request)
        jobs += answer["jobSummaryList"]
        if "nextToken" not in answer:
            return jobs
        request["nextToken"] = answer["nextToken"]


def everything(demo: Demo) -> list[dict[str, Any]]:
    return listed(demo, filters=[{"name": "AFTER_CREATED_AT", "values": ["0"]}])


def test_an_account_without_them_knows_nothing_of_them(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=50)
    assert QUEUE not in {queue["jobQueueName"] for queue in demo.batch.describe_job_queues()["jobQueues"]}
    with pytest.raises(ClientError) as caught:
        demo.batch.list_service_jobs(jobQueue=QUEUE)
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


def test_the_queue_and_its_environment(training: Demo) -> None:
    (queue,) = training.batch.describe_job_queues(jobQueues=[QUEUE])["jobQueues"]
    assert queue["jobQueueType"] == "SAGEMAKER_TRAINING"
    (order,) = queue["serviceEnvironmentOrder"]
    (environment,) = training.batch.describe_service_environments()["serviceEnvironments"]
    assert environment["serviceEnvironmentArn"] == order["serviceEnvironment"]
    assert training.batch.describe_service_environments(serviceEnvironments=["x"])["serviceEnvironments"] == []
    assert len(training.batch.describe_job_queues()["jobQueues"]) == 7


def test_the_operations_of_other_jobs_are_refused_and_the_other_way_round(training: Demo) -> None:
    for call in (
        lambda: training.batch.list_jobs(jobQueue=QUEUE, jobStatus="RUNNING"),
        lambda: training.submit(jobQueue=QUEUE),
        lambda: training.batch.list_service_jobs(jobQueue="align-high"),
        lambda: training.batch.describe_service_job(jobId="nothing"),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ClientException"
    job_id = everything(training)[0]["jobId"]
    assert training.batch.describe_jobs(jobs=[job_id])["jobs"] == []


def test_by_status_and_by_filter(training: Demo) -> None:
    jobs = everything(training)
    assert len(jobs) > 10
    assert [job["createdAt"] for job in jobs] == sorted((job["createdAt"] for job in jobs), reverse=True)
    for status in STATUSES:
        wanted = [job["jobId"] for job in jobs if job["status"] == status]
        assert [job["jobId"] for job in listed(training, jobStatus=status, maxResults=2)] == wanted
    running = [job["jobId"] for job in jobs if job["status"] == "RUNNING"]
    assert [job["jobId"] for job in listed(training)] == running, "RUNNING where no status is given"
    name = jobs[3]["jobName"]
    assert name in {
        j["jobName"] for j in listed(training, filters=[{"name": "JOB_NAME", "values": [name.upper()]}])
    }
    share = listed(training, filters=[{"name": "QUOTA_SHARE_NAME", "values": ["production"]}], jobStatus="RUNNING")
    assert {(job["quotaShareName"], job["status"]) for job in share} <= {("production", "RUNNING")}
    before = str(jobs[3]["createdAt"])
    assert listed(training, filters=[{"name": "BEFORE_CREATED_AT", "values": [before]}]) == jobs[4:]
    for wrong in ([{"name": "X", "values": ["1"]}], [{"name": "AFTER_CREATED_AT", "values": ["x"]}]):
        with pytest.raises(ClientError, match="not"):
            listed(training, filters=wrong)


@pytest.mark.slow
def test_they_live(training: Demo) -> None:
    before: dict[str, str] = {}
    seen: Counter[str] = Counter()
    jobs = training.account.service_jobs
    assert jobs is not None
    for _ in range(2400):
        at = training.account.now
        now = {job.job_id: job.status(at) for job in jobs.newest_first(at)}
        for job_id, status in now.items():
            old = before.get(job_id, status)
            assert status == old or status in NEXT[old]
            seen[status] += status != old
        assert before.keys() <= now.keys()
        before = now
        training.clock.advance(3)
        training.account.advance()
    assert all(seen[status] > 10 for status in ("RUNNABLE", "SCHEDULED", "STARTING", "RUNNING", "SUCCEEDED"))
    assert seen["FAILED"] > 3
    training.clock.advance(40 * 3600)
    training.account.advance()  # takes longer than a client would wait for an answer
    later = everything(training)
    assert len(later) < 800, "old ones are forgotten"
    assert any(job["status"] == "RUNNABLE" and "MAX_RESOURCE" in job["statusReason"] for job in later[-1:])


def test_details(training: Demo) -> None:
    training.clock.advance(3 * 3600)
    for summary in everything(training):
        job = training.batch.describe_service_job(jobId=summary["jobId"])
        for member in ("jobArn", "jobName", "status", "createdAt", "quotaShareName"):
            assert job[member] == summary[member]
        assert json.loads(job["serviceRequestPayload"])["ResourceConfig"]["InstanceCount"]
        if job["status"] in ("SUCCEEDED", "FAILED"):
            assert job["attempts"][-1]["serviceResourceId"] == job["latestAttempt"]["serviceResourceId"]
            assert job["attempts"][-1]["stoppedAt"] == job["stoppedAt"]
    retried = [
        len(training.batch.describe_service_job(jobId=j["jobId"])["attempts"]) for j in everything(training)
    ]
    assert 2 in retried


def test_their_logs(training: Demo) -> None:
    assert GROUP in {group["logGroupName"] for group in training.logs.describe_log_groups()["logGroups"]}
    for summary in everything(training):
        job = training.batch.describe_service_job(jobId=summary["jobId"])
        payload = json.loads(job["serviceRequestPayload"])
        for attempt in job["attempts"]:
            name = attempt["serviceResourceId"]["value"].rpartition("/")[2]
            answer = training.logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix=f"{name}/")
            names = [stream["logStreamName"] for stream in answer["logStreams"]]
            if "ClientError" in attempt["statusReason"]:
                assert not names, "what fails before the training writes nothing"
                continue
            assert len(names) == payload["ResourceConfig"]["InstanceCount"]
            events = training.logs.get_log_events(logGroupName=GROUP, logStreamName=names[0])["events"]
            assert events
            assert all(attempt["startedAt"] <= event["timestamp"] <= attempt["stoppedAt"] for event in events)
    with pytest.raises(ClientError, match="stream"):
        training.logs.get_log_events(logGroupName=GROUP, logStreamName="no/algo-1-1")


def test_the_rest_of_the_account_is_the_same_with_them(make_demo: Callable[..., Demo]) -> None:
    one, other = make_demo(jobs=200), make_demo(jobs=200, service_jobs=True)
    for demo in (one, other):
        demo.clock.advance(300)
    assert one.in_queue("qc-fargate") == other.in_queue("qc-fargate")
