"""A time that passes only where nothing is left to do: hours of waiting take none, and a seed takes the same way.

It must begin before anything is imported that keeps ``time.monotonic`` and its like.
"""

import asyncio
import selectors
import time
from collections.abc import Callable
from typing import Any

EPOCH = 1_780_000_000.0
_LOOK_SECONDS = 0.000_05
"""That each turn of the loop takes, so that whoever waits for a moment without sleeping comes to it, too."""
_STUCK_SECONDS = 60.0


class SwiftTime:
    """What the clocks tell."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds

    def epoch(self) -> float:
        return EPOCH + self.seconds

    def begin(self) -> None:
        """From now on every clock of this process is this one."""
        time.monotonic = time.perf_counter = self.monotonic
        time.time = self.epoch
        time.process_time = lambda: 0.0  # Textual's pilot waits until hardly any is used


class SwiftLoop(asyncio.SelectorEventLoop):
    """Jumps to the next timer as soon as nothing is ready, and no thread is at work."""

    def __init__(self, swift: SwiftTime) -> None:
        self._aside = 0
        super().__init__(_Selector(swift, lambda: self._aside > 0))

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        future = super().run_in_executor(executor, func, *args)
        self._aside += 1
        future.add_done_callback(self._came_back)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Waits for its threads without the limit that Python sets: this clock would jump to it."""
        await super().shutdown_default_executor()

    def _came_back(self, _: object) -> None:
        self._aside -= 1

    @property
    def timers(self) -> list[asyncio.TimerHandle]:
        """Those that will go off."""
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        return [timer for timer in scheduled if not timer.cancelled()]


class _Selector(selectors.DefaultSelector):
    def __init__(self, swift: SwiftTime, is_aside: Callable[[], bool]) -> None:
        super().__init__()
        self._swift, self._is_aside = swift, is_aside

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        # What is sent on loopback has arrived when the call that sends it is over.
        ready = super().select(0)
        self._swift.seconds += _LOOK_SECONDS
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None or self._is_aside():
            ready = super().select(_STUCK_SECONDS)
            assert ready, "nothing will ever happen"
            return ready
        self._swift.seconds += timeout
        return []
