"""The lines that are kept of one or several sources, in the order of time, bounded in number and in size."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from batchtui.logs.line import LogLine

MOST_LINES: Final = 200_000
MOST_CHARACTERS: Final = 64_000_000
_TIDIED_AT: Final = 4096  # dropped lines that may wait in front before the list is cut: a cut costs a whole copy


class LogBuffer:
    """Lines by number. The first that came is number 0; what is older has negative numbers.

    A line keeps its number while newer lines are appended and older ones are prepended. Only a line that belongs
    between others moves some (``moves`` counts how often that happened): ``place_of`` finds them again.
    Lines of one source keep AWS's order, whatever their timestamps; those of several are merged by time, at the
    same millisecond in the order in which they came.

    When the buffer is full, appending drops the oldest lines, and prepending takes no more.
    """

    def __init__(self, max_lines: int = MOST_LINES, max_characters: int = MOST_CHARACTERS) -> None:
        self.max_lines = max_lines
        self.max_characters = max_characters
        self.first = 0
        """The number of the oldest line that is kept."""
        self.version = 0
        """Grows with every change."""
        self.moves = 0
        """Grows when lines that were there got other numbers."""
        self.dropped_before = 0
        """How many older lines had no room: they were dropped, or refused by ``prepend``."""
        self._lines: list[LogLine] = []
        self._gone = 0  # lines in front of the list that are dropped and not yet cut off
        self._characters = 0

    @property
    def end(self) -> int:
        """The number after that of the newest line."""
        return self.first + len(self)

    @property
    def is_full(self) -> bool:
        """Whether nothing older can be taken any more."""
        return self.dropped_before > 0 or len(self) >= self.max_lines or self._characters >= self.max_characters

    def __len__(self) -> int:
        return len(self._lines) - self._gone

    def __bool__(self) -> bool:
        return True  # a buffer that is empty is still one

    def __getitem__(self, number: int) -> LogLine:
        """The line with this number.

        Raises:
            IndexError: It is not kept, or not there yet.
        """
        if not self.first <= number < self.end:
            raise IndexError(number)
        return self._lines[number - self.first + self._gone]

    def __iter__(self) -> Iterator[LogLine]:
        return iter(self._lines[self._gone :])

    def lines(self, start: int, stop: int) -> list[LogLine]:
        """The lines of these numbers as far as they are kept."""
        offset = self._gone - self.first
        return self._lines[max(start, self.first) + offset : max(min(stop, self.end), self.first) + offset]

    def append(self, lines: Sequence[LogLine]) -> None:
        """Takes lines of one source that are newer than all others of that source."""
        if not lines:
            return
        place = len(self._lines)
        oldest, source = lines[0].timestamp, lines[0].source
        while place > self._gone:
            line = self._lines[place - 1]
            if line.source == source or line.timestamp <= oldest:
                break
            place -= 1
        if place == len(self._lines):
            self._lines += lines
        else:
            self._lines[place:] = _merged(self._lines[place:], lines)
            self.moves += 1
        self._characters += sum(len(line.text) for line in lines)
        self.version += 1
        self._drop()

    def drain(self) -> list[LogLine]:
        """All lines, which are let go of; those that come keep counting from here."""
        lines, self.first = list(self), self.end
        self._lines, self._gone, self._characters = [], 0, 0
        self.version += 1
        return lines

    def prepend(self, lines: Sequence[LogLine]) -> int:
        """Takes lines of one source that are older than all others of that source.

        Returns:
            How many had room: the newest of them.
        """
        taken = self._that_fit(lines)
        self.dropped_before += len(lines) - len(taken)
        if not taken:
            return 0
        self._cut()
        newest, source, place = taken[-1].timestamp, taken[-1].source, 0
        for line in self._lines:
            if line.source == source or line.timestamp >= newest:
                break
            place += 1
        self._lines[:place] = _merged(self._lines[:place], taken) if place else taken
        self.moves += bool(place)
        self.first -= len(taken)
        self._characters += sum(len(line.text) for line in taken)
        self.version += 1
        return len(taken)

    def place_of(self, line: LogLine, near: int) -> int | None:
        """The number that a line has now.

        Args:
            line: A line that was got from here.
            near: The number that it had: the search goes outwards from there.

        Returns:
            None where it is no longer kept.
        """
        offset = self._gone - self.first
        low = high = min(max(near, self.first), self.end)
        while low > self.first or high < self.end:
            if high < self.end:
                if self._lines[high + offset] is line:
                    return high
                high += 1
            if low > self.first:
                low -= 1
                if self._lines[low + offset] is line:
                    return low
        return None

    def number_at(self, timestamp: int) -> int:
        """The first line of this moment (epoch milliseconds) or later; ``end`` where there is none."""
        low, high = self.first, self.end
        while low < high:
            middle = (low + high) // 2
            if self[middle].timestamp < timestamp:
                low = middle + 1
            else:
                high = middle
        return low

    def _that_fit(self, lines: Sequence[LogLine]) -> Sequence[LogLine]:
        if self.is_full:
            return ()
        lines = lines[-(self.max_lines - len(self)) :]
        room = self.max_characters - self._characters
        sizes = accumulate(len(line.text) for line in reversed(lines))
        fitting = sum(1 for size in sizes if size <= room)
        return lines[len(lines) - fitting :]

    def _drop(self) -> None:
        """Lets go of the oldest lines until all fit; the list is cut now and then, so that each costs little."""
        while len(self) > self.max_lines or (self._characters > self.max_characters and len(self) > 1):
            line = self._lines[self._gone]
            self._characters -= len(line.text)
            self._lines[self._gone] = _DROPPED  # its memory goes at once
            self._gone += 1
            self.first += 1
            self.dropped_before += 1
        if self._gone > max(_TIDIED_AT, len(self._lines) // 2):
            self._cut()

    def _cut(self) -> None:
        del self._lines[: self._gone]
        self._gone = 0


_DROPPED = LogLine(0, "")


def _merged(there: Sequence[LogLine], coming: Sequence[LogLine]) -> list[LogLine]:
    """Both by time, each in its own order; at the same moment those that were there go first.

    Sorting finds the two runs by itself, which is many times as fast as merging in Python.
    """
    both = [*there, *coming]
    keys = [*_never_falling(there), *_never_falling(coming)]
    return [both[index] for index in sorted(range(len(both)), key=keys.__getitem__)]


def _never_falling(lines: Sequence[LogLine]) -> Iterator[int]:
    return accumulate((line.timestamp for line in lines), max)
