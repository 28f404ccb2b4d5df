"""Changes against the demo account and moto's server, told by a client that we did not write."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from moto.batch.models import batch_backends
from moto.moto_api import state_manager

from batchtui.actions.outcomes import Standing, retryable
from batchtui.actions.stop import StopCall, plan_stop
from batchtui.actions.stopping import StopRun
from batchtui.aws import errors
from batchtui.demo.faults import Fault
from batchtui.model.job import JobSummary
from tests.conftest import use_credentials_of
from tests.hands import REQUEST, Hands, described, hands_on
from tests.worlds import REGION, DemoWorld, World, demo_world, moto_world

ACTIVE = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING")


@pytest.fixture
async def hands(demo: DemoWorld) -> AsyncIterator[Hands]:
    async with hands_on(demo) as found:
        yield found


def until(demo: DemoWorld, job_id: str, status: str) -> None:
    """Lets time pass until a job has a status."""
    assert demo.account is not None
    for _ in range(5000):
        job = demo.account.index.find(job_id)
        if job is not None and job.status == status:
            return
        demo.advance(1)
        demo.account.advance()
    raise AssertionError(f"{job_id} never became {status}")


def stuck(demo: DemoWorld) -> str:
    """A job that stays RUNNABLE: no instance is large enough for it."""
    job_id: str = demo.batch.submit_job(
        jobName="stuck",
        jobQueue="align-low",
        jobDefinition="nf-core-sarek-task",
        containerOverrides={"resourceRequirements": [{"type": "VCPU", "value": "90"}]},
    )["jobId"]
    until(demo, job_id, "RUNNABLE")
    return job_id


async def test_what_waits_is_cancelled_and_what_runs_is_terminated(demo: DemoWorld, hands: Hands) -> None:
    waiting, running = stuck(demo), demo.submit("running")
    until(demo, running, "RUNNING")
    jobs = await hands.reads.summarize_jobs([waiting, running])
    outcomes = await hands.stop(jobs, "no longer wanted").run()
    assert {one.job_id: (one.call, one.standing) for one in outcomes} == {
        waiting: (StopCall.CANCEL, Standing.ACCEPTED),
        running: (StopCall.TERMINATE, Standing.ACCEPTED),
    }
    assert described(demo, waiting)["isCancelled"] is True
    assert described(demo, running)["isTerminated"] is True
    demo.advance(30)
    for job_id in (waiting, running):
        assert (described(demo, job_id)["status"], described(demo, job_id)["statusReason"]) == (
            "FAILED",
            "no longer wanted",
        )


async def test_a_job_that_starts_between_the_plan_and_the_call(demo: DemoWorld, hands: Hands) -> None:
    first, second = demo.submit("racer-1"), demo.submit("racer-2")
    planned = [
        JobSummary(job.job_id, job.job_name, job.job_queue, "RUNNABLE")
        for job in await hands.reads.summarize_jobs([first, second])
    ]
    until(demo, first, "RUNNING")
    until(demo, second, "RUNNING")
    outcomes = await hands.stop(planned).run()
    assert {(one.call, one.standing) for one in outcomes} == {(StopCall.TERMINATE, Standing.ACCEPTED)}
    assert demo.server is not None
    assert demo.server.calls["CancelJobs"] == 1
    assert all(described(demo, job_id)["isTerminated"] for job_id in (first, second))


async def test_arrays_children_and_nodes(demo: DemoWorld, hands: Hands) -> None:
    array = demo.batch.submit_job(
        jobName="array",
        jobQueue="portal-eks",
        jobDefinition="portal-thumbnails",
        arrayProperties={"size": 40},
    )["jobId"]
    until(demo, f"{array}:0", "RUNNING")
    (child,) = await hands.reads.summarize_jobs([f"{array}:0"])
    assert [one.standing for one in await hands.stop([child]).run()] == [Standing.ACCEPTED]
    assert described(demo, f"{array}:0")["isTerminated"] is True
    assert "isTerminated" not in described(demo, array)
    (parent,) = await hands.reads.summarize_jobs([array])
    (outcome,) = await hands.stop([parent]).run()
    assert (outcome.call, outcome.standing) == (StopCall.TERMINATE, Standing.ACCEPTED)
    demo.advance(60)
    assert described(demo, array)["status"] == "FAILED"
    assert described(demo, array)["arrayProperties"]["statusSummary"]["FAILED"] >= 20


async def test_in_bulk_each_job_has_its_own_answer(demo: DemoWorld, hands: Hands) -> None:
    waiting = stuck(demo)
    refused = await hands.control.cancel_jobs([waiting, "not an id"], "sweep")
    assert list(refused) == ["not an id"]
    assert type(refused["not an id"]) is errors.InvalidRequestError
    with pytest.raises(errors.InvalidRequestError, match="At most 50"):
        await hands.control.terminate_jobs([f"j-{n}" for n in range(51)], "x")
    with pytest.raises(errors.InvalidRequestError, match="reason"):
        await hands.control.cancel_job(waiting, "")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=404, body="<html>"),
        Fault(status=404, code="UnknownOperationException", message="x"),
        Fault(status=501, code="InternalFailure", message="not yet implemented"),
        Fault(status=403, code="MissingAuthenticationTokenException", message="Missing Authentication Token"),
    ],
    ids=lambda fault: f"{fault.status}{fault.code}",
)
async def test_an_endpoint_without_bulk_calls_is_asked_once(demo: DemoWorld, hands: Hands, fault: Fault) -> None:
    demo.faults.append(lambda operation: fault if operation == "TerminateJobs" else None)
    assert demo.server is not None
    for _ in range(2):
        with pytest.raises(errors.UnsupportedOperationError):
            await hands.control.terminate_jobs(["a", "b"], "x")
    assert demo.server.calls["TerminateJobs"] == 1
    assert await hands.control.cancel_jobs(["a", "b"], "x") == {}


@pytest.mark.parametrize(
    "body", ["<html>portal</html>", "{}", '{"errors": [{"job": "another", "code": "x"}], "successful": []}']
)
async def test_an_answer_in_bulk_that_is_none(demo: DemoWorld, hands: Hands, body: str) -> None:
    demo.fault("CancelJobs", status=200, body=body, content_type="application/json")
    with pytest.raises(errors.MalformedAnswerError):
        await hands.control.cancel_jobs(["a", "b"], "x")


async def test_partial_errors_can_be_tried_again(demo: DemoWorld, hands: Hands) -> None:
    jobs = await hands.summaries("align-high", *ACTIVE)
    assert len(jobs) >= 2
    wrong = JobSummary("not an id", "wrong", "align-high", jobs[0].status)
    outcomes = await hands.stop([*jobs, wrong]).run()
    assert [one.job_id for one in retryable(outcomes)] == ["not an id"]
    assert Counter(one.standing for one in outcomes) == {Standing.ACCEPTED: len(jobs), Standing.FAILED: 1}


@pytest.mark.slow
async def test_500_jobs_under_throttling_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=20_000) as demo:
        use_credentials_of(demo, monkeypatch)
        assert demo.account is not None
        assert demo.server is not None
        async with hands_on(demo) as hands:
            active = [job for queue in sorted(demo.queues()) for job in await hands.summaries(queue, *ACTIVE)]
            chosen = random.Random(7).sample([job for job in active if not job.is_cancelled], 500)
            assert len(active) > 600, "there must be others to be left alone"
            assert {job.status for job in chosen} >= {"PENDING", "RUNNABLE", "RUNNING"}
            chance = random.Random(1)
            throttled: Counter[str] = Counter()

            def throttle(operation: str) -> Fault | None:
                if chance.random() > 0.3:
                    return None
                throttled[operation] += 1
                return Fault(status=429, code="TooManyRequestsException", message="Too Many Requests")

            # In bulk all is done by a dozen calls: without CancelJobs there are enough to be throttled.
            demo.faults.append(
                lambda operation: (
                    Fault(status=404, body="<html>") if operation == "CancelJobs" else throttle(operation)
                )
            )
            stop = hands.stop(chosen, "five hundred")
            outcomes = await stop.run()
            demo.heal()
        assert Counter(one.standing for one in outcomes) == {Standing.ACCEPTED: 500}
        assert sum(throttled.values()) > 20
        flagged = {job.job_id: job for job in demo.account.index.everything() if job.stop_reason == "five hundred"}
        assert flagged.keys() == {job.job_id for job in chosen}
        demo.advance(60)
        demo.account.advance()
        statuses = Counter(job.status for job in flagged.values())
        assert set(statuses) <= {"FAILED", "PENDING"}, "only what waits for its dependencies is not over yet"
        assert all(job.is_cancelled for job in flagged.values() if job.status == "PENDING")
        again = {job.job_id for job in demo.account.index.everything() if job.stop_reason == "five hundred"}
        assert again == flagged.keys()
        bulk = demo.server.calls["TerminateJobs"]
        assert bulk < 50


async def test_500_jobs_in_bulk_take_a_dozen_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=20_000) as demo:
        use_credentials_of(demo, monkeypatch)
        assert demo.server is not None
        async with hands_on(demo) as hands:
            active = [job for queue in sorted(demo.queues()) for job in await hands.summaries(queue, *ACTIVE)]
            chosen = [job for job in active if not job.is_cancelled and not job.array_properties][:500]
            demo.server.calls.clear()
            outcomes = await hands.stop(chosen).run()
            assert Counter(one.standing for one in outcomes) == {Standing.ACCEPTED: 500}
            assert sum(demo.server.calls.values()) <= 18, demo.server.calls


@dataclass
class Moto:
    """moto's server with jobs that stay as they are."""

    world: World
    jobs: dict[str, Any]
    """By job id, in moto's own memory: over the wire it tells nothing of a stop that was asked for."""


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moto]:
    with moto_world() as world:
        use_credentials_of(world, monkeypatch)
        backend = batch_backends["123456789012"][REGION]
        state_manager.set_transition("batch::job", {"progression": "manual", "times": 10**9})
        try:
            yield Moto(world, backend._jobs)
        finally:
            state_manager.unset_transition("batch::job")


async def test_moto_has_no_bulk_calls_and_jobs_are_stopped_all_the_same(moto: Moto) -> None:
    ids = list(moto.jobs)
    for place, (_, job) in enumerate(moto.jobs.items()):
        job.status, job.stop = ("RUNNABLE", "RUNNABLE", "RUNNING", "RUNNING", "SUCCEEDED")[place], False
    async with hands_on(moto.world) as hands:
        with pytest.raises(errors.UnsupportedOperationError):
            await hands.control.terminate_jobs(ids[:2], "x")
        jobs = await hands.summaries("high", "RUNNABLE", "RUNNING", "SUCCEEDED")
        stop = hands.stop(jobs, "by moto")
        assert [left.job_id for left in stop.plan.left_out] == ids[4:]
        outcomes = await stop.run()
    assert {one.job_id: (one.call.value, one.standing.value) for one in outcomes} == {
        ids[0]: ("CancelJob", "accepted"),
        ids[1]: ("CancelJob", "accepted"),
        ids[2]: ("TerminateJob", "accepted"),
        ids[3]: ("TerminateJob", "accepted"),
    }
    assert [job.stop for job in moto.jobs.values()] == [True, True, True, True, False]
    assert {job.job_stopped_reason for job in list(moto.jobs.values())[:4]} == {"by moto"}


async def test_a_race_against_moto(moto: Moto) -> None:
    (job_id, job), *_ = moto.jobs.items()
    job.status, job.stop = "RUNNABLE", False
    async with hands_on(moto.world) as hands:
        jobs = await hands.summaries("high", "RUNNABLE")
        job.status = "STARTING"
        outcomes = await StopRun(plan_stop(jobs), "late", hands.control, hands.reads).run()
    assert [(one.job_id, one.call.value) for one in outcomes] == [(job_id, "TerminateJob")]
    assert job.stop is True


async def test_moto_takes_a_job(moto: Moto) -> None:
    async with hands_on(moto.world) as hands:
        job = await hands.control.submit_job({**REQUEST, "jobQueue": "high", "jobDefinition": "hello"})
    assert job.job_id in moto.jobs
