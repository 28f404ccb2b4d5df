"""Backoff, the session's errors, and the one word for the status bar."""

import contextlib
import gc
import weakref
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.aws.errors import (
    AccessDeniedError,
    AwsError,
    ExpiredCredentialsError,
    ThrottledError,
    UnreachableError,
)
from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.condition import condition
from batchtui.sync.snapshot import Progress, Snapshot, SourceState, jobs_of
from batchtui.sync.sources import FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS, Sources, all_errors, backoff


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_backoff_is_bounded(failures: int, chance: float) -> None:
    assert FIRST_BACKOFF_SECONDS / 2 <= backoff(failures, chance) <= LONGEST_BACKOFF_SECONDS


def test_the_backoff_grows() -> None:
    assert [backoff(n, 1.0) for n in (1, 2, 3, 9)] == [2.0, 4.0, 8.0, 60.0]


def test_an_error_that_is_kept_holds_nothing_of_what_failed() -> None:
    class Screen:
        pass

    sources = Sources(clock=lambda: 0.0, wall_clock=lambda: 7.0, chance=lambda: 0.0)
    seen: list[weakref.ref[Screen]] = []

    def call() -> None:
        screen = Screen()
        seen.append(weakref.ref(screen))
        try:
            raise ThrottledError("slow", operation="ListJobs", code="429", request_id="r-1", advice="Wait.")
        except AwsError as error:
            sources.failed("ListJobs a", error)
            raise

    with contextlib.suppress(AwsError):
        call()
    gc.collect()
    assert seen[0]() is None
    kept = sources.errors[0].error
    assert isinstance(kept, ThrottledError)
    assert (kept.operation, kept.code, kept.request_id) == ("ListJobs", "429", "r-1")
    assert str(kept) == "ListJobs: slow. Wait."


def test_errors_of_one_kind_are_counted_together_and_bounded() -> None:
    sources = Sources(clock=lambda: 0.0, wall_clock=lambda: 7.0, chance=lambda: 0.0)
    for _ in range(5):
        sources.failed("ListJobs a", ThrottledError("slow", operation="ListJobs", code="429"))
    assert [(seen.count, seen.error.code) for seen in sources.errors] == [(5, "429")]
    for number in range(1000):
        sources.failed("ListJobs a", ThrottledError("slow", operation="ListJobs", code=str(number)))
    assert len(sources.errors) == 200
    assert sources.errors[0].error.code == "999", "the latest first"


def test_what_others_asked_counts_too_where_the_poller_asks_the_same() -> None:
    polled, heard = (Sources(clock=lambda: 0.0, wall_clock=lambda: 7.0, chance=lambda: 0.0) for _ in range(2))
    for operation, source in (
        ("DescribeJobs", "DescribeJobs"),
        ("ListJobs", "ListJobs a"),
        ("ListJobs", "ListJobs b"),
    ):
        polled.failed(source, ThrottledError("slow", operation=operation, code="429"))
    for operation in ("DescribeJobs", "DescribeJobs", "DescribeJobs", "ListJobs", "ListJobs", "GetLogEvents"):
        heard.failed(operation, ThrottledError("slow", operation=operation, code="429"))
    counts = {seen.source: seen.count for seen in all_errors(polled.errors, heard.errors)}
    assert counts == {"DescribeJobs": 3, "ListJobs a": 1, "ListJobs b": 1, "GetLogEvents": 1}


def test_success_ends_the_backoff() -> None:
    sources = Sources(clock=lambda: 100.0, wall_clock=lambda: 7.0, chance=lambda: 1.0)
    sources.failed("x", UnreachableError("no"))
    assert not sources.is_ready("x")
    sources.succeeded("x")
    assert sources.is_ready("x")
    assert sources.failing() == {}


def test_a_person_may_try_at_once() -> None:
    sources = Sources(clock=lambda: 100.0, wall_clock=lambda: 7.0, chance=lambda: 1.0)
    sources.failed("x", UnreachableError("no"))
    sources.forgive()
    assert sources.is_ready("x")


def snapshot_with(*errors: AwsError) -> Snapshot:
    sources = {f"s{n}": SourceState(error=error, failures=1, succeeded_at=50.0) for n, error in enumerate(errors)}
    return Snapshot(job_queues=(), sources=MappingProxyType(sources), refreshed_at=60.0, interval=5.0)


@pytest.mark.parametrize(
    ("errors", "word"),
    [
        ((), "live"),
        ((ThrottledError("x"),), "throttled"),
        ((ThrottledError("x"), UnreachableError("x")), "offline"),
        ((UnreachableError("x"), ExpiredCredentialsError("x"), AccessDeniedError("x")), "credentials expired"),
        ((AccessDeniedError("x"),), "access denied"),
    ],
)
def test_the_worst_condition_is_shown(errors: tuple[AwsError, ...], word: str) -> None:
    assert condition(snapshot_with(*errors), now=61.0).word == word


def test_loading_paused_and_stale() -> None:
    assert condition(Snapshot(), now=0.0).word == "loading", "nothing was heard yet"
    assert condition(Snapshot(job_queues=(), progress=Progress(1, 4)), now=0.0).word == "loading"
    assert condition(Snapshot(is_paused=True, refreshed_at=3.0), now=9.0).since == 3.0
    late = condition(snapshot_with(), now=200.0)
    assert (late.word, late.since) == ("stale", 60.0)
    rare = replace(snapshot_with(), unseen_interval=30.0)  # of a context that nobody looks at
    assert condition(rare, now=149.0).word == "live"
    assert condition(rare, now=200.0).word == "stale"


def test_a_queue_that_was_not_looked_at_for_long_is_not_said_to_be_live() -> None:
    queues = tuple(JobQueueDetail.from_api({"jobQueueName": name}) for name in ("seen", "rare"))
    sources = {jobs_of("seen"): SourceState(succeeded_at=98.0), jobs_of("rare"): SourceState(succeeded_at=40.0)}
    snapshot = Snapshot(
        job_queues=queues, sources=MappingProxyType(sources), refreshed_at=98.0, interval=5.0, others_interval=60.0
    )
    assert condition(snapshot, 100.0, "seen").word == "live"
    late = condition(snapshot, 100.0, "rare")
    assert (late.word, late.since) == ("stale", 40.0)
    assert condition(snapshot, 100.0).word == "stale"
    assert condition(replace(snapshot, interval=60.0), 100.0).word == "live", "the bar says every 60 s then"
    assert snapshot.are_others_slower
    assert not replace(snapshot, interval=60.0).are_others_slower


def test_a_snapshot_knows_when_it_is_stretched() -> None:
    assert Snapshot(interval=26.0, refresh=5.0).is_stretched
    assert not Snapshot(interval=5.0, refresh=5.0, job_queues=(JobQueueDetail.from_api({}),)).is_stretched
