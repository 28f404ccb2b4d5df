"""How the budget is divided: who is asked how often, and how often everything is swept."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.sync.attention import MOST_LOOKED_AT, REMEMBERED_SECONDS, Attention
from batchtui.sync.kinds import CONTAINER_JOBS
from batchtui.sync.pace import (
    LOOKED_AT_SHARE,
    REFRESH_SHARE,
    REPAIR_SECONDS,
    REPAIR_SHARE,
    SOON_SECONDS,
    Cost,
    Turns,
    pace,
    quiet_seconds,
    repair_seconds,
    total,
)
from batchtui.sync.planner import QueueKnowledge, Way, expected_calls, plan_cycle

NEWEST = 1_900_000_000_000
REFRESH, RATE = 5.0, 4.0
ACTIVE = st.sampled_from((0, 0, 1, 30, 400, 900, 40_000))


def queue(number: int, running: int = 5, *, refreshed: float = 0.0) -> QueueKnowledge:
    return QueueKnowledge(f"q{number}", {"RUNNING": running}, NEWEST, swept_at=0.0, refreshed_at=refreshed)


def test_a_small_account_is_never_slowed() -> None:
    queues = [queue(number, 30) for number in range(10)]
    cycle = plan_cycle(queues, now=5.0, refresh=REFRESH, calls_per_second=RATE, looked_at=["q0"])
    assert (len(cycle.steps), cycle.expected_calls, cycle.beside) == (10, 13, ())
    assert (cycle.pace.interval, cycle.pace.others) == (REFRESH, REFRESH)


def test_of_many_queues_those_looked_at_come_in_each_cycle_and_the_others_by_turns() -> None:
    queues = {f"q{number}": queue(number) for number in range(40)}
    looked_at, turns, now = ("q3", "q17", "q30"), Turns(), 0.0
    looks: dict[str, list[float]] = {name: [] for name in queues}
    calls = 0
    for _ in range(200):
        now += REFRESH
        cycle = plan_cycle(
            list(queues.values()),
            now=now,
            refresh=REFRESH,
            calls_per_second=RATE,
            selected="q17",
            looked_at=looked_at,
            turns=turns,
        )
        swept = {step.queue for step in cycle.beside if step.way is Way.SWEEP}
        assert {step.queue for step in cycle.steps} == set(looked_at) - swept
        assert "q17" in (*swept, cycle.steps[0].queue), "the selected one goes first"
        turns = cycle.turns
        calls += cycle.expected_calls
        watched = [step for step in cycle.beside if step.way is not Way.SWEEP]
        calls += expected_calls(watched, queues)
        for step in (*cycle.steps, *cycle.beside):
            looks[step.queue].append(now)
            swept_at = now if step.way is Way.SWEEP else queues[step.queue].swept_at
            queues[step.queue] = replace(queues[step.queue], refreshed_at=now, swept_at=swept_at)
    others = cycle.pace.others
    assert 2 * REFRESH < others < 4 * REFRESH
    for name, moments in looks.items():
        waits = [later - earlier for earlier, later in pairwise(moments)]
        assert max(waits) <= (REFRESH if name in looked_at else 2 * (others + REFRESH)), name
    assert 0.9 * REFRESH_SHARE * RATE <= calls / now <= REFRESH_SHARE * RATE + 0.1


@given(st.lists(ACTIVE, min_size=1, max_size=60), st.integers(0, 5), st.floats(0.1, 50))
def test_the_shares_of_the_budget(active: list[int], looked_at: int, rate: float) -> None:
    costs = [
        Cost(f"q{number}", 1, described=jobs) if jobs <= 500 else Cost(f"q{number}", 6 + jobs // 1000)
        for number, jobs in enumerate(active)
    ]
    seen = [cost for cost in costs if int(cost.queue[1:]) < looked_at]
    rest = costs[looked_at:]
    divided = pace(
        costs, {cost.queue for cost in seen}, refresh=REFRESH, calls_per_second=rate, described_at_once=100
    )
    share = rate * REFRESH_SHARE
    if not divided.takes_turns:
        assert total(costs, 100) / divided.interval <= share * 1.0001
        return
    assert divided.left is not None
    assert total(seen, 100) / divided.interval <= share * LOOKED_AT_SHARE * 1.0001
    assert total(seen, 100) / divided.interval + total(rest, 100) / divided.others <= share * 1.0001
    assert divided.left >= share * (1 - LOOKED_AT_SHARE) * 0.9999, "the others get on too"
    assert divided.others >= REFRESH
    assert divided.interval >= REFRESH


def test_a_queue_too_large_for_one_turn_has_its_turn_and_the_next_ones_wait_for_that() -> None:
    queues = [queue(0, 100_000), *(queue(number, refreshed=1.0) for number in range(1, 20))]
    first = plan_cycle(queues, now=20.0, refresh=REFRESH, calls_per_second=RATE, looked_at=["q5"])
    assert [step.queue for step in first.steps] == ["q5"]
    assert [step.queue for step in first.beside] == ["q0"]
    second = plan_cycle(
        queues, now=25.0, refresh=REFRESH, calls_per_second=RATE, looked_at=["q5"], turns=first.turns
    )
    assert second.beside == ()
    assert first.turns.others_at > 20.0 + 105 / (RATE * REFRESH_SHARE) - REFRESH


def test_what_is_under_way_beside_the_cycles_is_waited_for() -> None:
    queues = [replace(queue(number), swept_at=-9999.0) for number in range(40)]
    cycle = plan_cycle(
        queues, now=5.0, refresh=REFRESH, calls_per_second=RATE, looked_at=["q5"], is_free=False, selected="q5"
    )
    assert ([step.queue for step in cycle.steps], cycle.beside) == (["q5"], ())


def test_quiet_queues_are_spared_only_where_others_are_looked_at() -> None:
    queues = [queue(0), queue(1, 0)]

    def asked(now: float, **how: object) -> list[str]:
        cycle = plan_cycle(queues, now=now, refresh=REFRESH, calls_per_second=RATE, **how)  # type: ignore[arg-type]
        return [step.queue for step in cycle.steps]

    assert asked(5.0, looked_at=["q0"], spares_quiet=True) == ["q0"]
    assert asked(quiet_seconds(REFRESH), looked_at=["q0"], spares_quiet=True) == ["q0", "q1"]
    assert asked(5.0, looked_at=["q0"]) == ["q0", "q1"]
    assert asked(5.0, spares_quiet=True) == ["q0", "q1"]
    assert asked(5.0, looked_at=["q1"], spares_quiet=True) == ["q0", "q1"]
    assert [quiet_seconds(refresh) for refresh in (1.0, 5.0, 20.0, 60.0)] == [3.0, 15.0, 30.0, 60.0]


def test_repairs_become_rarer_where_they_are_many() -> None:
    one = CONTAINER_JOBS.sweep_calls({"SUCCEEDED": 99_000, "RUNNING": 1000})
    assert one == 1 + 99 + 6
    assert repair_seconds(one, RATE) == REPAIR_SECONDS
    forty = 40 * CONTAINER_JOBS.sweep_calls({"SUCCEEDED": 4900, "RUNNING": 100})
    assert forty == 40 * 12
    assert repair_seconds(2 * forty, RATE) == 2 * forty / (REPAIR_SHARE * RATE) > REPAIR_SECONDS
    assert repair_seconds(8, RATE, is_soon=True) == SOON_SECONDS
    assert repair_seconds(forty, RATE, is_soon=True) == forty / (REPAIR_SHARE * RATE)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=20))
def test_repairs_take_no_more_than_their_share(sweeps: list[int]) -> None:
    seconds = repair_seconds(sum(sweeps), RATE)
    queues = [
        replace(queue(number, refreshed=1e9), sweep_calls=calls, repair_seconds=seconds)
        for number, calls in enumerate(sweeps)
    ]
    turns, now, calls = Turns(), 0.0, 0
    while now < 3 * seconds:
        now += REFRESH
        cycle = plan_cycle(queues, now=now, refresh=REFRESH, calls_per_second=RATE, turns=turns)
        turns = cycle.turns
        for step in cycle.beside:
            number = int(step.queue[1:])
            calls += queues[number].sweep_calls
            queues[number] = replace(queues[number], swept_at=now)
    assert calls <= REPAIR_SHARE * RATE * (now + 60.0) + max(sweeps)
    assert all(each.swept_at for each in queues), "none is forgotten"


def test_who_is_looked_at() -> None:
    now = 0.0
    attention = Attention(lambda: now)
    assert attention.looked_at() == ()
    for name in ("a", "b", "c", "d"):
        attention.select(name)
        now += 1.0
    assert attention.looked_at() == ("d", "c", "b")
    assert len(attention.looked_at()) == MOST_LOOKED_AT
    attention.select("passed by")
    now += 0.1
    attention.select("c")
    assert attention.looked_at() == ("c", "d", "b")
    now += REMEMBERED_SECONDS + 1
    assert attention.looked_at() == ("c",)
    attention.select(None)
    assert attention.looked_at() == (), "all are looked at alike"
