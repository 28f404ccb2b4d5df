"""What the doctor finds: one line each, with what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it is, in a word that needs no colour."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"
    UNTRIED = "not tried"
    NOTE = "note"
    """Neither good nor bad."""


MARKS = {Verdict.OK: "ok", Verdict.WARNING: "!", Verdict.BAD: "✗", Verdict.UNTRIED: "–", Verdict.NOTE: "·"}
"""What stands before each line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    section: str
    name: str
    verdict: Verdict
    text: str
    advice: str = ""
    """What to do; empty where nothing is to be done."""
    is_fatal: bool = False
    """Whether batchtui could show nothing because of it."""
