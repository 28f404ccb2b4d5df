"""Who may stay connected: as many as there may be, and nobody who keeps the others waiting."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

MOST_CONNECTIONS = 256
REQUEST_SECONDS = 15.0
"""Within which a request must have come, its body included."""
IDLE_SECONDS = 60.0
"""A connection may be kept for the next request; AWS's clients give theirs up after twelve seconds."""

QUIET = logging.getLogger("batchtui.demo.http")
"""What strangers send is no trouble of this program: nobody wants its traceback on the terminal."""
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


class Gate:
    """Holds a server's connections within their bounds."""

    def __init__(self) -> None:
        self.http: web.Server | None = None
        """Takes the connections that may stay; None while nobody may."""
        self._waiting: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}
        # Those on which no request is being answered, the one that waits the longest first.

    def protocol(self) -> asyncio.Protocol:
        """For one more connection."""
        return _Entrance(self)

    def enter(self, transport: asyncio.Transport) -> None:
        """Lets a connection through to the HTTP server; where there are too many, the longest idle one must go."""
        if self.http is None:  # it was accepted while the server closed
            transport.abort()
            return
        if len(self.http.connections) >= MOST_CONNECTIONS and not self._make_room():
            transport.close()
            return
        handler = self.http()
        transport.set_protocol(handler)
        handler.connection_made(transport)
        self.await_request(transport, REQUEST_SECONDS)

    def await_request(self, transport: asyncio.BaseTransport | None, seconds: float = IDLE_SECONDS) -> None:
        """A request must come within so many seconds."""
        if transport is None or transport.is_closing():
            return
        if len(self._waiting) > 2 * MOST_CONNECTIONS:
            for each in [each for each in self._waiting if each.is_closing()]:
                self.has_request(each)
        self.has_request(transport)
        self._waiting[transport] = asyncio.get_running_loop().call_later(seconds, self._give_up, transport)

    def has_request(self, transport: asyncio.BaseTransport | None) -> None:
        """One came: it is answered however long that takes."""
        if transport is not None and (timer := self._waiting.pop(transport, None)) is not None:
            timer.cancel()

    def close(self) -> None:
        """Lets nobody in any more, and forgets all."""
        self.http = None
        for transport in list(self._waiting):
            self.has_request(transport)

    def _make_room(self) -> bool:
        for transport in list(self._waiting):
            is_open = not transport.is_closing()
            self.has_request(transport)
            if is_open:
                _end(transport)
                return True
        return False

    def _give_up(self, transport: asyncio.BaseTransport) -> None:
        self._waiting.pop(transport, None)
        _end(transport)


def _end(transport: asyncio.BaseTransport) -> None:
    if isinstance(transport, asyncio.Transport):
        transport.abort()  # what it would still take could take for ever


class _Entrance(asyncio.Protocol):
    """Decides when the connection is made: until then none of those accepted with it has been counted."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._gate.enter(transport)
