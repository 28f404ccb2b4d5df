"""What was chosen lately, so that it stands first in a list; ``remembering`` knows of earlier runs."""

from collections.abc import Mapping, Sequence
from typing import Final

PROFILE, REGION = "profile", "region"
MOST: Final = 20
"""Of each kind."""


class Recent:
    """Names by kind."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, ...]] = {}

    def names(self, kind: str) -> tuple[str, ...]:
        """The latest first."""
        return self._names.get(kind, ())

    def know(self, earlier: Mapping[str, Sequence[str]]) -> None:
        """What was chosen in earlier runs: it comes behind what was chosen in this one."""
        for kind, names in earlier.items():
            self._names[kind] = tuple(dict.fromkeys((*self.names(kind), *names)))[:MOST]

    def note(self, kind: str, name: str) -> None:
        """It was chosen just now."""
        others = (each for each in self.names(kind) if each != name)
        self._names[kind] = (name, *others)[:MOST]
