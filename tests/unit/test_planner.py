"""The planner's choices and their costs."""

from hypothesis import given
from hypothesis import strategies as st

from batchtui.sync.kinds import SERVICE_JOBS
from batchtui.sync.pace import REPAIR_SECONDS
from batchtui.sync.planner import (
    BEGINNING_MS,
    OVERLAP_MS,
    SWEEPS_AT_ONCE,
    QueueKnowledge,
    Way,
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
