"""Matrices of which a part is enough at every run; the whole is gone through by `make slow`, and so by CI."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest


def slow_after(count: int, values: Iterable[Any]) -> list[Any]:
    """Values of one parameter, of which only the first ``count`` are not slow."""
    rest = iter(values)
    return [*islice(rest, count), *(pytest.param(value, marks=pytest.mark.slow) for value in rest)]
