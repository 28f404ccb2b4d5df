"""Pictures are taken of a screen that has come to rest."""

import pytest
from textual import _wait
from textual.widgets import Input


@pytest.fixture(autouse=True)
def as_long_as_textual_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log goes on loading for a moment after its last words are there."""
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 1 / 50)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", 1 / 1000)


@pytest.fixture(autouse=True)
def no_cursor_blinks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it is chance whether a field's cursor is in the picture."""
    monkeypatch.setattr(Input, "cursor_blink", False)
