"""The whole log of a job from its first line on, as it comes, for as long as the job runs and a little longer."""

import asyncio
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.aws.logs_gateway import LogsGateway
from batchtui.aws.pacing import CallBudget
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.follower import FIRST_INTERVAL, Follower
from batchtui.logs.line import LogLine
from batchtui.logs.places import LogSource
from batchtui.logs.status import LOOKED_AT, SourceState

LATE_SECONDS: Final = 10.0
"""Lines arrive late: so long after the job's end, or after its last line, nothing more is waited for."""
TROUBLED_SECONDS: Final = 60.0
"""So long after the job's end a log is waited for that cannot be read for the moment."""
_LAST_LOOKS: Final = 3.0  # seconds between two looks once the job has ended
_SHARE_OF_BUDGET: Final = 0.8
_WORTH_SAYING: Final = (SourceState.FAILING, SourceState.GONE)


@dataclass(frozen=True, slots=True)
class SourcedLine:
    """A line with where it comes from."""

    line: LogLine
    source: LogSource
    prefix: str
    """What tells it from others of the job: node, container, and the attempt from the second on; may be empty."""


class JobLog:
    """Reads every stream of a job from its head, one attempt after another.

    Args:
        logs: CloudWatch Logs.
        budget: Whose rate decides how often one looks.
        clock: Seconds that only ever grow.
        wall_clock: Epoch seconds.
        chance: Numbers between 0 and 1, for the jitter of pauses.
    """

    def __init__(
        self,
        logs: LogsGateway,
        budget: CallBudget,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._logs = logs
        self._budget = budget
        self._clock = clock
        self._wall_clock = wall_clock
        self._chance = chance
        self._buffer = LogBuffer()
        self._followers: list[Follower] = []
        self._known: dict[tuple[str, int | None, str], Follower] = {}
        self._ended_at: float | None = None
        self._news_at = clock()
        self._forgiven_at = 0.0
        self._said: set[str] = set()

    def describe(self, sources: Sequence[LogSource]) -> None:
        """AWS told where the job's log is."""
        for source in sources:
            follower = self._known.get(source.key)
            if follower is not None:
                follower.describe(source)
                continue
            follower = Follower(
                len(self._followers),
                source,
                self._logs,
                self._buffer,
                clock=self._clock,
                wall_clock=self._wall_clock,
                chance=self._chance,
                on_change=lambda: None,
                from_head=True,
            )
            self._known[source.key] = follower
            self._followers.append(follower)

    def job_ended(self) -> None:
        """From now on only late lines come."""
        if self._ended_at is None:
            self._ended_at = self._clock()
            self._forgive()

    async def look(self) -> list[SourcedLine]:
        """Makes the calls that are due, once; the new lines, by time. No error of AWS leaves it."""
        now = self._clock()
        if self._ended_at is not None and now - self._forgiven_at >= _LAST_LOOKS:
            self._forgive()
        shortest = max(FIRST_INTERVAL, len(self._followers) / (self._budget.rate * _SHARE_OF_BUDGET))
        due = [each for each in self._readable() if each.due_at <= now]
        await asyncio.gather(*(each.look(shortest) for each in due))
        lines = self._buffer.drain()
        if lines:
            self._news_at = self._clock()
        return [self._sourced(line) for line in lines]

    def new_troubles(self) -> list[str]:
        """What is the matter with a stream, a sentence each, every one once."""
        # Init containers are mostly silent: then they have no stream either.
        spoken = (each for each in self._followers if not each.source.is_init)
        told = (each.status.sentence for each in spoken if each.status.state in _WORTH_SAYING)
        found = [sentence for sentence in dict.fromkeys(told) if sentence not in self._said]
        self._said.update(found)
        return found

    @property
    def due_at(self) -> float:
        """When to look again, on the clock; never where it is infinite."""
        due = min((each.due_at for each in self._readable()), default=math.inf)
        return due if self._ended_at is None else min(due, self._forgiven_at + _LAST_LOOKS)

    @property
    def is_done(self) -> bool:
        """Whether the job has ended and nothing more of its log is waited for."""
        return self._ended_at is not None and all(map(self._is_done, self._followers))

    def _is_done(self, follower: Follower) -> bool:
        state = follower.status.state
        if state not in LOOKED_AT or follower.status.is_denied:
            return True
        assert self._ended_at is not None
        now = self._clock()
        if state in (SourceState.FAILING, SourceState.OPENING):
            return now - self._ended_at >= TROUBLED_SECONDS
        is_read = state is SourceState.WAITING or follower.tail.is_at_end
        return is_read and now - max(self._ended_at, self._news_at) >= LATE_SECONDS

    def _readable(self) -> list[Follower]:
        """Those of the first attempt that was not read to its end, and of all before it."""
        unread = [each.source.attempt or 0 for each in self._followers if not _is_read(each)]
        turn = min(unread, default=math.inf)
        return [each for each in self._followers if (each.source.attempt or 0) <= turn]

    def _forgive(self) -> None:
        self._forgiven_at = self._clock()
        for follower in self._followers:
            if follower.status.state in LOOKED_AT:
                follower.forgive()

    def _sourced(self, line: LogLine) -> SourcedLine:
        source = self._followers[line.source].source
        return SourcedLine(line, source, self._prefix(source))

    def _prefix(self, source: LogSource) -> str:
        _, mark, node = source.job_id.partition("#")
        containers = {each.source.container for each in self._followers}
        parts = (
            mark + node,
            source.container if len(containers) > 1 else "",
            f"attempt {source.attempt}" if (source.attempt or 1) > 1 else "",
        )
        return " ".join(part for part in parts if part)


def _is_read(follower: Follower) -> bool:
    """Whether the next attempt's turn has come: this one is over, and read, or cannot be read."""
    if not follower.source.is_over:
        return False
    return follower.tail.is_at_end or follower.status.state not in (SourceState.OPENING, SourceState.FOLLOWING)
