"""Answers of AWS drawn from botocore's own output shapes: every optional member present or absent."""

from functools import cache
from typing import Any

import botocore.session
from hypothesis import strategies as st

HOSTILE = st.sampled_from(
    (
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "a\x9bb",
        "‮evil",
        "[bold]x[/]",
        "名前",
        "🧬" * 3,
        "a\tb\r\nc",
        "\ud800",
    )
)
TEXTS = st.one_of(st.text(max_size=12), HOSTILE)


@cache
def output_shape(service: str, operation: str) -> Any:
    """The botocore shape of an operation's answer."""
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(operation).output_shape


@cache
def input_shape(service: str, operation: str) -> Any:
    """The botocore shape of an operation's request."""
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(operation).input_shape


def requests() -> st.SearchStrategy[dict[str, Any]]:
    """Requests of SubmitJob, right in shape, with and without what is required, and free in content."""
    return _strategy(input_shape("batch", "SubmitJob"))


def answers(service: str, operation: str) -> st.SearchStrategy[dict[str, Any]]:
    """Answers of an operation, right in shape and free in content."""
    return _strategy(output_shape(service, operation))


def _later(shape: Any) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: _strategy(shape))


def _strategy(shape: Any) -> st.SearchStrategy[Any]:
    kind = shape.type_name
    if kind == "structure":
        members = {name: _later(member) for name, member in shape.members.items()}
        return st.fixed_dictionaries({}, optional=members)
    if kind == "list":
        return st.lists(_strategy(shape.member), max_size=2)
    if kind == "map":
        return st.dictionaries(TEXTS, _strategy(shape.value), max_size=2)
    if kind == "string":
        known = getattr(shape, "enum", None)
        return st.one_of(st.sampled_from(known), TEXTS) if known else TEXTS
    return {
        "integer": st.integers(-(2**31), 2**31),
        "long": st.integers(-1, 2**53),
        "boolean": st.booleans(),
        "double": st.floats(allow_nan=False, allow_infinity=False),
        "float": st.floats(allow_nan=False, allow_infinity=False),
    }[kind]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
"""Wrongly typed members."""
