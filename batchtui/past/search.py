"""What is looked for in the file, as SQL that finds no less than what is wanted: who asks tests each row."""

from dataclasses import dataclass
from typing import Any, Final

from batchtui.past.job import SEARCHED

_MOST_PIECES: Final = 64


@dataclass(frozen=True, slots=True)
class Search:
    """All that must hold."""

    account: str | None = None
    """None for every account."""
    region: str | None = None
    words: tuple[str, ...] = ()
    """Each stands somewhere in one of the columns ``SEARCHED``."""
    texts: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """Columns, and texts of which one must stand in one of them."""
    numbers: tuple[tuple[str, str, tuple[float, ...]], ...] = ()
    """A column, how it is compared (``IN``, ``<`` …), and with what."""

    @property
    def match(self) -> str:
        """What the index of words is asked for: every three characters in a row; it may be nothing."""
        pieces = [word[at : at + 3] for word in self.words for at in range(len(word) - 2)]
        return " AND ".join('"' + piece.replace('"', '""') + '"' for piece in dict.fromkeys(pieces[:_MOST_PIECES]))

    def conditions(self, *, with_words: bool) -> tuple[list[str], list[Any]]:
        """SQL conditions and their values.

        Args:
            with_words: Whether to look for the words row by row, where no index of words has told the rows.
        """
        found: list[str] = []
        values: list[Any] = []
        for column, value in (("account", self.account), ("region", self.region)):
            if value is not None:
                found.append(f"{column} = ?")
                values.append(value)
        texts = [*self.texts, *(((SEARCHED, (word,)) for word in self.words) if with_words else ())]
        for columns, alternatives in texts:
            tests = [f"{column} LIKE ? ESCAPE '\\'" for column in columns for _ in alternatives]
            found.append(f"({' OR '.join(tests)})")
            values += [_pattern(text) for _ in columns for text in alternatives]
        for column, comparison, numbers in self.numbers:
            marks = ", ".join("?" for _ in numbers)
            found.append(f"{column} IN ({marks})" if comparison == "IN" else f"{column} {comparison} ?")
            values += numbers
        return found, values


def _pattern(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"
