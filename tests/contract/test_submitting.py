"""Drafts are sent once each: what was throttled is tried again, what got no answer is looked for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from batchtui.actions.draft import Draft
from batchtui.actions.outcomes import Standing
from batchtui.actions.record import Actor
from batchtui.actions.submitting import SubmitOutcome, SubmitProgress, SubmitRun, entry_of, look_for, unsent
from batchtui.demo.faults import Fault
from tests.hands import REQUEST, Hands, hands_on
from tests.worlds import DemoWorld, World

MODEL = {"jobQueue": "qc-fargate", "jobDefinition": "fastqc"}


@pytest.fixture
async def hands(demo: DemoWorld) -> AsyncIterator[Hands]:
    async with hands_on(demo) as found:
        yield found


class Sending:
    """A run of some names against the demo account, in a time that takes no time."""

    def __init__(self, demo: DemoWorld, hands: Hands, *names: str) -> None:
        self.demo = demo
        self.waits: list[float] = []
        self.progress: list[SubmitProgress] = []
        self.settled: list[SubmitOutcome] = []
        self._before = set(demo.truth(MODEL["jobQueue"]))
        self.sent = asyncio.Event()
        self._hands = hands
        self.run = self.again(*names)

    def again(self, *names: str) -> SubmitRun:
        """Another run, which knows what was there before the first."""
        hands, demo = self._hands, self.demo
        return SubmitRun(
            [Draft({**REQUEST, "jobName": name}) for name in names],
            hands.control,
            hands.reads,
            is_known=lambda job_id: job_id in self._before,
            on_progress=self._on_progress,
            on_outcome=self.settled.append,
            clock=demo.clock.now,
            sleep=self._wait,
            chance=lambda: 0.5,
        )

    def _on_progress(self, progress: SubmitProgress) -> None:
        self.progress.append(progress)
        self.sent.set()

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self._hands.wait(seconds)

    @property
    def standings(self) -> list[Standing]:
        return [outcome.standing for outcome in self.run.outcomes]

    def named(self, name: str) -> list[str]:
        """The ids of all jobs of a name, as AWS lists them to another client."""
        only = [{"name": "JOB_NAME", "values": [name]}]
        found = self.demo.batch.list_jobs(jobQueue=MODEL["jobQueue"], filters=only)["jobSummaryList"]
        return [job["jobId"] for job in found]


def every_other(fault: Fault, demo: DemoWorld, operation: str = "SubmitJob") -> None:
    """This fault for the first of any two calls."""
    calls = 0

    def source(name: str) -> Fault | None:
        nonlocal calls
        if name != operation:
            return None
        calls += 1
        return fault if calls % 2 else None

    demo.faults.append(source)


async def test_each_draft_becomes_one_job(demo: DemoWorld, hands: Hands) -> None:
    sending = Sending(demo, hands, "one", "two", "three")
    await sending.run.run()
    assert sending.standings == [Standing.ACCEPTED] * 3
    for outcome in sending.run.outcomes:
        assert sending.named(outcome.job_name) == [outcome.job_id]
    assert sending.settled == list(sending.run.outcomes)
    assert (sending.progress[-1].accepted, sending.progress[-1].total) == (3, 3)


async def test_what_was_throttled_is_sent_again_and_still_once(demo: DemoWorld, hands: Hands) -> None:
    every_other(Fault(status=429, code="TooManyRequestsException", message="x"), demo)
    sending = Sending(demo, hands, *(f"throttled-{number}" for number in range(10)))
    await sending.run.run()
    assert sending.standings == [Standing.ACCEPTED] * 10
    assert all(len(sending.named(outcome.job_name)) == 1 for outcome in sending.run.outcomes)
    assert any(progress.pause for progress in sending.progress)


async def test_for_ever_throttled_it_gives_up_and_all_can_be_sent_again(demo: DemoWorld, hands: Hands) -> None:
    demo.fault("SubmitJob", status=429, code="TooManyRequestsException", message="x")
    sending = Sending(demo, hands, "one", "two")
    await sending.run.run()
    assert sending.standings == [Standing.FAILED, Standing.NOT_ASKED]
    assert len(unsent(sending.run.outcomes)) == 2
    assert sending.named("one") == []


@pytest.mark.parametrize("after", [True, False], ids=["done", "not done"])
async def test_a_lost_answer_is_never_sent_again_and_looked_for(
    demo: DemoWorld, hands: Hands, after: bool
) -> None:
    assert demo.server is not None
    demo.fault("SubmitJob", drop=True, after=after)
    sending = Sending(demo, hands, "lost")
    (outcome,) = await sending.run.run()
    assert demo.server.calls["SubmitJob"] == 1
    assert outcome.standing is Standing.IN_DOUBT
    assert outcome.is_looked_for
    assert [job.job_id for job in outcome.found] == sending.named("lost")
    assert len(outcome.found) == (1 if after else 0)
    assert unsent([outcome]) == (), "nobody sends it again unasked"
    entry = entry_of(outcome, actor=Actor(), at=0.0)
    assert (entry.outcome, entry.new_job_id) == ("in doubt", outcome.found[0].job_id if after else None)


async def test_the_old_job_of_the_same_name_is_not_taken_for_the_new_one(demo: DemoWorld, hands: Hands) -> None:
    old = demo.submit("twin")
    demo.fault("SubmitJob", drop=True)
    sending = Sending(demo, hands, "twin")
    (outcome,) = await sending.run.run()
    assert sending.named("twin") == [old]
    assert outcome.found == ()


async def test_a_namesake_from_before_is_shown_as_such_and_not_taken_for_it(demo: DemoWorld, hands: Hands) -> None:
    sending = Sending(demo, hands, "namesake")
    earlier = demo.submit("namesake")  # by somebody else, and not known here yet
    demo.advance(60)
    demo.fault("SubmitJob", drop=True)
    (outcome,) = await sending.run.run()
    assert [job.job_id for job in outcome.found] == [earlier]
    assert outcome.likely is None
    assert entry_of(outcome, actor=Actor(), at=0.0).new_job_id is None
    demo.fault("SubmitJob", drop=True, after=True)
    sending.run = sending.again("namesake")
    (outcome,) = await sending.run.run()
    assert len(outcome.found) == 2
    assert outcome.likely is not None
    assert outcome.likely.job_id != earlier


async def test_jobs_of_one_name_in_one_run_are_told_apart(demo: DemoWorld, hands: Hands) -> None:
    """The second of two equal drafts is lost: the first one's job is not taken for it."""
    seen = 0

    def second(name: str) -> Fault | None:
        nonlocal seen
        seen += name == "SubmitJob"
        return Fault(drop=True) if name == "SubmitJob" and seen == 2 else None

    demo.faults.append(second)
    sending = Sending(demo, hands, "same", "same", "other")
    first, lost, other = await sending.run.run()
    assert lost.standing is Standing.IN_DOUBT
    assert lost.found == ()
    assert other.standing is Standing.ACCEPTED, "the others go on, for AWS answers"
    assert sending.named("same") == [first.job_id]


async def test_a_job_that_is_listed_late_is_found_all_the_same(demo: DemoWorld, hands: Hands) -> None:
    demo.fault("SubmitJob", drop=True, after=True)
    sending = Sending(demo, hands, "late")
    listings = 0
    none_yet = Fault(status=200, body='{"jobSummaryList": []}', content_type="application/json")

    def empty_at_first(name: str) -> Fault | None:
        nonlocal listings
        listings += name == "ListJobs"
        if name == "SubmitJob":
            return Fault(drop=True, after=True)
        return none_yet if name == "ListJobs" and listings <= 2 else None

    demo.faults.append(empty_at_first)
    (outcome,) = await sending.run.run()
    assert len(outcome.found) == 1
    assert sending.waits == [0.0, 2.0, 4.0]


async def test_where_nothing_answers_the_rest_is_not_sent_and_one_can_look_later(
    demo: DemoWorld, hands: Hands
) -> None:
    sending = Sending(demo, hands, "one", "two")
    demo.faults.append(lambda name: Fault(drop=True, after=name == "SubmitJob"))
    doubtful, rest = await sending.run.run()
    assert (doubtful.standing, doubtful.is_looked_for) == (Standing.IN_DOUBT, False)
    assert rest.standing is Standing.NOT_ASKED
    demo.heal()
    looked = await look_for(doubtful, hands.reads, is_known=lambda job_id: False)
    assert [job.job_id for job in looked.found] == sending.named("one")
    assert sending.named("two") == []


async def test_what_aws_refuses_is_told_and_after_three_in_a_row_the_rest_is_left(
    demo: DemoWorld, hands: Hands
) -> None:
    demo.fault("SubmitJob", status=400, code="ClientException", message="no such queue")
    sending = Sending(demo, hands, *"abcde")
    await sending.run.run()
    assert sending.standings == [*[Standing.FAILED] * 3, *[Standing.NOT_ASKED] * 2]
    assert all("no such queue" in str(outcome.error) for outcome in sending.run.outcomes)


async def test_expired_credentials_stop_it_at_once(demo: DemoWorld, hands: Hands) -> None:
    demo.fault("SubmitJob", status=403, code="ExpiredTokenException", message="expired")
    sending = Sending(demo, hands, "one", "two")
    await sending.run.run()
    assert sending.standings == [Standing.FAILED, Standing.NOT_ASKED]


async def test_who_stops_it_loses_no_answer(demo: DemoWorld, hands: Hands) -> None:
    sending = Sending(demo, hands, "one", "two", "three")
    demo.fault("SubmitJob", delay=0.3)
    running = asyncio.create_task(sending.run.run())
    await sending.sent.wait()
    assert Standing.IN_DOUBT in sending.standings, "until its answer is here"
    sending.run.stop_asking()
    await running
    assert sending.standings == [Standing.ACCEPTED, Standing.NOT_ASKED, Standing.NOT_ASKED]
    assert sending.named("one") == [sending.run.outcomes[0].job_id]


async def test_broken_off_under_way_it_is_in_doubt_and_on_record(demo: DemoWorld, hands: Hands) -> None:
    sending = Sending(demo, hands, "one", "two")
    demo.fault("SubmitJob", delay=0.3, after=True)
    running = asyncio.create_task(sending.run.run())
    await sending.sent.wait()
    assert Standing.IN_DOUBT in sending.standings, "until its answer is here"
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert sending.standings == [Standing.IN_DOUBT, Standing.NOT_ASKED]
    assert [outcome.standing for outcome in sending.settled] == [Standing.IN_DOUBT]


async def test_a_pause_ends_when_it_is_stopped(demo: DemoWorld, hands: Hands) -> None:
    demo.fault("SubmitJob", status=429, code="TooManyRequestsException", message="x")
    sending = Sending(demo, hands, "one")
    never = asyncio.Event()

    async def wait_for_good(seconds: float) -> None:
        sending.run.stop_asking()
        await never.wait()

    sending.run._sleep = wait_for_good
    await asyncio.wait_for(sending.run.run(), 10)
    assert sending.standings == [Standing.NOT_ASKED]


async def test_jobs_are_found_by_name_on_both_endpoints(world: World) -> None:
    """moto has no filter but this one."""
    job_id = world.submit("by-name")
    world.submit("by-name-2")
    async with hands_on(world) as hands:
        listed: list[Any] = await hands.reads.list_jobs_named(world.queue, "by-name", 0)
        assert [job.job_id for job in listed] == [job_id]
        late = (listed[0].created_at or 0) + 1
        assert await hands.reads.list_jobs_named(world.queue, "by-name", late) == []


async def test_broken_off_while_it_is_looked_for_it_is_on_record(demo: DemoWorld, hands: Hands) -> None:
    sending = Sending(demo, hands, "lost")
    demo.fault("SubmitJob", drop=True, after=True)
    looking = asyncio.Event()

    async def wait_for_good(seconds: float) -> None:
        looking.set()
        await asyncio.Event().wait()

    sending.run._sleep = wait_for_good
    running = asyncio.create_task(sending.run.run())
    await looking.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [(each.standing, each.job_name) for each in sending.settled] == [(Standing.IN_DOUBT, "lost")]
