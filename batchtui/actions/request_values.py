"""Readers of what must be sent again unchanged.

The model cleans every text for the screen; a command with a line break must reach AWS as it was.
"""

import re
from collections.abc import Mapping

from batchtui.model import fields
from batchtui.model.fields import Api

_RESERVED = "AWS_BATCH"
"""AWS Batch sets these variables itself and refuses them in a request."""
_MANAGED = "MANAGED_BY_AWS"
"""Set by Step Functions and EventBridge on the jobs that they submit."""
_LEGACY = (("vcpus", "VCPU"), ("memory", "MEMORY"))


def raw_text(data: Api, key: str) -> str | None:
    """A string, None where it is absent or empty."""
    value = data.get(key)
    return value if isinstance(value, str) and value else None


def words(data: Api, key: str) -> list[str]:
    """A list of strings, empty where absent."""
    value = data.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def string_map(data: Api, key: str) -> dict[str, str]:
    """A map of strings, without members of another type."""
    found = fields.mapping(data, key)
    return {k: v for k, v in found.items() if isinstance(k, str) and isinstance(v, str)}


def environment_of(container: Api, key: str = "environment") -> dict[str, str]:
    """The variables of a container by name, without those that AWS sets itself."""
    return {
        name: raw_text(item, "value") or ""
        for item in fields.structures(container, key)
        if (name := raw_text(item, "name")) and not name.startswith(_RESERVED) and name != _MANAGED
    }


def requirements_of(container: Api) -> dict[str, str]:
    """What a container requires, by type; the old ``vcpus`` and ``memory`` count where they stand alone."""
    found = {
        kind: value
        for item in fields.structures(container, "resourceRequirements")
        if (kind := raw_text(item, "type")) and (value := raw_text(item, "value"))
    }
    for member, kind in _LEGACY:
        old = fields.number(container, member)
        if old and kind not in found:
            found[kind] = f"{old:g}" if old < 1e6 else str(int(old))
    return found


def same_amount(one: str | None, other: str | None) -> bool:
    """Whether two amounts are the same: ``2`` is ``2.0``."""
    if one == other:
        return True
    try:
        return one is not None and other is not None and float(one) == float(other)
    except ValueError:
        return False


def same_command(shown: list[str], defined: list[str], parameters: Mapping[str, str]) -> bool:
    """Whether a job's command is its definition's, with or without its parameters filled in.

    It is nowhere said whether DescribeJobs fills them in, nor whether ``Ref::name`` counts within a word:
    each of these is the definition's own command.
    """
    if shown == defined:
        return True
    values = {f"Ref::{name}": value for name, value in parameters.items()}
    whole_words = [values.get(word, word) for word in defined]
    return shown in (whole_words, substituted(defined, parameters))


def substituted(command: list[str], parameters: Mapping[str, str]) -> list[str]:
    """A command with its parameters filled in, within words too; ``Ref::name`` without a value stays."""
    values = {f"Ref::{name}": value for name, value in parameters.items()}
    if not values:
        return command
    longest_first = "|".join(re.escape(name) for name in sorted(values, key=len, reverse=True))
    return [re.sub(longest_first, lambda match: values[match[0]], word) for word in command]


def holds(shown: object, defined: object) -> bool:
    """Whether what a job shows is what its definition says, save for the defaults that AWS fills in."""
    if not defined:
        return True
    if isinstance(defined, dict):
        return isinstance(shown, dict) and all(holds(shown.get(key), value) for key, value in defined.items())
    if isinstance(defined, list):
        return (
            isinstance(shown, list)
            and len(shown) == len(defined)
            and all(holds(a, b) for a, b in zip(shown, defined, strict=True))
        )
    return shown == defined
