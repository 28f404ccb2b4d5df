"""What must be known of jobs before they are submitted once more, asked of an endpoint."""

from collections.abc import AsyncIterator

import pytest

from batchtui.actions import originals
from batchtui.actions.draft import Draft
from batchtui.actions.originals import Originals, drafts_of, find_originals
from batchtui.actions.resubmission import SAME, ArrayChoice, ResubmitOptions
from batchtui.aws.errors import ServiceFaultError
from batchtui.model.job import JobSummary
from tests.contract.job_kinds import ALIGN, NODES
from tests.hands import Hands, hands_on
from tests.worlds import DemoWorld, World


@pytest.fixture
async def hands(demo: DemoWorld) -> AsyncIterator[Hands]:
    async with hands_on(demo) as found:
        yield found


def job(job_id: str) -> JobSummary:
    return JobSummary(job_id, "any", "any", "FAILED")


def drafts(found: Originals, options: ResubmitOptions = SAME) -> list[Draft]:
    return list(drafts_of(found, options))


async def test_a_job_is_found_with_its_revision_and_the_latest(demo: DemoWorld, hands: Hands) -> None:
    job_id = demo.batch.submit_job(jobName="old", **ALIGN)["jobId"]
    found = await find_originals([job(job_id)], hands.reads)
    (original,) = found.jobs
    assert original.definition is not None
    assert original.latest is not None
    assert (original.definition.revision, original.latest.revision) == (6, 7)
    assert original.has_newer_revision
    assert found.can_be_newer
    (same,) = drafts(found)
    (latest,) = drafts(found, ResubmitOptions(latest_revision=True))
    assert same.request["jobDefinition"].endswith(":6")
    assert latest.request["jobDefinition"].endswith(":7")


async def test_on_either_endpoint(world: World) -> None:
    job_id = world.submit("old")
    async with hands_on(world) as hands:
        found = await find_originals([job(job_id)], hands.reads)
    (draft,) = drafts(found)
    assert draft.is_possible
    assert draft.request["jobName"] == "old"
    assert draft.original is not None
    assert world.batch.submit_job(**draft.request)["jobId"] != job_id


async def test_a_node_stands_for_its_job_and_is_submitted_once(demo: DemoWorld, hands: Hands) -> None:
    job_id = demo.batch.submit_job(jobName="nodes", **NODES)["jobId"]
    found = await find_originals([job(f"{job_id}#0"), job(f"{job_id}#1"), job(job_id)], hands.reads)
    assert [each.job.summary.job_id for each in found.jobs] == [job_id]


async def test_what_aws_does_not_know_any_more_is_left_out(demo: DemoWorld, hands: Hands) -> None:
    job_id = demo.submit("there")
    found = await find_originals([job("gone"), job(job_id)], hands.reads)
    assert [each.job.summary.job_id for each in found.jobs] == [job_id]
    assert found.left_out == (("gone", "is not known to AWS Batch any more"),)


async def test_so_many_at_most(demo: DemoWorld, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "MOST_ORIGINALS", 3)
    ids = [demo.submit(f"many-{number}") for number in range(5)]
    found = await find_originals([job(job_id) for job_id in ids], hands.reads)
    assert [each.job.summary.job_id for each in found.jobs] == ids[:3]
    assert [job_id for job_id, _ in found.left_out] == ids[3:]


async def test_dependencies_are_judged_by_what_became_of_them(demo: DemoWorld, hands: Hands) -> None:
    first = demo.submit("first")
    second = demo.batch.submit_job(
        jobName="second", jobQueue=demo.queue, jobDefinition=demo.definition, dependsOn=[{"jobId": first}]
    )["jobId"]
    demo.terminate(first)
    demo.advance(60)
    found = await find_originals([job(second)], hands.reads)
    assert found.dependencies == {first: "FAILED"}
    (draft,) = drafts(found)
    assert "dependsOn" not in draft.request
    assert any("FAILED, and would fail with it" in note.text for note in draft.notes)


async def test_known_dependencies_cost_no_call(demo: DemoWorld, hands: Hands) -> None:
    assert demo.server is not None
    first = demo.submit("first")
    second = demo.batch.submit_job(
        jobName="second", jobQueue=demo.queue, jobDefinition=demo.definition, dependsOn=[{"jobId": first}]
    )["jobId"]
    before = demo.server.calls["DescribeJobs"]
    found = await find_originals([job(second)], hands.reads, job_of=lambda job_id: job(job_id))
    assert found.dependencies == {first: "FAILED"}
    assert demo.server.calls["DescribeJobs"] == before + 1


async def test_a_definition_that_may_not_be_read_is_a_note_and_everything_is_sent(
    demo: DemoWorld, hands: Hands
) -> None:
    job_id = demo.submit("blind")
    demo.fault("DescribeJobDefinitions", status=403, code="AccessDeniedException", message="no")
    found = await find_originals([job(job_id)], hands.reads)
    assert any("cannot be read" in note.text for note in found.notes)
    assert found.can_be_newer, "AWS finds the latest revision itself"
    (draft,) = drafts(found)
    assert draft.is_possible
    assert "containerOverrides" in draft.request
    (latest,) = drafts(found, ResubmitOptions(latest_revision=True))
    assert latest.request["jobDefinition"].endswith("/fastqc")
    assert any("whichever it is" in note.text for note in latest.notes)


async def test_of_many_definitions_aws_finds_the_latest(demo: DemoWorld, hands: Hands) -> None:
    assert demo.server is not None
    names = ("fastqc", "multiqc-report", "bwa-mem2-align", "annotate-vep", "nf-core-sarek-task", "gatk-call")
    known = {each["jobDefinitionName"] for each in demo.batch.describe_job_definitions()["jobDefinitions"]}
    chosen = [name for name in (*names, *sorted(known)) if name in known]
    ids = []
    for name in dict.fromkeys(chosen):
        try:
            answer = demo.batch.submit_job(jobName=name, jobQueue="align-high", jobDefinition=name)
        except demo.batch.exceptions.ClientException:  # of another kind of queue
            continue
        ids.append(answer["jobId"])
    assert len(ids) > 5
    before = demo.server.calls["DescribeJobDefinitions"]
    found = await find_originals([job(job_id) for job_id in ids], hands.reads)
    assert demo.server.calls["DescribeJobDefinitions"] == before + 1
    assert not found.is_latest_known
    assert found.can_be_newer


async def test_jobs_that_cannot_be_described_are_an_error(demo: DemoWorld, hands: Hands) -> None:
    demo.fault("DescribeJobs", status=500, code="ServerException", message="oops")
    with pytest.raises(ServiceFaultError):
        await find_originals([job("any")], hands.reads)


async def test_failed_children_are_found_by_their_indexes(demo: DemoWorld, hands: Hands) -> None:
    for queue in ("align-high", "align-low", "qc-fargate", "train-gpu", "portal-eks"):
        for summary in await hands.summaries(queue, "FAILED", "PENDING", "SUCCEEDED"):
            array = summary.array_properties
            if array is not None and array.count("FAILED"):
                found = await find_originals([summary], hands.reads)
                (original,) = found.jobs
                assert len(original.failed) == array.count("FAILED")
                assert ArrayChoice.FAILED_AS_JOBS in found.array_choices
                singles = drafts(found, ResubmitOptions(array=ArrayChoice.FAILED_AS_JOBS))
                assert len(singles) == min(100, len(original.failed))
                assert all("arrayProperties" not in draft.request for draft in singles)
                return
    raise AssertionError("the demo account has no such array")
