"""What tells somebody who looks elsewhere: the terminal's bell, and notifications of terminals that know them."""

from collections.abc import Mapping
from typing import Final

from batchtui.model.secrets import masked_text
from batchtui.model.text import clean
from batchtui.ui.multiplexers import through

BELL: Final = "\x07"
LONGEST: Final = 200
"""Characters: terminals and what lies between cut longer ones, or drop them."""


def notice(text: str, *, way: str, title: str = "batchtui", environ: Mapping[str, str]) -> str:
    """What is to be written to the terminal; empty where nothing is wanted.

    OSC 9 is understood by iTerm2, Windows Terminal, WezTerm and others, OSC 777 by foot, urxvt, Ghostty;
    terminals that understand neither pass over them. Within tmux and screen they go through to the terminal
    around, where tmux has ``allow-passthrough on``; the bell they hand on themselves.

    Args:
        text: A sentence; it may hold anything.
        way: One of ``settings.NOTIFY_WAYS``: some terminals show both kinds, each by itself.
        title: Whose notification it is.
        environ: The environment, which tells of tmux and screen.
    """
    if way == "off":
        return ""
    # A semicolon would begin another part; digits at the beginning mean something else to some terminals.
    told = masked_text(clean(text)).replace(";", ",")
    told = told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
    sequences = []
    if way in ("all", "osc9"):
        sequences.append(f"\x1b]9;{title}: {told}\x07")
    if way in ("all", "osc777"):
        sequences.append(f"\x1b]777;notify;{title};{told}\x07")
    return BELL + "".join(through(sequence, environ) for sequence in sequences)
