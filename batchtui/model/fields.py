"""Readers of one member of an API answer: absent, null and wrongly typed members are all absent.

An answer can come from a newer AWS, from a proxy or from another implementation of the protocol, so that
no reader here ever raises.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from batchtui.model.text import LONGEST, clean_value

Api = Mapping[str, Any]
Pairs = tuple[tuple[str, str], ...]
EMPTY: Api = {}

_LARGEST = 2**63
_LATEST = 253_402_214_400_000  # the end of the year 9999, wherever one is
_MOST = 1e18  # of numbers with a fraction, such as a share's use: what is more is no amount of anything
_MOST_SHARED = 4_096  # of the texts that are shared: a reason may be another one for each job
_LONGEST_SHARED = 1_024
_shared: dict[str, str] = {}  # cleaned, by what it was before


def text(data: Api, key: str) -> str | None:
    """A cleaned string, or None."""
    value = data.get(key)
    if isinstance(value, str):
        is_short = value.isascii() and len(value) <= LONGEST
        return value if is_short and value.isprintable() else clean_value(value)
    return None


def shared_text(data: Api, key: str) -> str | None:
    """A string that many values share (a status, a definition): one object for all of them.

    ``sys.intern`` would keep every one of them for good in Python 3.12.0 to 3.12.5.
    """
    value = data.get(key)
    return shared(value) if isinstance(value, str) else None


def shared(value: str) -> str:
    """The text cleaned, as one object for all who have it."""
    known = _shared.get(value)
    if known is None:
        if len(_shared) >= _MOST_SHARED:
            _shared.clear()
        known = clean_value(value)
        if len(value) <= _LONGEST_SHARED:
            _shared[value] = known
    return known


def integer(data: Api, key: str) -> int | None:
    """An integer of at most 64 bits, or None; a boolean is no integer."""
    value = data.get(key)
    if value is None:  # a hundred thousand jobs ask this half a million times
        return None
    if value.__class__ is int:
        return value if -_LARGEST <= value <= _LARGEST else None
    if not isinstance(value, float) or not value.is_integer():
        return None
    return int(value) if -_LARGEST <= value <= _LARGEST else None


def epoch_ms(data: Api, key: str) -> int | None:
    """A moment in milliseconds since the epoch, one that a calendar has; AWS Batch also writes 0 for "not yet"."""
    value = data.get(key)
    if value.__class__ is not int:
        value = integer(data, key)
    return value if value is not None and 0 < value <= _LATEST else None


def moment_ms(data: Api, key: str) -> int | None:
    """A moment in milliseconds since the epoch, where botocore has made a datetime of it (ECS, EC2)."""
    value = data.get(key)
    if not isinstance(value, datetime):
        return None
    try:
        return int(value.timestamp() * 1000)
    except (OverflowError, OSError, ValueError):  # a year that no clock can have
        return None


def number(data: Api, key: str) -> float | None:
    """A finite number, or None."""
    value = data.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or not -_MOST <= value <= _MOST:
        return None
    return float(value)


def flag(data: Api, key: str) -> bool | None:
    """A boolean, or None."""
    value = data.get(key)
    return value if isinstance(value, bool) else None


def mapping(data: Api, key: str) -> Api:
    """A structure, empty where absent."""
    value = data.get(key)
    return (
        value if isinstance(value, dict) else EMPTY
    )  # JSON's own type: an abstract check costs ten times as much


def structures(data: Api, key: str) -> tuple[Api, ...]:
    """A list of structures, empty where absent; members of another type are passed over."""
    value = data.get(key)
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def texts(data: Api, key: str) -> tuple[str, ...]:
    """A list of strings, empty where absent."""
    value = data.get(key)
    return tuple(clean_value(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def pairs(data: Api, key: str) -> Pairs:
    """A map of strings as pairs in the order of their keys."""
    return tuple(
        sorted((clean_value(str(name)), clean_value(str(value))) for name, value in mapping(data, key).items())
    )


def arn_name(arn: str) -> str:
    """The name at the end of an ARN (``…:job-queue/align-high`` is ``align-high``), or the text itself."""
    return arn.rpartition("/")[2] if arn.startswith("arn:") else arn
