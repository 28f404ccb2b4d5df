"""One source that is looked at: its tail, what is wrong with it, and when it is looked at again."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from batchtui.aws.errors import AwsError, NotFoundError
from batchtui.aws.logs_gateway import LogEvent, LogEventsPage, LogsGateway
from batchtui.logs import status
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.intake import lines_of
from batchtui.logs.line import LogLine
from batchtui.logs.places import LogSource, pod_stream_prefix, stream_of_pod
from batchtui.logs.status import SourceState, SourceStatus
from batchtui.logs.tail import Tail

FIRST_INTERVAL: Final = 1.0
"""Seconds between two looks while lines come."""
LONGEST_INTERVAL: Final = 10.0
"""Seconds between two looks at a stream that is idle."""
QUIET_SECONDS: Final = 120.0
"""Lines arrive late: so long after the end of an attempt, or its last line, nothing more is expected."""
PAGE_EVENTS: Final = 5000
"""Events asked for at once: parsing half of the largest page keeps the screen waiting for less than a frame."""
_FULL_PAGE_CHARACTERS: Final = 500_000  # a page holds at most 1 MB, by AWS's own way of counting
_BACKOFF_SECONDS: Final = (2.0, 60.0)
_SEARCHED_PAGES: Final = 5
_BEFORE_START_MS: Final = 60_000


class Follower:
    """Feeds a buffer from one source. No AwsError leaves it but from ``load_older``.

    Args:
        index: What its lines carry.
        source: Where the log is; replaced when AWS tells more.
        logs: CloudWatch Logs.
        buffer: Takes the lines.
        clock: Seconds that only ever grow.
        wall_clock: Epoch seconds.
        chance: Numbers between 0 and 1, for the jitter of the backoff.
        on_change: Called when there are new lines or another status.
        from_head: Begin at the stream's head instead of at its end.
    """

    def __init__(
        self,
        index: int,
        source: LogSource,
        logs: LogsGateway,
        buffer: LogBuffer,
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        chance: Callable[[], float],
        on_change: Callable[[], None],
        from_head: bool = False,
    ) -> None:
        self.index = index
        self.source = source
        self.status: SourceStatus = status.OPENING
        self.due_at = 0.0
        """When to look again, on the clock; never where it is infinite."""
        self.tail = Tail(self._read, from_head=from_head)
        self._from_head = from_head
        self._logs = logs
        self._buffer = buffer
        self._clock = clock
        self._wall_clock = wall_clock
        self._chance = chance
        self._on_change = on_change
        self._stream = source.stream
        self._interval = FIRST_INTERVAL
        self._failures = 0
        self._is_behind = False
        # Read but not in the buffer yet. Who leaves the screen cancels the work between two slices of a page, and
        # the tail has gone on by then: without these the rest of that page would be lost.
        self._newer: list[LogEvent] = []
        self._older: list[LogEvent] = []

    @property
    def has_older(self) -> bool:
        """Whether ``load_older`` can find anything."""
        if self._older:
            return True
        return self.tail.is_open and not self.tail.is_at_start and self.status.state is not SourceState.GONE

    async def look(self, shortest: float = FIRST_INTERVAL) -> None:
        """Takes what is new.

        Args:
            shortest: Seconds until the next look where lines come, as the budget allows.
        """
        try:
            count = await self._take_newer()
        except NotFoundError:
            self._not_there(shortest)
        except AwsError as error:
            self.fail(error)
        else:
            self._failures = 0
            self._plan(count, shortest)

    async def load_older(self) -> int:
        """Takes one page of what is older.

        Raises:
            AwsError: The call failed.
        """
        if not self._older:
            self._older = await self.tail.older()
        lines: list[LogLine] = []
        async for part in lines_of(self._older, self.index, is_pod=self.source.pod_name is not None):
            lines += part
        self._older = []
        taken = self._buffer.prepend(lines)
        self._on_change()
        return taken

    def fail(self, error: AwsError) -> None:
        """A call went wrong: the next one waits longer each time."""
        self._failures += 1
        first, longest = _BACKOFF_SECONDS
        wait = min(longest, first * 2.0 ** min(self._failures - 1, 16)) * (0.5 + self._chance() / 2)
        self._rest(status.failed(self.source, error), wait)

    def describe(self, source: LogSource) -> None:
        """AWS tells more about the source."""
        if source.is_over and not self.source.is_over and self.due_at == math.inf:
            self.due_at = 0.0
        self.source = source
        self._stream = source.stream or self._stream

    def readable(self) -> LogSource | None:
        """The source with its stream's name; None where that is not known yet."""
        return None if self._stream is None else replace(self.source, stream=self._stream)

    def forgive(self) -> None:
        """A person asks to look at once."""
        if self.status.state is not SourceState.ENDED:
            self.due_at = 0.0

    async def _take_newer(self) -> int:
        if self._stream is None:
            self._stream = await self._search()
        if not self._newer:
            self._newer = await self.tail.newer()
        events = tuple(self._newer)
        size = sum(len(message) for _, message in events)
        self._is_behind = len(events) >= PAGE_EVENTS or size >= _FULL_PAGE_CHARACTERS
        async for lines in lines_of(events, self.index, is_pod=self.source.pod_name is not None):
            self._buffer.append(lines)
            del self._newer[: len(lines)]
            self._on_change()
        return len(events)

    async def _search(self) -> str:
        """The name of a pod's stream: by its prefix, which costs one call, or by what its lines say."""
        source = self.source
        if prefix := pod_stream_prefix(source):
            names = [stream.name for stream in await self._logs.describe_log_streams(source.group, prefix)]
            if found := stream_of_pod(source, names):
                return found
        since = None if source.started_at is None else source.started_at - _BEFORE_START_MS
        pages = 0
        async for page in self._logs.filter_log_events(source.group, f'"{source.pod_name}"', start_time=since):
            if found := stream_of_pod(source, page.stream_names):
                return found
            pages += 1
            if pages == _SEARCHED_PAGES:
                break
        raise NotFoundError(f"No stream of pod {source.pod_name}", operation="FilterLogEvents", code="NoStream")

    def _plan(self, count: int, shortest: float) -> None:
        tail = self.tail
        if tail.newest is None and not tail.is_at_start:
            self._rest(status.OPENING, 0.0)  # the newest pages were empty: what is before them?
        elif not tail.is_at_end and (self._is_behind or not count or (self._from_head and self.source.is_over)):
            # A full page, or an empty one that is not the last, or somebody waits to have read it to its end.
            self._rest(status.FOLLOWING, 0.0)
        elif tail.is_at_end and self._is_quiet():
            self._rest(status.ENDED, math.inf)
        else:  # a page that is not full has most probably brought all there is: asking for proof costs a call
            self._interval = shortest if count else min(LONGEST_INTERVAL, max(shortest, self._interval * 1.5))
            self._rest(status.FOLLOWING, self._interval)

    def _not_there(self, shortest: float) -> None:
        is_late = self._is_quiet()
        self._interval = min(LONGEST_INTERVAL, max(shortest, self._interval * 1.5))
        told = status.missing(self.source, is_over=is_late)
        self._rest(told, math.inf if is_late else self._interval)

    def _is_quiet(self) -> bool:
        """Whether the attempt ended long ago, and nothing came since."""
        if not self.source.is_over:
            return False
        last = max(self.source.stopped_at or 0, self.tail.newest or 0)
        return self._wall_clock() - last / 1000 >= QUIET_SECONDS

    def _rest(self, told: SourceStatus, seconds: float) -> None:
        self.due_at = self._clock() + seconds
        if told != self.status:
            self.status = told
            self._on_change()

    async def _read(
        self,
        *,
        token: str | None = None,
        start_from_head: bool = False,
        start_time: int | None = None,
        end_time: int | None = None,
    ) -> LogEventsPage:
        assert self._stream is not None
        return await self._logs.get_log_events(
            self.source.group,
            self._stream,
            region=self.source.region,
            token=token,
            start_from_head=start_from_head,
            start_time=start_time,
            end_time=end_time,
            limit=PAGE_EVENTS,
            urgent=not start_from_head,  # opening and scrolling back: a person waits
        )
