"""Words of AWS and of logs as evidence: short, with the proof in sight, and without what looks secret."""

import re
from typing import Final

from batchtui.model.secrets import masked_text
from batchtui.model.text import clean

_LONGEST: Final = 160
"""Characters of a quotation."""
_AFTER: Final = 48
"""Of which so many are kept for what follows the proof."""
_WORD: Final = 24
"""So many are given up at most, so that no word is cut in two."""


def quoted(text: str, about: str = "", *, to_its_end: bool = False) -> str:
    """Words of AWS or of a log, masked where they look secret, and shortened.

    Args:
        text: All of them.
        about: The words among them that prove something: they stay in sight.
        to_its_end: Whether the end is worth more than the middle, as in errors that wrap each other.
    """
    words = masked_text(clean(text))
    return f"“{words if len(words) <= _LONGEST else _shortened(words, about, to_its_end)}”"


def _shortened(words: str, about: str, to_its_end: bool) -> str:
    """What it begins with, and the part around the proof."""
    found = re.search(re.escape(about), words, re.IGNORECASE) if about else None
    first, last = (found.start(), found.end()) if found else (len(words), len(words))
    if (found is None and not to_its_end) or (found is not None and last <= _LONGEST - _AFTER):
        return f"{words[: _LONGEST - 1]}…"
    name = words.partition(": ")[0] + ": "
    head = name if len(name) <= _LONGEST // 3 else ""
    room = _LONGEST - len(head) - 2
    begin = min(max(first - max(room - (last - first) - _AFTER, 0), len(head)), len(words) - room)
    space = words.find(" ", begin, first)
    begin = space + 1 if 0 <= space < begin + _WORD else begin
    end = begin + room
    return f"{head}…{words[begin:end]}{'…' if end < len(words) else ''}"
