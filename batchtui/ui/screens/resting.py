"""The time between two questions of a screen that keeps true what it shows."""

import asyncio
from collections.abc import Callable
from typing import Final

_SLICE_SECONDS: Final = 0.5


async def rest(
    again: asyncio.Event,
    seconds: Callable[[], float | None],
    *,
    least: float = 0.0,
    is_over: bool = False,
) -> None:
    """Returns once it is time to ask again, or once somebody wants it.

    Args:
        again: Set by who wants it now.
        seconds: How long what is shown stays true enough; None while polling is paused. A pause may begin and
            end meanwhile.
        least: No sooner than after so many seconds.
        is_over: Whether nothing changes any more, so that only a person can want it.
    """
    if is_over:
        await again.wait()
        return
    waited = 0.0
    while (enough := seconds()) is None or waited < max(enough, least):
        try:
            async with asyncio.timeout(_SLICE_SECONDS):
                await again.wait()
                return
        except TimeoutError:
            waited += _SLICE_SECONDS
