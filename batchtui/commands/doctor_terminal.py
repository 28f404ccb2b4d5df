"""What the terminal can do, as far as it says so, and how far away it is."""

import os
import select
import sys
import termios
import time
import tty
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from batchtui.commands.finding import Finding, Verdict

SECTION: Final = "terminal"
LEAST_COLUMNS, LEAST_LINES = 80, 24
_PATIENCE: Final = 1.0
"""Seconds that an answer of the terminal may take."""
_SLOW: Final = 0.15
_ASK: Final = b"\x1b[6n"
_MOST: Final = 64
_TRUE_COLOUR: Final = ("truecolor", "24bit")
_DUMB: Final = ("", "dumb", "unknown")
_CLIPBOARD: Final = "copying (c, C) sends OSC 52, which the terminal must allow"


def terminal_findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks at the environment, and asks the terminal where its cursor is."""
    is_there = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if not is_there:
        yield Finding(
            SECTION, "terminal", Verdict.NOTE, "none here: without one batchtui looks once, as with --once"
        )
    yield _kind(environ)
    yield _colours(environ)
    yield from _size(environ)
    yield _letters()
    yield _clipboard(environ)
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        yield Finding(SECTION, "link", Verdict.NOTE, "over SSH: batchtui writes little, and less where it is slow")
    if is_there:
        yield _latency()


def _kind(environ: Mapping[str, str]) -> Finding:
    name = environ.get("TERM", "")
    if name in _DUMB:
        advice = "Set TERM to what the terminal is, such as xterm-256color."
        return Finding(SECTION, "TERM", Verdict.WARNING, f"'{name}': nothing can be placed on it", advice)
    return Finding(SECTION, "TERM", Verdict.OK, name)


def _colours(environ: Mapping[str, str]) -> Finding:
    if "NO_COLOR" in environ:
        return Finding(
            SECTION, "colours", Verdict.NOTE, "NO_COLOR is set: shades of grey, nothing is told by colour"
        )
    if environ.get("COLORTERM", "").lower() in _TRUE_COLOUR:
        return Finding(SECTION, "colours", Verdict.OK, "16 million (COLORTERM)")
    if "256color" in environ.get("TERM", ""):
        advice = "COLORTERM=truecolor makes them exact, where the terminal can; over SSH it is often lost."
        return Finding(SECTION, "colours", Verdict.OK, "256 (TERM)", advice)
    return Finding(
        SECTION, "colours", Verdict.NOTE, "16 at most, as far as TERM says", "Nothing is told by colour alone."
    )


def _size(environ: Mapping[str, str]) -> Iterator[Finding]:
    with suppress(OSError, ValueError):
        size = os.get_terminal_size(sys.stdout.fileno())
        text = f"{size.columns} columns, {size.lines} lines"
        if size.columns < LEAST_COLUMNS or size.lines < LEAST_LINES:
            advice = f"{LEAST_COLUMNS} by {LEAST_LINES} show every column that matters."
            yield Finding(SECTION, "size", Verdict.WARNING, text, advice)
        else:
            yield Finding(SECTION, "size", Verdict.OK, text)


def _letters() -> Finding:
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    if encoding.replace("-", "") == "utf8":
        return Finding(SECTION, "letters", Verdict.OK, "UTF-8")
    advice = "Set a UTF-8 locale: LANG=C.UTF-8."
    return Finding(
        SECTION, "letters", Verdict.WARNING, f"{encoding}: lines and bars become question marks", advice
    )


def _clipboard(environ: Mapping[str, str]) -> Finding:
    if environ.get("TMUX"):
        text = "in tmux: copying (c, C) goes through tmux, from 3.2 on to the terminal around it too"
        advice = "set-clipboard must be external (tmux's default) or on."
    elif environ.get("STY"):
        text, advice = f"in screen: {_CLIPBOARD}", "Where nothing arrives, screen keeps it to itself."
    else:
        text, advice = _CLIPBOARD, ""
    return Finding(SECTION, "clipboard", Verdict.NOTE, text, advice)


def _latency() -> Finding:
    seconds = answer_seconds()
    if seconds is None:
        text = f"it did not say within {_PATIENCE:.0f} s where its cursor is"
        return Finding(
            SECTION, "latency", Verdict.WARNING, text, "Check what lies between: SSH, tmux, a serial line."
        )
    text = f"{seconds * 1000:.0f} ms for an answer"
    if seconds > _SLOW:
        return Finding(
            SECTION, "latency", Verdict.NOTE, text, "Each key takes so long to show; nothing else is slow."
        )
    return Finding(SECTION, "latency", Verdict.OK, text)


def answer_seconds() -> float | None:
    """How long the terminal takes to tell where its cursor is; None where it does not, or cannot be asked."""
    source, target = sys.stdin.fileno(), sys.stdout.fileno()
    try:
        before = termios.tcgetattr(source)
        if os.tcgetpgrp(source) != os.getpgrp():  # another job's terminal
            return None
    except (OSError, termios.error):
        return None
    sys.stdout.flush()
    try:
        tty.setcbreak(source, termios.TCSANOW)
        began = time.monotonic()
        os.write(target, _ASK)
        found = b""
        while len(found) < _MOST and (left := _PATIENCE - (time.monotonic() - began)) > 0:
            if not select.select([source], [], [], left)[0]:
                break
            found += os.read(source, _MOST)
            if b"R" in found:
                return time.monotonic() - began
    except (OSError, termios.error):
        return None
    finally:
        termios.tcsetattr(source, termios.TCSAFLUSH, before)
    return None
