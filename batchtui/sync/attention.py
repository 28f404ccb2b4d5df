"""Which queues a person looks at, and whether anybody does."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

SETTLED_SECONDS = 0.3
"""A cursor that rests so long on a queue has come to it; one that runs through a list has not."""
REMEMBERED_SECONDS = 120.0
MOST_LOOKED_AT = 3
"""The queue under the cursor and those before it: between so many a person goes to and fro."""


class Attention:
    """The queue under the cursor, and those that were under it a moment ago.

    Args:
        clock: Seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.selected: str | None = None
        """None for all queues together."""
        self._clock = clock
        self._came_at = 0.0
        self._left_at: dict[str, float] = {}  # the latest last
        self._moved = asyncio.Event()

    def select(self, queue: str | None) -> None:
        """The cursor came to a queue, or to all of them."""
        if queue == self.selected:
            return
        now = self._clock()
        if self.selected is not None and now - self._came_at >= SETTLED_SECONDS:
            self._left_at.pop(self.selected, None)
            self._left_at[self.selected] = now
            while len(self._left_at) > MOST_LOOKED_AT:
                del self._left_at[next(iter(self._left_at))]
        self.selected, self._came_at = queue, now
        self._moved.set()

    def looked_at(self) -> tuple[str, ...]:
        """The latest first; none while all queues are shown together, for then all are looked at alike."""
        if self.selected is None:
            return ()
        since = self._clock() - REMEMBERED_SECONDS
        lately = [name for name, at in reversed(self._left_at.items()) if at >= since and name != self.selected]
        return (self.selected, *lately)[:MOST_LOOKED_AT]

    async def next(self) -> str | None:
        """Waits until the cursor has come to rest on another queue."""
        await self._moved.wait()
        with suppress(TimeoutError):
            while True:
                self._moved.clear()
                async with asyncio.timeout(SETTLED_SECONDS):
                    await self._moved.wait()
        return self.selected
