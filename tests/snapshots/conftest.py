"""Pictures are taken of a screen that has come to rest."""

import pytest
from textual import _wait


@pytest.fixture(autouse=True)
def as_long_as_textual_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log goes on loading for a moment after its last words are there."""
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 1 / 50)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", 1 / 1000)
