"""Where the account's time comes from: the one real clock, and one that tests turn by hand."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that knows what time it is."""

    def now(self) -> float:
        """The present, in seconds since the epoch."""
        ...


class SystemClock:
    """The real time. Nothing else in the account looks at it."""

    __slots__ = ()

    def now(self) -> float:
        """The present, in seconds since the epoch."""
        return time.time()


class ManualClock:
    """A time that stands still until it is advanced."""

    __slots__ = ("_now",)

    def __init__(self, start: float = 1_780_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        """The present, in seconds since the epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the present forward.

        Raises:
            ValueError: when asked to go back, which no account survives.
        """
        if seconds < 0:
            raise ValueError(f"time cannot go back by {-seconds} s")
        self._now += seconds
