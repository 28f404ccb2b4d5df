"""What stands on the terminal, so that of a frame only the cells that differ are sent.

Textual draws a widget, or the whole screen, anew where no more than the colour of a frame changed. What it writes
is read here cell by cell and compared with what was written before. Whatever is no frame is sent as it is, and
makes every cell unknown if it may change the terminal in a way that is not understood here.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress, count, repeat
from operator import ne
from typing import Final, NamedTuple

from rich.cells import cell_len, split_graphemes

Cell = tuple[str, str]
"""A character and the parameters of its style's sequence."""
Cells = tuple[Cell, ...]
Row = list[Cell | None]
"""From the left edge; None where it is not known what stands there."""

_MOVE: Final = re.compile(r"\x1b\[([\d;]*)H")
"""A frame is made of moves, and of what is painted after each."""
_STYLED: Final = re.compile(r"\x1b\[([\d;]*)m([^\x00-\x1f\x7f-\x9f]*)")
_PAINTED: Final = re.compile(rf"(?:{_STYLED.pattern})+")
_HARMLESS: Final = re.compile(
    r"(?:\x07|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP(?:[^\x1b]|\x1b[^\\])*\x1b\\"
    r"|\x1b\[\?(?:7|25|100\d|1015|20\d\d)[hl])+"
)
"""The bell, titles, the clipboard, notifications, what tmux and screen hand on, and modes of the cursor, the mouse
and of what is pasted."""
_SURE: Final = re.compile(r"[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0587\u2010-\u2027\u2030-\u205e"
                          r"\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u2800-\u28ff]*")  # fmt: skip
"""Characters that are one cell wide wherever they stand. Of others terminals have opinions of their own."""
_TOKENS: Final = re.compile(
    r"\x1b\[([\d;]*)([Hm])|(\x1b\]8;[^\x07\x1b]*\x1b\\)|(\n)|([^\x00-\x1f\x7f-\x9f]+)|(.)", re.DOTALL
)
"""The same with links: a move or a style, the beginning or the end of a link, a text, and whatever else."""
_SURELY_WIDE: Final = re.compile(
    r"[\u3041-\u3096\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]"
)
"""Characters that are two cells wide wherever they stand."""
_FIRST_DRAWN: Final = "\u2500"
"""Frames, bars and the like are no part of a word."""
_ATTRIBUTE: Final = re.compile(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+")
_SHOWN_ON_BLANKS: Final = {"4", "7", "9", "21", "51", "52", "53"}
"""Lines under, through, over and around; and the colours exchanged."""
_NOWHERE: Final = -1
"""A column in which the cursor never is."""
_NARROW_GAP: Final = 4
"""So many cells that are the same are sent again: it costs no more than to jump over them."""


class Standing:
    """The cells of a terminal, as far as they are known."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._cursor: tuple[int, int] | None = None

    def forget(self) -> None:
        """Nothing is known any more: what is drawn next is sent whole."""
        self._rows.clear()
        self._cursor = None

    def difference(self, written: str) -> str:
        """What is to be sent instead of what was written; from then on that stands there."""
        frame = _read(written)
        if frame is None:
            if not _HARMLESS.fullmatch(written):
                self.forget()
            return _placed(written)
        output = _Output(self._cursor)
        for y, runs in sorted(frame.runs.items()):
            if y in frame.unsure:
                self._rows.pop(y, None)
                for x, cells in runs:
                    if len(cells) == 1:
                        output.write_unsure(x, y, *cells[0])
                    else:
                        output.write(x, y, cells)
                continue
            row = self._rows.setdefault(y, [])
            before = row.copy()
            for x, cells in runs:
                row.extend(repeat(None, x - len(row)))
                row[x : x + len(cells)] = cells
            for start, stop in _changes(before, row):
                output.write(start, y, row[start:stop])
        self._cursor = frame.cursor
        return output.ended_at(frame.cursor)


class _Frame:
    """What a frame paints."""

    def __init__(self) -> None:
        self.runs: dict[int, list[tuple[int, Cells]]] = {}
        """By row: from which column on, and what."""
        self.unsure: set[int] = set()
        """Rows in which not every character is surely one cell wide: there a text is one item."""
        self.cursor = (0, 0)


def _read(written: str) -> _Frame | None:
    """None where it is not certain what was written."""
    before, *moves = _MOVE.split(written)
    if before or not moves:
        return None
    frame = _Frame()
    for place, painted in zip(moves[::2], moves[1::2], strict=True):
        line, _, column = place.partition(";")
        x, y = int(column or 1) - 1, int(line or 1) - 1
        if painted := painted.removesuffix("\n"):
            run = run_of(painted)
            if run is None:
                return None
            if not run.is_sure:
                frame.unsure.add(y)
            frame.runs.setdefault(y, []).extend([(x + offset, cells) for offset, cells in run.cells])
            x += run.width
        frame.cursor = (x, y)
    return frame


class Run(NamedTuple):
    """What is painted from one place on."""

    cells: Sequence[tuple[int, Cells]]
    """From how many columns further on, and what."""
    width: int
    is_sure: bool


@lru_cache(maxsize=256)
def run_of(written: str) -> Run | None:
    """Texts in their styles; kept for a while, so that a line may be made ready before it is drawn.

    Returns:
        None where there is more, or a style goes on: Textual ends each before the next.
    """
    styled = f"\x1b[m{written}"
    if not _PAINTED.fullmatch(styled):
        return None
    style, width, is_sure = "", 0, True
    found: list[tuple[int, Cells]] = []
    for parameters, text in _STYLED.findall(styled):
        if parameters in ("", "0"):
            style = ""
        elif style or parameters.startswith("0;"):
            return None
        else:
            style = parameters
        if text:
            cells = _cells(text, style)
            found.append((width, cells or ((text, style),)))
            width += cell_len(text) if cells is None else len(cells)
            is_sure = is_sure and cells is not None
    if style:
        return None
    if is_sure:
        found = [(0, tuple(chain.from_iterable(cells for _, cells in found)))]
    return Run(found, width, is_sure)


class _Output:
    """The shortest way to say some cells.

    Args:
        cursor: Where the terminal's cursor is, as far as that is known.
    """

    def __init__(self, cursor: tuple[int, int] | None) -> None:
        self.cursor = cursor
        self._sent: list[str] = []
        self._style = ""

    def write(self, x: int, y: int, cells: Sequence[Cell | None]) -> None:
        self._go_to((x, y))
        for text, style in filter(None, cells):
            if style != self._style and not (text == " " and _on_blank(self._style) == style):
                self._sent.append(f"\x1b[{_change(self._style, style)}m")
                self._style = style
            self._sent.append(text)
        self.cursor = (x + len(cells), y)

    def write_unsure(self, x: int, y: int, text: str, style: str) -> None:
        """A text in which not every character is surely one cell wide, each where it belongs.

        Terminals have opinions of emoji, flags and marks. Before one that may be drawn narrower than its place,
        that is blanked, and only the terminal knows where it left the cursor: what follows goes to its column.
        """
        for start, end, size, is_sure in _pieces(text):
            piece = text[start:end]
            if not is_sure and size > 1:
                self.write(x, y, [(" ", style)] * size)
            self.write(x, y, [(piece, style)])
            x += size
            self.cursor = (x, y) if is_sure else (_NOWHERE, y)

    def ended_at(self, cursor: tuple[int, int]) -> str:
        if self._style:
            self._sent.append("\x1b[m")
        self._go_to(cursor)
        return "".join(self._sent)

    def _go_to(self, wanted: tuple[int, int]) -> None:
        if wanted != self.cursor:
            x, y = wanted
            is_near = self.cursor is not None and self.cursor[1] == y
            self._sent.append(f"\x1b[{x + 1}G" if is_near else f"\x1b[{y + 1};{x + 1}H")


def _placed(written: str) -> str:
    """A frame that is sent whole, each character in its column; as it was written where it is no frame."""
    sent: list[str] = []
    column: int | None = None
    for token in _TOKENS.finditer(written):
        parameters, kind, _, _, text, other = token.groups()
        if other is not None:
            return written
        if kind == "H":
            column = int(parameters.partition(";")[2] or 1)
        if text is None or column is None or _SURE.fullmatch(text):
            sent.append(token[0])
            column = None if column is None else column + len(text or "")
            continue
        for start, end, size, is_sure in _pieces(text):
            if not is_sure and size > 1:
                sent.append(f"{' ' * size}\x1b[{column}G")
            sent.append(text[start:end])
            column += size
            if not is_sure:
                sent.append(f"\x1b[{column}G")
    return "".join(sent)


@lru_cache(maxsize=512)
def _pieces(text: str) -> Sequence[tuple[int, int, int, bool]]:
    """Of each piece where it begins and ends, its cells, and whether every terminal agrees on these."""
    pieces: list[tuple[int, int, int, bool]] = []
    for start, end, size in split_graphemes(text)[0]:
        is_sure = (
            end - start == 1 and (_SURE if size == 1 else _SURELY_WIDE).fullmatch(text, start, end) is not None
        )
        if is_sure and pieces and pieces[-1][3]:
            first, _, before, _ = pieces.pop()
            pieces.append((first, end, before + size, True))
        else:
            pieces.append((start, end, size, is_sure))
    return pieces


def _changes(before: Row, after: Row) -> list[tuple[int, int]]:
    """The spans to send: where a cell differs its whole word, so that who reads along finds words."""
    spans: list[tuple[int, int]] = []
    sent = 0
    for x in compress(count(), map(ne, chain(before, repeat(None)), after)):
        if x < sent:
            continue
        start, stop = _word(after, x)
        if spans and start - sent <= _NARROW_GAP and None not in after[sent:start]:
            start = spans.pop()[0]
        spans.append((start, stop))
        sent = stop
    return spans


def _word(row: Row, x: int) -> tuple[int, int]:
    """The word around a cell; the cell itself where it is a blank, or drawn."""
    start, stop = x, x + 1
    if _is_of_word(row[x]):
        while start and _is_of_word(row[start - 1]):
            start -= 1
        while stop < len(row) and _is_of_word(row[stop]):
            stop += 1
    return start, stop


def _is_of_word(cell: Cell | None) -> bool:
    return cell is not None and " " < cell[0] < _FIRST_DRAWN


@lru_cache(maxsize=2048)
def _cells(text: str, style: str) -> Cells | None:
    """None where not every character is surely one cell wide."""
    if not _SURE.fullmatch(text):
        return None
    blank = _on_blank(style)
    return tuple(zip(text, [blank if character == " " else style for character in text], strict=True))


@lru_cache(maxsize=1024)
def _attributes(style: str) -> dict[str, str]:
    """The codes of a style by what they set: a colour, or a weight, each by itself."""
    found = {}
    for code in _ATTRIBUTE.findall(style):
        is_short = len(code) < 2
        kind = code if is_short else {"3": "text", "9": "text", "4": "behind", "1": "behind"}.get(code[0], code)
        found[kind] = code
    return found


@lru_cache(maxsize=1024)
def _on_blank(style: str) -> str:
    """As much of a style as is seen where there is no character."""
    attributes = _attributes(style)
    return style if _SHOWN_ON_BLANKS & attributes.keys() else attributes.get("behind", "")


@lru_cache(maxsize=4096)
def _change(old: str, new: str) -> str:
    """The parameters that turn one style into another."""
    before, after = _attributes(old), _attributes(new)
    if before.keys() <= after.keys():
        return ";".join(code for kind, code in after.items() if before.get(kind) != code)
    return f"0;{new}" if new else ""
