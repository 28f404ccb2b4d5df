"""What the soak takes for growth."""

from collections import Counter

import pytest

from tests.soak.holding import Held, growing


def looks(name: str, *counts: int) -> list[Held]:
    return [Held(Counter(), 0, 0, Counter(), Counter({name: count})) for count in counts]


@pytest.mark.parametrize(
    ("name", "counts", "is_growth"),
    [
        ("textual.widget.Widget", (100, 150, 200, 250, 300, 350, 400, 450), True),
        ("textual.widget.Widget", (100, 150, 100, 150, 100, 150, 100, 150), False),
        ("botocore.model.Shape", (100, 100, 100, 900, 900, 900, 900, 900), False),
        ("textual.geometry.Region", (100, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000), False),
        ("textual.geometry.Region", (100, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 70_000), True),
    ],
    ids=["a leak", "comes and goes", "read once", "in its cache", "more than a cache"],
)
def test_growth(name: str, counts: tuple[int, ...], is_growth: bool) -> None:
    assert bool(growing(looks(name, *counts))) == is_growth
