"""How long an event loop keeps others waiting, and what it does meanwhile."""

import asyncio
import gc
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from types import FrameType

_TICK_SECONDS = 0.001
LATE_SECONDS = 0.030
"""A gap that is longer is blamed."""
_SAMPLE_SECONDS = 0.003
_LONG_COLLECTION_SECONDS = 0.003
_DEPTH = 30
_DEPTH_OF_OTHERS = 4
_IDLE = ("wait", "select", "_worker", "readinto", "_wait_for_tstate_lock", "get", "run_selector", "accept")


@dataclass(frozen=True, slots=True)
class Gap:
    """One time that the probe came too late."""

    started: float
    seconds: float


class Probe:
    """Sleeps a millisecond again and again, and notes by how much it overslept."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.asleep_since = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins, on the running loop."""
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Ends it."""
        if self._task is not None:
            self._task.cancel()

    @property
    def is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _run(self) -> None:
        while True:
            self.asleep_since = before = perf_counter()
            await asyncio.sleep(_TICK_SECONDS)
            self.gaps.append(Gap(before, perf_counter() - before - _TICK_SECONDS))


@dataclass(frozen=True, slots=True)
class _Collection:
    started: float
    seconds: float
    generation: int


@dataclass(slots=True)
class Blame:
    """Looks at the stacks while the probe is late, from a thread of its own.

    It costs a little time itself, so that it only runs when it is asked for.
    """

    probe: Probe
    _seen: dict[float, Counter[str]] = field(default_factory=dict)
    _collections: list[_Collection] = field(default_factory=list)
    _collecting_since: float = 0.0

    def start(self) -> None:
        """Begins; the calling thread is the one that is blamed."""
        gc.callbacks.append(self._note_collection)
        threading.Thread(target=self._watch, args=(threading.get_ident(),), daemon=True).start()

    def report(self) -> list[str]:
        """The long gaps, longest first, each with its stacks and the garbage collections in it."""
        late = sorted((gap for gap in self.probe.gaps if gap.seconds > LATE_SECONDS), key=lambda gap: -gap.seconds)
        beginning = self.probe.gaps[0].started if self.probe.gaps else 0.0
        return [self._describe(gap, beginning) for gap in late]

    def _describe(self, gap: Gap, beginning: float) -> str:
        lines = [f"{gap.seconds * 1000:.0f} ms late, {gap.started - beginning:.3f} s after the start"]
        lines += (
            f"  garbage collection, generation {each.generation}: {each.seconds * 1000:.0f} ms"
            for each in self._collections
            if gap.started <= each.started <= gap.started + gap.seconds
        )
        stacks = self._seen.get(gap.started, Counter())
        for stack, count in stacks.most_common(4):
            lines.append(f"  {count} of {stacks.total()} samples:")
            lines.append(stack)
        return "\n".join(lines)

    def _watch(self, blamed: int) -> None:
        while True:
            time.sleep(_SAMPLE_SECONDS)
            since = self.probe.asleep_since
            if self.probe.is_running and perf_counter() - since > LATE_SECONDS:
                self._seen.setdefault(since, Counter())[_stacks(blamed)] += 1

    def _note_collection(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._collecting_since = perf_counter()
            return
        seconds = perf_counter() - self._collecting_since
        if seconds >= _LONG_COLLECTION_SECONDS:
            self._collections.append(_Collection(self._collecting_since, seconds, info["generation"]))


def _stacks(blamed: int) -> str:
    """The blamed thread's stack, and the tops of those of the others that do something."""
    lines: list[str] = []
    for thread, frame in sys._current_frames().items():
        if thread == blamed:
            lines[:0] = [f"    {line}" for line in _lines(frame, _DEPTH)]
        elif thread != threading.get_ident() and frame.f_code.co_name not in _IDLE:
            lines.append("    another thread:")
            lines += (f"      {line}" for line in _lines(frame, _DEPTH_OF_OTHERS))
    return "\n".join(lines)


def _lines(frame: FrameType | None, depth: int) -> list[str]:
    """Innermost first."""
    lines: list[str] = []
    while frame is not None and len(lines) < depth:
        file = frame.f_code.co_filename.rpartition("/site-packages/")[2]
        lines.append(f"{file}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return lines
