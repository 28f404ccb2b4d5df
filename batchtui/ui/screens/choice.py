"""A list to choose one name from, with a line in which part of it is typed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from batchtui.aws.errors import AwsError
from batchtui.format import Cell, plain
from batchtui.ui.keys import CHOICE_KEYS, bindings
from batchtui.ui.widgets.columns import Column
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

HERE: Final = "here"
"""The sign of what is there already."""
_LONGEST: Final = 200  # characters that are typed: more is no name


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen."""

    name: str
    note: str = ""
    """What else is known of it; it is searched too."""
    sign: str = ""
    """``here`` or ``recent``, where that is so."""


class ChoiceScreen(ModalScreen[Choice | None]):
    """Ends with what was chosen, or with None.

    Args:
        title: Of what one is chosen.
        load: Asks for all there are, the first ones first.
        other: Makes a choice of what was typed where the list does not have it; None where it cannot be one.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOICE_KEYS)
    AUTO_FOCUS = "Input"
    why_stay = "A list is open: choose, or leave it with esc."

    def __init__(
        self,
        title: str,
        load: Callable[[], Awaitable[Sequence[Choice]]],
        other: Callable[[str], Choice | None] = lambda text: None,
    ) -> None:
        super().__init__()
        self._load = load
        self._other = other
        self._choices: Sequence[Choice] = ()
        self._input = Input(placeholder="part of the name", max_length=_LONGEST, compact=True)
        self._table = LineTable(_COLUMNS, key=lambda choice: choice.name, id="choices-table")
        self._table.can_focus = False
        self._title = title

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield self._input
            yield self._table

    def on_mount(self) -> None:
        self._table.set_empty("Looking …")
        self.run_worker(self._fill(), name="choices")

    def action_move(self, steps: int) -> None:
        """Goes down or up in the list."""
        self._table.action_cursor(steps)

    def action_page(self, steps: int) -> None:
        """The same by pages."""
        self._table.action_page(steps)

    def action_leave(self) -> None:
        """Chooses nothing."""
        self.dismiss(None)

    async def _fill(self) -> None:
        try:
            self._choices = await self._load()
        except AwsError as error:
            self._table.set_empty(str(error))
        else:
            self._table.set_empty("None is called so.")
            self._narrow()

    @on(Input.Changed)
    def _narrow(self) -> None:
        text = self._input.value.strip()
        words = text.casefold().split()
        found = [each for each in self._choices if all(word in _searched(each) for word in words)]
        other = self._other(text) if text and all(each.name != text for each in self._choices) else None
        self._table.show([*found, *([other] if other else [])], is_another_list=True)

    @on(Input.Submitted)
    @on(LineTable.Opened)
    def _choose(self) -> None:
        row: Choice | None = self._table.cursor_row
        if row is not None:
            self.dismiss(row)


def _searched(choice: Choice) -> str:
    return f"{choice.name} {choice.note}".casefold()


def _name(choice: Choice, width: int, now: float) -> Cell:
    return plain(choice.name, "strong" if choice.sign == HERE else "")


def _note(choice: Choice, width: int, now: float) -> Cell:
    return plain(choice.note, "muted")


def _sign(choice: Choice, width: int, now: float) -> Cell:
    return plain(choice.sign, "accent" if choice.sign == HERE else "muted")


_COLUMNS: tuple[Column[Choice], ...] = (
    Column("name", "NAME", 14, _name, importance=100, comfort=24, flex=1),
    Column("sign", "", 6, _sign, importance=90),
    Column("note", "", 20, _note, importance=80, comfort=30, flex=1),
)
