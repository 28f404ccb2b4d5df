"""From events as AWS sends them to lines, a part at a time so that the screen answers meanwhile."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from batchtui.aws.logs_gateway import LogEvent
from batchtui.logs.clean import clean_message
from batchtui.logs.line import LogLine

_SLICE_LINES: Final = 500
_SLICE_CHARACTERS: Final = 60_000  # whichever comes first: some milliseconds even where every line has colours


async def lines_of(events: Sequence[LogEvent], source: int, *, is_pod: bool) -> AsyncGenerator[list[LogLine]]:
    """The events as lines, in slices.

    Args:
        events: What a page held.
        source: The index that the lines carry.
        is_pod: Whether Container Insights has wrapped each line in an envelope.
    """
    lines: list[LogLine] = []
    characters = 0
    for timestamp, message in events:
        text, colours = clean_message(unwrapped(message) if is_pod else message)
        lines.append(LogLine(timestamp, text, source, colours))
        characters += len(message)
        if len(lines) >= _SLICE_LINES or characters >= _SLICE_CHARACTERS:
            yield lines
            await asyncio.sleep(0)
            lines, characters = [], 0
    if lines:
        yield lines


def unwrapped(message: str) -> str:
    """The line in the envelope of Container Insights, ``{"log": …, "kubernetes": …}``; any other text as it is."""
    if not message.startswith("{") or '"log"' not in message:
        return message
    try:
        envelope = json.loads(message)
    except (ValueError, RecursionError):
        return message
    line = envelope.get("log") if isinstance(envelope, dict) else None
    return line if isinstance(line, str) and _ENVELOPES & envelope.keys() else message


_ENVELOPES = frozenset(("kubernetes", "stream", "time"))
