"""What a terminal shows after what was written to it: as much of one as Textual's output needs."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\x1b\[(?P<private>[?<>=]?)(?P<parameters>[\d;:]*)(?P<kind>[ -/]*[@-~])"
    r"|\x1b\](?P<title>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1bP(?P<handed_on>(?:[^\x1b]|\x1b[^\\])*)\x1b\\"
    r"|(?P<bell>\x07)"
    r"|(?P<character>[^\x1b])",
    re.DOTALL,
)
_LONGEST = 400
"""Characters that are waited for, of a sequence that has come in part."""
_LINES_AND_EXCHANGED = frozenset({"4", "7", "9", "21", "51", "52", "53"})

Look = frozenset[tuple[str, str]]
Shown = tuple[str, Look]


def width_of(character: str) -> int:
    """Cells of a character by Unicode's own tables."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@dataclass
class ScreenModel:
    """Feed it what was written; compare what it shows."""

    columns: int = 80
    lines: int = 24
    width_of: Callable[[str], int] = width_of
    """This terminal's own opinion."""
    touched: set[tuple[int, int]] = field(default_factory=set)
    """Column and line of each cell that was written to."""
    cells: dict[tuple[int, int], Shown] = field(default_factory=dict)
    cursor: tuple[int, int] = (0, 0)
    is_left: bool = False
    """What comes is another program's, until the alternate screen is entered again."""
    _style: dict[str, str] = field(default_factory=dict)
    _rest: str = ""

    def feed(self, written: str) -> None:
        """Takes in what was written; a sequence that is cut in two waits for its rest."""
        text, end = self._rest + written, 0
        while token := _TOKEN.match(text, end):
            end = token.end()
            if token["character"] is not None:
                if not self.is_left:
                    self._put(token["character"])
            elif token["kind"] is not None:
                self._control(token["private"], token["parameters"], token["kind"])
        self._rest = text[end:]
        assert len(self._rest) < _LONGEST, f"not understood: {self._rest!r}"

    @property
    def text(self) -> str:
        """Line by line."""
        shown = (
            "".join(self.cells.get((x, y), (" ", frozenset()))[0] for x in range(self.columns))
            for y in range(self.lines)
        )
        return "\n".join(shown)

    def _control(self, private: str, parameters: str, kind: str) -> None:
        if private:
            if kind in "hl" and parameters in ("47", "1047", "1049"):
                self.cells.clear()
                self.is_left = kind == "l"
            return
        if self.is_left:
            return
        numbers = [int(each or 1) for each in parameters.split(";")] if kind in "HG" else []
        if kind == "H":
            line, column = (*numbers, 1)[:2]
            self.cursor = (min(self.columns, column) - 1, min(self.lines, line) - 1)
        elif kind == "G":
            self.cursor = (min(self.columns, numbers[0]) - 1, self.cursor[1])
        elif kind == "m":
            self._restyle(parameters)
        else:
            assert kind in ("n", "c", "u", "$p", "t", " q"), f"a sequence that this terminal does not know: {kind}"

    def _restyle(self, parameters: str) -> None:
        codes = iter(parameters.split(";"))
        for code in codes:
            if code in ("", "0"):
                self._style = {}
            elif code in ("38", "48"):
                rest = [next(codes) for _ in range(1)]
                rest += [next(codes) for _ in range(1 if rest == ["5"] else 3)]
                self._style["ink" if code == "38" else "paper"] = ";".join(rest)
            elif len(code) > 1 and code not in ("21", "51", "52", "53"):
                self._style["ink" if code[0] in "39" else "paper"] = code
            else:
                self._style[code] = "on"

    def _put(self, character: str) -> None:
        x, y = self.cursor
        if character == "\n":
            self.cursor = (x, min(self.lines - 1, y + 1))
            return
        assert unicodedata.category(character) != "Cc", f"a control character: {character!r}"
        width = self.width_of(character)
        if not width:
            if (x - 1, y) in self.cells:
                shown, look = self.cells[x - 1, y]
                self.cells[x - 1, y] = (shown + character, look)
            return
        self._break(x, y)
        self._break(x + width, y)
        look = frozenset(self._style.items())
        if character == " " and not _LINES_AND_EXCHANGED & self._style.keys():
            look = frozenset((what, value) for what, value in look if what == "paper")
        self.cells[x, y] = (character, look)
        self.touched.add((x, y))
        if width == 2:
            self.cells[x + 1, y] = ("", look)
            self.touched.add((x + 1, y))
        self.cursor = (x + width, y)  # lines are not wrapped: beyond the edge nothing is seen

    def _break(self, x: int, y: int) -> None:
        """Of a character of two cells whose second one this is, nothing is left once either is written over."""
        if self.cells.get((x, y), (" ",))[0] == "":
            self.cells[x - 1, y], self.cells[x, y] = (" ", frozenset()), (" ", frozenset())
