"""Search in the lines of a buffer, a slice at a time, so that no search holds up the screen."""

import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from batchtui.logs.buffer import LogBuffer

SLICE_SECONDS: Final = 0.008
"""How long ``advance`` may take, about: half a frame."""
_LONGEST_EXPRESSION: Final = 500
_LONGEST_LINE: Final = 20_000  # characters that a regular expression is tried on
_EXPRESSION_SECONDS: Final = 0.01  # for one line; an honest expression takes microseconds
_LOOK_AT_CLOCK: Final = 32
_MOST_SPANS: Final = 200


class SearchError(ValueError):
    """The expression cannot be searched for; the text says why, in a few words."""


class Pattern:
    """What is searched for: a text as it stands, or a regular expression between slashes.

    Case does not matter unless the text holds an upper-case letter.

    Args:
        text: What a person typed.

    Raises:
        SearchError: A regular expression that is none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) >= 2 and text.startswith("/") and text.endswith("/"):
            self._expression: Any = _compiled(text[1:-1])
            self._needle = ""
        else:
            self._expression = None
            self._needle = text
        self._ignores_case = not any(character.isupper() for character in self._needle)
        # Folding one letter to two (ß) would move the places found; lower() moves only very few, see spans().
        self._folded = self._needle.lower() if self._ignores_case else self._needle

    def matches(self, text: str) -> bool:
        """Whether a line holds it.

        Raises:
            SearchError: The regular expression takes too long.
        """
        if self._expression is None:
            return self._folded in (text.lower() if self._ignores_case else text)
        return (
            self._timed(lambda: self._expression.search(text, 0, _LONGEST_LINE, timeout=_EXPRESSION_SECONDS))
            is not None
        )

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where in a line it stands, for a highlight; at most a few hundred places.

        Raises:
            SearchError: The regular expression takes too long.
        """
        found: list[tuple[int, int]] = []
        if self._expression is not None:

            def places() -> None:
                for match in self._expression.finditer(text, 0, _LONGEST_LINE, timeout=_EXPRESSION_SECONDS):
                    if match.end() > match.start():
                        found.append(match.span())
                    if len(found) >= _MOST_SPANS:
                        return

            self._timed(places)
            return found
        lowered = text.lower() if self._ignores_case else text
        if not self._folded or len(lowered) != len(text):
            return found  # a letter became two: better no highlight than one beside the word
        place = lowered.find(self._folded)
        while place >= 0 and len(found) < _MOST_SPANS:
            found.append((place, place + len(self._folded)))
            place = lowered.find(self._folded, place + len(self._folded))
        return found

    @staticmethod
    def _timed(search: Callable[[], Any]) -> Any:
        try:
            return search()
        except TimeoutError:
            raise SearchError("the regular expression takes too long: it tries too many ways") from None


class Search:
    """The lines of a buffer that hold a pattern, as the buffer grows at both ends.

    ``advance`` is called until it says that it is done, and again when the buffer has changed.
    """

    def __init__(self, buffer: LogBuffer, pattern: Pattern) -> None:
        self.pattern = pattern
        self.error: str | None = None
        """Why the search was given up, in words."""
        self._buffer = buffer
        self._found: list[int] = []
        self._older: list[int] = []  # found in front of the others, from the newest on
        self._moves = buffer.moves
        self._low = self._high = buffer.end  # the numbers in between were looked at

    @property
    def found(self) -> list[int]:
        """The numbers of the lines, rising; those dropped from the buffer are left out."""
        if self._older:
            self._found[:0] = reversed(self._older)
            self._older.clear()
        if self._found and self._found[0] < self._buffer.first:
            del self._found[: bisect_left(self._found, self._buffer.first)]
        return self._found

    @property
    def is_done(self) -> bool:
        """Whether every line that is there was looked at."""
        buffer = self._buffer
        return self.error is not None or (
            self._moves == buffer.moves and self._low <= buffer.first and self._high >= buffer.end
        )

    @property
    def progress(self) -> float:
        """How much was looked at, from 0 to 1."""
        return 1.0 if self.is_done else min(1.0, (self._high - self._low) / max(1, len(self._buffer)))

    def advance(self, max_lines: int = 20_000, seconds: float = SLICE_SECONDS) -> bool:
        """Looks at some more lines: first those that are new at the end, then backwards.

        Args:
            max_lines: At most so many.
            seconds: Ends early after about so long.

        Returns:
            Whether it is done.
        """
        buffer = self._buffer
        if self._moves != buffer.moves:  # numbers have changed: what was found is somewhere else now
            self._moves = buffer.moves
            self._found, self._older = [], []
            self._low = self._high = buffer.end
        self._high = max(self._high, buffer.first)
        self._low = max(self._low, buffer.first)
        until = perf_counter() + seconds
        try:
            for looked_at in range(max_lines):
                if looked_at % _LOOK_AT_CLOCK == 0 and perf_counter() > until:
                    break
                if self._high < buffer.end:
                    if self.pattern.matches(buffer[self._high].text):
                        self._found.append(self._high)
                    self._high += 1
                elif self._low > buffer.first:
                    self._low -= 1
                    if self.pattern.matches(buffer[self._low].text):
                        self._older.append(self._low)
                else:
                    break
        except SearchError as error:
            self.error = str(error)
        return self.is_done

    def after(self, number: int) -> int | None:
        """The next line found after this one; from the last on to the first."""
        found = self.found
        if not found:
            return None
        return found[bisect_right(found, number) % len(found)]

    def before(self, number: int) -> int | None:
        """The line found before this one; from the first on to the last."""
        found = self.found
        return found[bisect_left(found, number) - 1] if found else None


def _compiled(source: str) -> Any:
    import regex  # only who types one needs it

    if len(source) > _LONGEST_EXPRESSION:
        raise SearchError("the regular expression is too long")
    flags = 0 if any(character.isupper() for character in source) else regex.IGNORECASE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a set that a later version may read otherwise is the typist's affair
            return regex.compile(source, flags)
    except regex.error as error:
        raise SearchError(f"regular expression: {error.msg}") from None
    except (OverflowError, RecursionError, MemoryError, ValueError):
        raise SearchError("the regular expression is too large") from None
