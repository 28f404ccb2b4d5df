"""Lengths of time as people type them: ``90``, ``2h``, ``2h30m``, ``1.5d``."""

import re

_DURATION = re.compile(r"\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?[smhdw])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def seconds_of(text: str) -> tuple[float, float] | None:
    """From a length of time to the next that its smallest unit can tell from it, in seconds.

    None where the text is no length of time.
    """
    if _DURATION.fullmatch(text.lower()) is None:
        return None
    parts = [(float(number), _SECONDS[unit]) for number, unit in _PART.findall(text.lower())]
    least = sum(number * unit for number, unit in parts)
    return least, least + min(unit for _, unit in parts)
