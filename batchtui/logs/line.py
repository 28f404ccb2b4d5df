"""One line of a log as it is shown, and how serious it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Colours = tuple[tuple[int, int, str], ...]
"""Spans (start, end, style) in the order of the text, never overlapping.

A style is words as ``bold red``, ``color(123)`` or ``#ff8800 on blue``, which Rich reads as they are.
"""

ERROR, WARNING, INFO, DEBUG = "error", "warning", "info", "debug"

_LOOKED_AT: Final = 200
"""Characters at the beginning of a line in which its level stands."""

_LEVELS: Final = {
    "critical": ERROR, "fatal": ERROR, "error": ERROR, "severe": ERROR, "emerg": ERROR, "alert": ERROR,
    "crit": ERROR, "err": ERROR, "panic": ERROR, "exception": ERROR, "eror": ERROR,
    "warning": WARNING, "warn": WARNING,
    "info": INFO, "information": INFO, "notice": INFO, "informational": INFO,
    "debug": DEBUG, "trace": DEBUG, "verbose": DEBUG, "fine": DEBUG, "finer": DEBUG, "finest": DEBUG, "dbg": DEBUG,
}  # fmt: skip
_LETTERS: Final = {"E": ERROR, "F": ERROR, "C": ERROR, "W": WARNING, "I": INFO, "N": INFO, "D": DEBUG, "V": DEBUG}

_JSON = re.compile(
    r'"(?:level|severity|log\.level|loglevel|levelname|lvl|log_level)"\s*:\s*"?(\w{1,13})', re.IGNORECASE
)
_LOGFMT = re.compile(r"\b(?:level|lvl|severity)=\"?(\w{1,13})", re.IGNORECASE)
_KLOG = re.compile(r"([EFWID])\d{4} \d\d:\d\d:\d\d")
_LETTERED = re.compile(r"\[([EFCWINDV])(?:[ :][^\]]{0,60})?\]")  # [W::process], [I 2026-10-10 …]
_WORD = re.compile(
    r"(?<![\w.-])(CRITICAL|FATAL|ERROR|SEVERE|EMERG|ALERT|CRIT|ERR|PANIC|WARNING|WARN|INFORMATION|INFO|NOTICE"
    r"|DEBUG|TRACE|VERBOSE|FINEST|FINER|FINE)(?![\w.-])"
)
# Small letters are words of a sentence unless punctuation makes them a level: "error: …", "[warn] …".
_SMALL = re.compile(
    r"(?:^|[\[(<|:]\s{0,3})(critical|fatal|error|err|panic|exception|warning|warn|info|notice|debug|trace)"
    r"\s{0,3}(?:[\])>|]|:(?!:))",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:[\w$]{1,60}\.){0,12}\w{0,60}(?:Error|Exception)\b(?=:|$)")
_TRACEBACK = ("Traceback (most recent call last)", "Segmentation fault", "Caused by: ")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event of a stream; its text is clean."""

    timestamp: int
    """Epoch milliseconds."""
    text: str
    source: int = 0
    """The index of the source that it came from."""
    colours: Colours = ()

    @property
    def level(self) -> str:
        """``error``, ``warning``, ``info``, ``debug``, or empty where the line does not say."""
        return level_of(self.text)


def level_of(text: str) -> str:
    """How serious a line says it is, from the formats that are common; only its beginning is looked at."""
    head = text[:_LOOKED_AT]
    if head.startswith(_TRACEBACK):
        return ERROR
    if match := _KLOG.match(head):
        return _LETTERS[match[1]]
    if head.startswith("{"):
        if match := _JSON.search(text[: _LOOKED_AT * 4]):  # the level need not be the first member
            return _of_value(match[1])
        return ""
    for pattern, read in _PATTERNS:
        if match := pattern.search(head):
            return read(match[1])
    return ERROR if _NAMED.match(head) else ""


def _of_value(value: str) -> str:
    """A level by its name, or by the number that bunyan and pino write."""
    if value.isdecimal():
        number = int(value)
        return ERROR if number >= 50 else WARNING if number >= 40 else INFO if number >= 30 else DEBUG
    return _LEVELS.get(value.lower(), "")


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (_LETTERED, _LETTERS.__getitem__),
    (_WORD, _of_value),
    (_SMALL, _of_value),
    (_LOGFMT, _of_value),
)
