"""The input shape of SubmitJob, and whether a request fits it, told before it is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Any

from batchtui.model.fields import EMPTY

Path = tuple[str | int, ...]


class Kind(StrEnum):
    """What a value must be, in words."""

    STRUCTURE = "a structure"
    MAP = "a structure of texts"
    LIST = "a list"
    TEXT = "a text"
    NUMBER = "a whole number"
    FLAG = "true or false"


_KINDS = {
    "structure": Kind.STRUCTURE,
    "map": Kind.MAP,
    "list": Kind.LIST,
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "long": Kind.NUMBER,
    "boolean": Kind.FLAG,
}
_BITS = {"integer": 32, "long": 64}
_TYPES: Mapping[Kind, type | tuple[type, ...]] = {
    Kind.STRUCTURE: dict,
    Kind.MAP: dict,
    Kind.LIST: (list, tuple),
    Kind.TEXT: str,
    Kind.NUMBER: int,
    Kind.FLAG: bool,
}
_ANY_CASE = frozenset(("RetryAction",))
"""Shapes whose known values AWS Batch takes in either case."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at one place of a request."""

    name: str
    """AWS's name of the shape."""
    kind: Kind
    members: Mapping[str, "Shape"] = field(default_factory=dict)
    """Of a structure."""
    required: tuple[str, ...] = ()
    inner: "Shape | None" = None
    """What a list or a map holds."""
    known: tuple[str, ...] = ()
    """The values of which a text must be one; empty where it is free."""
    least: int | None = None
    """The smallest number, or the fewest characters or entries."""
    most: int | None = None

    def fits(self, value: object) -> bool:
        """Whether a value is of the right type, whatever it holds."""
        if self.kind is Kind.NUMBER and isinstance(value, bool):
            return False
        return isinstance(value, _TYPES[self.kind])

    def within(self, step: str | int) -> "Shape | None":
        """The shape of a member or of an item; None where there is no such thing."""
        return self.members.get(str(step)) if self.kind is Kind.STRUCTURE else self.inner


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """One thing that is wrong with a request."""

    path: Path
    """Where it stands, member by member; of a missing member the structure that lacks it."""
    message: str

    @property
    def place(self) -> str:
        """The path as a person writes it: ``containerOverrides.environment[0].value``."""
        return place_of(self.path)


def place_of(path: Path) -> str:
    """A path as a person writes it."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def submit_problems(request: Mapping[str, Any]) -> list[ShapeProblem]:
    """Everything in which a request differs from the shape SubmitJobRequest; the first call reads the model.

    The shape says which members there are, of which type, and which must be there. What AWS Batch
    refuses beyond that (a name, a size, a definition that is gone) only its answer can tell.
    """
    return [
        ShapeProblem(where, message)
        for path, value, shape in _parts(request, submit_shape(), ())
        for where, message in _misfits(path, value, shape)
    ]


def value_problems(request: Mapping[str, Any], *, beside: Mapping[str, Any] = EMPTY) -> list[ShapeProblem]:
    """Values of the right type that the service model does not know or that are too large.

    The model is as old as the installed botocore and the service may know more by now.

    Args:
        request: What SubmitJob would take.
        beside: Another request, whose values are none to complain of: AWS has told them itself.
    """
    told = {
        (shape.name, repr(value)) for _, value, shape in _parts(beside, submit_shape(), ()) if shape.fits(value)
    }
    return [
        ShapeProblem(path, message)
        for path, value, shape in _parts(request, submit_shape(), ())
        if (message := _strange(value, shape)) and (shape.name, repr(value)) not in told
    ]


@cache
def submit_shape() -> Shape:
    """The shape SubmitJobRequest of the installed service model."""
    import botocore.session  # only here: who merely names a shape need not wait for it

    model = botocore.session.get_session().get_service_model("batch")
    return _shape(model.operation_model("SubmitJob").input_shape)


def _shape(found: Any) -> Shape:
    kind = _KINDS[found.type_name]
    limits = found.metadata
    least, most = limits.get("min"), limits.get("max")
    if bits := _BITS.get(found.type_name):
        half = 2 ** (bits - 1)
        least, most = -half if least is None else least, half - 1 if most is None else most
    inner = {Kind.LIST: "member", Kind.MAP: "value"}.get(kind)
    members = found.members if kind is Kind.STRUCTURE else {}
    return Shape(
        found.name,
        kind,
        members={name: _shape(member) for name, member in members.items()},
        required=tuple(found.required_members) if kind is Kind.STRUCTURE else (),
        inner=_shape(getattr(found, inner)) if inner else None,
        known=tuple(sorted(limits.get("enum", ()))),
        least=least,
        most=most,
    )


def _parts(value: Any, shape: Shape, path: Path) -> Iterator[tuple[Path, Any, Shape]]:
    """A value and all that it holds, each with its place and what may stand there."""
    yield path, value, shape
    if not shape.fits(value) or shape.kind not in (Kind.STRUCTURE, Kind.MAP, Kind.LIST):
        return
    entries = enumerate(value) if shape.kind is Kind.LIST else value.items()
    for step, item in entries:
        inner = shape.within(step)
        if inner is not None:
            yield from _parts(item, inner, (*path, step))


def _misfits(path: Path, value: Any, shape: Shape) -> Iterator[tuple[Path, str]]:
    if not shape.fits(value):
        yield path, f"must be {shape.kind}"
        return
    if shape.kind is Kind.STRUCTURE:
        for name in shape.required:
            if name not in value:
                yield path, f"{name} is missing"
        for name in value:
            if name not in shape.members:
                yield (*path, str(name)), _unknown(str(name), sorted(shape.members))
    elif shape.least is not None and shape.kind is not Kind.NUMBER and len(value) < shape.least:
        yield path, f"must not be empty: at least {shape.least} {_counted(shape)}"


def _unknown(name: str, known: list[str]) -> str:
    lowered = {each.lower(): each for each in known}
    meant = [lowered[each] for each in get_close_matches(name.lower(), lowered, n=1)]
    return f"unknown{''.join(f', perhaps {each}' for each in meant)}; known are {', '.join(known)}"


def _strange(value: Any, shape: Shape) -> str:
    """What is wrong with a value of the right type; empty where nothing is."""
    if not shape.fits(value):
        return ""
    if shape.kind is Kind.NUMBER:
        least, most = shape.least, shape.most
        outside = (least is not None and value < least) or (most is not None and value > most)
        return f"must be between {least} and {most}" if outside else ""
    if shape.known and value not in shape.known:
        alike = shape.name in _ANY_CASE and value.upper() in shape.known
        return "" if alike else f"must be one of {', '.join(shape.known)}"
    if shape.most is not None and len(value) > shape.most:
        return f"must have at most {shape.most} {_counted(shape)}"
    return ""


def _counted(shape: Shape) -> str:
    return "characters" if shape.kind is Kind.TEXT else "entries"
