"""Long lists are filtered and sorted in the pauses of the event loop, while what was shown last stays there."""

import asyncio
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Final, Generic

from textual.widget import Widget
from textual.worker import Worker

from batchtui.query.filter import FilterError
from batchtui.query.steps import Result, Steps, at_once

MANY: Final = 2_000
"""Up to so many rows are arranged at once: a handful of milliseconds."""
_SLICE_SECONDS = 0.001
_IDLE_SECONDS = 0.0003  # a turn of the event loop that took no longer did nothing
_FRAME_SECONDS = 0.015
_REST = 9.0  # news are arranged in at most a tenth of the time: what is loading needs the rest
_LONGEST_REST_SECONDS = 2.0


_last_key = 0.0


def a_key_came() -> None:
    """What is arranged waits until the key is drawn: that takes several turns of the event loop."""
    global _last_key
    _last_key = perf_counter()


async def in_pauses(steps: Steps[Result]) -> tuple[Result, float]:
    """Goes through long work while nothing else wants the event loop.

    Returns:
        What it comes to, and the seconds that it took by itself.
    """
    worked = 0.0
    while True:
        await _pause()  # at the beginning, too: the key that asked for it is not drawn yet
        started = perf_counter()
        try:
            while perf_counter() - started < _SLICE_SECONDS:
                next(steps)
        except StopIteration as end:
            return end.value, worked + perf_counter() - started
        worked += perf_counter() - started


async def _pause() -> None:
    """Lets go of the event loop, longer where it has something to do: a key takes several turns to be drawn."""
    await asyncio.sleep(0)  # what has come in meanwhile is noticed in this turn and done in the next
    before = perf_counter()
    await asyncio.sleep(0)
    now = perf_counter()
    if now - before >= _IDLE_SECONDS or now - _last_key < _FRAME_SECONDS:
        await asyncio.sleep(_FRAME_SECONDS)


class Arranging(Generic[Result]):
    """Makes the rows of one list; at most one making is under way.

    Args:
        widget: What the list belongs to; the work ends with it.
        done: Takes the result.
        failed: Takes what is wrong with a filter, where that shows only while it is used.
    """

    def __init__(
        self, widget: Widget, *, done: Callable[[Result], None], failed: Callable[[FilterError], None]
    ) -> None:
        self._widget = widget
        self._done = done
        self._failed = failed
        self._worker: Worker[None] | None = None
        self._waiting: list[Callable[[], Steps[Result]]] = []  # the newest news, if any

    def begin(self, make: Callable[[], Steps[Result]], rows: int, *, is_asked: bool) -> None:
        """Arranges anew.

        Args:
            make: Begins the work with what is known then.
            rows: About how many there are.
            is_asked: A person asked for another order or filter: what is under way is of no use any more. Without
                it there is only news, which waits for its turn: else a list that changes all the time would never
                be shown.
        """
        is_busy = self._worker is not None and not self._worker.is_finished
        if is_busy and not is_asked:
            self._waiting = [make]
            return
        self._waiting.clear()
        if self._worker is not None:
            self._worker.cancel()
        if rows <= MANY:
            self._worker = None
            try:
                result = at_once(make())
            except FilterError as error:
                self._failed(error)
            else:
                self._done(result)
        else:
            work = partial(self._work, make)
            self._worker = self._widget.run_worker(work, name="arranging", group="arranging")

    async def _work(self, make: Callable[[], Steps[Result]]) -> None:
        while True:
            self._waiting.clear()
            try:
                result, seconds = await in_pauses(make())
            except FilterError as error:
                self._worker = None
                self._failed(error)
                return
            self._done(result)
            await asyncio.sleep(min(_LONGEST_REST_SECONDS, seconds * _REST))
            if not self._waiting:
                return
            make = self._waiting[0]
