"""The text of a filter, a search or a question, while it is typed."""

from typing import ClassVar

from textual import events
from textual.message import Message
from textual.widgets import Input


class TypedInput(Input):
    """The text, up to the key that ends it; what is typed after that is for whoever has the focus next.

    Keys that arrive together are all in this input's queue before the first of them is done.
    """

    ENDS: ClassVar[tuple[str, ...]] = ("enter", "escape", "tab", "shift+tab", "down")
    """Keys that end the text. Every other one that it does not know does nothing here."""

    class Ended(Message):
        """A key has ended the text: it stays, or it goes."""

        def __init__(self, is_kept: bool) -> None:
            super().__init__()
            self.is_kept = is_kept

    def __init__(self, text: str) -> None:
        super().__init__(text, compact=True, select_on_focus=False)
        self.is_ended = False
        self._later: list[events.Key] | None = []

    def on_key(self, event: events.Key) -> None:
        if not self.is_ended and event.key not in self.ENDS:
            return
        event.stop()
        event.prevent_default()
        if not self.is_ended:
            self.is_ended = True
            self.post_message(self.Ended(event.key != "escape"))
        elif self._later is None:
            self._hand_on(event)
        else:
            self._later.append(event)

    def let_go(self) -> None:
        """The focus is elsewhere: what was typed after the end goes there."""
        later, self._later = self._later, None
        for event in later or ():
            self._hand_on(event)

    def _hand_on(self, event: events.Key) -> None:
        """As if it were pressed now. The app must make it: an event does not rise above whoever made it."""
        app, key, character = self.app, event.key, event.character
        app.call_later(lambda: app.post_message(events.Key(key, character)))
