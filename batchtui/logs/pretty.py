"""Lines that are JSON, for human eyes."""

import json
from typing import Any, Final

from batchtui.model.text import clean

_LONGEST: Final = 300_000
"""Characters of a line that is still parsed: CloudWatch's largest event and a little more."""
_MOST_LINES: Final = 2_000
_LEVELS = ("level", "severity", "levelname", "lvl", "loglevel", "log_level", "log.level")
_MESSAGES = ("message", "msg", "event", "text", "log", "@message")
_TIMES = ("time", "timestamp", "ts", "@timestamp", "asctime", "datetime")


def pretty(text: str) -> list[str] | None:
    """The lines of an indented JSON object, or None where the text is none.

    A text before the object stands on a line of its own. What is very large ends with ``…``.
    """
    parsed = _object(text)
    if parsed is None:
        return None
    before, members = parsed
    try:
        lines = json.dumps(members, indent=2, ensure_ascii=False).split("\n")
    except (ValueError, RecursionError):
        return None
    lines = [clean(line) for line in lines[:_MOST_LINES]] + (["…"] if len(lines) > _MOST_LINES else [])
    return [before, *lines] if before else lines


def summary(text: str) -> str | None:
    """A JSON object as one line: level, message, and the rest as ``key=value``; None where the text is none.

    The time is left out: the line has its own.
    """
    parsed = _object(text)
    if parsed is None:
        return None
    before, members = parsed
    rest = dict(members)
    level = _taken(rest, _LEVELS)
    message = _taken(rest, _MESSAGES)
    _taken(rest, _TIMES)
    parts = [before, level.upper(), message, *(f"{key}={_value(value)}" for key, value in rest.items())]
    return clean(" ".join(part for part in parts if part))


def _object(text: str) -> tuple[str, dict[str, Any]] | None:
    """The text before a JSON object that reaches to the end, and the object."""
    start = text.find("{")
    stripped = text.rstrip()
    if start < 0 or len(text) > _LONGEST or not stripped.endswith("}"):
        return None
    try:
        members = json.loads(stripped[start:])
    except (ValueError, RecursionError):
        return None
    return (text[:start].strip(), members) if isinstance(members, dict) and members else None


def _taken(members: dict[str, Any], names: tuple[str, ...]) -> str:
    """The first of these members that is a text or a number, which leaves the others."""
    for name in names:
        if isinstance(members.get(name), str | int | float):
            return str(members.pop(name))
    return ""


def _value(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if not value or " " in value or "=" in value else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
