"""A terminal that does not take what is written: a link that has stalled, or one that is slow.

Textual hands each frame to a thread, through a queue of 30; once that is full, the event loop waits for the
terminal. So no frame is made while the terminal takes none: what changes meanwhile is drawn in one frame, the
newest, as soon as it does again.
"""

import select
from contextlib import AbstractContextManager, suppress
from typing import Any

from textual.app import App
from textual.timer import Timer

_LOOK_SECONDS = 0.05
"""How often to look whether a stalled terminal takes something again."""


def takes_more(descriptor: int) -> bool:
    """Whether a terminal would take output now without a wait; also where it is gone, so that this is noticed."""
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    with suppress(OSError):
        return bool(poll.poll(0))
    return True


class StalledTerminal:
    """Holds frames back while the terminal takes none.

    Args:
        app: Draws the frames.
        descriptor: The terminal's file descriptor.
    """

    def __init__(self, app: App[Any], descriptor: int) -> None:
        self._app = app
        self._descriptor = descriptor
        self._held: AbstractContextManager[None] | None = None
        self._looking: Timer | None = None
        self._has_refused = False

    def after_frame(self) -> None:
        """To be called after each frame, also after one that was held back: until there is room none is made."""
        if self._held is not None:
            self._has_refused = True
        elif not takes_more(self._descriptor):
            self._held = self._app.batch_update()
            self._held.__enter__()
            self._looking = self._app.set_interval(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        if self._held is not None and takes_more(self._descriptor):
            if self._looking is not None:
                self._looking.stop()
            held, self._held = self._held, None
            held.__exit__(None, None, None)
            if self._has_refused:
                # Textual takes a frame that it may not write for drawn: that of another size, or the second of
                # two, of which the first began the holding.
                self._has_refused = False
                self._app.screen.refresh()
            self._app.screen.check_idle()  # what is to be drawn is the screen's to know
