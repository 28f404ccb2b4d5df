"""Over SSH every byte is paid for: no animations, fewer frames."""

from collections.abc import MutableMapping
from typing import Final

SHORTEST_INTERVAL: Final = 0.25
"""Seconds between two refreshes of what AWS tells, where the link may be slow; keys are answered at once."""
_FRAMES_PER_SECOND: Final = "20"


def is_remote(environ: MutableMapping[str, str]) -> bool:
    """Whether the terminal is at the other end of an SSH connection."""
    return bool(environ.get("SSH_CONNECTION"))


def spare_the_link(environ: MutableMapping[str, str]) -> None:
    """Tells Textual, before it is imported, to draw less; what a person has set stays as it is."""
    if is_remote(environ):
        environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
        environ.setdefault("TEXTUAL_FPS", _FRAMES_PER_SECOND)
