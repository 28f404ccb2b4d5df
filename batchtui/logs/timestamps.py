"""How the moment of a line is written."""

from datetime import UTC, datetime, tzinfo
from enum import StrEnum


class TimestampForm(StrEnum):
    """The ways to write it, in the order in which a key goes through them."""

    NONE = "none"
    LOCAL = "local"
    UTC = "utc"
    ELAPSED = "elapsed"
    """Since the first line: ``+12m03s``."""
    AGO = "ago"
    """Before now: ``3m ago``."""

    def next(self) -> "TimestampForm":
        """The one after it, round and round."""
        forms = list(TimestampForm)
        return forms[(forms.index(self) + 1) % len(forms)]


def written(
    timestamp: int, form: TimestampForm, *, first: int = 0, now: float = 0.0, zone: tzinfo | None = None
) -> str:
    """A moment in this form.

    Args:
        timestamp: Epoch milliseconds.
        form: How.
        first: Epoch milliseconds of the first line, for ``ELAPSED``.
        now: Epoch seconds, for ``AGO``.
        zone: The local time zone; that of this machine where it is None.
    """
    if form is TimestampForm.NONE:
        return ""
    if form is TimestampForm.ELAPSED:
        return elapsed(timestamp - first)
    if form is TimestampForm.AGO:
        return ago(now - timestamp / 1000)
    if form is TimestampForm.UTC:
        return _clock(timestamp, UTC)
    return _clock(timestamp, zone)


def iso_utc(timestamp: int) -> str:
    """``2026-10-10T12:00:00.123Z``; a moment that no calendar has stays a number."""
    try:
        moment = datetime.fromtimestamp(timestamp // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{timestamp}ms"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{timestamp % 1000:03d}Z"


def elapsed(milliseconds: int) -> str:
    """``+4.1s``, ``+12m03s``, ``+2h05m``, ``+3d04h``."""
    sign, milliseconds = ("-", -milliseconds) if milliseconds < 0 else ("+", milliseconds)
    seconds = milliseconds // 1000
    if seconds < 60:
        return f"{sign}{seconds}.{milliseconds % 1000 // 100}s"
    if seconds < 3600:
        return f"{sign}{seconds // 60}m{seconds % 60:02d}s"
    if seconds < 86_400:
        return f"{sign}{seconds // 3600}h{seconds % 3600 // 60:02d}m"
    return f"{sign}{seconds // 86_400}d{seconds % 86_400 // 3600:02d}h"


def ago(seconds: float) -> str:
    """``3m ago``; what lies ahead, as clocks differ, is ``now``."""
    whole = int(max(0.0, seconds))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if whole >= size:
            return f"{whole // size}{unit} ago"
    return "now"


def _clock(timestamp: int, zone: tzinfo | None) -> str:
    """Date and time to the millisecond; the year would only be in the way."""
    try:
        moment = datetime.fromtimestamp(timestamp // 1000, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return f"{timestamp}ms"
    return f"{moment:%m-%d %H:%M:%S}.{timestamp % 1000:03d}"
