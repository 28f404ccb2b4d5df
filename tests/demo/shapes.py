"""Holds an answer from the wire against botocore's own model of it.

botocore's parser drops members that it does not know and lets types pass; this walk does neither.
"""

from __future__ import annotations

from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "timestamp": (int, float),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
}


def problems(shape: Any, value: Any, path: str = "") -> list[str]:
    """Everything in which a value differs from its shape."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, value, path)
    if kind == "list":
        if not isinstance(value, list):
            return [f"{path}: {value!r} is not a list"]
        return [p for n, item in enumerate(value) for p in problems(shape.member, item, f"{path}[{n}]")]
    if kind == "map":
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is not a map"]
        return [p for key, item in value.items() for p in problems(shape.value, item, f"{path}.{key}")]
    wrong = not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")
    if wrong:
        return [f"{path}: {value!r} is not a {kind}"]
    if kind == "string" and shape.enum and value not in shape.enum:
        return [f"{path}: {value!r} is not one of {shape.enum}"]
    return []


def _structure(shape: Any, value: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is not a structure"]
    found = [f"{path}.{name}: {shape.name} has no such member" for name in value if name not in shape.members]
    found += [f"{path}.{name}: required by {shape.name}" for name in shape.required_members if name not in value]
    for name, item in value.items():
        if name in shape.members:
            found += problems(shape.members[name], item, f"{path}.{name}")
    return found
