"""The border that every text from AWS passes: nothing behind it can steer a terminal."""

import re
from typing import Final
from unicodedata import category

REPLACEMENT = "�"

LONGEST: Final = 32_768
"""Characters of one value of an answer that are looked at: more than AWS Batch takes in a whole request."""
MOST_JOINED: Final = 8
"""So many marks stand on one letter at most."""

# C0, DEL and C1 steer terminals; the bidirectional marks and the other format characters reorder or hide what a
# person reads, and fillers are not even seen; lone surrogates cannot be encoded; the line and paragraph separators
# break a line; how wide a character of private use is, nobody knows. Each becomes a visible character.
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U0010ffff]"
)
_BREAKS = re.compile(r"[\t\r\n]+")
_MARKS = frozenset(("Mn", "Mc", "Me"))
_JOINED = frozenset(map(chr, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800), *range(0x1F3FB, 0x1F400))))
"""What takes no cell of its own either: letters that end a syllable, and the colours of skin."""
_PERHAPS_MANY = re.compile(
    # Neither marks nor such letters: by far the most of what is not ASCII.
    "[^\x00-\u02ff\u0370-\u0482\u048a-\u0590\u1100-\u115f\u2000-\u20cf\u2100-\u2cee\u2e80-\u3029\u3030-\u3098"
    f"\u309b-\ua66e\uac00-\ud7a3\uf900-\ufb1d\U0001f000-\U0001f3fa\U0001f400-\U0003ffff]{{{MOST_JOINED + 1}}}"
)


def clean(text: str) -> str:
    """A text on one line, without anything that a terminal obeys.

    Tabs and line breaks become one space; every other control and format character, bidirectional mark, lone
    surrogate and character of private use becomes U+FFFD, so that a reader sees that something stood there. So do
    marks beyond the first few on a letter, which would be drawn across the lines around it, and marks on none.
    """
    is_ascii = text.isascii()
    if is_ascii and text.isprintable():
        return text
    text = _HOSTILE.sub(REPLACEMENT, _BREAKS.sub(" ", text))
    has_storms = not is_ascii and (is_joined(text[0]) or _PERHAPS_MANY.search(text) is not None)
    return _without_storms(text) if has_storms else text


def clean_value(text: str) -> str:
    """The same for a value of an answer: of one that is longer than any should be, the rest is only counted."""
    if len(text) > LONGEST:
        return f"{clean(text[:LONGEST])}… {len(text) - LONGEST:,} more characters"
    return clean(text)


def clean_block(text: str) -> str:
    """The same for a text of several lines: line breaks stay, tabs become spaces."""
    return "\n".join(clean(line.expandtabs(4)) for line in re.split(r"\r\n|\r|\n", text))


def escaped(json_text: str) -> str:
    """JSON with every character escaped that ``clean`` would replace: it says the same, and steers nothing."""

    def escape(match: re.Match[str]) -> str:
        character = match[0]
        units = character.encode("utf-16-be", "surrogatepass").hex()
        return (
            character
            if character == "\n"
            else "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
        )

    return json_text if json_text.isascii() and "\x7f" not in json_text else _HOSTILE.sub(escape, json_text)


def is_joined(character: str) -> bool:
    """Whether a character is drawn onto the one before it."""
    return category(character) in _MARKS or character in _JOINED


def _without_storms(text: str) -> str:
    kept: list[str] = []
    joined = MOST_JOINED  # before the first letter there is none to stand on
    for character in text:
        joined = joined + 1 if is_joined(character) else 0
        if joined <= MOST_JOINED:
            kept.append(character)
        elif joined == MOST_JOINED + 1:
            kept.append(REPLACEMENT)
    return "".join(kept)
