"""Answers of AWS as nobody would wish for them, drawn from botocore's own output shapes, and what must hold then.

One number makes one account, the same on every machine: so a test that fails names what it failed with.
"""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from random import Random
from typing import Any

from rich.cells import cell_len

from batchtui.format import Cell
from tests.api_shapes import output_shape

NOW = 1_780_000_000_000
"""Milliseconds since the epoch."""
LONG = 131_072
"""Characters of a value that is far too long."""
MARKS = "\u0301\u0316\u0338\u20dd\u0489"
SAMPLES = (
    "\x1b[31mred\x1b[0m", "\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x1b]8;;http://x\x1b\\y\x1b]8;;\x1b\\",
    "\x1bP1$r0m\x1b\\", "\x1b", "\x1b[", "\x9b31m", "\x9d0;t\x9c", "\x90q\x9c", "a\rb", "a\b\bb", "\x00", "\x7f", "\x0e\x0f",  # noqa: E501
    "\u2028", "\u2029", "\u0085", "\t", "\r\n", "\n\n", "[red]x[/red]", "[/]", "[@click=app.quit]q[/]", "[link=http://x]y",
    "\\[", "[[", "\u202eevil\u202c", "\u2066a\u2069", "\u200f", "\u061c", "\u200b", "\ufeff", "\xad", "e" + MARKS * 400,  # noqa: E501
    MARKS * 50, "\ufe0f", "👩\u200d👩\u200d👧", "🇩🇪🇫🇷", "👍🏽",
    "🏽" * 40, "❤\ufe0f", "1\ufe0f\u20e3", "⚠✕", "名前.日本語",
    "한국어", "각" * 9, "ᅠ" * 40, "ㅤ", "\u0600", "ﷺ", "עברית", "नमस्ते", "ก็็็็็็็็็็็", "\ud800", "\udfff\ud83d", "\ue000",
    "\U000f1234", "\uffff", "\U0010ffff", "\U000e0041", "\u2800", "\u3000", "\xa0", "%s{0}$(x)`y`", "../../etc", "", " ", "a" * 300,  # noqa: E501
    "名" * 300, "-" * 200, "arn:", "arn:aws:batch:us-east-1:1:job-queue/", ":", "#", ":3", "a:b:c", "a/b/c", "*",
)  # fmt: skip
WORDS = (
    "align",
    "sort-17",
    "arn:aws:batch:us-east-1:123456789012:job-queue/high",
    "exit 137",
    "DB_PASSWORD",
    "hunter2",
)
LONG_VALUES = ("a." * (LONG // 2), "名" * LONG, "e" + MARKS * (LONG // 5), "word " * (LONG // 5), "\x1b[" * (LONG // 2),  # noqa: E501
               "a" * LONG, "eyJ-" * (LONG // 4), "🧬" * LONG,
    "[a" * (LONG // 2), "--a " * (LONG // 4), " " * LONG)  # fmt: skip
NUMBERS = (
    0,
    1,
    2,
    3,
    8,
    137,
    1024,
    NOW,
    NOW - 5_000,
    NOW - 86_400_000,
    NOW + 10**9,
    -1,
    -(2**31),
    2**31,
    2**53,
    2**63,
    -(2**63),
    10**30,
)
FLOATS = (0.0, 0.25, 1.0, 2.5, -1.5, 1e-300, 1e18, 1e308, float("inf"), float("nan"))
MOMENTS = (datetime(2026, 5, 28, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))


class Hostile:
    """Draws answers.

    Args:
        seed: Of chance.
        long: How many values in a thousand are far too long.
        on_wire: Whether moments stand as they are sent, else as botocore reads them.
    """

    def __init__(self, seed: int, *, long: int = 0, on_wire: bool = False) -> None:
        self.chance = Random(seed)
        self._long = long
        self._on_wire = on_wire

    def text(self) -> str:
        """Some text."""
        chance = self.chance
        if chance.randrange(1000) < self._long:
            return chance.choice(LONG_VALUES)
        kind = chance.randrange(8)
        if kind < 2:
            return chance.choice(WORDS)
        if kind < 4:
            return chance.choice(SAMPLES)
        if kind < 7:
            return "".join(chance.choices((*SAMPLES, *WORDS), k=chance.randrange(1, 4)))
        return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(12)))

    def answer(self, service: str, operation: str, **members: Any) -> dict[str, Any]:
        """An answer of an operation, right in shape, with these members whatever chance says."""
        return {**self._structure(output_shape(service, operation), 0), **members}

    def items(self, service: str, operation: str, member: str, count: int) -> list[dict[str, Any]]:
        """So many items of a list in an answer."""
        shape = output_shape(service, operation).members[member].member
        return [self._structure(shape, 1) for _ in range(count)]

    def _structure(self, shape: Any, depth: int) -> dict[str, Any]:
        likely = 0.75 if depth < 4 else 0.4
        chosen = [(name, member) for name, member in shape.members.items() if self.chance.random() < likely]
        return {name: self._value(member, depth + 1) for name, member in chosen}

    def _value(self, shape: Any, depth: int) -> Any:
        chance, kind = self.chance, shape.type_name
        if kind == "structure":
            return self._structure(shape, depth)
        if kind == "list":
            count = chance.choice((0, 1, 1, 2, 3)) if depth < 6 else chance.choice((0, 1))
            return [self._value(shape.member, depth + 1) for _ in range(count)]
        if kind == "map":
            count = chance.choice((0, 1, 2, 3))
            return {self._value(shape.key, depth): self._value(shape.value, depth) for _ in range(count)}
        if kind == "string":
            known = getattr(shape, "enum", None)
            return chance.choice(known) if known and chance.random() < 0.85 else self.text()
        if kind == "boolean":
            return chance.random() < 0.5
        if kind == "timestamp":
            moment = chance.choice(MOMENTS)
            return moment.timestamp() if self._on_wire else moment
        floats = FLOATS[:-2] if self._on_wire else FLOATS  # which JSON does not have
        if kind in ("integer", "long"):
            return chance.choice(NUMBERS if chance.random() < 0.95 else floats)
        return chance.choice((*floats, *NUMBERS))


def assert_harmless(text: str, where: object = "") -> None:
    """Nothing in a text steers a terminal, turns its direction or piles up."""
    joined = 0
    for character in text:
        kind = unicodedata.category(character)
        assert kind not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"), f"{character!r} in {text[:300]!r} of {where}"
        joined = joined + 1 if kind[0] == "M" or (character != " " and not cell_len(character)) else 0
        assert joined < 20, f"a storm in {text[:300]!r} of {where}"


def assert_all_harmless(cells: Iterable[Cell], where: object = "") -> None:
    """The same of lines or cells."""
    for cell in cells:
        assert_harmless("".join(text for text, _ in cell), where)


def each(count: int, make: Callable[[], Any]) -> list[Any]:
    """So many of them."""
    return [make() for _ in range(count)]
