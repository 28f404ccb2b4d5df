"""Work that would keep the screen from answering, done aside."""

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final, TypeVar, TypeVarTuple

from batchtui import garbage

MANY: Final = 2_000
"""More jobs than these are looked at in a thread: on the event loop they would take too many milliseconds."""

Values = TypeVarTuple("Values")
Result = TypeVar("Result")


async def aside(size: int, work: Callable[[*Values], Result], *values: *Values) -> Result:
    """What pure work comes to, done in a thread where it is about many things.

    The thread and the event loop take turns every few milliseconds. A sort of many tuples is one turn, however
    long it takes: sort by plain numbers.

    Args:
        size: About how many things it is.
        work: Pure: it must not touch what the event loop changes.
        values: What it works on.
    """
    if size <= MANY:
        return work(*values)
    with garbage.many_made(size):
        return await asyncio.to_thread(work, *values)


async def loaded(*names: str) -> None:
    """Imports modules that a screen needs, the first time that it is opened.

    Some cost 100 ms: in a thread the screen goes on meanwhile. The handler that awaits this keeps the keys that
    are pressed behind it in their order.
    """
    missing = [name for name in names if name not in sys.modules]
    if missing:
        await asyncio.to_thread(lambda: [import_module(name) for name in missing])
