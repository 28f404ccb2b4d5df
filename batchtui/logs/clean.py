"""The border that every message of a log passes: control sequences go, their colours stay as spans.

What a terminal would have shown at the end is what stays:

- Strings for the terminal (OSC titles and links, DCS, APC, PM, SOS) go whole; of one that never ends only its
  introduction goes, so that no text can be hidden behind it. The text of a link stays.
- CSI sequences go. SGR becomes spans of colours, except "concealed", and except a colour on itself: a log shall
  not hide text from who reads it.
- Carriage return and backspace move back and what follows overwrites, cell by cell as on a terminal, so that a
  progress bar shows its last state and a shorter text leaves the rest of a longer one. ``ESC[K`` erases what is
  right of it, ``ESC[2K`` the line (and goes to its start, where its callers go anyway), ``ESC[G`` goes to a
  column that has been written. No other movement is obeyed.
- Tabs go on to the next multiple of eight columns; wide characters count two.
- Line breaks at the end go, those inside become ``↵``: one event is one line.
- Every other control character, bidirectional mark, zero-width mark and lone surrogate becomes U+FFFD as
  everywhere (``model.text``); a byte order mark in front and bells go.

Time is linear in the length of the message, whatever it holds: no repetition below can be matched in two ways,
and a string that does not end is looked at up to the next control character only.
"""

import re
from itertools import groupby
from unicodedata import east_asian_width

from batchtui.logs.line import Colours
from batchtui.logs.sgr import PLAIN, Style, styled
from batchtui.model.text import clean, is_joined

LINE_BREAK = "↵"
TAB_COLUMNS = 8

_TOKEN = re.compile(
    # Controls that move nothing and begin nothing are replaced with the text around them: a line of a quarter of a
    # megabyte of them would otherwise take a third of a second.
    r"""(?P<text>[^\x07-\x09\x0d\x1b\x90\x98\x9b\x9d-\x9f]++)
      | (?P<string>(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*+(?:\x07|\x1b\\|\x9c))
      | (?:\x1b\[|\x9b)(?P<parameters>[0-?]*+)(?P<between>[ -/]*+)(?P<final>[@-~]?)
      | (?P<escape>\x1b[ -/]*+[0-~]?)
      | (?P<control>.)""",
    re.VERBOSE | re.DOTALL,
)
_SGR = re.compile(r"\x1b\[([0-9;:]*+)m")
_BREAK = re.compile(r"[\n\x0b\x0c\x85]")
_MOST_SPANS = 500  # of one line: a picture made of colours is still read, and memory stays in proportion
_LARGEST_COLUMN_DIGITS = 7


def clean_message(message: str) -> tuple[str, Colours]:
    """A message as one line without anything that a terminal obeys, and its colours."""
    if message.isprintable():
        return clean(message), ()
    message = message.rstrip("\r\n").removeprefix("\ufeff")
    if message.isprintable():
        return clean(message), ()
    if (coloured := _only_coloured(message)) is not None:
        return coloured
    style = PLAIN
    texts: list[str] = []
    colours: list[tuple[int, int, str]] = []
    length = 0
    for part in _BREAK.split(message):
        text, spans, style = _line(part, style)
        colours += ((start + length, end + length, words) for start, end, words in spans)
        texts.append(text)
        length += len(text) + len(LINE_BREAK)
    return LINE_BREAK.join(texts), tuple(colours[:_MOST_SPANS])


def _only_coloured(message: str) -> tuple[str, Colours] | None:
    """The same for what is by far the most common: nothing but printable text and colours."""
    parts = _SGR.split(message)
    texts = parts[::2]
    if len(parts) > 2 * _MOST_SPANS or not all(map(str.isprintable, texts)):
        return None
    texts = texts if message.isascii() else [clean(text) for text in texts]
    colours: list[tuple[int, int, str]] = []
    style, position = PLAIN, len(texts[0])
    for parameters, text in zip(parts[1::2], texts[1:], strict=True):
        style = styled(style, parameters)
        if not text:
            continue
        if style.words and colours and colours[-1][1:] == (position, style.words):
            position += len(text)
            colours[-1] = (colours[-1][0], position, style.words)
            continue
        if style.words:
            colours.append((position, position + len(text), style.words))
        position += len(text)
    return "".join(texts), tuple(colours)


def _line(part: str, style: Style) -> tuple[str, Colours, Style]:
    if part.isprintable() and not style.words:
        return clean(part), (), style
    row = _Row(style)
    for token in _TOKEN.finditer(part):
        kind = token.lastgroup
        if kind == "text":
            row.write(clean(token[0]))
        elif kind == "final":
            row.obey(token["final"], token["parameters"], token["between"])
        elif kind == "control":
            row.control(token[0])
    return (*row.result(), row.style)


class _Row:
    """The cells of one line of a terminal, and where its cursor is."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._cells: list[str] = []  # a wide character is followed by an empty cell
        self._styles: list[str] = []
        self._column = 0

    def write(self, text: str) -> None:
        cells = list(text) if text.isascii() else _cells(text)
        start, end = self._column, self._column + len(cells)
        if start < len(self._cells):
            self._split_wide(start)
            self._split_wide(end)
        self._cells[start:end] = cells
        self._styles[start:end] = [self.style.words] * len(cells)
        self._column = end

    def control(self, character: str) -> None:
        if character == "\t":
            self.write(" " * (TAB_COLUMNS - self._column % TAB_COLUMNS))
        elif character == "\r":
            self._column = 0
        elif character == "\b":
            self._column = max(0, self._column - 1)
        elif character != "\a":
            self.write(clean(character))

    def obey(self, final: str, parameters: str, between: str) -> None:
        """A CSI sequence."""
        if between:
            return
        if final == "m":
            self.style = styled(self.style, parameters)
        elif final == "K" and parameters in ("", "0"):
            self._split_wide(self._column)
            self._erase(self._column)
        elif final == "K" and parameters == "2":
            self._erase(0)
        elif final == "G" and len(parameters) <= _LARGEST_COLUMN_DIGITS:
            wanted = int(parameters) - 1 if parameters.isdecimal() else 0
            self._column = max(0, min(wanted, len(self._cells)))

    def result(self) -> tuple[str, Colours]:
        """The text, and its colours by characters rather than by cells."""
        if not any(self._styles):
            return "".join(self._cells), ()
        spans: list[tuple[int, int, str]] = []
        position = cell = 0
        for words, run in groupby(self._styles):
            size = sum(1 for _ in run)
            after = position + sum(map(len, self._cells[cell : cell + size]))
            if words and after > position:
                spans.append((position, after, words))
            position, cell = after, cell + size
        return "".join(self._cells), tuple(spans)

    def _erase(self, column: int) -> None:
        del self._cells[column:], self._styles[column:]
        self._column = column

    def _split_wide(self, column: int) -> None:
        """Half a wide character that is overwritten leaves a blank in its other half."""
        if 0 < column < len(self._cells) and not self._cells[column]:
            self._cells[column - 1] = self._cells[column] = " "


def _cells(text: str) -> list[str]:
    cells: list[str] = []
    for character in text:
        if cells and character > "\u02ff" and is_joined(character):  # it has no cell of its own
            cells[-1 if cells[-1] else -2] += character
            continue
        cells.append(character)
        if character > "\u10ff" and east_asian_width(character) in "WF":
            cells.append("")
    return cells
