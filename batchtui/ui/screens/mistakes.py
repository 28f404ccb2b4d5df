"""The dialog between an editor and the next try: what is wrong with the text, line by line."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button

from batchtui.actions.request_reading import TextProblem
from batchtui.format import plain, plural
from batchtui.ui.screens.dialog import Dialog
from batchtui.ui.screens.text_editing import problem_lines
from batchtui.ui.widgets.paragraphs import Paragraphs

_SHOWN = 12


class MistakesScreen(Dialog[bool]):
    """Dismissed with whether to edit again; leaving gives the text up, so that it is not the first button.

    Args:
        problems: What is wrong with the text.
    """

    AUTO_FOCUS = "#again"

    def __init__(self, problems: Sequence[TextProblem]) -> None:
        super().__init__()
        self._problems = problems
        self._text = Paragraphs()

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as dialog:
            dialog.border_title = "Edit"
            yield self._text
            with Horizontal(id="buttons"):
                yield Button("Edit again", id="again", variant="primary", compact=True)
                yield Button("Leave", id="leave", compact=True)

    def on_mount(self) -> None:
        title = f"The request has {plural(len(self._problems), 'mistake')}; nothing was sent."
        told = [(f"line {each.line}: {each.sentence}") for each in self._problems[:_SHOWN]]
        more = problem_lines(self._problems, _SHOWN)[_SHOWN:]
        self._text.show([plain(title, "strong"), plain(""), *map(plain, told), *more, plain("")])

    def action_yes(self) -> None:
        """Edits again."""
        self.dismiss(True)

    def action_leave(self) -> None:
        """Gives the text up."""
        self.dismiss(False)

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "again")
