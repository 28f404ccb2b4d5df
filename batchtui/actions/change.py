"""A change before it is asked of AWS: what it hits, what follows from it, and which numbers make sense."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

ENABLED: Final = "ENABLED"
DISABLED: Final = "DISABLED"
_LARGEST: Final = 2**31 - 1  # AWS's Integer


@dataclass(frozen=True, slots=True)
class Change:
    """One call that changes one thing."""

    operation: str
    """AWS's name of it, such as ``UpdateJobQueue``."""
    target: str
    """The name, id or ARN that AWS is given."""
    what: str
    """What becomes what, as in ``state ENABLED → DISABLED``: for the record."""
    done: str
    """A sentence for when AWS has accepted it."""
    state: str | None = None
    numbers: tuple[tuple[str, int], ...] = ()
    """Those that change, by AWS's names of them."""


@dataclass(frozen=True, slots=True)
class AskedNumber:
    """A number that a person can change."""

    name: str
    """AWS's name of it."""
    label: str
    present: int | None
    lowest: int = 0
    highest: int = _LARGEST


@dataclass(frozen=True, slots=True)
class Checked:
    """What was typed, looked at."""

    change: Change | None = None
    """None where there is nothing that could be asked of AWS."""
    trouble: str = ""
    """Why not, where it is not only that nothing differs."""
    notes: tuple[str, ...] = ()
    """What becomes what, and what follows from it, a sentence each."""


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What a dialog asks."""

    title: str
    """What kind of thing it is about."""
    question: str
    """Names the thing, what it is and what it would become."""
    consequences: tuple[str, ...]
    """What follows whatever is typed, a sentence each."""
    yes: str
    """The words of the button that does it."""
    judge: Callable[[Mapping[str, int]], Checked]
    """From the numbers that differ from the present ones to the change."""
    numbers: tuple[AskedNumber, ...] = ()

    def check(self, typed: Mapping[str, str]) -> Checked:
        """Looks at what a person typed.

        Args:
            typed: Texts by the names of the numbers; an empty one leaves the number as it is.
        """
        wanted: dict[str, int] = {}
        for asked in self.numbers:
            text = typed.get(asked.name, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdecimal()):
                return Checked(trouble=f"{asked.label}: a whole number, please.")
            # A number of ten thousand digits is too large, whatever it is: Python would not even read it.
            value = int(text) if len(text) <= len(str(_LARGEST)) else _LARGEST + 1
            if not asked.lowest <= value <= asked.highest:
                return Checked(trouble=f"{asked.label}: from {asked.lowest:,} to {asked.highest:,}.")
            if value != asked.present:
                wanted[asked.name] = value
        if self.numbers and not wanted:
            return Checked()
        return self.judge(wanted)


def became(asked: AskedNumber, value: int) -> str:
    """As in ``priority 10 → 20``."""
    return f"{asked.label} {'?' if asked.present is None else asked.present} → {value}"


def listed(names: tuple[str, ...], most: int = 5) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
