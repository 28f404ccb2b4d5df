"""Which finished jobs are kept, and that what was dropped stays out."""

import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from batchtui.format import left_out
from batchtui.model.job import JobSummary
from batchtui.sync.store import Store

MINUTE = 60_000


def job(number: int, ended: int | None, status: str = "SUCCEEDED") -> JobSummary:
    is_over = status in ("SUCCEEDED", "FAILED")
    return JobSummary(f"j{number}", "n", "q", status, created_at=1, stopped_at=ended if is_over else None)


def store_of(most: int, *queues: str) -> Store:
    store = Store(most)
    store.keep_queues(queues or ("q",))
    return store


def ids(store: Store, *queues: str) -> set[str]:
    return {job_id for queue in queues or ("q",) for job_id in store.jobs(queue)}


def test_those_that_ended_longest_ago_are_dropped() -> None:
    store = store_of(100)
    store.observe("q", [job(n, n * 1000) for n in range(105)])
    assert len(ids(store)) == 105, "so many are borne until the next drop"
    store.observe("q", [job(105, 105_000)])
    assert ids(store) == {f"j{n}" for n in range(6, 106)}
    assert store.finished.dropped_before == 5001
    assert dict(store.publish()["q"].counts) == {"SUCCEEDED": 100}
    store.observe("q", [job(1, 1_000), job(300, 300_000)])
    assert "j300" in ids(store), "one that is too old does not hide those behind it"


def test_the_window_is_one_for_all_queues() -> None:
    store = store_of(100, "a", "b")
    store.observe("a", [job(n, n * MINUTE) for n in range(60)])
    store.observe("b", [job(n, n * MINUTE) for n in range(60, 120)])
    assert ids(store, "a") == {f"j{n}" for n in range(20, 60)}
    assert len(ids(store, "b")) == 60


def test_an_active_job_is_never_dropped() -> None:
    store = store_of(10)
    store.observe("q", [job(n, None, "RUNNING") for n in range(50)])
    store.observe("q", [job(n, n) for n in range(100, 150)])
    assert {f"j{n}" for n in range(50)} <= ids(store)
    assert store.active_by_status("q") == {"RUNNING": 50}


def test_what_was_dropped_does_not_come_back() -> None:
    store = store_of(100)
    listed = [job(n, n * 1000) for n in range(200)]
    store.observe("q", listed)
    known = store.publish()["q"]
    store.observe("q", listed)
    assert store.publish()["q"] is known, "the next listing changes nothing"


def test_a_job_that_turns_out_to_have_ended_long_ago_goes() -> None:
    store = store_of(10)
    store.observe("q", [job(999, None, "RUNNING"), *(job(n, n * 1000) for n in range(20))])
    store.observe("q", [job(999, 5_000)])
    assert "j999" not in ids(store)
    assert store.active_by_status("q") == {}
    assert sum(store.publish()["q"].counts.values()) == 10


def test_the_newest_creation_is_known_even_where_the_job_is_not_kept() -> None:
    store = store_of(10, "a", "b")
    store.observe("a", [job(n, n * MINUTE) for n in range(100, 120)])
    store.observe("b", [replace(job(1, 5), created_at=4_711)])
    assert ids(store, "b") == set()
    assert store.newest_created_at("b") == 4_711, "else all of the queue would be read in every cycle"


def test_jobs_of_the_same_moment_go_together() -> None:
    store = store_of(10)
    store.observe("q", [job(n, 7_000 if n < 8 else 9_000) for n in range(12)])
    assert ids(store) == {f"j{n}" for n in range(8, 12)}
    assert store.finished.dropped_before == 7_001


def test_a_burst_is_dropped_bit_by_bit() -> None:
    store = store_of(20_000)
    for start in range(0, 40_000, 500):  # all within the same five minutes
        store.observe("q", [job(n, 1_800_000_000 + n * 7) for n in range(start, start + 500)])
    kept = sorted(int(each[1:]) for each in ids(store))
    assert kept == list(range(40_000 - len(kept), 40_000))
    assert 20_000 <= len(kept) <= 21_000
    assert store.finished.dropped_before == 1_800_000_000 + (kept[0] - 1) * 7 + 1
    store.forget("q", list(ids(store)))
    assert (store.finished.count, store.finished._spans) == (0, {})


def test_a_job_without_an_end_counts_from_its_creation() -> None:
    store = store_of(2)
    store.observe("q", [replace(job(n, None), created_at=n * 1000) for n in (3, 1, 2)])
    assert ids(store) == {"j3", "j2"}


def test_a_queue_that_is_gone_makes_room() -> None:
    store = store_of(100, "a", "b")
    store.observe("a", [job(n, n * 1000) for n in range(90)])
    store.keep_queues(["b"])
    assert store.finished.count == 0
    store.observe("b", [job(n, n * 1000) for n in range(90)])
    assert len(ids(store, "b")) == 90
    assert store.finished.dropped_before is None


def test_nothing_is_left_of_jobs_that_aws_forgot() -> None:
    store = store_of(1_000)
    for day in range(50):
        store.observe("q", [job(n, (day * 100 + n) * MINUTE) for n in range(100)])
        store.forget("q", [f"j{n}" for n in range(100)])
    assert (store.finished.count, store.finished._spans) == (0, {})


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 40), st.integers(0, 5 * MINUTE), st.sampled_from(("RUNNING", "FAILED"))),
            max_size=30,
        ),
        max_size=8,
    )
)
def test_counts_and_window_always_agree(pages: list[list[tuple[int, int, str]]]) -> None:
    store = store_of(10, "a", "b")
    for turn, page in enumerate(pages):
        queue = "ab"[turn % 2]
        store.observe(queue, [job(number * 2 + turn % 2, ended, status) for number, ended, status in page])
        if turn % 3 == 2:
            store.forget(queue, random.Random(turn).sample(sorted(store.jobs(queue)), len(store.jobs(queue)) // 2))
        held = [each for name in "ab" for each in store.jobs(name).values()]
        finished = [each for each in held if not each.is_active]
        assert store.finished.count == len(finished) <= 10
        before = store.finished.dropped_before
        assert before is None or all((each.stopped_at or 0) >= before for each in finished)
        for name, published in store.publish().items():
            assert Counter(each.status for each in store.jobs(name).values()) == dict(published.counts)


def test_the_words() -> None:
    now = 1_800_000_000.0  # 2027-01-15 08:00 UTC
    assert left_out(None, now) == ""
    assert left_out(int(now - 3_600) * 1000, now) == "finished before 07:00 left out"
    assert left_out(int(now - 86_400) * 1000, now) == "finished before 01-14 08:00 left out"
