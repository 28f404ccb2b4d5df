"""Keys that a person binds otherwise: checked at the start, told by help, footer and commands."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import combinations
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from batchtui.configuration.reading import Source
from batchtui.settings import CONFIG_FILE, Settings
from batchtui.ui import keys as every_key
from batchtui.ui import screens
from batchtui.ui.keys import Key
from batchtui.ui.listing_keys import ListingKeys

Keymap = Mapping[str, tuple[str, ...]]
"""By the id of what they do, the keys as a person writes them."""

_MODIFIERS: Final = frozenset(("ctrl", "shift", "alt", "super", "hyper", "meta"))
_NAMES: Final = frozenset((*(key.value for key in Keys), *KEY_NAME_REPLACEMENTS.values()))
_READING: Final = (*every_key.READ_KEYS, *every_key.SEARCH_KEYS)
_PLACES: Final[Mapping[str, Sequence[Key]]] = {
    "the main screen": (
        *every_key.LIST_KEYS,
        *every_key.STATUS_KEYS,
        *every_key.MAIN_KEYS,
        *every_key.GLOBAL_KEYS,
    ),
    "the details": (*every_key.DETAIL_KEYS, *_READING, *every_key.GLOBAL_KEYS),
    "a log": (*every_key.LOG_LINE_KEYS, *every_key.LOG_KEYS, *every_key.SEARCH_KEYS, *every_key.GLOBAL_KEYS),
    "a text": (*every_key.TEXT_KEYS, *_READING, *every_key.GLOBAL_KEYS),
    "the why screen": (*every_key.WHY_KEYS, *_READING, *every_key.GLOBAL_KEYS),
    "a dialog": (*every_key.CONFIRM_KEYS, *every_key.SUBMIT_KEYS),
    "a list to choose from": every_key.CHOICE_KEYS,
    "an editor": every_key.EDITING_KEYS,
    "the form of a new job": every_key.FORM_KEYS,
}


def rebound(keys: Sequence[Key], keymap: Keymap) -> tuple[Key, ...]:
    """These keys as a person binds them; words of the help that are no keys stay."""
    return tuple(
        replace(key, keys=",".join(map(normal, keymap[key.id])), shown=" ".join(keymap[key.id]))
        if key.action and key.id in keymap
        else key
        for key in keys
    )


def textual_keymap(keymap: Keymap) -> dict[str, str]:
    """As Textual takes it."""
    return {name: ",".join(map(normal, keys)) for name, keys in keymap.items()}


def normal(key: str) -> str:
    """Textual's name of a key: ``question_mark`` for ``?``."""
    if key == ",":
        return "comma"
    (binding,) = Binding.make_bindings([Binding(key, "nothing")])
    return binding.key


def is_key(name: str) -> bool:
    """Whether a terminal could ever send a key of this name."""
    if len(name) == 1:
        return name.isprintable() and name != " "
    *modifiers, key = name.split("+") if not name.endswith("++") else [*name[:-2].split("+"), "+"]
    if not modifiers and "," in name:
        return False
    return _MODIFIERS.issuperset(modifiers) and (
        name in _NAMES or key in _NAMES or len(key) == 1 or _is_named(key)
    )


def _is_named(key: str) -> bool:
    """Whether it is a character's name, as ``question_mark``."""
    try:
        return key == key.lower() and bool(unicodedata.lookup(key.replace("_", " ")))
    except KeyError:
        return False


def every_place() -> Iterator[tuple[str, tuple[Key, ...]]]:
    """Which keys work together, by the name of where; this imports every screen."""
    for name, keys in _PLACES.items():
        yield name, tuple(keys)
    for module in iter_modules(screens.__path__, f"{screens.__name__}."):
        found = vars(import_module(module.name))
        for each in found.values():
            if isinstance(each, ListingKeys):
                yield f"the list {each.title}", (*each.own, *each.rows, *every_key.GLOBAL_KEYS)
        own = found.get("KEYS")
        if isinstance(own, tuple) and own and all(isinstance(each, Key) for each in own):
            yield module.name.rpartition(".")[2].replace("_", " "), (*own, *_READING, *every_key.GLOBAL_KEYS)


def every_id() -> dict[str, Key]:
    """What can be bound, by id."""
    found: dict[str, Key] = {}
    for _, keys in every_place():
        for key in keys:
            if key.action:
                found.setdefault(key.id, key)
    return found


def check_keymap(settings: Settings, *, is_whole: bool = False) -> None:
    """Whether everything that is bound is there, and nothing else has its key.

    Args:
        settings: What the configuration says.
        is_whole: Whether screens count that are not imported at the start, which takes a while.

    Raises:
        ConfigError: An id or a key that there is not, or a key that two things would have in one place.
    """
    keymap = settings.keymap
    if not keymap:
        return
    source = settings.config_source or Source(Path(CONFIG_FILE), "")
    places: list[tuple[str, Sequence[Key]]] = list(_PLACES.items())
    known = {key.id for _, keys in places for key in keys if key.action}
    if is_whole or not known.issuperset(keymap):
        places = list(every_place())
        known = {key.id for _, keys in places for key in keys if key.action}
    for name, keys in keymap.items():
        if name not in known:
            raise source.unknown("key", name, known, "keymap")
        for key in keys:
            if not is_key(key):
                raise source.unknown("name of a key", key, _NAMES, "keymap", at=name)
    for place, live in places:
        for one, other, key in _clashes(live, keymap):
            what = f"would be '{key}' in {place}, which is '{other}' there: give one of them another key"
            raise source.wrong(what, one, "keymap")


def _clashes(live: Iterable[Key], keymap: Keymap) -> Iterator[tuple[str, str, str]]:
    """What would have the same key, the one that was bound otherwise first.

    Where two share a key from the start, the inner one is meant to cover the outer one.
    """
    before: dict[str, set[str]] = {}
    for key in live:
        if key.action:
            before.setdefault(key.id, set()).update(key.keys.split(","))
    after = {name: set(map(normal, keymap[name])) if name in keymap else keys for name, keys in before.items()}
    for one, other in combinations(sorted(after, key=lambda name: name not in keymap), 2):
        if one not in keymap:
            return
        shared = after[one] & after[other]
        if shared and not before[one] & before[other]:
            yield one, other, next(key for key in keymap[one] if normal(key) in shared)
