"""How figures and names read in a verdict: short, clean, and without what looks secret."""

from collections.abc import Sequence
from typing import Final

from batchtui.model.secrets import masked, masked_text
from batchtui.model.text import clean

_NAME: Final = 24
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_TEENS: Final = (11, 12, 13)


def duration(seconds: float) -> str:
    """A length of time in at most two units: ``45s``, ``12m``, ``2h 10m``, ``3d 4h``."""
    left = max(0, int(seconds))
    for place, (size, unit) in enumerate(_UNITS):
        if left >= size or size == 1:
            first, rest = divmod(left, size)
            smaller = _UNITS[place + 1] if size > 60 else None
            second = rest // smaller[0] if smaller else 0
            return f"{first}{unit} {second}{smaller[1]}" if smaller and second else f"{first}{unit}"
    return "0s"


def since(moment: int | None, now: int) -> str:
    """How long ago a moment was, both in milliseconds; empty where it is unknown or to come."""
    return duration((now - moment) / 1000) if moment is not None and moment <= now else ""


def number(value: float) -> str:
    """A number with separators and without needless digits."""
    whole = round(value, 2)
    return f"{int(whole):,}" if whole == int(whole) else f"{whole:,.2f}".rstrip("0")


def mib(value: float) -> str:
    """An amount of memory: ``2,048 MiB``."""
    return f"{number(value)} MiB"


def count(how_many: float, noun: str) -> str:
    """``1 job``, ``2 jobs``, ``0.5 vCPUs``."""
    return f"{number(how_many)} {noun}" if how_many == 1 else f"{number(how_many)} {noun}s"


def ordinal(place: int) -> str:
    """``1st``, ``2nd``, ``11th``."""
    ending = "th" if place % 100 in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def short(name: str, most: int = _NAME) -> str:
    """A name that fits in a sentence: its middle is left out where it is too long."""
    text = masked("", clean(name))
    if len(text) <= most:
        return text
    head = (most - 1) * 2 // 3
    return f"{text[:head]}…{text[-(most - 1 - head) :]}"


def short_id(job_id: str) -> str:
    """The first eight characters of a job's id, with its child or node: they tell jobs of one name apart."""
    own = clean(job_id)
    place = next((at for at, sign in enumerate(own) if sign in ":#"), len(own))
    return own[: min(place, 8)] + own[place:]


def whole(name: str) -> str:
    """A name in full."""
    return masked("", clean(name))


def told(text: str) -> str:
    """What AWS wrote, with what looks secret masked."""
    return masked_text(clean(text))


def listed(names: Sequence[str], most: int = 3) -> str:
    """Some names: ``a, b and c``, or ``a, b, c and 4 more``."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {number(len(names) - most)} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
