"""Moments as people type them."""

from datetime import UTC, datetime

import pytest

from batchtui.ui.logs.moments import moment_of

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC).timestamp()
NEWEST = int(datetime(2026, 11, 20, 18, 30, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("18:30", "2026-11-20T18:30:00+00:00"),
        ("18:29:59", "2026-11-20T18:29:59+00:00"),
        ("18:30:00.250", "2026-11-20T18:30:00.250+00:00"),
        ("23:00", "2026-11-19T23:00:00+00:00"),
        ("2026-11-20", "2026-11-20T00:00:00+00:00"),
        ("2026-11-20 17:00", "2026-11-20T17:00:00+00:00"),
        (" 2026-11-20T17:00:00Z ", "2026-11-20T17:00:00+00:00"),
        ("2026-11-20T17:00:00+02:00", "2026-11-20T15:00:00+00:00"),
        ("10m", "2026-11-21T01:50:00+00:00"),
        ("-2h30m", "2026-11-20T23:30:00+00:00"),
    ],
)
def test_moments(text: str, moment: str) -> None:
    assert moment_of(text, now=NOW, newest=NEWEST) == int(datetime.fromisoformat(moment).timestamp() * 1000)


@pytest.mark.parametrize("text", ["", "soon", "25:00", "10", "10 m", "2026-13-01", "0001-01-01"])
def test_what_is_no_moment(text: str) -> None:
    assert moment_of(text, now=NOW, newest=NEWEST) is None


def test_a_time_of_day_before_there_is_a_line_is_todays_or_yesterdays() -> None:
    assert moment_of("01:00", now=NOW, newest=None) == int((NOW - 3600) * 1000)
    assert moment_of("03:00", now=NOW, newest=None) == int((NOW - 23 * 3600) * 1000)


def test_a_newest_line_beyond_every_calendar() -> None:
    assert moment_of("12:00", now=NOW, newest=2**60) is None
