"""`batchtui submit`: one job, once, as asked; boto3 says what there is."""

import json
from pathlib import Path
from typing import Any

import pytest

from batchtui.actions.record import default_record_file
from batchtui.demo.faults import Fault
from tests.commands.running import Said
from tests.conftest import use_credentials_of
from tests.hands import described
from tests.worlds import DemoWorld, moto_world

FASTQC = ("submit", "fastqc", "--job-queue", "qc-fargate")


def made(world: DemoWorld) -> int:
    assert world.account is not None
    return len(world.account.index)


def test_a_job_is_submitted_as_it_was_asked_for(full: DemoWorld, said: Said) -> None:
    first = said(*FASTQC)
    assert (first.status, first.err) == (0, "")
    (job_id,) = first.lines
    assert described(full, job_id)["jobName"] == "fastqc"
    full.advance(1)
    words = said(
        *FASTQC, "--job-name", "mine", "--command", "run --in 'a b.fq' $X", "--array-size", "3",
        "--depends-on", job_id, "--env", "KEY=-----BEGIN\nof two lines=", "--env", "EMPTY=", "--vcpus", "2",
        "--memory", "4096", "--parameter", "p=1=2", "--attempts", "2", "--timeout", "10m",
        "--tag", "team=seq", "--json",
    )  # fmt: skip
    assert words.status == 0
    assert "without effect, for no command has Ref::NAME for it: p" in words.err
    told = json.loads(words.out)
    assert (told["outcome"], told["jobName"]) == ("accepted", "mine")
    job = described(full, told["jobId"])
    container = job["container"]
    assert container["command"] == ["run", "--in", "a b.fq", "$X"]
    variables = {each["name"]: each["value"] for each in container["environment"]}
    assert variables["KEY"] == "-----BEGIN\nof two lines="
    assert variables["EMPTY"] == ""
    needs = {each["type"]: each["value"] for each in container["resourceRequirements"]}
    assert (needs["VCPU"], needs["MEMORY"]) == ("2", "4096")
    assert job["arrayProperties"]["size"] == 3
    assert [each["jobId"] for each in job["dependsOn"]] == [job_id]
    assert job["parameters"]["p"] == "1=2"
    assert (job["retryStrategy"]["attempts"], job["timeout"]["attemptDurationSeconds"]) == (2, 600)
    assert job["tags"]["team"] == "seq"
    entries = [json.loads(line) for line in default_record_file().read_text().splitlines()]
    assert [entry["new_job"] for entry in entries] == [job_id, told["jobId"]]
    assert {entry["outcome"] for entry in entries} == {"accepted"}
    assert "BEGIN" not in default_record_file().read_text()


def test_what_cannot_be_sent_says_why_and_sends_nothing(full: DemoWorld, said: Said, tmp_path: Path) -> None:
    config = tmp_path / "protected.toml"
    config.write_text('read_only_accounts = ["1234*"]\n')
    before = made(full)
    for args, sentence in (
        (
            ("submit", "nothing", "--job-queue", "q"),
            "There is no job definition 'nothing' with an ACTIVE",
        ),
        (("submit", "fastqc:999", "--job-queue", "q"), "There is no job definition 'fastqc:999' in this account"),
        ((*FASTQC, "--env", "A", "--vcpus", "x"), "--env: line 1 is not NAME=value; --vcpus: a number from"),
        ((*FASTQC, "--command", "run 'a"), "--command: no closing quotation"),
        ((*FASTQC, "--job-name", "-x"), "--job-name: a job's name is at most 128"),
        ((*FASTQC, "--depends-on", "SEQUENTIAL"), "--depends-on: SEQUENTIAL is for arrays"),
        ((*FASTQC, "--read-only"), "This is read-only: nothing can be changed. Nothing was submitted."),
        (("--read-only", *FASTQC), "This is read-only: nothing can be changed. Nothing was submitted."),
        (("--config", str(config), *FASTQC), "the configuration says so for account 123456789012"),
        (("submit", "fastqc", "--job-queue", "x"), "Nothing was submitted: Job queue x does not exist."),
        (("submit", "fastqc"), "Missing option '--job-queue'"),
    ):
        words = said(*args)
        assert (words.status, words.out) == (2, ""), args
        assert sentence in words.err, args
    dry = said(*FASTQC, "--read-only", "--dry-run", "--env", "DB_PASSWORD=hunter2", "--command", "run a")
    assert dry.status == 0
    request = json.loads(dry.out)
    assert request["containerOverrides"]["command"] == ["run", "a"]
    assert "hunter2" not in dry.out
    full.fault("SubmitJob", status=403, code="AccessDeniedException", message="not authorized")
    words = said(*FASTQC)
    assert (words.status, words.out) == (2, "")
    assert "Nothing was submitted: SubmitJob: not authorized." in words.err
    assert made(full) == before


def test_a_lost_answer_is_looked_for_and_never_sent_again(
    full: DemoWorld, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert full.server is not None
    monkeypatch.setattr("batchtui.actions.submitting.LOOKS", (0.0, 0.01))
    monkeypatch.setattr(
        "batchtui.actions.submitting._SMALL_SKEW_SECONDS", 10.0**9
    )  # the account's clock is its own
    monkeypatch.setattr("batchtui.actions.submitting.CLOCK_SKEW_SECONDS", 10.0**9)
    for after, name in ((True, "done"), (False, "undone")):
        full.faults.append(lambda operation: Fault(drop=True, after=after) if operation == "SubmitJob" else None)  # noqa: B023
        sent = full.server.calls["SubmitJob"]
        words = said(*FASTQC, "--job-name", name, "--json", "--watch")
        assert words.status == 3
        assert full.server.calls["SubmitJob"] == sent + 1
        (told,) = words.events
        assert told["outcome"] == "in doubt"
        jobs: list[dict[str, Any]] = full.batch.list_jobs(
            jobQueue="qc-fargate", filters=[{"name": "JOB_NAME", "values": [name]}]
        )["jobSummaryList"]
        assert [each["jobId"] for each in told["found"]] == [each["jobId"] for each in jobs]
        assert len(jobs) == after
        if after:
            assert told["likelyJobId"] == jobs[0]["jobId"]
            assert f"most likely this one: {jobs[0]['jobId']}" in words.err
        else:
            assert "No new job of that name is there so far" in words.err
    entries = [json.loads(line) for line in default_record_file().read_text().splitlines()]
    assert [entry["outcome"] for entry in entries] == ["in doubt", "in doubt"]


def test_throttling_delays_and_a_definition_that_may_not_be_read_is_sent_as_it_was_typed(
    full: DemoWorld, said: Said
) -> None:
    refusals = [Fault(status=429, code="TooManyRequestsException", message="slow down")]
    denied = Fault(status=403, code="AccessDeniedException", message="not authorized")

    def fault(operation: str) -> Fault | None:
        if operation == "DescribeJobDefinitions":
            return denied
        return refusals.pop() if operation == "SubmitJob" and refusals else None

    full.faults.append(fault)
    words = said("submit", "fastqc:9", "--job-queue", "qc-fargate", "--vcpus", "1", "--memory", "2048")
    assert words.status == 0
    assert "DescribeJobDefinitions is denied" in words.err
    full.heal()
    job = described(full, words.out.strip())
    full.fault("DescribeJobs", status=403, code="AccessDeniedException", message="not authorized")
    words = said(*FASTQC, "--watch")
    assert words.status == 3
    (line,) = words.lines
    assert line.startswith("── submitted fastqc  ")
    assert f"job {line.split()[-1]} is submitted, and cannot be watched" in words.err
    full.heal()
    assert described(full, line.split()[-1])["jobName"] == "fastqc"
    assert job["jobName"] == "fastqc"
    assert job["jobDefinition"].endswith(":job-definition/fastqc:9")


def test_moto_takes_a_job_that_is_followed_to_its_end(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_world() as world:
        use_credentials_of(world, monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL", world.url)
        words = said("submit", "hello", "--job-queue", "high", "--env", "A=b", "--command", "echo hi", "--watch")
        assert words.status == 0
        assert words.lines[-1].startswith("── SUCCEEDED ")
        job_id = words.lines[0].split()[3]
        job = described(world, job_id)
        assert job["container"]["command"] == ["echo", "hi"]
        assert {"name": "A", "value": "b"} in job["container"]["environment"]
        assert said("watch", "no-such-job").status == 2
