"""A value as lines of YAML that a person can edit and that read back as exactly the same value."""

import json
import re
from collections.abc import Iterator
from typing import Any

STEP = "  "
_LONGEST_KEY = 1000
"""YAML wants a longer key to be marked as one."""
_WORD = r"[\w./$@%+=,:~^-]*[\w./$@%+=,~^-]"
_PLAIN = re.compile(rf"(?!-+( |$)|\.+( |$))[A-Za-z_./$-](?:{_WORD})?(?: {_WORD})*", re.ASCII)
_NO_TEXT = re.compile(
    r"[-+.]*\d.*|[-+]?\.(inf|nan)|y|n|yes|no|on|off|true|false|null",
    re.IGNORECASE,
)
"""What some reader of YAML takes for something else than a text."""
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\x1b": "\\e", "\0": "\\0"}


def member_lines(key: str, value: Any, indent: int = 0) -> list[str]:
    """One member of a structure, at so many steps of indentation."""
    pad, name = STEP * indent, _key(key)
    head = [f"{pad}{name}:"] if len(name) <= _LONGEST_KEY else [f"{pad}? {name}", f"{pad}:"]
    return _with_value(head, value, indent)


def _item_lines(value: Any, indent: int) -> list[str]:
    """One item of a list."""
    pad = STEP * indent
    if value and isinstance(value, dict | list):
        first, *rest = list(_nested(value, indent + 1))
        return [f"{pad}- {first[len(pad) + len(STEP) :]}", *rest]
    return _with_value([f"{pad}-"], value, indent)


def _with_value(head: list[str], value: Any, indent: int) -> list[str]:
    *before, last = head
    if value and isinstance(value, dict | list):
        return [*head, *_nested(value, indent + 1)]
    if isinstance(value, str) and _is_block(value):
        pad = STEP * (indent + 1)
        lines = value.removesuffix("\n").split("\n")
        mark = "|" if value.endswith("\n") else "|-"
        return [*before, f"{last} {mark}", *(f"{pad}{line}" if line else "" for line in lines)]
    return [*before, f"{last} {_scalar(value)}"]


def _nested(value: dict[str, Any] | list[Any], indent: int) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from member_lines(key, item, indent)
    else:
        for item in value:
            yield from _item_lines(item, indent)


def _key(key: str) -> str:
    return key if _is_plain(key) else _quoted(key)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _is_plain(value) else _quoted(value)
    return json.dumps(value)  # numbers, true and false, and what is empty, are the same in JSON


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and _NO_TEXT.fullmatch(text) is None


def _is_block(text: str) -> bool:
    """Whether the lines of a text can stand there as they are and survive an editor, which may trim their ends."""
    lines = text.removesuffix("\n").split("\n")
    if "\n" not in text or not lines[0] or lines[0].startswith(" ") or not lines[-1]:
        return False
    return all(line.isprintable() and not line.endswith(" ") for line in lines)


def _quoted(text: str) -> str:
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    """Whatever a terminal obeys, or a person cannot see, is written as an escape."""
    if short := _SHORT.get(character):
        return short
    if character.isprintable():
        return character
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"
