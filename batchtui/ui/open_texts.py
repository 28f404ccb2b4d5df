"""Opening what is only read: the keys of where one is, and the errors of the session."""

from collections.abc import Sequence
from typing import Any

from textual.app import App

from batchtui.sync.sources import SessionError
from batchtui.ui.keys import Key, is_read_only, offered
from batchtui.ui.screens.text import TextScreen, error_lines, help_lines


def open_help(app: App[Any], groups: Sequence[tuple[str, Sequence[Key]]]) -> None:
    """Shows these keys, but for those that are not there in read-only mode."""
    there = [(title, offered(keys, is_read_only=is_read_only(app))) for title, keys in groups]
    app.push_screen(TextScreen("Help", lambda: help_lines(there)))


def open_errors(app: App[Any], errors: Sequence[SessionError]) -> None:
    """Shows these errors."""
    app.push_screen(TextScreen("Errors of this session", lambda: error_lines(errors)))
