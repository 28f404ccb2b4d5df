"""What goes wrong while one waits: said once, not with every try."""

import random
from collections.abc import Callable

from batchtui.aws.errors import AwsError
from batchtui.sync.sources import backoff


class Trouble:
    """Counts failures in a row, and tells a person when something else is the matter, and when all is well again.

    Args:
        say: Told a sentence.
        chance: Numbers between 0 and 1, for the jitter.
    """

    def __init__(self, say: Callable[[str], None], *, chance: Callable[[], float] = random.random) -> None:
        self._say = say
        self._chance = chance
        self._told: tuple[str, str] | None = None
        self.failures = 0
        """In a row."""

    def failed(self, error: AwsError) -> float:
        """AWS did not answer, or refused.

        Returns:
            Seconds until it may be asked again: as the monitor waits.
        """
        self.failures += 1
        kind = (error.condition, error.code)
        if kind != self._told:
            self._told = kind
            self._say(f"{error.condition}: {error.last_words} It is asked again.")
        return backoff(self.failures, self._chance())

    def succeeded(self) -> None:
        """AWS answered."""
        if self._told is not None:
            self._say("AWS answers again.")
        self._told, self.failures = None, 0
