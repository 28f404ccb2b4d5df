"""Opening what is only read: the keys of where one is, and the errors of the session."""

from collections.abc import Sequence
from typing import Any

from textual.app import App

from batchtui.sync.sources import SessionError
from batchtui.ui.chosen import keys_here
from batchtui.ui.keys import Key
from batchtui.ui.screens.text import TextScreen, error_lines, help_lines


def open_help(app: App[Any], groups: Sequence[tuple[str, Sequence[Key]]]) -> None:
    """Shows these keys, but for those that are not there in read-only mode."""
    there = [(title, keys_here(app, keys)) for title, keys in groups]
    app.push_screen(TextScreen("Help", lambda: help_lines(there)))


def open_errors(app: App[Any], errors: Sequence[SessionError]) -> None:
    """Shows these errors."""
    app.push_screen(TextScreen("Errors of this session", lambda: error_lines(errors)))
