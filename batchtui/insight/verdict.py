"""What a rule came to: an answer in words with the evidence that it rests on, and never more than that shows."""

from dataclasses import dataclass
from enum import Enum


class Certainty(Enum):
    """How sure a verdict is."""

    TOLD = "AWS says so"
    """The documented text or field of AWS itself."""
    FOLLOWS = "it follows from what AWS tells"
    """Several facts that leave no other reading."""
    LIKELY = "likely"
    """What it usually is where this is seen; other causes look the same."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Something to go to: a job, an array child, a queue, a compute environment."""

    kind: str
    """As the detail view names them: ``job``, ``queue``, ``environment``, ``definition``."""
    key: str
    words: str
    """Why one would go there, in a few words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One cause. All texts are clean, on one line, and name no value that looks secret."""

    rule: str
    """The rule's key, such as ``spot-host-lost``."""
    cause: str
    """A sentence of at most about 70 characters, fit for one line of a list."""
    certainty: Certainty
    evidence: tuple[str, ...] = ()
    """What it rests on, each with its value: ``exit code 137``, ``limit 2,048 MiB``."""
    remedies: tuple[str, ...] = ()
    """What to do, best first, each a sentence."""
    link: str | None = None
    """The AWS document."""
    leads: tuple[Lead, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """All that can be said to a question."""

    verdicts: tuple[Verdict, ...]
    """The weightiest first; empty where the cause is unknown."""
    ruled_out: tuple[str, ...] = ()
    """What was looked at and is not the cause, each a few words with its figure."""
    unknown: tuple[str, ...] = ()
    """What could not be looked at, and why."""
