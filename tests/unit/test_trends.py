"""The counts of the session: true where they are fine, small where they are old, and silent where nobody knows."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.snapshot import QueueJobs, Snapshot, SourceState, jobs_of
from batchtui.sync.trends import POINTS, SLOT_SECONDS, Trends

EPOCH = 1_780_000_000.0


def told(at: float, *names: str, is_complete: bool = True, **counts: int) -> Snapshot:
    held = QueueJobs(counts=MappingProxyType(counts), is_complete=is_complete)
    return Snapshot(
        job_queues=tuple(JobQueueDetail.from_api({"jobQueueName": name}) for name in names or ("q",)),
        jobs=dict.fromkeys(names or ("q",), held),
        sources={jobs_of(name): SourceState(succeeded_at=at) for name in names or ("q",)},
        interval=5.0,
        others_interval=5.0,
    )


def test_counts_are_drawn_as_they_were() -> None:
    trends = Trends()
    for step in range(20):
        trends.note(told(EPOCH + step * SLOT_SECONDS, RUNNING=step, FAILED=3))
    lines = trends.lines("q", 100, EPOCH + 19 * SLOT_SECONDS)
    assert lines is not None
    running, failed = lines.lines
    assert list(running.values) == list(range(20))
    assert (running.status, running.least, running.most, running.now) == ("RUNNING", 0, 19, 19)
    assert list(failed.values) == [3] * 20
    assert (lines.since, lines.until) == (EPOCH, EPOCH + 19 * SLOT_SECONDS)
    assert not lines.has_gaps
    narrow = trends.lines("q", 10, EPOCH + 19 * SLOT_SECONDS)
    assert narrow is not None
    assert narrow.lines[0].values == tuple(each + 0.5 for each in range(0, 20, 2))


def test_what_is_asked_rarely_holds_and_what_is_paused_is_a_gap() -> None:
    trends = Trends()
    trends.note(told(EPOCH, RUNNING=4))
    trends.note(told(EPOCH + 8 * SLOT_SECONDS, RUNNING=6))
    trends.note(told(EPOCH + 200 * SLOT_SECONDS, RUNNING=8))
    lines = trends.lines("q", 1000, EPOCH + 200 * SLOT_SECONDS)
    assert lines is not None
    values = lines.lines[0].values
    assert values[:9] == (4,) * 8 + (6,)
    assert set(values[9:200]) == {None}
    assert values[200] == 8
    assert lines.has_gaps
    still = trends.lines("q", 1000, EPOCH + 204 * SLOT_SECONDS)
    assert still is not None
    assert still.lines[0].values[200:] == (8,) * 5, "the next answer is not due yet"
    late = trends.lines("q", 1000, EPOCH + 300 * SLOT_SECONDS)
    assert late is not None
    assert late.lines[0].values[-1] is None


def test_while_nothing_new_is_told_nothing_is_noted() -> None:
    trends = Trends()
    trends.note(told(EPOCH, is_complete=False, RUNNING=1))
    assert trends.lines("q", 10, EPOCH) is None, "of half a listing no line is drawn"
    trends.note(told(EPOCH, RUNNING=4))
    trends.note(told(EPOCH, RUNNING=9))
    lines = trends.lines("q", 10, EPOCH)
    assert lines is not None
    assert lines.lines[0].now == 4
    trends.note(told(EPOCH + 1, "other", RUNNING=1))
    assert len(trends) == 1, "a queue that is gone is forgotten"
    assert trends.lines("q", 10, EPOCH) is None


@pytest.mark.slow
def test_it_stays_small_over_weeks() -> None:
    trends = Trends()
    steps = 14 * 86_400 // SLOT_SECONDS
    for step in range(0, steps, 3):
        trends.note(told(EPOCH + step * SLOT_SECONDS, RUNNING=step % 50, SUCCEEDED=step))
    trend = trends._queues["q"]
    assert len(trend) <= POINTS * 15
    lines = trends.lines("q", 80, EPOCH + steps * SLOT_SECONDS)
    assert lines is not None
    succeeded = next(line for line in lines.lines if line.status == "SUCCEEDED")
    assert len(succeeded.values) <= 80
    assert None not in succeeded.values
    assert list(succeeded.values) == sorted(each for each in succeeded.values if each is not None)
    assert succeeded.most == max(range(0, steps, 3))


@given(
    st.lists(st.tuples(st.integers(1, 100_000), st.integers(0, 1000)), min_size=1, max_size=300),
    st.integers(1, 120),
)
def test_no_mean_lies_beyond_what_was_seen(told_counts: list[tuple[int, int]], width: int) -> None:
    trends, at = Trends(), EPOCH
    for pause, count in told_counts:
        at += pause
        trends.note(told(at, RUNNING=count))
    lines = trends.lines("q", width, at)
    assert lines is not None
    counts = [count for _, count in told_counts]
    for line in lines.lines:
        assert len(line.values) <= width
        assert (line.least, line.most, line.now) == (min(counts), max(counts), counts[-1])
        known = [value for value in line.values if value is not None]
        assert known
        assert all(min(counts) - 0.01 <= value <= max(counts) + 0.01 for value in known)
