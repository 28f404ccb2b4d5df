"""What a person can ask of a run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """One run's options."""

    repetitions: int = 7
    blame: bool = False
    """Whether to print the stacks of the event loop's long gaps."""
