"""Moments as people type them: pure functions."""

from datetime import UTC, datetime, timedelta

from batchtui.query.durations import seconds_of

_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f")


def moment_of(text: str, *, now: float, newest: int | None) -> int | None:
    """A moment in epoch milliseconds, or None where the text tells none.

    Args:
        text: ``14:30`` or ``14:30:05`` (local, of the day of the newest line, or of the day before where that
            would be later than the newest line), ``2026-11-21``, ``2026-11-21 14:30``, ISO 8601 with or without
            a zone, or ``10m`` for so long before now.
        now: Epoch seconds.
        newest: The newest line's moment (epoch milliseconds), None while there is none.
    """
    try:
        return _moment(text.strip(), now, newest)
    except (OverflowError, OSError, ValueError):  # beyond what a calendar has
        return None


def _moment(text: str, now: float, newest: int | None) -> int | None:
    ago = seconds_of(text.removeprefix("-")) if text[-1:].isalpha() else None  # a bare number is no length of time
    if ago is not None:
        return int((now - ago[0]) * 1000)
    last = datetime.fromtimestamp((newest if newest is not None else now * 1000) / 1000).astimezone()
    for form in _CLOCKS:
        try:
            clock = datetime.strptime(text, form).time()  # the zone is the line's
        except ValueError:
            continue
        found = datetime.combine(last.date(), clock).astimezone()
        if found > last + timedelta(minutes=1):
            found = datetime.combine(last.date() - timedelta(days=1), clock).astimezone()
        return int(found.timestamp() * 1000)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(moment.astimezone().timestamp() * 1000) if moment.tzinfo is None else _in_utc(moment)


def _in_utc(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)
