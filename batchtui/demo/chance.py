"""Chance without state: every draw is a pure function of a seed and of what it is drawn for.

A shared random generator would make what a job does depend on who asked before it; a hash does not, so that a
log line or an attempt's fate can be worked out at any moment, in any order, and never needs storing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def mix(seed: int, salt: int) -> int:
    """64 well-mixed bits of a seed and a salt (the finaliser of SplitMix64)."""
    z = (seed + salt * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def fraction(seed: int, salt: int) -> float:
    """A number in [0, 1)."""
    return (mix(seed, salt) >> 11) / (1 << 53)


def between(seed: int, salt: int, low: int, high: int) -> int:
    """A whole number in [low, high]."""
    return low + mix(seed, salt) % (high - low + 1)


def pick(seed: int, salt: int, choices: Sequence[T]) -> T:
    """One of the choices, all equally likely."""
    return choices[mix(seed, salt) % len(choices)]


def hex_digits(seed: int, salt: int, digits: int) -> str:
    """As many hexadecimal digits as wanted, up to 32."""
    bits = mix(seed, salt) << 64 | mix(seed, salt + 0x51ED)
    return f"{bits & ((1 << 4 * digits) - 1):0{digits}x}"
