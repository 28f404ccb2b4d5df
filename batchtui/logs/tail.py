"""One stream of CloudWatch Logs read from its end in both directions, no line lost and none twice.

What GetLogEvents promises, and what not:

- A page may be empty without being the last. The end of a direction is where the token that comes back is the one
  that was sent.
- The end of a stream is not final: the same token finds what was written since.
- A token expires after a day. Then the stream is read again from the newest (or up to the oldest) moment that was
  seen, and the lines of that one millisecond that were seen are left out: by count, because two equal lines in
  one millisecond are two lines.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from batchtui.aws.errors import InvalidTokenError
from batchtui.aws.logs_gateway import LogEvent, LogEventsPage


class ReadPage(Protocol):
    """GetLogEvents on one stream."""

    async def __call__(
        self,
        *,
        token: str | None = None,
        start_from_head: bool = False,
        start_time: int | None = None,
        end_time: int | None = None,
    ) -> LogEventsPage: ...


class Tail:
    """Where in a stream we are. Each method makes one call, or two where a token has expired.

    An AwsError that leaves a method changes nothing: it can be called again.

    Args:
        read: Gets a page.
        from_head: Begin at the stream's head instead of at its end.
    """

    def __init__(self, read: ReadPage, *, from_head: bool = False) -> None:
        self.is_at_end = False
        """Whether the last look found nothing more to come by then."""
        self.is_at_start = from_head
        """Whether there is nothing older."""
        self.is_open = False
        """Whether there was an answer at all."""
        self._read = read
        self._from_head = from_head
        self._turn = asyncio.Lock()
        self._newer = _Edge(is_newer=True)
        self._older = _Edge(is_newer=False)

    @property
    def newest(self) -> int | None:
        """The newest timestamp seen (epoch milliseconds)."""
        return self._newer.moment

    @property
    def oldest(self) -> int | None:
        """The oldest timestamp seen (epoch milliseconds)."""
        return self._older.moment

    async def newer(self) -> list[LogEvent]:
        """What came after everything seen so far; the first call gives the newest page.

        While nothing at all was seen, this also looks backwards: the newest pages may be empty.
        """
        async with self._turn:
            if not self.is_open:
                return await self._open()
            if self.newest is None and not self.is_at_start:
                return await self._back()
            return await self._forth()

    async def older(self) -> list[LogEvent]:
        """The page before everything seen so far."""
        async with self._turn:
            if not self.is_open:
                return await self._open()
            return [] if self.is_at_start else await self._back()

    async def _open(self) -> list[LogEvent]:
        page = await self._read(start_from_head=self._from_head)
        self.is_open = True
        self.is_at_end, self.is_at_start = not self._from_head, self._from_head
        given = self._take(page.events)
        self._go_on(self._newer, page.forward_token)
        self._go_on(self._older, page.backward_token)
        return given

    async def _forth(self) -> list[LogEvent]:
        edge = self._newer
        page = None
        if edge.token is not None:
            try:
                page = await self._read(token=edge.token, start_from_head=True)
            except InvalidTokenError:
                self._lose(edge)
        if page is None:
            if edge.moment is None:  # nothing was seen: nothing can be lost by beginning again
                self.is_open = False
                return await self._open()
            page = await self._read(start_from_head=True, start_time=edge.moment)
            self.is_at_end = page.forward_token is None
        else:
            self.is_at_end = page.forward_token in (edge.token, None)
        given = self._take(edge.without_seen(page.events), edge)
        self._go_on(edge, page.forward_token)
        return given

    async def _back(self) -> list[LogEvent]:
        edge = self._older
        page = None
        if edge.token is not None:
            try:
                page = await self._read(token=edge.token)
            except InvalidTokenError:
                self._lose(edge)
        if page is None:
            if edge.moment is None:
                self.is_open = False
                return await self._open()
            page = await self._read(end_time=edge.moment + 1)
            self.is_at_start = page.backward_token is None
        else:
            self.is_at_start = page.backward_token in (edge.token, None)
        given = self._take(edge.without_seen(reversed(page.events))[::-1], edge)
        self._go_on(edge, page.backward_token)
        return given

    def _go_on(self, edge: "_Edge", token: str | None) -> None:
        edge.token = token
        if token is None:  # AWS always gives one; another implementation may not
            self._lose(edge)

    def _lose(self, edge: "_Edge") -> None:
        """A token has expired: this direction goes on from its moment.

        Where all lines seen are of one millisecond, that moment cannot tell what is older from what is newer: the
        other direction begins anew too, and each leaves out what the other finds.
        """
        edge.begin_anew()
        if self._newer.moment == self._older.moment and not self.is_at_start:
            for other in (self._newer, self._older):
                if other is not edge:
                    other.begin_anew()

    def _take(self, events: Sequence[LogEvent], edge: "_Edge | None" = None) -> list[LogEvent]:
        if events:
            self._newer.note(events, max(at for at, _ in events), is_own=edge is self._newer)
            self._older.note(events, min(at for at, _ in events), is_own=edge is self._older)
        return list(events)


class _Edge:
    """One end of what was seen: the way on, and the lines of its outermost millisecond."""

    def __init__(self, *, is_newer: bool) -> None:
        self._is_newer = is_newer
        self.token: str | None = None
        self.moment: int | None = None
        self._seen: Counter[str] = Counter()
        self._left_out: Counter[str] | None = None
        self._left_out_at = 0

    def begin_anew(self) -> None:
        self.token = None
        self._left_out = self._seen.copy() if self.moment is not None else None
        self._left_out_at = self.moment or 0

    def note(self, events: Sequence[LogEvent], outermost: int, *, is_own: bool) -> None:
        """Lines were given out, by this edge or by the other; ``outermost`` is their newest or oldest moment."""
        if self.moment is None or ((outermost > self.moment) == self._is_newer and outermost != self.moment):
            self.moment = outermost
            self._seen.clear()
        if outermost == self.moment:
            self._seen.update(message for at, message in events if at == outermost)
        if self._left_out is not None and not is_own:
            self._left_out.update(message for at, message in events if at == self._left_out_at)

    def without_seen(self, events: Iterable[LogEvent]) -> list[LogEvent]:
        """The events without those that were given out before, in the order of this direction."""
        if self._left_out is None:
            return list(events)
        kept: list[LogEvent] = []
        for timestamp, message in events:
            if timestamp == self._left_out_at and self._left_out[message] > 0:
                self._left_out[message] -= 1
            else:
                kept.append((timestamp, message))
        return kept
