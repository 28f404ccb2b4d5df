"""Whether a request fits the input shape of SubmitJob, told before it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

Path = tuple[str | int, ...]

_INDEX = re.compile(r"\[(\d+)\]")
_KINDS = {
    "dict": "a structure",
    "list": "a list",
    "str": "a text",
    "int": "a whole number",
    "bool": "true or false",
}


@dataclass(frozen=True, slots=True)
class ShapeProblem:
    """One thing that is wrong with a request."""

    path: Path
    """Where it stands, member by member; of a missing member the structure that lacks it."""
    message: str

    @property
    def place(self) -> str:
        """The path as a person writes it: ``containerOverrides.environment[0].value``."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return text.removeprefix(".")


def submit_problems(request: Mapping[str, Any]) -> list[ShapeProblem]:
    """Everything in which a request differs from the shape SubmitJobRequest; the first call reads the model.

    The shape says which members there are, of which type, and which must be there. What AWS Batch
    refuses beyond that (a name, a size, a definition that is gone) only its answer can tell.
    """
    report = ParamValidator().validate(request, _shape())
    # Its own report is one text for people; the parts that it is made of have the paths.
    return [_problem(kind, _path(name, request), more) for kind, name, more in report._errors]


@cache
def _shape() -> Any:
    model = botocore.session.get_session().get_service_model("batch")
    return model.operation_model("SubmitJob").input_shape


def _path(name: str, request: Any) -> Path:
    """The steps of ``.containerOverrides.environment[0]``, found in the request, whose keys may hold dots."""
    path: list[str | int] = []
    here = request
    while name:
        if index := _INDEX.match(name):
            path.append(int(index[1]))
            here = here[int(index[1])]
            name = name[index.end() :]
            continue
        name = name.removeprefix(".")
        keys = here if isinstance(here, Mapping) else ()
        fitting = [key for key in keys if name == key or name.startswith((f"{key}.", f"{key}["))]
        key = max(fitting, key=len, default=name)
        path.append(key)
        here = here[key] if fitting else None
        name = name[len(key) :]
    return tuple(path)


def _problem(kind: str, path: Path, more: Mapping[str, Any]) -> ShapeProblem:
    if kind == "missing required field":
        return ShapeProblem(path, f"{more['required_name']} is missing")
    if kind == "unknown field":
        known = ", ".join(sorted(more["valid_names"]))
        return ShapeProblem((*path, str(more["unknown_param"])), f"unknown; known are {known}")
    if kind == "invalid type":
        wanted = [name for name in _KINDS if any(f"'{name}'" in each for each in more["valid_types"])]
        return ShapeProblem(path, f"must be {' or '.join(_KINDS[name] for name in wanted) or 'of another type'}")
    return ShapeProblem(path, kind)
