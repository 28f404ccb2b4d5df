"""The budget of API calls, shared by everything that this program asks of AWS.

AWS meters an account, not a program: several people and pipelines share about 50 calls a second. The budget
is a token bucket, as AWS's own, whose rate is halved by throttling and grows back by ``RECOVERY`` each second
(additive increase, multiplicative decrease), so that many instances beside each other converge.

Two things make them converge to equal shares, whatever rate each was allowed:

- The rate grows with time, by the same amount for all. Were it to grow with each call that succeeds, whoever has
  more calls would gain more, and keep what it has.
- Waits are longer than they need be by a part that is left to chance; what is saved up meanwhile makes up for it.
  Without that, instances of the same rate fall into step, and refusals always hit the same ones.

Ten instances that each want 4 calls a second of a quota of 20, which refuses what is beyond it, on a clock of
their own (``tests/unit/test_sharing.py``): over the last ten minutes of thirty the quota is used wholly, 2 % of
the calls are refused, and each instance has 0.8 to 1.2 times its share (Jain's index 0.99), also where three of
them may ask 20 times a second; growing with each call instead, those three take 0.85 of everything (0.41). Who
comes later has its share within a minute. Faster recovery is refused more often (0.1: 4 %), slower recovery
leaves a screen slow for longer after the others have gone: from a half to the whole of 4 calls a second 0.05
takes 40 s.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from batchtui.aws.call_statistics import CallStatistics

BURST_SECONDS = 12.0
"""How many seconds' worth of calls may be saved up: what fills the first screen quickly."""

RECOVERY = 0.05
"""Calls a second that the rate grows by each second in which AWS refuses nothing."""

_SLOWEST = 0.1  # calls a second: below this a screen would look dead
_ONE_REFUSAL_SECONDS = 1.0
_MINUTE = 60.0


class CallBudget:
    """Lets calls through at ``max_calls_per_second`` on average.

    Args:
        max_calls_per_second: The rate in calm times.
        clock: Seconds that only ever grow.
        sleep: Waits that many seconds.
        chance: Numbers between 0 and 1, by which waits differ from those of other instances.
    """

    def __init__(
        self,
        max_calls_per_second: float,
        *,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.max_calls_per_second = max_calls_per_second
        self.rate = max_calls_per_second
        """Calls a second that are allowed now."""
        self.burst = max(1.0, max_calls_per_second * BURST_SECONDS)
        """Calls that may be saved up."""
        # Every caller needs a budget and shares this one, whoever makes it and whenever: a gateway that is made
        # for one action too. A connection would not do: how long a call waits for its turn is known here only.
        self.statistics = CallStatistics(clock)
        """What went out within this budget."""
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._tokens = self.burst
        self._filled_at = clock()
        self._halved_at: float | None = None
        self._grown_at = self._filled_at
        self._recent: deque[float] = deque(maxlen=max(64, int(_MINUTE * max_calls_per_second + self.burst) * 2))
        self._turn = asyncio.Lock()

    async def take(self, *, urgent: bool = False) -> None:
        """Waits until one more call may go out.

        Args:
            urgent: A person waits for this one: it goes before the polling calls, on credit that they
                pay back, at most half a burst of it.
        """
        with self.statistics.waiting():
            if urgent and self._available() > -self.burst / 2:
                self._spend()
                return
            async with self._turn:  # first come, first served
                while (available := self._available()) < 1:
                    await self._sleep((1 - available) / self.rate * (1 + self._chance()))
                self._spend()

    def throttled(self) -> None:
        """AWS said that it is too much: half the rate, and nothing saved up.

        Several calls that were under way together are refused together: that is one refusal.
        """
        self._available()
        self._tokens = min(self._tokens, 0.0)
        self._grown_at = self._filled_at
        if self._halved_at is None or self._filled_at - self._halved_at >= _ONE_REFUSAL_SECONDS:
            self._halved_at = self._filled_at
            self.rate = max(_SLOWEST, self.rate / 2)

    def succeeded(self) -> None:
        """AWS answered: so much nearer to the whole rate as time has passed since it last did, or refused."""
        now = self._clock()
        self.rate = min(self.max_calls_per_second, self.rate + RECOVERY * (now - self._grown_at))
        self._grown_at = now

    @property
    def halved_ago(self) -> float | None:
        """Seconds since throttling last halved the rate; None where it never did."""
        return None if self._halved_at is None else self._clock() - self._halved_at

    def calls_per_minute(self) -> int:
        """Calls that went out during the last 60 seconds."""
        since = self._clock() - _MINUTE
        while self._recent and self._recent[0] < since:
            self._recent.popleft()
        return len(self._recent)

    def _available(self) -> float:
        now = self._clock()
        self._tokens = min(self.burst, self._tokens + (now - self._filled_at) * self.rate)
        self._filled_at = now
        return self._tokens

    def _spend(self) -> None:
        self._tokens -= 1
        self._recent.append(self._clock())
