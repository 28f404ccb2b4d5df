"""What this session asked of AWS, by operation: how often, how long it took, and what was refused.

Everything here is bounded: the operations by those that AWS has, times and waits by the latest of each, and the
calls of the last minute by the tenths of its seconds.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, floor
from time import monotonic
from typing import Final, Literal

LATEST: Final = 200
"""Medians and the like are of so many calls, the latest ones."""
_MOMENTS_A_SECOND: Final = 10
_MINUTE: Final = 60 * _MOMENTS_A_SECOND


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    Attributes:
        kind: ``cancelled`` where nobody waited for the answer any longer.
        code: The error's code, where there is one.
    """

    kind: Literal["answered", "throttled", "failed", "cancelled"]
    code: str = ""


ANSWERED: Final = Outcome("answered")
CANCELLED: Final = Outcome("cancelled")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: of the latest calls; None where there was none."""

    count: int = 0
    """Of how many calls they are, at most LATEST."""
    median: float | None = None
    p95: float | None = None
    """No more than this took 95 of 100."""
    longest: float | None = None


@dataclass(frozen=True, slots=True)
class OperationStatistics:
    """One operation as it was at one moment."""

    service: str
    operation: str
    calls: int
    """Sent since the start, those included that are on their way."""
    last_minute: int
    """Sent during the last 60 seconds, to a tenth of a second."""
    in_flight: int
    """Sent, and without an answer yet."""
    oldest_in_flight: float | None
    """Seconds since the first of those was sent."""
    throttled: int
    """Refused because it was too much."""
    errors: int
    """Failed otherwise."""
    cancelled: int
    """Given up before the answer came."""
    last_error: str
    """The code of the latest refusal or failure, throttling included; empty where there was none."""
    last_error_ago: float | None
    """How many seconds ago that was."""
    times: Times
    """From sending to the answer, without the wait for the budget.

    Of what AWS answered only: a refusal is quicker, and a time-out is no answer.
    """

    @property
    def name(self) -> str:
        """As IAM writes it: ``batch:ListJobs``."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class Statistics:
    """All operations as they were at one moment, and the waits for the budget."""

    operations: tuple[OperationStatistics, ...] = ()
    """In the order of their first calls."""
    waits: Times = Times()
    """How long calls waited for their turn."""
    waiting: int = 0
    """How many wait now."""


class Sent:
    """One call that is on its way, until it has ``ended()``."""

    __slots__ = ("_sent_at", "_statistics", "_tally")

    def __init__(self, statistics: "CallStatistics", tally: "_Tally", sent_at: float) -> None:
        self._statistics = statistics
        self._tally = tally
        self._sent_at = sent_at
        tally.in_flight[self] = sent_at

    def ended(self, outcome: Outcome) -> None:
        """Counts it; what ended once does not end again."""
        if self._tally.in_flight.pop(self, None) is not None:
            seconds = self._statistics.clock() - self._sent_at
            self._statistics.record(self._tally.service, self._tally.operation, seconds, outcome)


class CallStatistics:
    """Counts calls.

    Args:
        clock: Seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self._tallies: dict[tuple[str, str], _Tally] = {}
        self._waits: deque[float] = deque(maxlen=LATEST)
        self._waiting = 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Takes the time within as one call's wait for its turn; who gives up waiting had none."""
        since = self.clock()
        self._waiting += 1
        try:
            yield
            self._waits.append(self.clock() - since)
        finally:
            self._waiting -= 1

    def sent(self, service: str, operation: str) -> Sent:
        """A call goes out now; whoever sends it says how it ended."""
        return Sent(self, self._tally(service, operation), self.clock())

    def record(self, service: str, operation: str, seconds: float, outcome: Outcome) -> None:
        """A call ended now.

        Args:
            service: ``batch``, ``logs`` or ``sts``.
            operation: AWS's name of it, such as ``ListJobs``.
            seconds: How long ago it was sent.
            outcome: How it ended.
        """
        self._tally(service, operation).count(self.clock(), seconds, outcome)

    def freeze(self) -> Statistics:
        """Everything as it is now."""
        now = self.clock()
        return Statistics(
            operations=tuple(tally.freeze(now) for tally in self._tallies.values()),
            waits=_times(self._waits),
            waiting=self._waiting,
        )

    def _tally(self, service: str, operation: str) -> "_Tally":
        key = (service, operation)
        if key not in self._tallies:
            self._tallies[key] = _Tally(service, operation)
        return self._tallies[key]


class _Tally:
    """What is known of one operation."""

    def __init__(self, service: str, operation: str) -> None:
        self.service = service
        self.operation = operation
        self.in_flight: dict[Sent, float] = {}
        """When each of those on their way was sent."""
        self._ended = 0
        self._by_kind = {"throttled": 0, "failed": 0, "cancelled": 0}
        self._by_moment: dict[int, int] = {}
        """How many of those that ended were sent in which tenth of a second, for the last minute."""
        self._latest: deque[float] = deque(maxlen=LATEST)
        self._last_error: tuple[str, float] | None = None

    def count(self, now: float, seconds: float, outcome: Outcome) -> None:
        self._ended += 1
        if outcome.kind == "answered":
            self._latest.append(seconds)
        else:
            self._by_kind[outcome.kind] += 1
            if outcome.kind != "cancelled":
                self._last_error = (outcome.code, now)
        moment = _moment(now - seconds)
        self._by_moment[moment] = self._by_moment.get(moment, 0) + 1
        if len(self._by_moment) > _MINUTE:
            self._by_moment = {each: calls for each, calls in self._by_moment.items() if _is_recent(each, now)}

    def freeze(self, now: float) -> OperationStatistics:
        sent_at = list(self.in_flight.values())
        ended = sum(calls for moment, calls in self._by_moment.items() if _is_recent(moment, now))
        code, failed_at = self._last_error or ("", None)
        return OperationStatistics(
            service=self.service,
            operation=self.operation,
            calls=self._ended + len(sent_at),
            last_minute=ended + sum(_is_recent(_moment(each), now) for each in sent_at),
            in_flight=len(sent_at),
            oldest_in_flight=now - min(sent_at) if sent_at else None,
            throttled=self._by_kind["throttled"],
            errors=self._by_kind["failed"],
            cancelled=self._by_kind["cancelled"],
            last_error=code,
            last_error_ago=None if failed_at is None else now - failed_at,
            times=_times(self._latest),
        )


def _moment(seconds: float) -> int:
    return floor(seconds * _MOMENTS_A_SECOND)


def _is_recent(moment: int, now: float) -> bool:
    return _moment(now) - moment < _MINUTE


def _times(seconds: Collection[float]) -> Times:
    ordered = sorted(seconds)
    if not ordered:
        return Times()
    return Times(len(ordered), _rank(ordered, 0.5), _rank(ordered, 0.95), ordered[-1])


def _rank(ordered: list[float], share: float) -> float:
    """The least of these values that is not exceeded by that share of them."""
    return ordered[ceil(share * len(ordered)) - 1]
