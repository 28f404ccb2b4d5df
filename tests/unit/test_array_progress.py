"""How fast arrays go: a rate only where something tells it, from what was seen before what is merely told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.format import text_of
from batchtui.insight.array_progress import (
    MOST_ARRAYS,
    STALLED_SECONDS,
    WINDOW_SECONDS,
    ArrayProgress,
    ArraySights,
    Sight,
    progress_of,
)
from batchtui.model.job import ArrayProperties, JobSummary
from batchtui.ui.array_words import progress_cell, rate_words

NOW = 1_800_000_000.0


def array(*, created_ago: float | None = 3600.0, status: str = "PENDING", **counts: int) -> JobSummary:
    properties = ArrayProperties(size=sum(counts.values()), status_summary=tuple(counts.items()))
    created = None if created_ago is None else int((NOW - created_ago) * 1000)
    return JobSummary("id", "array", "q", status, created_at=created, array_properties=properties)


def test_what_was_seen_tells_the_rate() -> None:
    job = array(SUCCEEDED=90, FAILED=10, RUNNING=5, RUNNABLE=95)
    progress = progress_of(job, NOW, [Sight(NOW - 100, 50), Sight(NOW - 50, 80)])
    assert progress is not None
    assert (progress.ok, progress.failed, progress.size) == (90, 10, 200)
    assert progress.per_second == pytest.approx(0.5)
    assert progress.seconds_left == pytest.approx(200)
    assert progress.is_seen


def test_only_the_last_quarter_of_an_hour_counts() -> None:
    job = array(SUCCEEDED=100, RUNNING=100)
    seen = [Sight(NOW - 9000, 0), Sight(NOW - WINDOW_SECONDS - 60, 91), Sight(NOW - 10, 100)]
    progress = progress_of(job, NOW, seen)
    assert progress is not None
    assert progress.per_second == pytest.approx(9 / WINDOW_SECONDS)


def test_without_a_sight_all_that_ended_since_the_creation_tells_it() -> None:
    progress = progress_of(array(SUCCEEDED=36, RUNNING=4), NOW)
    assert progress is not None
    assert progress.per_second == pytest.approx(0.01)
    assert not progress.is_seen


@pytest.mark.parametrize(
    "job",
    [
        array(SUCCEEDED=2, RUNNING=100),
        array(SUCCEEDED=50, RUNNABLE=50),
        array(SUCCEEDED=50, RUNNING=50, created_ago=30),
        array(SUCCEEDED=50, RUNNING=50, created_ago=None),
        array(SUCCEEDED=50, RUNNING=50, created_ago=-100),
        array(SUCCEEDED=100),
        array(SUCCEEDED=99, FAILED=1, status="FAILED"),
    ],
    ids=["too few", "none runs", "too young", "no date", "from the future", "all ended", "over"],
)
def test_nothing_is_said_where_nothing_tells(job: JobSummary) -> None:
    progress = progress_of(job, NOW)
    assert progress is not None
    assert progress.per_second is None
    assert progress.seconds_left is None


def test_an_array_that_was_watched_and_stands_still_is_not_foretold() -> None:
    job = array(SUCCEEDED=50, RUNNING=50)
    still = progress_of(job, NOW, [Sight(NOW - STALLED_SECONDS, 50)])
    assert still is not None
    assert still.per_second is None, "it was fast once, and is no more"
    young = progress_of(job, NOW, [Sight(NOW - 5, 50)])
    assert young is not None
    assert young.per_second is not None


@pytest.mark.parametrize(
    "job",
    [
        JobSummary("id", "single", "q", "RUNNING"),
        JobSummary("id:1", "child", "q", "RUNNING", array_properties=ArrayProperties(index=1)),
        JobSummary("id", "untold", "q", "PENDING", array_properties=ArrayProperties(size=10)),
    ],
)
def test_other_jobs_have_no_progress(job: JobSummary) -> None:
    assert progress_of(job, NOW) is None


def test_sights_are_few_and_forgotten_with_their_arrays() -> None:
    sights = ArraySights()
    for second in range(20_000):
        sights.look([array(SUCCEEDED=second, RUNNING=30_000 - second)], NOW + second)
    assert len(sights.of("id")) <= 100
    assert sights.of("id")[-1].at >= NOW + 19_980
    sights.look([replace(array(RUNNING=3), job_id=f"j{number}") for number in range(MOST_ARRAYS + 50)], NOW)
    assert len(sights._seen) == MOST_ARRAYS
    sights.keep([{f"j{MOST_ARRAYS}": array(RUNNING=3)}])
    assert set(sights._seen) == {f"j{MOST_ARRAYS}"}


@given(
    st.integers(1, 10_000),
    st.integers(0, 10_000),
    st.lists(st.tuples(st.floats(0, 5000), st.integers(0, 10_000))),
    st.floats(0, 10_000),
)
def test_a_rate_is_never_negative_and_the_rest_never_past(
    size: int, ok: int, seen: list[tuple[float, int]], age: float
) -> None:
    ok = min(ok, size)
    job = array(SUCCEEDED=ok, RUNNING=size - ok, created_ago=age)
    sights = sorted((Sight(NOW - at, ended) for at, ended in seen), key=lambda sight: sight.at)
    progress = progress_of(job, NOW, sights)
    assert progress is not None
    assert progress.per_second is None or progress.per_second > 0
    assert progress.seconds_left is None or progress.seconds_left >= 0


@given(st.integers(4, 120), st.integers(1, 10_000), st.floats(0.0001, 100), st.data())
def test_the_cell_fits_its_width_and_always_tells_the_share(
    width: int, size: int, rate: float, data: st.DataObject
) -> None:
    ok = data.draw(st.integers(0, size))
    failed = data.draw(st.integers(0, size - ok))
    text = text_of(progress_cell(ArrayProgress(size, ok, failed, rate), width))
    assert len(text) <= max(4, width)
    if width >= 9:
        assert f"{100 * (ok + failed) // size}%" in text
    if width >= 80 and failed:
        assert f"{failed:,} failed" in text
        assert " left" in text


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (8, " 18%"),
        (24, " 18% 3✕ ~4h 3/min"),
        (32, " 18% 3 failed ~4h left 3/min"),
        (41, " 18% 177 ok 3 failed ~4h left 3/min"),
        (66, " 18% 177 ok 3 failed of 1,000 ~4h left 3/min"),
    ],
)
def test_progress_rate_and_time_left_are_told_in_a_narrow_cell_too(width: int, words: str) -> None:
    text = text_of(progress_cell(ArrayProgress(1000, 177, 3, 0.055), width))
    assert text.lstrip("█▉▊▋▌▍▎▏░") == words
    assert len(text) <= width


@pytest.mark.parametrize(
    ("per_second", "words"), [(12.0, "12/s"), (0.5, "30/min"), (0.005, "18/h"), (0.001, "3.6/h")]
)
def test_rates_have_the_unit_that_reads_well(per_second: float, words: str) -> None:
    assert rate_words(per_second) == words
