"""What goes wrong between a program and AWS, for minutes at a time, as a seed has it."""

import time
from collections import Counter
from collections.abc import Callable
from random import Random

from batchtui.demo.faults import Fault, FaultSource

_JSON = "application/json"
_ROWS = {
    "ListJobs": "jobSummaryList",
    "ListServiceJobs": "jobSummaryList",
    "DescribeJobQueues": "jobQueues",
    "DescribeComputeEnvironments": "computeEnvironments",
    "DescribeJobDefinitions": "jobDefinitions",
}
_OPERATIONS = (*_ROWS, "DescribeJobs", "GetLogEvents", "FilterLogEvents", "SubmitJob", "TerminateJob", "CancelJob")

_HTML = "<html><body>Please log in</body></html>"
_THROTTLED = Fault(status=429, code="TooManyRequestsException", message="Too Many Requests")
_DENIED = Fault(status=403, code="AccessDeniedException", message="User is not authorized to perform this")
_EXPIRED = Fault(status=403, code="ExpiredTokenException", message="The security token is expired")
_ONCE = (
    _THROTTLED,
    Fault(status=429),
    Fault(status=500, code="ServerException", message="An internal error"),
    Fault(status=503),
    Fault(drop=True),
    Fault(drop=True, after=True),
    Fault(delay=60.0, drop=True),
    Fault(delay=60.0, drop=True, after=True),
    Fault(delay=7.0),
    Fault(body='{"jobSummaryList": [{"jobId": "', content_type=_JSON),
    Fault(body=_HTML),
    Fault(body=_HTML, status=502),
    Fault(body="", content_type=_JSON),
    Fault(body='{"jobSummaryList": 7, "jobs": "x", "jobQueues": {}}', content_type=_JSON),
)


class Weather:
    """A source of faults: calm and bad times by turns.

    Args:
        chance: What all follows from.
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._until = 0.0
        self._is_calm = False
        self._source: FaultSource = _calm
        self._is_over = False
        self.seen: Counter[str] = Counter()
        """How often each kind of weather was."""
        self.faults = 0

    def __call__(self, operation: str) -> Fault | None:
        """What goes wrong with a request."""
        if self._is_over:
            return None
        if time.monotonic() >= self._until:
            self._turn()
        fault = self._source(operation)
        self.faults += fault is not None
        return fault

    def end(self) -> None:
        """From now on nothing goes wrong."""
        self._is_over = True

    def _turn(self) -> None:
        self._is_calm = not self._is_calm
        self._until = time.monotonic() + self._chance.uniform(60, 400)
        name, self._source = ("calm", _calm) if self._is_calm else self._bad()
        self.seen[name] += 1

    def _bad(self) -> tuple[str, FaultSource]:
        chance = self._chance
        some = frozenset(chance.sample(_OPERATIONS, chance.randint(1, 4)))
        one = chance.choice(_ONCE)
        share = chance.choice((0.1, 0.3, 1.0))
        kinds: dict[str, Callable[[str], Fault | None]] = {
            "throttled": lambda _: _THROTTLED if chance.random() < share else None,
            "expired": lambda _: _EXPIRED,
            "denied": lambda operation: _DENIED if operation in some else None,
            "one kind": lambda _: one if chance.random() < share else None,
            "all kinds": lambda _: chance.choice(_ONCE) if chance.random() < share else None,
            "no end": lambda operation: _looping(operation) if operation in some else None,
        }
        name = chance.choice(tuple(kinds))
        return name, kinds[name]


def _calm(_: str) -> None:
    """Nothing goes wrong."""


def _looping(operation: str) -> Fault | None:
    """A page without rows whose next one is itself."""
    if operation not in _ROWS:
        return None
    return Fault(body=f'{{"{_ROWS[operation]}": [], "nextToken": "again"}}', content_type=_JSON)
