"""What all dialogs have in common: they lie above what they are about, and only one is open at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar, TypeVar

from rich.cells import cell_len
from textual import events, on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import ModalScreen
from textual.widgets import Button, Input
from textual.worker import Worker

from batchtui.ui.keys import CONFIRM_KEYS, bindings
from batchtui.ui.widgets.paragraphs import Paragraphs
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

Result = TypeVar("Result")
_AROUND = 8  # lines of a dialog that are not to be read, and some of what is below it
_LOW = 14  # on fewer lines nothing but what is asked and its buttons has room
_FRAME = 6  # cells beside a line of buttons
_LEAST_BUTTON, _BUTTON_EDGES, _BUTTON_GAP = 12, 2, 2


class Dialog(ModalScreen[Result]):
    """A dialog that starts on the safe button; what there is to read scrolls in ``#about``, above the buttons."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFIRM_KEYS)
    AUTO_FOCUS = "#leave"
    why_stay = "A dialog is open: answer it first."
    """Why one cannot go to another account now."""

    def on_mount(self) -> None:
        """Says where this is, where that could be taken for another place."""
        if place := getattr(self.app, "place_of_changes", ()):
            line = Paragraphs()
            line.lines = [place]
            self.query_one("#dialog").mount(line, before=0)

    def on_resize(self, event: events.Resize) -> None:
        self.fit()

    def fit(self) -> None:
        """As high as what there is to read, as far as the buttons stay in sight below it.

        To be called by who shows other buttons.
        """
        columns, height = self.app.size
        is_low = height < _LOW
        buttons = [each for each in self.query("#buttons Button").results(Button) if each.display]
        is_narrow = sum(map(_width, buttons)) > columns - _FRAME
        self.set_class(is_low, "-low").set_class(is_narrow, "-narrow")
        try:
            about = self.query_one("#about", VerticalScroll)
        except NoMatches:
            return
        rest = [each for each in self.query("#dialog > *") if each is not about and each.display]
        others = sum(each.outer_size.height or 1 for each in rest if each.id != "buttons")
        below = len(buttons) if is_narrow else 1  # one below the other, whether or not they stand so already
        if is_low:
            about.styles.max_height = max(1, height - others - below)
        else:
            about.styles.max_height = max(3, height - (_AROUND + below - 1 + others))

    def action_move(self, steps: int) -> None:
        """Goes to the next part of the dialog, or the previous one."""
        self.focus_next() if steps > 0 else self.focus_previous()

    def action_page(self, steps: int) -> None:
        """Scrolls what there is to read."""
        about = self.query_one("#about", VerticalScroll)
        about.scroll_page_down(animate=False) if steps > 0 else about.scroll_page_up(animate=False)


def _width(button: Button) -> int:
    """Its cells, and those up to the next one."""
    label = cell_len(button.label.plain if isinstance(button.label, Content) else str(button.label))
    return max(_LEAST_BUTTON, label + _BUTTON_EDGES) + _BUTTON_GAP


class AskingDialog(Dialog[None]):
    """A dialog that asks AWS once ``#go`` was pressed, and can be told to stop."""

    def __init__(self) -> None:
        super().__init__()
        self._asking: Worker[None] | None = None
        self._has_begun = False

    @property
    def is_asking(self) -> bool:
        """Whether AWS is being asked."""
        return self._asking is not None

    def ask_aws(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begins to ask AWS; ``stop_asking`` ends it."""
        self._has_begun = False
        self._asking = self.run_worker(partial(self._ask_aws, work), name="ask", exclusive=True)

    def stop_asking(self) -> None:
        """Cancels the asking; whatever is in its ``finally`` is done all the same."""
        if self._asking is None:
            return
        if self._has_begun:
            self._asking.cancel()
        else:  # cancelled before its first step it would never come to its end
            asyncio.get_running_loop().call_soon(self.stop_asking)

    async def _ask_aws(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._has_begun = True
        try:
            await work()
        finally:
            self._asking = None

    def action_yes(self) -> None:
        """Begins."""
        raise NotImplementedError

    def action_leave(self) -> None:
        """Ends the asking, then leaves."""
        if self.is_asking:
            self.stop_asking()
        else:
            self.dismiss()

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_yes() if event.button.id == "go" else self.action_leave()

    @on(Input.Submitted)
    def _on_from_input(self) -> None:
        self.focus_next()
