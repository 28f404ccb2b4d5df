"""What differs between two revisions of a job definition, by AWS's own names, with what looks secret masked."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from batchtui.actions.request_diff import Change, DiffLine
from batchtui.model.fields import Api
from batchtui.model.secrets import masked_api
from batchtui.model.text import clean

_OF_EVERY_REVISION: Final = frozenset(("jobDefinitionName", "jobDefinitionArn", "revision", "status"))
_COMMANDS: Final = frozenset(("command", "args", "entryPoint"))
_NAMED_BY: Final = ("name", "type", "containerPath", "targetNodes", "hostPath", "consumableResource")
"""Members by which an item of a list is the same one in two revisions, wherever it stands."""
_WRAPPERS: Final = frozenset(
    (
        *("containerProperties", "ecsProperties", "taskProperties", "containers", "initContainers", "container"),
        *("eksProperties", "podProperties", "nodeProperties", "nodeRangeProperties"),
        *("consumableResourceProperties",),
    )
)
"""Members that say where something is, not what."""


def definition_diff(old: Api, new: Api, *, is_revealed: bool = False) -> list[DiffLine]:
    """Everything that differs, in the order in which AWS tells it.

    Absent, null and empty members are the same: AWS adds empty ones to what was registered without them.

    Args:
        old: A JobDefinition of DescribeJobDefinitions.
        new: Another revision of it.
        is_revealed: Whether values that look secret are to be shown; secrets differ behind their masks.
    """
    old, new = _differing(old, new)
    before, after = dict(_leaves(old)), dict(_leaves(new))
    shown_before = before if is_revealed else dict(_leaves(masked_api(old)))
    shown_after = after if is_revealed else dict(_leaves(masked_api(new)))
    return [
        DiffLine(
            Change.ADDED if path not in before else Change.CHANGED if path in after else Change.REMOVED,
            path,
            shown_before.get(path, ""),
            shown_after.get(path, ""),
        )
        for path in dict.fromkeys((*before, *after))
        if before.get(path) != after.get(path)
    ]


def changed_members(lines: Iterable[DiffLine]) -> tuple[str, ...]:
    """What differs in a word each: ``image``, ``environment``, ``MEMORY``, ``retryStrategy``."""
    return tuple(dict.fromkeys(_member(line.path) for line in lines))


def _member(path: str) -> str:
    parts = [part.partition("[") for part in path.split(".")]
    name, bracket, key = next((part for part in parts if part[0] not in _WRAPPERS), parts[-1])
    return key.rstrip("]") if name == "resourceRequirements" and bracket else name


def _differing(old: Api, new: Api) -> tuple[Api, Api]:
    """Both without the members that are the same: looking into them would take the most time."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key in dict.fromkeys((*old, *new)):
        one, other = old.get(key), new.get(key)
        if one == other:
            continue
        # What is called by a name and has a value stays whole: by the name one knows whether it is a secret.
        if isinstance(one, Mapping) and isinstance(other, Mapping) and not ("name" in one or "name" in other):
            before[key], after[key] = _differing(one, other)
        else:
            before |= {key: one} if key in old else {}
            after |= {key: other} if key in new else {}
    return before, after


def _leaves(value: Any, path: str = "", name: str = "") -> Iterator[tuple[str, str]]:
    """Every value that is none of another one's parts, with its path."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            if path or key not in _OF_EVERY_REVISION:
                step = clean(str(key))
                yield from _leaves(member, f"{path}.{step}" if path else step, step)
    elif isinstance(value, list | tuple):
        yield from _items(value, path, name)
    elif value is not None and value != "":
        yield path, clean(value) if isinstance(value, str) else json.dumps(value, default=str)


def _items(items: Sequence[Any], path: str, name: str) -> Iterator[tuple[str, str]]:
    if not items:
        return
    if not any(isinstance(item, Mapping | list) for item in items):
        words = [str(item) for item in items]
        yield path, clean(shlex.join(words) if name in _COMMANDS else ", ".join(words))
        return
    seen: set[str] = set()
    for number, item in enumerate(items):
        member = next((each for each in _NAMED_BY if isinstance(item, Mapping) and item.get(each)), "")
        key = clean(str(item[member])) if member else str(number)
        if key in seen:
            key = f"{key} #{number}"
        seen.add(key)
        rest = {each: part for each, part in item.items() if each != member} if member else item
        # A pair is what it is called and its value: nobody reads ``.value`` behind every name.
        is_pair = member in ("name", "type") and set(rest) == {"value"}
        yield from _leaves(rest["value"] if is_pair else rest, f"{path}[{key}]", name)
