"""What the poller has to say, as often as the link to the terminal can take it."""

import os
from collections.abc import Callable
from time import monotonic

from textual.message_pump import MessagePump
from textual.timer import Timer

from batchtui.slow_link import SHORTEST_INTERVAL, is_remote
from batchtui.ui.short_delays import at_least


class News:
    """At once, or over a link that may be slow a few times a second, the newest.

    Args:
        pump: Its end is the end of the news.
        tell: Tells what is known by then.
    """

    def __init__(self, pump: MessagePump, tell: Callable[[], object]) -> None:
        self._pump = pump
        self._tell = tell
        self._told_at = 0.0
        self._coming: Timer | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether something was heard that is not told yet."""
        return self._coming is not None

    def heard(self) -> None:
        """There is something new."""
        since = monotonic() - self._told_at
        if not is_remote(os.environ) or since >= SHORTEST_INTERVAL:
            self._tell_now()
        elif self._coming is None:
            self._coming = self._pump.set_timer(at_least(SHORTEST_INTERVAL - since), self._tell_now)

    def _tell_now(self) -> None:
        self._told_at, self._coming = monotonic(), None
        self._tell()
