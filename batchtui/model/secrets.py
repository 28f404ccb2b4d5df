"""Which values look secret, by their names or by their shapes, and what stands in their place."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import ModuleType

MASK: Final = "••••••"
_ASSIGNMENT = re.compile(r"^(-{0,2}[\w.-]+)=(.+)$", re.DOTALL)
_REFERENCES = frozenset(("secretName", "credentialsParameter", "valueFrom", "nextToken"))
"""Members of AWS's shapes that name a secret and do not hold it."""
_NAMED = (("name", "value"), ("key", "value"), ("Name", "Value"), ("Key", "Value"))
"""Members that hold a name, and the value that it names."""

_TELLING = 6
"""Characters that are enough to know a place again."""


def _shapes() -> "ModuleType":
    """Their patterns take 7 ms to compile: on the first frame nothing stands that could be secret."""
    from batchtui.model import secret_shapes

    return secret_shapes


def is_secret(name: str, value: str) -> bool:
    """Whether a value looks secret: by its name, such as ``DB_PASSWORD``, by its own shape, or by a part of it."""
    return bool(value) and (_shapes().NAMES.search(name) is not None or bool(_shapes().secret_places(value)))


def masked(name: str, value: str) -> str:
    """The value, or the mask where it looks secret."""
    return MASK if is_secret(name, value) else value


def masked_text(text: str) -> str:
    """What is written in sentences, or a script: without the parts that look secret."""
    found, end = "", 0
    for place in _shapes().secret_places(text):
        found += text[end : place.begin] + MASK
        end = place.end
    return found + text[end:]


def veiled(text: str) -> str:
    """As ``masked_text``, every character in its place: of a line whose places others know. Quotes stay."""
    found, end = "", 0
    for place in _shapes().secret_places(text):
        first, last = (edge in "\"'" for edge in (text[place.begin], text[place.end - 1]))
        begin, after = place.begin + first, max(place.begin + first, place.end - last)
        found += text[end:begin] + MASK[0] * (after - begin)
        end = after
    return found + text[end:]


def masked_command(words: Sequence[str]) -> list[str]:
    """A command without what follows ``--password`` and the like, be it in the same word or in the next."""
    found: list[str] = []
    short = _shapes().short_options(words)
    hides_next = False
    for index, word in enumerate(words):
        if hides_next and not word.startswith("-"):
            found.append(MASK)
            hides_next = False
            continue
        assignment = _ASSIGNMENT.match(word)
        if index in short:
            found.append(word[: short[index]] + MASK)
        elif assignment is not None and (not _is_script(word) or _shapes().NAMES.search(assignment[1])):
            found.append(f"{assignment[1]}={masked(assignment[1], assignment[2])}")
        else:
            found.append(masked_text(word) if _is_script(word) else masked("", word))
        hides_next = assignment is None and word.startswith("-") and _shapes().NAMES.search(word) is not None
    return found


def script_secrets(script: str) -> list[tuple[str, str]]:
    """What looks secret within a script: each value with what stands right before it, by which it is known again.

    Those before which too little stands are left out: in another's place they would be told to somebody else.
    """
    places = _shapes().secret_places(script)
    found = [(script[place.context : place.begin], script[place.begin : place.end]) for place in places]
    return [(before, value) for before, value in found if before.endswith("=") or len(before) >= _TELLING]


def _is_script(word: str) -> bool:
    return any(character.isspace() for character in word)


def masked_api(value: Any) -> Any:
    """An answer of AWS in its own structure, with what looks secret masked."""
    if isinstance(value, Mapping):
        return _masked_members(value)
    if isinstance(value, list | tuple):
        if all(isinstance(item, str) for item in value):
            return masked_command(value)
        return [masked_api(item) for item in value]
    return masked_text(value) if isinstance(value, str) else value


def _masked_members(value: Mapping[Any, Any]) -> dict[Any, Any]:
    found = {key: _masked_member(str(key), item) for key, item in value.items()}
    for name, member in _NAMED:
        if isinstance(value.get(name), str) and isinstance(value.get(member), str):
            found |= {name: value[name], member: masked(value[name], value[member])}
    return found


def _masked_member(key: str, value: Any) -> Any:
    if key in _REFERENCES and isinstance(value, str):
        return value
    if _shapes().NAMES.search("" if key.endswith(("Arn", "Id")) else key):
        if isinstance(value, str):
            return MASK if value else value
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return [MASK for _ in value]
    if isinstance(value, str):
        return masked_text(value) if _is_script(value) else masked("", value)
    return masked_api(value)
