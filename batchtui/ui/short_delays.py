"""Delays that may be over before they begin, which Textual's timers do not bear.

A timer without time left never lets go of the event loop where its delay is below zero, and never goes off where
it is a few nanoseconds: it skips the turns that it has missed, and by then it has missed its only one.
"""

from typing import Final

from textual.notifications import Notification

LEAST_SECONDS: Final = 0.01
"""Of a delay: nobody notices it, and any timer has begun to wait before it is over."""


def at_least(seconds: float) -> float:
    """A delay in seconds, as a timer bears it."""
    return max(LEAST_SECONDS, seconds)


class Notice(Notification):
    """A notification whose time may run out while its toast is being made, as where a clock is set."""

    @property
    def time_left(self) -> float:
        """Seconds, for the timer of its toast."""
        return at_least(super().time_left)

    @property
    def has_expired(self) -> bool:
        """Whether it is no longer to be shown."""
        return super().time_left <= 0
