"""A stop against an account that misbehaves: throttling, refusals, races, and a person who changes their mind."""

import asyncio
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.actions.outcomes import Standing, StopOutcome, StopProgress, entries_of, retryable
from batchtui.actions.record import Actor
from batchtui.actions.stop import StopCall, plan_stop
from batchtui.actions.stopping import MOST_REFUSALS, StopRun
from batchtui.aws import errors
from batchtui.model.job import JOB_STATUSES, ArrayProperties, JobSummary

Trouble = Callable[[str, Sequence[str]], errors.AwsError | None]
WAITING = ("SUBMITTED", "PENDING", "RUNNABLE")


def fine(operation: str, ids: Sequence[str]) -> errors.AwsError | None:
    return None


@dataclass
class Account:
    """AWS Batch as far as a stop sees it, by the rules of its documentation."""

    jobs: dict[str, JobSummary]
    trouble: Trouble = fine
    """What goes wrong with a call before anything is done."""
    refused: dict[str, errors.AwsError] = field(default_factory=dict)
    """What bulk calls refuse, by job."""
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    has_flags: bool = True
    """Whether it tells isCancelled and isTerminated: endpoints may not."""
    before: Callable[[str], None] = lambda operation: None
    """Called before each operation: what happens meanwhile."""

    def _called(self, operation: str, ids: Sequence[str]) -> None:
        self.before(operation)
        self.calls.append((operation, tuple(ids)))
        if error := self.trouble(operation, ids):
            raise error

    def _stop(self, job_id: str, *, is_cancel: bool) -> None:
        job = self.jobs.get(job_id)
        if job is None or not job.is_active or (is_cancel and job.status not in WAITING):
            return
        if self.has_flags:
            self.jobs[job_id] = replace(job, is_cancelled=True) if is_cancel else replace(job, is_terminated=True)
        elif not is_cancel:
            self.jobs[job_id] = replace(job, status="FAILED")

    async def cancel_job(self, job_id: str, reason: str, *, urgent: bool = False) -> None:
        self._called("CancelJob", [job_id])
        self._stop(job_id, is_cancel=True)

    async def terminate_job(self, job_id: str, reason: str, *, urgent: bool = False) -> None:
        self._called("TerminateJob", [job_id])
        self._stop(job_id, is_cancel=False)

    async def terminate_service_job(self, job_id: str, reason: str, *, urgent: bool = False) -> None:
        self._called("TerminateServiceJob", [job_id])
        self._stop(job_id, is_cancel=False)

    async def cancel_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Mapping[str, errors.AwsError]:
        return self._many("CancelJobs", job_ids, is_cancel=True)

    async def terminate_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Mapping[str, errors.AwsError]:
        return self._many("TerminateJobs", job_ids, is_cancel=False)

    async def terminate_service_jobs(
        self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
    ) -> Mapping[str, errors.AwsError]:
        return self._many("TerminateServiceJobs", job_ids, is_cancel=False)

    def _many(self, operation: str, ids: Sequence[str], *, is_cancel: bool) -> Mapping[str, errors.AwsError]:
        assert 0 < len(ids) <= 50
        self._called(operation, ids)
        for job_id in ids:
            if job_id not in self.refused:
                self._stop(job_id, is_cancel=is_cancel)
        return {job_id: self.refused[job_id] for job_id in ids if job_id in self.refused}

    async def summarize_jobs(self, job_ids: Sequence[str]) -> list[JobSummary]:
        assert 0 < len(job_ids) <= 100
        self._called("DescribeJobs", job_ids)
        return [self.jobs[job_id] for job_id in job_ids if job_id in self.jobs]

    def begins(self, *job_ids: str) -> None:
        """The scheduler starts these, whatever was asked: it was faster."""
        for job_id in job_ids:
            self.jobs[job_id] = replace(self.jobs[job_id], status="STARTING", is_cancelled=None)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]


def account_of(*statuses: str, **more: object) -> Account:
    jobs = [JobSummary(f"j{n}", f"name{n}", "q", status) for n, status in enumerate(statuses)]
    return Account({job.job_id: job for job in jobs}, **more)  # type: ignore[arg-type]


class Stop:
    """A run whose pauses take no time and are noted."""

    def __init__(self, account: Account, jobs: Sequence[JobSummary] | None = None) -> None:
        self.pauses: list[float] = []
        self.progress: list[StopProgress] = []
        self.run = StopRun(
            plan_stop(jobs or list(account.jobs.values())),
            "enough",
            account,
            account,
            on_progress=self.progress.append,
            sleep=self._sleep,
            chance=lambda: 1.0,
        )

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def standings(self) -> dict[str, str]:
        return {one.job_id: one.standing.value for one in await self.run.run()}


async def test_each_job_gets_the_call_that_ends_it() -> None:
    account = account_of("RUNNING", "RUNNABLE", "SUCCEEDED", "STARTING", "PENDING")
    stop = Stop(account)
    assert set((await stop.standings()).values()) == {"accepted"}
    assert account.calls == [
        ("CancelJobs", ("j1", "j4")),
        ("DescribeJobs", ("j1", "j4")),
        ("TerminateJobs", ("j0", "j3")),
    ]
    assert stop.pauses == []
    assert stop.progress[-1] == StopProgress(total=4, accepted=4, failed=0, in_doubt=0)


async def test_one_job_takes_one_single_call() -> None:
    account = account_of("RUNNING")
    assert await StopRun(plan_stop(list(account.jobs.values())), "", account, account).run()
    assert account.operations == ["TerminateJob"]


async def test_a_job_that_began_before_it_was_cancelled_is_terminated() -> None:
    account = account_of("RUNNABLE", "RUNNABLE", "RUNNING")
    account.before = lambda operation: account.begins("j1") if operation == "CancelJobs" else None
    stop = Stop(account)
    assert await stop.standings() == {"j0": "accepted", "j1": "accepted", "j2": "accepted"}
    assert ("TerminateJob", ("j1",)) in account.calls
    assert account.jobs["j1"].is_terminated
    assert not account.jobs["j0"].is_terminated
    assert {one.job_id: one.call for one in stop.run.outcomes}["j1"] is StopCall.TERMINATE


async def test_where_aws_tells_no_flags_what_waits_is_looked_at_again() -> None:
    account = account_of("RUNNABLE", "RUNNABLE", has_flags=False)
    looks = iter(range(10))
    account.before = lambda operation: (
        account.begins("j1") if operation == "DescribeJobs" and next(looks) == 2 else None
    )
    stop = Stop(account)
    assert set((await stop.standings()).values()) == {"accepted"}
    assert stop.pauses == [1.0, 3.0]
    assert account.operations == ["CancelJobs", *["DescribeJobs"] * 3, "TerminateJob"]


async def test_an_array_whose_children_began_is_terminated() -> None:
    def parent(**children: int) -> JobSummary:
        counts = tuple((status, children.get(status, 0)) for status in JOB_STATUSES)
        return JobSummary("p", "p", "q", "PENDING", array_properties=ArrayProperties(9, None, counts))

    account = Account({"p": parent(RUNNABLE=9)})
    stop = Stop(account)
    # The summary of an array lags behind: its flag alone does not prove that none of its children runs.
    looks = iter(range(10))

    def meanwhile(operation: str) -> None:
        if operation == "DescribeJobs" and next(looks) == 1:
            account.jobs["p"] = replace(parent(FAILED=7, RUNNING=2), is_cancelled=True)

    account.before = meanwhile
    assert await stop.standings() == {"p": "accepted"}
    assert account.operations == ["CancelJob", "DescribeJobs", "DescribeJobs", "TerminateJob"]

    account = Account({"p": parent(RUNNABLE=9)})
    account.before = lambda operation: (
        account.jobs.update(p=replace(parent(FAILED=9), status="FAILED")) if operation == "DescribeJobs" else None
    )
    assert await Stop(account).standings() == {"p": "accepted"}
    assert account.operations == ["CancelJob", "DescribeJobs"]


async def test_a_job_that_aws_does_not_know_is_in_doubt() -> None:
    account = account_of("RUNNABLE")
    stop = Stop(account)
    account.jobs.clear()
    assert await stop.standings() == {"j0": "in doubt"}


@pytest.mark.parametrize("error", [errors.UnsupportedOperationError("404"), errors.AccessDeniedError("no")])
async def test_without_bulk_calls_jobs_are_stopped_one_by_one(error: errors.AwsError) -> None:
    account = account_of(*["RUNNABLE"] * 60, *["RUNNING"] * 60)
    account.trouble = lambda operation, ids: error if operation in ("CancelJobs", "TerminateJobs") else None
    stop = Stop(account)
    assert Counter((await stop.standings()).values()) == {"accepted": 120}
    assert Counter(account.operations) == {
        "CancelJobs": 1,
        "TerminateJobs": 1,
        "CancelJob": 60,
        "TerminateJob": 60,
        "DescribeJobs": 1,
    }


async def test_what_is_refused_is_told_by_job_and_can_be_tried_again() -> None:
    account = account_of(*["RUNNING"] * 5, "RUNNABLE")
    account.refused = {"j1": errors.InvalidRequestError("no"), "j3": errors.AccessDeniedError("never")}
    stop = Stop(account)
    assert Counter((await stop.standings()).values()) == {"accepted": 4, "failed": 2}
    again = retryable(stop.run.outcomes)
    assert [(one.job_id, str(one.error and one.error.detail)) for one in again] == [("j1", "no"), ("j3", "never")]
    account.refused.clear()
    plan = stop.run.plan.only({one.job_id for one in again})
    outcomes = await StopRun(plan, "again", account, account).run()
    assert {one.job_id: one.standing.value for one in outcomes} == {"j1": "accepted", "j3": "accepted"}


async def test_throttled_jobs_of_a_bulk_call_are_asked_for_again() -> None:
    account = account_of(*["RUNNING"] * 5)
    account.refused = {"j1": errors.ThrottledError("slow"), "j3": errors.ThrottledError("slow")}
    account.before = lambda operation: account.refused.clear() if len(account.calls) == 2 else None
    stop = Stop(account)
    assert Counter((await stop.standings()).values()) == {"accepted": 5}
    assert [len(ids) for _, ids in account.calls] == [5, 2, 2]
    assert stop.pauses == [1.0, 2.0]
    assert any(progress.pause == 2.0 for progress in stop.progress)


async def test_throttling_that_never_ends_is_given_up() -> None:
    account = account_of(*["RUNNING"] * 120)
    account.trouble = lambda operation, ids: errors.ThrottledError("slow")
    stop = Stop(account)
    assert Counter((await stop.standings()).values()) == {"not asked": 120}
    assert all(isinstance(one.error, errors.ThrottledError) for one in stop.run.outcomes)
    assert len(account.calls) == MOST_REFUSALS + 1
    assert max(stop.pauses) == 30.0


async def test_expired_credentials_are_not_tried_for_every_job() -> None:
    account = account_of(*["RUNNING"] * 200)
    account.trouble = lambda operation, ids: errors.ExpiredCredentialsError("old")
    stop = Stop(account)
    assert Counter((await stop.standings()).values()) == {"failed": 50, "not asked": 150}
    assert all(isinstance(one.error, errors.ExpiredCredentialsError) for one in stop.run.outcomes)
    assert len(account.calls) == 1


async def test_without_a_network_it_ends_after_three_calls() -> None:
    account = account_of(*["RUNNING"] * 500)
    account.trouble = lambda operation, ids: errors.UnreachableError("gone")
    stop = Stop(account)
    assert Counter((await stop.standings()).values()) == {"in doubt": 150, "not asked": 350}
    assert len(account.calls) == 3


async def test_one_lost_call_does_not_end_it() -> None:
    account = account_of(*["RUNNING"] * 200)
    account.trouble = lambda operation, ids: errors.ServiceFaultError("500") if len(account.calls) == 2 else None
    stop = Stop(account)
    assert Counter((await stop.standings()).values()) == {"accepted": 150, "in doubt": 50}


async def test_what_could_not_be_looked_at_is_in_doubt_until_it_could() -> None:
    account = account_of("RUNNABLE", "RUNNABLE")
    account.trouble = lambda operation, ids: (
        errors.AccessDeniedError("no") if operation == "DescribeJobs" else None
    )
    stop = Stop(account)
    assert set((await stop.standings()).values()) == {"in doubt"}
    assert all(isinstance(one.error, errors.AccessDeniedError) for one in stop.run.outcomes)

    account = account_of("RUNNABLE", "RUNNABLE")
    account.trouble = lambda operation, ids: errors.ServiceFaultError("500") if len(account.calls) == 2 else None
    assert set((await Stop(account).standings()).values()) == {"accepted"}


async def test_whoever_cancels_it_midway_learns_what_was_done() -> None:
    account = account_of(*["RUNNING"] * 170)
    holding = asyncio.Event()
    plan = plan_stop(list(account.jobs.values()))

    class Slow(Account):
        async def terminate_jobs(
            self, job_ids: Sequence[str], reason: str, *, urgent: bool = False
        ) -> Mapping[str, errors.AwsError]:
            if len(account.calls) == 2:
                holding.set()
                await asyncio.sleep(3600)
            return await account.terminate_jobs(job_ids, reason)

    run = StopRun(plan, "enough", Slow({}), account)
    task = asyncio.create_task(run.run())
    await holding.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert Counter(one.standing for one in run.outcomes) == {
        Standing.ACCEPTED: 100,
        Standing.IN_DOUBT: 50,
        Standing.NOT_ASKED: 20,
    }
    accepted = {one.job_id for one in run.outcomes if one.standing is Standing.ACCEPTED}
    assert accepted == {job.job_id for job in account.jobs.values() if job.is_terminated}
    assert len(retryable(run.outcomes)) == 70


async def test_whoever_cancels_it_during_a_pause_learns_that_nothing_was_asked() -> None:
    account = account_of(*["RUNNING"] * 3)
    account.trouble = lambda operation, ids: errors.ThrottledError("slow")

    async def leave(seconds: float) -> None:
        raise asyncio.CancelledError

    run = StopRun(plan_stop(list(account.jobs.values())), "", account, account, sleep=leave)
    with pytest.raises(asyncio.CancelledError):
        await run.run()
    assert {one.standing for one in run.outcomes} == {Standing.NOT_ASKED}


async def test_whoever_cancels_it_before_what_began_is_terminated_learns_that_it_runs_on() -> None:
    account = account_of("RUNNABLE", "RUNNABLE")

    def meanwhile(operation: str) -> None:
        if operation == "CancelJobs":
            account.begins("j1")
        elif operation == "TerminateJob":
            raise asyncio.CancelledError

    account.before = meanwhile
    stop = Stop(account)
    with pytest.raises(asyncio.CancelledError):
        await stop.run.run()
    assert {one.job_id: (one.call, one.standing) for one in stop.run.outcomes} == {
        "j0": (StopCall.CANCEL, Standing.ACCEPTED),
        "j1": (StopCall.TERMINATE, Standing.IN_DOUBT),
    }


async def test_what_began_and_was_not_terminated_is_never_called_accepted() -> None:
    account = account_of("RUNNABLE", "RUNNABLE")
    account.before = lambda operation: account.begins("j1") if operation == "CancelJobs" else None
    account.trouble = lambda operation, ids: (
        errors.ExpiredCredentialsError("old") if operation == "TerminateJob" else None
    )
    stop = Stop(account)
    assert await stop.standings() == {"j0": "accepted", "j1": "failed"}
    seen = [progress.accepted for progress in stop.progress]
    assert max(seen) == 1, "not even for a moment"


@given(
    st.lists(st.sampled_from((*JOB_STATUSES, "UNKNOWN")), max_size=130),
    st.integers(0, 2**32),
    st.floats(0, 0.5),
    st.booleans(),
)
def test_whatever_happens_every_outcome_is_true(
    statuses: list[str], seed: int, share: float, has_bulk: bool
) -> None:
    """Random refusals and random starts: accepted means stopped, and nobody else is touched."""
    chance = random.Random(seed)
    account = account_of(*statuses)
    bystanders = {f"b{n}": JobSummary(f"b{n}", "other", "q", "RUNNING") for n in range(3)}
    chosen = list(account.jobs.values())
    account.jobs |= bystanders
    kinds = (errors.ThrottledError, errors.ServiceFaultError, errors.InvalidRequestError)

    def trouble(operation: str, ids: Sequence[str]) -> errors.AwsError | None:
        if not has_bulk and operation.endswith("Jobs") and operation != "DescribeJobs":
            return errors.UnsupportedOperationError("404")
        return chance.choice(kinds)("x") if chance.random() < share else None

    def meanwhile(operation: str) -> None:
        waiting = [
            job.job_id
            for job in account.jobs.values()
            if job.status in WAITING and not (job.is_cancelled or job.is_terminated)
        ]
        if waiting and chance.random() < 0.3:
            account.begins(chance.choice(waiting))

    account.trouble, account.before = trouble, meanwhile
    stop = Stop(account, chosen) if chosen else None
    if stop is None:
        return
    outcomes = asyncio.run(stop.run.run())
    assert {one.job_id for one in outcomes} == {job.job_id for job in chosen if job.is_active}
    for one in outcomes:
        job = account.jobs[one.job_id]
        if one.standing is Standing.ACCEPTED:
            assert job.is_terminated or (job.is_cancelled and job.status in WAITING), one
        elif one.standing is Standing.FAILED:
            assert one.error is not None
    assert all(account.jobs[job_id] == job for job_id, job in bystanders.items())
    assert stop.progress[-1].total == len(outcomes)
    counted = Counter(one.standing for one in outcomes)
    assert stop.progress[-1].accepted == counted[Standing.ACCEPTED]


def test_the_record_of_a_stop_counts_what_is_alike() -> None:
    refusal = errors.AccessDeniedError("no", operation="CancelJob", code="AccessDeniedException")
    outcomes = [
        *(StopOutcome(f"a{n}", "n", StopCall.TERMINATE, Standing.ACCEPTED) for n in range(30)),
        StopOutcome("b", "n", StopCall.CANCEL, Standing.FAILED, refusal),
        StopOutcome("c", "n", StopCall.CANCEL, Standing.FAILED, refusal),
    ]
    first, second = entries_of(outcomes, "why", actor=Actor(account="1"), at=5.0)
    assert (first.action, first.count, len(first.job_ids), first.outcome) == ("TerminateJob", 30, 20, "accepted")
    assert (second.action, second.job_ids, second.outcome) == ("CancelJob", ("b", "c"), "failed")
    assert "no" in (second.error or "")


def test_planning_a_stop_needs_no_botocore() -> None:
    """The screen imports it, and botocore takes a quarter of a second."""
    modules = "outcomes, record, stop, stopping, watch"
    code = f"import sys; from batchtui.actions import {modules}; sys.exit('botocore' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
