"""What can be asked of a row by name: texts, and numbers that can be compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Texts = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class TextField(Generic[Row]):
    """A field whose value is text: ``name:align*``, ``reason:"spot"``.

    Attributes:
        read: The row's texts; the field matches where any of them does.
        is_searched: Whether plain words and regular expressions look here too.
        synonyms: Words that stand for several values, such as ``active``.
    """

    read: Callable[[Row], Texts]
    is_searched: bool = True
    synonyms: Mapping[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class NumberField(Generic[Row]):
    """A field that is compared: ``exit:137``, ``age>2h``.

    Attributes:
        read: The row's number at ``now`` (epoch seconds); lengths of time are in seconds.
        is_duration: Whether values are written as lengths of time.
    """

    read: Callable[[Row, float], float | None]
    is_duration: bool = False


Fields = Mapping[str, TextField[Row] | NumberField[Row]]
"""By the name that stands before the colon."""
