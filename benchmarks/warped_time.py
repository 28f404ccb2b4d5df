"""An event loop whose time passes only while everything waits: an hour of polling takes seconds.

Nothing that runs on it is changed or replaced: timers fire in their order and at their moments, sockets are real.
Where everything waits for a timer, its moment is simply there. Where a call is under way, real time is
waited for its answer, and none passes on the loop's clock: an answer takes no time.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from batchtui.aws.pacing import CallBudget

Result = TypeVar("Result")

_A_MOMENT = 0.2  # real seconds in which a call that is under way is waited for at a time
_PATIENCE = 50  # such moments without any news: something hangs


class WarpedLoop(asyncio.SelectorEventLoop):
    """The loop. ``under_way`` counts the calls whose answers are outstanding; see ``TimedBudget``."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.under_way = 0
        super().__init__(_WarpedSelector(self))

    def time(self) -> float:
        return self.seconds

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Waits for its threads without the limit that Python sets: this clock would jump to it."""
        await super().shutdown_default_executor()


class _WarpedSelector(selectors.DefaultSelector):
    def __init__(self, loop: WarpedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        patience = _PATIENCE
        while not (ready := super().select(_A_MOMENT if self._loop.under_way else 0)):
            if not self._loop.under_way:
                if timeout is None:
                    return super().select(_A_MOMENT)  # a thread may be at work
                # Beyond the timer: what is due a rounding later would be looked for again and again.
                self._loop.seconds += timeout + 1e-9
                return []
            patience -= 1
            if not patience:
                raise TimeoutError("A call has had no answer for a long time")
        return ready


class TimedBudget(CallBudget):
    """A budget on the loop's clock, which stands still while a call is under way.

    It fits callers that are answered or throttled, and nothing else.
    """

    def __init__(self, max_calls_per_second: float, *, chance: Callable[[], float], loop: WarpedLoop) -> None:
        super().__init__(max_calls_per_second, clock=loop.time, chance=chance)
        self._loop = loop

    async def take(self, *, urgent: bool = False) -> None:
        await super().take(urgent=urgent)
        self._loop.under_way += 1

    def succeeded(self) -> None:
        self._loop.under_way -= 1
        super().succeeded()

    def throttled(self) -> None:
        self._loop.under_way -= 1
        super().throttled()


def run_warped(main: Callable[[WarpedLoop], Coroutine[Any, Any, Result]]) -> Result:
    """Runs this on such a loop to its end."""
    with asyncio.Runner(loop_factory=WarpedLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, WarpedLoop)
        return runner.run(main(loop))
