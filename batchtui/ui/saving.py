"""Asking for the name of a file, and writing it: lists and screenshots."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from textual.app import App

from batchtui.private_file import place_of, write_private

Parts = Callable[[str], AsyncIterator[str]]
"""The text of a file of some name, in pieces."""


class Saving:
    """One file that a person wants.

    Args:
        app: Shows the dialog, and says what came of it.
        title: Of the dialog.
        words: What will be written, in a sentence.
        suggested: The name that stands there to begin with.
        parts: Its text, once its name is known.
        refuses: Why a name will not do; empty where it will.
    """

    def __init__(
        self,
        app: App[Any],
        *,
        title: str,
        words: str,
        suggested: str,
        parts: Parts,
        refuses: Callable[[str], str] = lambda name: "",
    ) -> None:
        self.title = title
        self.words = words
        self.suggested = suggested
        self._app = app
        self._parts = parts
        self._refuses = refuses

    def ask(self) -> None:
        """Opens the dialog."""
        from batchtui.ui.screens.saving import SavingScreen

        self._app.push_screen(SavingScreen(self))

    def check(self, name: str) -> tuple[Path | None, str]:
        """Where it would be written; else why not."""
        try:
            path = place_of(name, self.suggested)
        except (OSError, RuntimeError, ValueError) as error:
            return None, f"That is no place for a file: {error}."
        return (None, trouble) if (trouble := self._refuses(path.name)) else (path, "")

    async def write(self, path: Path, *, replaces: bool) -> str:
        """Writes it; answers what went wrong, nothing where all went well."""
        try:
            await write_private(path, self._parts(path.name), replaces=replaces)
        except (OSError, ValueError) as error:
            return f"Not saved: {_words(error)}."
        self._app.notify(f"Saved {path}")
        return ""


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.filename})" if error.filename else error.strerror
    return str(error)
