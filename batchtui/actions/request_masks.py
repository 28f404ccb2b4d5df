"""What looks secret in a request, behind masks while it is edited, and put back afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from batchtui.actions.request_notes import Request
from batchtui.aws.submit_shape import Path
from batchtui.model.secrets import MASK, masked, masked_command, script_secrets

_COMMANDS = ("command", "args")
_PAIRS = ("environment", "env")
_MAPS = ("parameters", "tags", "labels", "annotations")
_KEYS = ("name", "targetNodes")
"""By which an entry of a list is known again, wherever it stands by now."""
_UNKNOWN = f"no value is known that {MASK} could stand for here: write the value"


def with_masks(request: Request) -> Request:
    """The request with the mask in the place of every value that looks secret."""
    return {key: _masked(key, value) for key, value in request.items()}


def _masked(key: str, value: Any) -> Any:
    if isinstance(value, list):
        if key in _COMMANDS and all(isinstance(word, str) for word in value):
            return masked_command(value)
        if key in _PAIRS:
            return [_masked_pair(item) for item in value]
        return [_masked(key, item) for item in value]
    if isinstance(value, dict):
        if key in _MAPS:
            return {name: masked(name, text) if isinstance(text, str) else text for name, text in value.items()}
        return {member: _masked(member, item) for member, item in value.items()}
    return value


def _masked_pair(item: Any) -> Any:
    if isinstance(item, dict) and isinstance(item.get("value"), str):
        return {**item, "value": masked(str(item.get("name", "")), item["value"])}
    return item


def put_back(request: Request, original: Request) -> tuple[Request, list[tuple[Path, str]]]:
    """The request with the original's values where masks were left.

    Returns:
        The request, and the places of masks that stand for nothing, with what to say of them.
    """
    problems: list[tuple[Path, str]] = []
    found = _restored(request, original, (), problems)
    return found, problems


def _restored(value: Any, original: Any, place: Path, problems: list[tuple[Path, str]]) -> Any:
    if isinstance(value, str):
        if value == MASK and isinstance(original, str):
            return original
        if MASK in value and value != original:  # written around a mask it would be sent as it stands
            problems.append((place, _UNKNOWN))
        return value
    if isinstance(value, dict):
        old = original if isinstance(original, dict) else {}
        return {key: _restored(item, old.get(key), (*place, key), problems) for key, item in value.items()}
    if isinstance(value, list):
        olds = original if isinstance(original, list) else []
        if all(isinstance(word, str) for word in value):
            words = [word for word in olds if isinstance(word, str)]
            return _restored_words(value, words, place, problems)
        return [
            _restored(item, _counterpart(value, index, olds), (*place, index), problems)
            for index, item in enumerate(value)
        ]
    return value


def _counterpart(items: Sequence[Any], index: int, olds: Sequence[Any]) -> Any:
    """The entry of the original that this one was: of the same name where it has one, else at the same place."""
    item = items[index]
    key = next((key for key in _KEYS if isinstance(item, Mapping) and key in item), None)
    if key is None:
        return olds[index] if index < len(olds) else None

    def same(entries: Sequence[Any]) -> list[Any]:
        return [entry for entry in entries if isinstance(entry, Mapping) and entry.get(key) == item[key]]

    alike, now = same(olds), same(items)
    if len(alike) == len(now):
        return alike[next(at for at, each in enumerate(now) if each is item)]
    return alike[0] if alike and all(each == alike[0] for each in alike) else None


def _restored_words(
    value: Sequence[str], original: Sequence[str], place: Path, problems: list[tuple[Path, str]]
) -> list[str]:
    """The words of a command; a masked one is known again by itself and by the word before it."""
    shown = masked_command(original)
    old = _contexts(shown)
    now = _contexts(value)
    found: list[str] = []
    for index, word in enumerate(value):
        if MASK not in word:
            found.append(word)
            continue
        same = [real for real, context in zip(original, old, strict=True) if context == now[index]]
        alike = [real for real, each in zip(original, shown, strict=True) if each == word]
        if same and len(same) == Counter(now)[now[index]]:
            found.append(same[now[:index].count(now[index])])
        elif len(set(same or alike)) == 1:
            found.append((same or alike)[0])
        elif MASK not in (again := _restored_script(word, original)):
            found.append(again)
        else:
            problems.append(((*place, index), _UNKNOWN))
            found.append(word)
    return found


def _restored_script(script: str, original: Sequence[str]) -> str:
    """A script that was changed around its masks: each is known again by the name or option right before it."""
    known: dict[str, set[str]] = {}
    for before, value in (secret for word in original for secret in script_secrets(word)):
        known.setdefault(before, set()).add(value)
    for before in sorted(known, key=len, reverse=True):
        if len(known[before]) == 1:
            script = script.replace(f"{before}{MASK}", f"{before}{next(iter(known[before]))}")
    return script


def _contexts(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(("", *words), words, strict=False))
