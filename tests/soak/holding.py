"""What the program holds at a moment: tasks, timers, threads, files, objects."""

import asyncio
import gc
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.soak.swift_time import SwiftLoop

_COUNTED = (
    "batchtui.",
    "textual.",
    "rich.",
    "asyncio",
    "_asyncio",
    "aiohttp.",
    "botocore.",
    "aiobotocore.",
    "regex.",
)
_PARTICULARS = re.compile(r"\(.*|#\d+")
_CACHED = ("textual.geometry.", "textual.style.", "textual.box_model.", "textual._styles_cache.", "rich.style.")
"""Values that Textual and Rich keep by ``lru_cache``: a widget's ``StylesCache`` by its ``get_inner_outer``, the
others by their own arithmetic. Each such cache keeps 1,024 or 4,096 of them."""
_MOST_CACHED = 25_000
"""Of one kind of these: so many are in no caches of that size."""
_NOT_OURS = "batchtui.demo."
_FEW = 30
"""So many more of a kind are a screen's, or those of jobs that came."""


@dataclass(frozen=True)
class Held:
    """What is held."""

    tasks: Counter[str]
    """By what they run."""
    timers: int
    threads: int
    files: Counter[str]
    """What is open, by its kind: sockets, pipes, files."""
    objects: Counter[str]
    """Instances of classes of the program and its libraries."""


def held(loop: SwiftLoop) -> Held:
    """What is held now."""
    gc.collect()
    return Held(
        tasks=Counter(_name(task) for task in asyncio.all_tasks(loop)),
        timers=len(loop.timers),
        threads=threading.active_count(),
        files=Counter(_kind(each) for each in Path("/proc/self/fd").iterdir()),
        objects=Counter(_class(each) for each in gc.get_objects() if _is_counted(each)),
    )


def growing(looks: Sequence[Held]) -> dict[str, list[int]]:
    """What there is notably more of in the later half of the looks, and in the last quarter still becomes more.

    What is read once, when it is first needed, such as AWS's models and the table of instance types, is no growth.
    """
    half = len(looks) // 2
    found: dict[str, list[int]] = {}
    for name in looks[-1].objects:
        counts = [look.objects[name] for look in looks]
        if f"{name}.".startswith(_CACHED):
            if counts[-1] > _MOST_CACHED:
                found[name] = counts
        elif _is_more(counts, half) and _is_more(counts[half:], half // 2):
            found[name] = counts
    return found


def _is_more(counts: Sequence[int], at: int) -> bool:
    before, after = max(counts[:at]), min(counts[at:])
    return after > before * 1.05 + _FEW


def _name(task: asyncio.Task[object]) -> str:
    named = _PARTICULARS.sub("", task.get_name())  # Textual names what is a widget's
    return f"{getattr(task.get_coro(), '__qualname__', '?')} {'' if named.startswith('Task-') else named}".strip()


def _kind(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink()).partition(":")[0]
    except OSError:
        return "gone"  # the one with which it was listed


def _class(instance: object) -> str:
    kind = type(instance)
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_counted(instance: object) -> bool:
    module = str(type(instance).__module__)
    return module.startswith(_COUNTED) and not f"{module}.".startswith(_NOT_OURS)
