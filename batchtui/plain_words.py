"""Words and numbers where else frames, bars and glyphs stand, for who hears the screen.

Every character becomes another of the same width, so that nothing moves; what only draws becomes blank.
"""

import re
from typing import Final

from batchtui.format import BAR, Cell

_INSTEAD: Final = {
    "▐": "[",
    "▌": "]",
    "◆": "*",
    "✕": "!",
    "•": "*",
    "›": ">",
    "‹": "<",
    "▼": "v",
    "▲": "^",
}
_DRAWN: Final = re.compile("[\u2500-\u25ff\u2800-\u28ff✕‖•›‹🔎]|·{2,}|█[▌▐]")


def plain_text(text: str) -> str:
    """A text without drawings, as wide as before."""
    return text if text.isascii() else _DRAWN.sub(_instead, text)


def words_of(cell: Cell) -> str:
    """What a cell says, in words: without bars, and without blanks that only make room."""
    text = "".join(text for text, style in cell if style != BAR)
    return " ".join(plain_text(text).split())


def _instead(found: re.Match[str]) -> str:
    text = found[0]
    return _INSTEAD.get(text, " " * (2 if text == "🔎" else len(text)))
