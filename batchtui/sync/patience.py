"""How long AWS is left alone by a screen of which it did not answer the last calls: as long as by the lists."""

import random
from collections.abc import Callable

from batchtui.sync.sources import backoff


class Patience:
    """Counts failures in a row.

    Args:
        chance: Numbers between 0 and 1, for the jitter.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._failures = 0
        self.seconds = 0.0
        """No sooner than after so many it is asked again, unless a person wants it; 0 while all is well."""

    def note(self, *, failed: bool) -> None:
        """AWS was asked."""
        self._failures = self._failures + 1 if failed else 0
        self.seconds = backoff(self._failures, self._chance()) if failed else 0.0
