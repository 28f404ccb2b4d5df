"""AWS's side of the bargain: a token bucket of calls that an account has for everybody together."""

from collections.abc import Callable


class Quota:
    """Grants ``calls_per_second`` on average, and refuses what is beyond.

    Args:
        calls_per_second: As fast as the bucket fills.
        burst: Calls that fit into it.
        clock: Seconds that only ever grow.
    """

    def __init__(self, calls_per_second: float, *, burst: float, clock: Callable[[], float]) -> None:
        self.calls_per_second = calls_per_second
        self._burst = burst
        self._clock = clock
        self._left = burst
        self._filled_at = clock()

    def grants(self) -> bool:
        """Whether one more call is answered now; a call that is refused takes nothing away."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._filled_at) * self.calls_per_second)
        self._filled_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def jain(shares: list[float]) -> float:
    """Jain's index of fairness: 1 where all have the same, 1/n where one has everything."""
    return sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares)) if any(shares) else 0.0
