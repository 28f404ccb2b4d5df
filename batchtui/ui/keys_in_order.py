"""What is typed faster than it is done is done in its order, as if there had been a pause after every key."""

import asyncio
from collections import deque
from typing import Final

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

Typed = events.Key | events.Paste

MOST_KEYS: Final = 4_096
"""So many are kept at most while others are done; what comes then is lost, as in a terminal's own buffer."""
ALONE_SECONDS = 0.02
"""So long nobody asks whether a key was done, unless another one waits: it would be drawn a tenth later."""
_LOST_SECONDS: Final = 0.5
"""A widget may be gone before it looked at its key: the next ones do not wait for that."""


class KeyDone(Message):
    """Goes the way of a key right behind it: where this is, the key was, or somebody let it go no further."""

    def __init__(self, event: Typed) -> None:
        super().__init__()
        self.event = event


class KeysInOrder(App[None]):
    """Hands on a key when the one before it has been done, to whatever has the focus then.

    A key that no widget wants rises from one to the next until it comes to the app, whose bindings it may be.
    Textual hands on the next keys meanwhile: where the first opens an input, those behind it would come there in
    another order, or go to what had the focus before.
    """

    def __init__(self) -> None:
        super().__init__()
        self._under_way: Typed | None = None
        self._first: deque[Typed] = deque(maxlen=MOST_KEYS)
        self._then: deque[Typed] = deque()
        self._unasked: tuple[Typed, MessagePump] | None = None
        self._asking: asyncio.TimerHandle | None = None
        self._give_up: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, Typed) or event.is_forwarded:
            await super().on_event(event)
        elif self._under_way is None:
            await self._hand_on(event)
        elif len(self._then) < MOST_KEYS:
            self._then.append(event)
            self._ask()

    def press_again(self, event: events.Key) -> None:
        """A key that came to a widget that is done goes to whoever has the focus now, before what came later."""
        # An event does not rise above whoever made it: it must be the app, not the widget that calls this.
        again = events.Key(event.key, event.character).set_sender(self)
        self._first.append(again)
        if self._under_way is None:
            self._under_way = again
            self.call_later(self._go_on, again)
        else:
            self._ask()

    async def _hand_on(self, event: Typed) -> None:
        self._under_way = event
        target = self.focused or self.screen
        later = asyncio.get_running_loop().call_later
        self._give_up = later(_LOST_SECONDS, self.call_later, self._go_on, event)
        await super().on_event(event)
        self._unasked = (event, target)
        if self._first or self._then:
            self._ask()
        else:
            self._asking = later(ALONE_SECONDS, self._ask)

    def _ask(self) -> None:
        """Sends after the key what tells that it is done; once, and not before it was handed on."""
        if self._unasked is None or not self.screen_stack:
            return
        (event, target), self._unasked = self._unasked, None
        done = KeyDone(event)
        is_there = event.is_forwarded and target.is_attached and target.is_running  # an input may end by its key
        if not (is_there and target.post_message(done)):
            self.on_key_done(done)

    def on_key_done(self, message: KeyDone) -> None:
        event = message.event
        if event is not self._under_way:
            return
        # A new screen is composed first, with what has its focus; then the app gives the focus to whoever
        # asked for it.
        self.screen.call_later(self.call_later, self._go_on, event)

    async def _go_on(self, event: Typed) -> None:
        """Hands on the next key, if that one is what all wait for."""
        if event is self._under_way:
            self._rest()
            if self._first or self._then:
                await self._hand_on((self._first or self._then).popleft())

    def _rest(self) -> None:
        self._under_way = self._unasked = None
        for each in (self._asking, self._give_up):
            if each is not None:
                each.cancel()
