"""How each source of data is doing, when it may be asked again, and the errors of the session."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from batchtui.aws.errors import AwsError, ThrottledError
from batchtui.sync.snapshot import SourceState

FIRST_BACKOFF_SECONDS = 2.0
LONGEST_BACKOFF_SECONDS = 60.0
_KINDS_OF_ERRORS = 200  # as many different ones as the session's list holds


def backoff(failures: int, chance: float) -> float:
    """Seconds until a source is asked again: doubling from 2 to at most 60, with jitter.

    Args:
        failures: Tries in a row that failed, at least 1.
        chance: Between 0 and 1; it spreads many instances over the second half of the wait.
    """
    wait = FIRST_BACKOFF_SECONDS * 2.0 ** min(failures - 1, 16)
    return min(LONGEST_BACKOFF_SECONDS, wait) * (0.5 + chance / 2)


@dataclass(frozen=True, slots=True)
class SessionError:
    """One kind of error with how often and when it was seen (epoch seconds)."""

    source: str
    error: AwsError
    first_at: float
    last_at: float
    count: int


class Sources:
    """The states of all sources, and every error since the start, the same ones counted together."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self._chance = chance
        self._states: dict[str, SourceState] = {}
        self._errors: OrderedDict[tuple[str, str, str], SessionError] = OrderedDict()

    def succeeded(self, source: str) -> None:
        """The source answered."""
        self._states[source] = SourceState(succeeded_at=self._wall_clock())

    def failed(self, source: str, error: AwsError) -> None:
        """The source did not answer, or not with what was asked for."""
        error = error.kept()
        now = self._wall_clock()
        state = self._states.get(source, SourceState())
        failures = state.failures + 1
        self._states[source] = replace(
            state,
            error=error,
            failures=failures,
            failing_since=state.failing_since or now,
            retry_at=self._clock() + backoff(failures, self._chance()),
        )
        key = (source, error.code, error.operation)
        known = self._errors.pop(key, None)
        first, count = (known.first_at, known.count) if known else (now, 0)
        self._errors[key] = SessionError(source, error, first, now, count + 1)
        while len(self._errors) > _KINDS_OF_ERRORS:
            self._errors.popitem(last=False)

    def is_ready(self, source: str) -> bool:
        """Whether the source may be asked now."""
        return self.retry_at(source) <= self._clock()

    def retry_at(self, source: str) -> float:
        """The moment of the poller's clock before which the source is left alone."""
        return self._states.get(source, SourceState()).retry_at

    def is_throttled(self, source: str) -> bool:
        """Whether the last try was but too much: nothing else may be asked in its place."""
        return isinstance(self._states.get(source, SourceState()).error, ThrottledError)

    def failing(self) -> Mapping[str, float]:
        """The sources whose last try failed, with the moment at which each may be asked again."""
        return {name: state.retry_at for name, state in self._states.items() if state.error}

    def forgive(self) -> None:
        """A person asks to try at once: no source waits any longer."""
        self._states = {name: replace(state, retry_at=0.0) for name, state in self._states.items()}

    def forget(self, source: str) -> None:
        """The source is well, or no longer there."""
        self._states.pop(source, None)

    def keep(self, wanted: Callable[[str], bool]) -> None:
        """Forgets sources that are no longer asked."""
        self._states = {name: state for name, state in self._states.items() if wanted(name)}

    def freeze(self) -> Mapping[str, SourceState]:
        """All states as they are now."""
        return MappingProxyType(dict(self._states))

    @property
    def errors(self) -> tuple[SessionError, ...]:
        """The errors of the session, the latest first."""
        return tuple(reversed(self._errors.values()))


def all_errors(polled: Sequence[SessionError], heard: Sequence[SessionError]) -> list[SessionError]:
    """The errors of the session, the latest first.

    Args:
        polled: Those of the poller, which knows what it asked for.
        heard: Those of every call; what the poller has told already is left out, but for how often it was.
    """
    by_kind = {(seen.error.operation, seen.error.code): seen for seen in heard}
    told = Counter((seen.error.operation, seen.error.code) for seen in polled)
    others = (seen for kind, seen in by_kind.items() if kind not in told)
    counted = (_with_all(seen, by_kind, told) for seen in polled)
    return sorted((*counted, *others), key=lambda seen: -seen.last_at)


def _with_all(
    polled: SessionError, heard: Mapping[tuple[str, str], SessionError], told: Mapping[tuple[str, str], int]
) -> SessionError:
    """With the calls that others than the poller made, where it is clear to which of its sources they belong."""
    kind = (polled.error.operation, polled.error.code)
    every = heard.get(kind)
    if every is None or told[kind] > 1:
        return polled
    first, last = min(polled.first_at, every.first_at), max(polled.last_at, every.last_at)
    return replace(polled, count=max(polled.count, every.count), first_at=first, last_at=last)
