"""What all dialogs have in common: they lie above what they are about, and only one is open at a time."""

from typing import ClassVar, TypeVar

from textual import events
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.css.query import NoMatches
from textual.screen import ModalScreen

from batchtui.ui.keys import CONFIRM_KEYS, bindings
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

Result = TypeVar("Result")
_AROUND = 8  # lines of a dialog that are not to be read, and some of what is below it


class Dialog(ModalScreen[Result]):
    """A dialog that starts on the safe button; what there is to read scrolls in ``#about``, above the buttons."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFIRM_KEYS)
    AUTO_FOCUS = "#leave"

    def on_resize(self, event: events.Resize) -> None:
        # As high as what there is to read, as far as the buttons stay in sight below it.
        try:
            about = self.query_one("#about", VerticalScroll)
        except NoMatches:
            return
        rest = [each for each in self.query("#dialog > *") if each is not about and each.display]
        around = _AROUND + max(0, sum(each.outer_size.height or 1 for each in rest) - 1)
        about.styles.max_height = max(3, event.size.height - around)

    def action_move(self, steps: int) -> None:
        """Goes to the next part of the dialog, or the previous one."""
        self.focus_next() if steps > 0 else self.focus_previous()

    def action_page(self, steps: int) -> None:
        """Scrolls what there is to read."""
        about = self.query_one("#about", VerticalScroll)
        about.scroll_page_down(animate=False) if steps > 0 else about.scroll_page_up(animate=False)
