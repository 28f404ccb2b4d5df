"""What is going to happen, in the order of time: the heap on which the simulation runs."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any


class Agenda:
    """Discrete events. Time, in milliseconds since the epoch, only moves here, from one event to the next."""

    __slots__ = ("_count", "_heap", "now")

    def __init__(self, now: int) -> None:
        self.now = now
        # The count keeps events of the same moment in the order in which they were planned.
        self._heap: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0

    def at(self, when: int, event: Callable[..., None], *arguments: Any) -> None:
        """Plan an event; one planned for the past happens now."""
        self._count += 1
        heapq.heappush(self._heap, (max(when, self.now), self._count, event, arguments))

    def run_until(self, moment: int) -> None:
        """Let everything happen that is due by then; asking for the past changes nothing."""
        heap = self._heap
        while heap and heap[0][0] <= moment:
            when, _, event, arguments = heapq.heappop(heap)
            self.now = when
            event(*arguments)
        self.now = max(self.now, moment)
