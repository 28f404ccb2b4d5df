"""tmux and GNU screen keep sequences for the terminal to themselves, unless they are told to hand them on."""

from collections.abc import Mapping
from typing import Final

_SCREEN_CHUNK: Final = 240
"""Bytes of one device control string: GNU screen drops longer ones, older versions from 256 on."""


def is_in_tmux(environ: Mapping[str, str]) -> bool:
    """Whether this terminal is a pane of tmux."""
    return bool(environ.get("TMUX"))


def is_in_screen(environ: Mapping[str, str]) -> bool:
    """Whether this terminal is a window of GNU screen; tmux within screen is the nearer one."""
    return bool(environ.get("STY")) and not is_in_tmux(environ)


def through(sequence: str, environ: Mapping[str, str]) -> str:
    """A sequence, wrapped so that what lies between this program and the terminal hands it on."""
    if is_in_tmux(environ):
        return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\"
    if not is_in_screen(environ):
        return sequence
    pieces, rest = [], sequence.encode()
    while rest:
        piece = rest[:_SCREEN_CHUNK].decode(errors="ignore")  # no character is cut in two
        pieces.append(piece)
        rest = rest[len(piece.encode()) :]
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
