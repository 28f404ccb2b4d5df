"""`batchtui watch`: the job's own words, in order, and its exit status."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from batchtui.demo.faults import Fault
from batchtui.demo.service_jobs import QUEUE as SERVICE_QUEUE
from batchtui.logs.clean import clean_message
from batchtui.model.secrets import MASK, masked_text
from tests.commands.running import Said
from tests.worlds import DemoWorld

Job = dict[str, Any]


def ended_jobs(world: DemoWorld) -> Iterator[Job]:
    """Every job that has ended, as boto3 describes it."""
    for queue in sorted(world.queues() - {SERVICE_QUEUE}):
        for status in ("FAILED", "SUCCEEDED"):
            found = world.batch.list_jobs(jobQueue=queue, jobStatus=status)["jobSummaryList"]
            ids = [job["jobId"] for job in found]
            for start in range(0, len(ids), 100):
                yield from world.batch.describe_jobs(jobs=ids[start : start + 100])["jobs"]


def codes(job: Job) -> list[int]:
    """The exit codes of a job's last attempt, wherever AWS tells them."""
    last = [*job.get("attempts", ()), *job.get("eksAttempts", ())][-1:]
    holders = [
        each for attempt in last for each in (attempt.get("container"), *attempt.get("containers", ())) if each
    ]
    for attempt in last:
        holders += [each for task in attempt.get("taskProperties", ()) for each in task["containers"]]
    return [each["exitCode"] for each in holders if "exitCode" in each]


KINDS: dict[str, Callable[[Job], bool]] = {
    "succeeded": lambda job: job["status"] == "SUCCEEDED" and codes(job) == [0] and len(job["attempts"]) == 1,
    "failed with a code": lambda job: job["status"] == "FAILED" and any(code > 1 for code in codes(job)),
    "failed without one": lambda job: job["status"] == "FAILED" and bool(job.get("attempts")) and not codes(job),
    "several attempts": lambda job: len(job.get("attempts", ())) > 1 and job["status"] == "SUCCEEDED",
    "several containers": lambda job: "ecsProperties" in job,
    "a pod": lambda job: "eksProperties" in job and job["status"] == "SUCCEEDED",
    "nodes": lambda job: "nodeProperties" in job and job["status"] == "SUCCEEDED",
    "an array that failed": lambda job: "arrayProperties" in job and job["status"] == "FAILED",
    "an array that succeeded": lambda job: "arrayProperties" in job and job["status"] == "SUCCEEDED",
}


def whole_log(world: DemoWorld, job: Job, group: str = "/aws/batch/job") -> list[str]:
    """Every line of its last attempt, as boto3 pages through it, cleaned and masked."""
    found: list[str] = []
    request: dict[str, Any] = {"logGroupName": group, "logStreamName": job["container"]["logStreamName"]}
    while True:
        page = world.client("logs").get_log_events(startFromHead=True, **request)
        found += [masked_text(clean_message(event["message"])[0]) for event in page["events"]]
        if request.get("nextToken") == page["nextForwardToken"]:
            return found
        request["nextToken"] = page["nextForwardToken"]


def test_what_has_ended_is_told_whole_and_decides_the_exit_status(full: DemoWorld, said: Said) -> None:
    jobs: dict[str, Job] = {}
    for job in ended_jobs(full):
        for kind, fits in KINDS.items():
            if kind not in jobs and fits(job):
                jobs[kind] = job
    assert set(jobs) == set(KINDS)
    for kind, job in jobs.items():
        words = said("watch", job["jobId"], "--no-timestamps")
        if job["status"] == "SUCCEEDED":
            assert words.status == 0, kind
        else:
            assert words.status == next((code for code in codes(job) if code), 1), kind
        assert words.of_status[0].startswith(f"── {job['jobName']}  {job['jobId']}"), kind
        assert words.lines[-1].startswith(f"── {job['status']} "), kind
        assert "\x1b" not in words.out + words.err
        match kind:
            case "succeeded":
                assert words.of_log == whole_log(full, job)
                assert words.err == ""
            case "several attempts":
                assert any(line.startswith("── attempt 1 ended ") for line in words.of_status)
                assert any(line.startswith("[attempt 2] ") for line in words.of_log)
            case "several containers":
                names = {
                    each["name"] for task in job["ecsProperties"]["taskProperties"] for each in task["containers"]
                }
                assert {line[1:].partition("]")[0] for line in words.of_log} == names
            case "nodes":
                assert {line[:4] for line in words.of_log} == {
                    f"[#{n}]" for n in range(job["nodeProperties"]["numNodes"])
                }
            case "a pod":
                assert words.of_log
            case "an array that failed":
                counts = job["arrayProperties"]["statusSummary"]
                assert f"FAILED {counts['FAILED']} of {job['arrayProperties']['size']}" in words.lines[-1]
                assert not words.of_log


def test_a_job_is_named_in_every_way_and_a_wrong_name_says_so(full: DemoWorld, said: Said) -> None:
    jobs = list(ended_jobs(full))
    array = next(job for job in jobs if "arrayProperties" in job and job["status"] == "FAILED")
    children = full.batch.list_jobs(arrayJobId=array["jobId"], jobStatus="FAILED")["jobSummaryList"]
    child = children[0]["jobId"]
    assert said("watch", child, "--no-logs").status > 0
    assert (
        said("watch", array["jobArn"].replace(array["jobId"], child), "--no-logs").of_status[0].count(child) == 1
    )
    service = full.batch.list_service_jobs(jobQueue=SERVICE_QUEUE, jobStatus="RUNNING")["jobSummaryList"][0]
    full.batch.terminate_service_job(jobId=service["jobId"], reason="enough")
    full.advance(600)
    for name in (service["jobId"], service["jobArn"]):
        words = said("watch", name, "--no-logs")
        assert (words.status, words.lines[-1].split()[1]) == (1, "FAILED")
    refused = said("watch", "no/such job")
    assert (refused.status, refused.out) == (2, "")
    assert "'no/such job' is no job" in refused.err
    elsewhere = said("watch", "--region", "eu-west-1", array["jobArn"])
    assert (elsewhere.status, elsewhere.out) == (2, "")
    assert "The job is in us-east-1, and eu-west-1 was asked for." in elsewhere.err


def moving(
    world: DemoWorld, seconds: float, faults: Callable[[str, int], Fault | None] = lambda name, n: None
) -> None:
    """Time passes with each look at the job; ``faults`` is told the operation and how often it was called."""
    counts: dict[str, int] = {}

    def source(name: str) -> Fault | None:
        counts[name] = counts.get(name, 0) + 1
        if (fault := faults(name, counts[name])) is not None:
            return fault
        if name == "DescribeJobs":
            world.clock.advance(seconds)
        return None

    world.faults.append(source)


@pytest.mark.slow
def test_submit_and_watch_follow_a_job_from_its_beginning_to_its_end(full: DemoWorld, said: Said) -> None:
    """Through throttling and expired credentials, which are said once each."""

    def trouble(name: str, number: int) -> Fault | None:
        if name == "DescribeJobs" and number == 3:
            return Fault(status=403, code="ExpiredTokenException", message="The security token has expired")
        if name == "GetLogEvents" and number == 1:
            return Fault(status=429, code="ThrottlingException", message="Rate exceeded")
        return None

    moving(full, 45.0, trouble)
    submit = ("submit", "fastqc", "--job-queue", "qc-fargate", "--job-name", "all-of-it")
    words = said("--refresh", "1", *submit, "--watch", "--json")
    job_id = words.events[0]["jobId"]
    job = full.batch.describe_jobs(jobs=[job_id])["jobs"][0]
    assert job["jobName"] == "all-of-it"
    assert words.status == (0 if job["status"] == "SUCCEEDED" else job["container"].get("exitCode", 1))
    assert [event["event"] for event in words.events][:2] == ["submitted", "job"]
    statuses = [event["status"] for event in words.events_of("status")]
    assert statuses == sorted(set(statuses), key=["SUBMITTED", "RUNNABLE", "STARTING", "RUNNING"].index)
    assert "RUNNING" in statuses
    (end,) = words.events_of("end")
    assert words.events[-1] == end
    assert (end["status"], end["exitCode"]) == (job["status"], job["container"]["exitCode"])
    assert [event["message"] for event in words.events_of("log")] == whole_log(full, job)
    assert words.err.count("The security token has expired") == 1
    assert words.err.count("AWS answers again.") == 1
    assert words.err.count("CloudWatch Logs is throttled") == 1
    assert len(words.events_of("trouble")) == 3


@pytest.mark.slow
def test_an_array_is_counted_until_it_ends(full: DemoWorld, said: Said) -> None:
    moving(full, 45.0)
    words = said(
        "--refresh", "1", "submit", "fastqc", "--job-queue", "qc-fargate", "--array-size", "4", "--watch", "--json"
    )
    job = full.batch.describe_jobs(jobs=[words.events[0]["jobId"]])["jobs"][0]
    assert words.status == (0 if job["status"] == "SUCCEEDED" else 1)
    told = [event["statusSummary"] for event in words.events if "statusSummary" in event]
    assert len(told) > 2
    assert all(sum(counts.values()) == 4 for counts in told)
    assert words.events[-1]["statusSummary"] == {
        k: n for k, n in job["arrayProperties"]["statusSummary"].items() if n
    }
    assert not words.events_of("log")


HOSTILE = "\x1b]0;owned\x07\x1b[2Jred\r\x07 ── FAILED \u202e password=hunter2secret \x9b31m"


def test_hostile_lines_steer_nothing_and_secrets_stay_hidden(full: DemoWorld, said: Said) -> None:
    job = next(job for job in ended_jobs(full) if KINDS["succeeded"](job))

    def hostile(text: str) -> str:
        page = json.loads(text)
        for event in page["events"]:
            event["message"] = HOSTILE
        return json.dumps(page)

    full.fault("GetLogEvents", rewrite=hostile)
    for options in ((), ("--json",)):
        words = said("watch", job["jobId"], *options)
        assert words.status == 0
        assert all(character.isprintable() or character == "\n" for character in words.out)
        assert "hunter2secret" not in words.out
        assert MASK in (words.out if not options else words.events_of("log")[0]["message"])
        assert sum(line.startswith("── FAILED") for line in words.lines) == 0
    full.heal()
    full.fault("GetLogEvents", status=403, code="AccessDeniedException", message="no logs for you")
    for options, words_of_trouble in (
        ((), ["no permission on log group /aws/batch/job: no logs for you"]),
        (("--no-logs",), []),
    ):
        words = said("watch", job["jobId"], *options)
        assert words.status == 0
        assert words.lines[-1].startswith("── SUCCEEDED")
        assert words.err.splitlines() == [f"batchtui: {sentence}" for sentence in words_of_trouble]


def test_what_cannot_be_watched_is_one_sentence_and_2(
    full: DemoWorld, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = next(ended_jobs(full))["jobId"]
    full.fault("DescribeJobs", status=403, code="AccessDeniedException", message="not authorized")
    words = said("watch", job_id)
    assert (words.status, words.out) == (2, "")
    assert "DescribeJobs: not authorized. Ask for the permission" in words.err
    full.heal()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    words = said("watch", job_id)
    assert (words.status, words.out) == (2, "")
    assert "No AWS credentials were found" in words.err
