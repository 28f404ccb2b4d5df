"""The planner's choices and their costs."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from batchtui.sync.kinds import SERVICE_JOBS
from batchtui.sync.pace import REPAIR_SECONDS, Turns
from batchtui.sync.planner import (
    BEGINNING_MS,
    OVERLAP_MS,
    SWEEPS_AT_ONCE,
    QueueKnowledge,
    Step,
    Way,
    look_at,
    plan_cycle,
    way_to_refresh,
)

NEWEST = 1_900_000_000_000


def queue(
    name: str = "q", *, swept: float | None = 0.0, refreshed: float | None = 0.0, **active: int
) -> QueueKnowledge:
    return QueueKnowledge(name, active, newest_created_at=NEWEST, swept_at=swept, refreshed_at=refreshed)


def test_ten_queues_with_300_active_jobs_take_13_calls() -> None:
    queues = [queue(f"q{n}", RUNNING=30) for n in range(10)]
    cycle = plan_cycle(queues, now=5.0, refresh=5.0)
    assert cycle.expected_calls == 13
    assert {step.way for step in cycle.steps} == {Way.WATCH}
    assert {step.created_after for step in cycle.steps} == {NEWEST - OVERLAP_MS}


def test_an_idle_queue_takes_one_call() -> None:
    assert plan_cycle([queue()], now=5.0, refresh=5.0).expected_calls == 1


def test_many_active_jobs_are_listed_not_described() -> None:
    assert way_to_refresh({"RUNNABLE": 500}) is Way.WATCH
    assert way_to_refresh({"RUNNABLE": 501}) is Way.LIST
    assert plan_cycle([queue(RUNNABLE=100_000)], now=5.0, refresh=5.0).expected_calls == 1 + 100 + 4


@given(st.dictionaries(st.sampled_from(("RUNNABLE", "RUNNING", "PENDING")), st.integers(0, 200_000)))
def test_the_cheaper_way_is_taken(active: dict[str, int]) -> None:
    cost = plan_cycle([QueueKnowledge("q", active, NEWEST, 0.0, 0.0)], now=5.0, refresh=5.0).expected_calls
    describing = 1 + -(-sum(active.values()) // 100)
    assert cost <= describing


def test_a_queue_without_jobs_looks_at_all_of_time() -> None:
    empty = QueueKnowledge("q", {}, newest_created_at=None, swept_at=0.0, refreshed_at=0.0)
    assert plan_cycle([empty], now=5.0, refresh=5.0).steps[0].created_after == BEGINNING_MS


def test_the_selected_queue_goes_first_and_first_sweeps_come_a_few_at_a_time() -> None:
    queues = [queue(f"q{n}", swept=None, refreshed=None) for n in range(10)]
    cycle = plan_cycle(queues, now=0.0, refresh=5.0, selected="q7")
    assert next(step.queue for step in cycle.steps) == "q7"
    assert len(cycle.steps) == SWEEPS_AT_ONCE
    assert cycle.is_more_waiting


def test_what_was_looked_at_just_now_is_not_due() -> None:
    assert plan_cycle([queue(refreshed=3.0)], now=5.0, refresh=5.0).steps == ()
    assert len(plan_cycle([queue(refreshed=0.4)], now=5.0, refresh=5.0).steps) == 1


def test_a_failing_queue_is_left_alone_until_its_time() -> None:
    failing = QueueKnowledge("q", {}, swept_at=0.0, refreshed_at=0.0, retry_at=60.0)
    assert plan_cycle([failing], now=59.0, refresh=5.0).steps == ()
    assert len(plan_cycle([failing], now=60.0, refresh=5.0).steps) == 1


def test_repairs_come_one_at_a_time_the_oldest_first() -> None:
    now = REPAIR_SECONDS + 50
    queues = [queue("a", swept=40.0, refreshed=now), queue("b", swept=20.0, refreshed=now)]
    cycle = plan_cycle(queues, now=now, refresh=5.0)
    (step,) = cycle.beside
    assert cycle.steps == ()
    assert (step.queue, step.way) == ("b", Way.SWEEP)


def test_active_jobs_are_listed_while_they_cannot_be_described() -> None:
    steps = plan_cycle([queue("a", RUNNING=3), queue("b")], now=5.0, refresh=5.0, can_describe=False).steps
    assert {step.queue: step.way for step in steps} == {"a": Way.LIST, "b": Way.WATCH}


def test_others_wait_while_first_sweeps_wait() -> None:
    unswept = [queue(f"q{n}", swept=None, refreshed=None) for n in range(SWEEPS_AT_ONCE + 1)]
    cycle = plan_cycle([queue("old"), queue("seen"), *unswept], now=5.0, refresh=5.0, selected="seen")
    watched = [step.queue for step in cycle.steps if step.way is Way.WATCH]
    assert watched == ["seen"]


def test_service_jobs_are_listed_never_described_and_an_idle_queue_takes_one_call() -> None:
    few = QueueKnowledge("q", {"SCHEDULED": 1}, NEWEST, 0.0, 0.0, kind=SERVICE_JOBS)
    (step,) = plan_cycle([few], now=5.0, refresh=5.0).steps
    assert (step.way, step.kind) == (Way.LIST, SERVICE_JOBS)
    assert plan_cycle([few], now=5.0, refresh=5.0).expected_calls == 1 + 6
    many = QueueKnowledge("q", {"RUNNABLE": 250}, NEWEST, 0.0, 0.0, kind=SERVICE_JOBS)
    assert plan_cycle([many], now=5.0, refresh=5.0).expected_calls == 1 + 3 + 5, "at most 100 a page"
    idle = QueueKnowledge("q", {}, NEWEST, 0.0, 0.0, kind=SERVICE_JOBS)
    assert plan_cycle([idle], now=5.0, refresh=5.0).expected_calls == 1
    unswept = QueueKnowledge("q", {}, kind=SERVICE_JOBS)
    assert plan_cycle([unswept], now=5.0, refresh=5.0).expected_calls == 1 + 8


def _looked_at_of_two(now: float, *, spares_quiet: bool = True, refresh: float = 5.0, **active: int) -> set[str]:
    queues = [queue("seen", refreshed=0.0), queue("other", refreshed=0.0, **active)]
    cycle = plan_cycle(queues, now=now, refresh=refresh, looked_at={"seen"}, spares_quiet=spares_quiet)
    return {step.queue for step in cycle.steps}


def test_a_quiet_queue_that_nobody_looks_at_is_asked_every_third_time() -> None:
    assert _looked_at_of_two(5.0) == {"seen"}
    assert _looked_at_of_two(15.0) == {"seen", "other"}
    assert _looked_at_of_two(5.0, RUNNING=1) == {"seen", "other"}, "something goes on there"
    assert _looked_at_of_two(5.0, RUNNING=0) == {"seen"}
    assert _looked_at_of_two(5.0, spares_quiet=False) == {"seen", "other"}
    alone = plan_cycle([queue("other", refreshed=0.0)], now=5.0, refresh=5.0, spares_quiet=True)
    assert alone.steps, "nothing is specially looked at while all are shown together"
    default = plan_cycle([queue("seen"), queue("other")], now=5.0, refresh=5.0, looked_at={"seen"})
    assert len(default.steps) == 2


def test_a_look_is_due_a_little_before_its_time_and_at_once_where_there_was_none() -> None:
    assert not plan_cycle([queue()], now=8.99, refresh=10.0).steps
    assert plan_cycle([queue()], now=9.0, refresh=10.0).steps
    assert plan_cycle([queue(refreshed=None)], now=0.0, refresh=10.0).steps


def test_a_repair_is_due_after_its_time_exactly() -> None:
    assert not plan_cycle([queue(swept=400.0, refreshed=999.0)], now=999.9, refresh=5.0).beside
    assert plan_cycle([queue(swept=400.0, refreshed=999.0)], now=1000.0, refresh=5.0).beside
    now = REPAIR_SECONDS + 1
    queues = [queue("later", swept=0.5, refreshed=now), queue("first", swept=0.0, refreshed=now)]
    assert [step.queue for step in plan_cycle(queues, now=now, refresh=5.0).beside] == ["first"]


def test_the_pace_is_that_of_the_cheaper_way_and_of_what_is_looked_at() -> None:
    few = plan_cycle([queue(RUNNING=30)], now=5.0, refresh=5.0, calls_per_second=1.0).pace
    assert (few.interval, few.takes_turns) == (5.0, False)
    listed = plan_cycle([queue(RUNNING=30)], now=5.0, refresh=5.0, calls_per_second=1.0, can_describe=False).pace
    assert listed.takes_turns
    queues = [queue(f"q{n}", refreshed=-float(n)) for n in range(8)]
    cycle = plan_cycle(queues, now=5.0, refresh=5.0, calls_per_second=1.0, looked_at={"q7"})
    assert [step.queue for step in cycle.steps] == ["q7"]
    assert cycle.pace.left == 0.8 - 1 / 5
    assert [step.queue for step in cycle.beside] == ["q6", "q5", "q4"], "those that wait longest, while they fit"
    listed_one = [queue("listed", RUNNABLE=501), *queues]
    cycle = plan_cycle(listed_one, now=5.0, refresh=5.0, calls_per_second=1.0, looked_at={"listed"})
    assert round(cycle.pace.interval, 9) == 10.0, "six calls, with 0.6 a second"
    never = [queue("q0"), queue("never", refreshed=None), *queues[1:]]
    cycle = plan_cycle(never, now=5.0, refresh=5.0, calls_per_second=1.0, looked_at={"q0"})
    assert cycle.beside[0].queue == "never"


def test_one_more_look_at_a_queue_to_which_somebody_came() -> None:
    step = look_at(queue(RUNNING=3), now=5.0, refresh=5.0)
    assert step == Step("q", Way.WATCH, NEWEST - OVERLAP_MS)
    listed = look_at(queue(RUNNING=3), now=5.0, refresh=5.0, can_describe=False)
    assert listed is not None
    assert listed.way is Way.LIST
    assert look_at(queue(refreshed=4.0), now=5.0, refresh=5.0) is None, "lately"
    assert look_at(queue(swept=None), now=5.0, refresh=5.0) is None, "its first sweep is to come"
    failing = QueueKnowledge("q", {}, swept_at=0.0, refreshed_at=0.0, retry_at=6.0)
    assert look_at(failing, now=5.9, refresh=5.0) is None
    assert look_at(failing, now=6.0, refresh=5.0) is not None


def test_what_goes_beside_the_cycles_waits_for_its_turn() -> None:
    now = REPAIR_SECONDS
    old = [queue("a", refreshed=now), queue("b", refreshed=now)]
    free = plan_cycle(old, now=now, refresh=5.0, calls_per_second=4.0)
    assert [(step.queue, step.way, step.created_after) for step in free.beside] == [("a", Way.SWEEP, BEGINNING_MS)]
    assert free.turns == Turns().with_repair(now, 1, 4.0)
    assert plan_cycle(old, now=now, refresh=5.0, turns=Turns(repair_at=now)).beside, "exactly then"
    assert not plan_cycle(old, now=now, refresh=5.0, turns=Turns(repair_at=now + 0.1)).beside
    assert not plan_cycle(old, now=now, refresh=5.0, is_free=False).beside
    assert not plan_cycle([*old, queue("new", swept=None)], now=now, refresh=5.0).beside
    service = QueueKnowledge("s", {}, NEWEST, 0.0, now, kind=SERVICE_JOBS)
    assert plan_cycle([service], now=now, refresh=5.0).beside[0].kind is SERVICE_JOBS
    unswept = plan_cycle([queue("new", swept=None)], now=now, refresh=5.0).steps
    assert unswept == (Step("new", Way.SWEEP, BEGINNING_MS),)


def test_others_take_turns_when_theirs_has_come() -> None:
    queues = [queue(f"q{n}", refreshed=-float(n), RUNNING=30) for n in range(8)]

    def beside(now: float = 5.0, **more: Any) -> list[str]:
        cycle = plan_cycle(queues, now=now, refresh=5.0, calls_per_second=1.0, looked_at={"q7"}, **more)
        return [step.queue for step in cycle.beside]

    assert beside()[0] == "q6"
    assert beside(turns=Turns(others_at=5.4))[0] == "q6", "a little before it"
    assert beside(turns=Turns(others_at=5.6)) == []
    assert beside(is_free=False) == []
    cycle = plan_cycle(queues, now=5.0, refresh=5.0, calls_per_second=1.0, looked_at={"q7"})
    calls = len(cycle.beside) + 1  # one DescribeJobs for all of them
    assert cycle.turns == Turns().with_others(5.0, calls, cycle.pace)
    listed = plan_cycle(queues, now=5.0, refresh=5.0, calls_per_second=1.0, looked_at={"q7"}, can_describe=False)
    assert {step.way for step in listed.beside} == {Way.LIST}
    assert listed.turns == Turns().with_others(5.0, 6 * len(listed.beside), listed.pace), "1 + 5 statuses each"
