"""The screen that shows what differs between two revisions of a job definition."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from batchtui.actions.definition_diff import definition_diff
from batchtui.format import Cell, plain, text_of
from batchtui.model.job_definition import JobDefinition
from batchtui.ui.details.definition_diff import diff_title, difference_lines
from batchtui.ui.keys import GLOBAL_KEYS, READ_KEYS, SEARCH_KEYS, Key, bindings
from batchtui.ui.screens.reading import ReadingScreen
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine

KEYS = (
    Key("diff-back", "escape", "back", "Back", "back", "esc"),
    Key("diff-older", "left_square_bracket", "pair(1)", "What the revision before changed", "older", "["),
    Key("diff-newer", "right_square_bracket", "pair(-1)", "What the next revision changed", "newer", "]"),
    Key("diff-reveal", "v", "reveal", "Show the values that look secret, or hide them", "reveal"),
    Key("diff-copy", "c", "copy", "Copy all of this as text, with what looks secret as it is shown", "copy"),
)
_HELP = (("What differs", KEYS), ("Reading", (*READ_KEYS, *SEARCH_KEYS)), ("Anywhere", GLOBAL_KEYS))
_FOOTER = tuple(key for key in (*KEYS, *SEARCH_KEYS, *GLOBAL_KEYS) if key.label and key.id != "pause")


class DefinitionDiffScreen(ReadingScreen):
    """The difference, secrets masked until they are asked for.

    Args:
        pairs: An older and a newer revision each, the newest pair first.
        here: Which of them to begin with.
        are_chosen: Whether a person marked these two: then there are no others to go to.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings((*KEYS, *(key for key in GLOBAL_KEYS if key.id == "help")))
    PALETTE_KEYS = (*KEYS, *SEARCH_KEYS)

    def __init__(
        self, pairs: Sequence[tuple[JobDefinition, JobDefinition]], here: int, *, are_chosen: bool = False
    ) -> None:
        super().__init__()
        self._are_chosen = are_chosen
        self._pairs = pairs
        self._here = here
        self._is_revealed = False
        self._heading = Heading(plain(""))
        self._lines: list[Cell] = []

    def compose(self) -> ComposeResult:
        yield self._heading
        with Vertical(id="reading"):
            yield self.text
        yield KeyLine(_FOOTER)

    def on_mount(self) -> None:
        self._draw()
        self.set_focus(self.text)

    def action_pair(self, steps: int) -> None:
        """Goes to an older pair of revisions, or to a newer one."""
        wanted = self._here + steps
        if 0 <= wanted < len(self._pairs):
            self._here = wanted
            self._draw()
            self.text.action_first()
        elif self._are_chosen:
            self.notify("These two were marked: u in the list unmarks them, then V goes on.", severity="warning")
        else:
            which = "older" if steps > 0 else "newer"
            self.notify(f"There is no {which} one to compare with.", severity="warning")

    def action_reveal(self) -> None:
        """Shows the values that look secret, or hides them again."""
        self._is_revealed = not self._is_revealed
        self._draw()
        self.notify("Values that look secret are shown." if self._is_revealed else "They are masked again.")

    def action_copy(self) -> None:
        """Copies it as text."""
        lines = [text_of(line).rstrip() for line in (self._heading.title, plain(""), *self._lines)]
        self.app.copy_to_clipboard("\n".join(lines).strip() + "\n")
        self.notify("Copied what differs.")

    def action_help(self) -> None:
        """Shows the keys that work here."""
        from batchtui.ui.open_texts import open_help

        open_help(self.app, _HELP)

    def _draw(self) -> None:
        old, new = self._pairs[self._here]
        self._heading.title = diff_title(old, new)
        self._heading.redraw()
        self._lines = difference_lines(definition_diff(old.raw, new.raw, is_revealed=self._is_revealed))
        self.text.show(self._lines)
