"""A screen to read on, above the main one: help, errors, JSON."""

import json
from collections.abc import Callable, Sequence
from time import localtime, strftime
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from batchtui.format import Cell, plain
from batchtui.model.secrets import masked_api
from batchtui.model.text import clean_block
from batchtui.sync.sources import SessionError
from batchtui.ui.keys import HELP, READ_SCREEN_KEYS, bindings
from batchtui.ui.widgets.line_view import LineView
from batchtui.ui.widgets.styled import COMPONENT_CLASSES


class TextScreen(ModalScreen[None]):
    """A title and lines; esc and q go back.

    Args:
        title: Stands in the frame.
        lines: The text, asked for again when the screen is told that something changed.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = bindings(READ_SCREEN_KEYS)

    def __init__(self, title: str, lines: Callable[[], Sequence[Cell]]) -> None:
        super().__init__()
        self._text_title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = self._text_title
            frame.border_subtitle = "esc back"
            yield LineView()

    def on_mount(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Shows the text as it is now."""
        self.query_one(LineView).show(self._lines())

    def action_back(self) -> None:
        """Goes back to the screen below."""
        self.dismiss()


def help_lines() -> list[Cell]:
    """Every key, from the one list that also makes the bindings."""
    lines: list[Cell] = []
    for title, keys in HELP:
        lines += [plain(title, "strong")]
        lines += [((f"  {key.display:<14}", "key"), (key.help, "")) for key in keys]
        lines += [plain("")]
    lines += [plain("The configuration file and every option: batchtui --help", "muted")]
    return lines


def error_lines(errors: Sequence[SessionError]) -> list[Cell]:
    """The errors of the session, the latest first."""
    if not errors:
        return [plain("No errors so far.", "muted")]
    lines: list[Cell] = []
    for seen in errors:
        error = seen.error
        times = f"{seen.count}× since {_clock(seen.first_at)}" if seen.count > 1 else "once"
        lines += [
            ((f"{_clock(seen.last_at)}  ", "muted"), (f"{seen.source}  ", "strong"), (error.code, "failed")),
            plain(f"          {error.detail}."),
            plain(f"          {error.what_to_do}"),
            plain(f"          {times} · request {error.request_id or 'without an answer'}", "muted"),
            plain(""),
        ]
    return lines


def json_lines(value: Any) -> list[Cell]:
    """An answer of AWS as indented JSON, without what looks secret and without anything that a terminal obeys."""
    text = json.dumps(masked_api(value), indent=2, ensure_ascii=False, default=str, sort_keys=False)
    return [plain(line) for line in clean_block(text).splitlines()]


def _clock(moment: float) -> str:
    return strftime("%H:%M:%S", localtime(moment))
