"""The text of a filter, a search or a question, while it is typed."""

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.message import Message
from textual.widgets import Input

if TYPE_CHECKING:
    from batchtui.ui.keys_in_order import KeysInOrder


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

    def on_mount(self) -> None:
        self._selection_signal = self.screen.text_selection_started_signal

    def on_unmount(self) -> None:
        """Textual's own subscription holds every input that ever was on a screen, for as long as that lives."""
        self._selection_signal.unsubscribe(self)

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
        cast("KeysInOrder", self.app).press_again(event)
