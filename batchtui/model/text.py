"""The border that every text from AWS passes: nothing behind it can steer a terminal."""

import re

REPLACEMENT = "�"

# C0, DEL and C1 steer terminals; the bidirectional marks reorder what a person reads; lone surrogates
# cannot be encoded; the line and paragraph separators break a line. Each becomes a visible character.
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile(r"[\t\r\n]+")


def clean(text: str) -> str:
    """A text on one line, without anything that a terminal obeys.

    Tabs and line breaks become one space; every other control character, bidirectional mark and lone
    surrogate becomes U+FFFD, so that a reader sees that something stood there.
    """
    if text.isprintable():
        return text
    return _HOSTILE.sub(REPLACEMENT, _BREAKS.sub(" ", text))


def clean_block(text: str) -> str:
    """The same for a text of several lines: line breaks stay, tabs become spaces."""
    return "\n".join(clean(line.expandtabs(4)) for line in re.split(r"\r\n|\r|\n", text))
