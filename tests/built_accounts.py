"""Accounts for tests to begin with: each kind is built once in a process, for a copy takes a tenth of that."""

import io
import pickle
from functools import lru_cache
from typing import Any, Final

from batchtui.demo.account import Account
from batchtui.demo.clock import ManualClock
from batchtui.demo.endings import Ending
from batchtui.demo.scenario import build_account

_MOST_JOBS: Final = 4000
"""Larger accounts are for a test or two: to keep one of them takes longer than to build it again."""
_CLOCK: Final = -1


def new_account(
    clock: ManualClock,
    *,
    jobs: int = 400,
    seed: int = 1,
    queues: int = 6,
    service_jobs: bool = False,
    cohorts: bool = False,
) -> Account:
    """The same as ``build_account`` makes, which nobody else holds anything of.

    Args:
        clock: As it begins: what was built stands at that moment.
        jobs: As for ``build_account``.
        seed: As for ``build_account``.
        queues: As for ``build_account``.
        service_jobs: As for ``build_account``.
        cohorts: As for ``build_account``.
    """
    options: dict[str, Any] = {
        "jobs": jobs,
        "seed": seed,
        "queues": queues,
        "service_jobs": service_jobs,
        "cohorts": cohorts,
    }
    if jobs > _MOST_JOBS:
        return build_account(clock=clock, **options)
    return _kept(clock.now(), **options).copy(clock)


class _Kept:
    """An account that nobody changes, because it is bytes."""

    def __init__(self, clock: ManualClock, **options: Any) -> None:
        account = build_account(clock=clock, **options)
        written = io.BytesIO()
        self._endings: list[Ending] = []
        _Writer(written, clock, self._endings).dump(account)
        self._bytes = written.getvalue()

    def copy(self, clock: ManualClock) -> Account:
        account: Account = _Reader(io.BytesIO(self._bytes), clock, self._endings).load()
        return account


@lru_cache(maxsize=8)
def _kept(now: float, **options: Any) -> _Kept:
    return _Kept(ManualClock(now), **options)


class _Writer(pickle.Pickler):
    """Leaves out the clock, and the endings: the account asks whether one *is* the success."""

    def __init__(self, file: io.BytesIO, clock: ManualClock, endings: list[Ending]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._clock = clock
        self._endings = endings
        self._places: dict[int, int] = {}

    def persistent_id(self, value: Any) -> int | None:
        if value is self._clock:
            return _CLOCK
        if not isinstance(value, Ending):
            return None
        if id(value) not in self._places:
            self._places[id(value)] = len(self._endings)
            self._endings.append(value)  # which also keeps its id from being another's
        return self._places[id(value)]


class _Reader(pickle.Unpickler):
    """Puts another clock in, and the endings themselves, which are frozen."""

    def __init__(self, file: io.BytesIO, clock: ManualClock, endings: list[Ending]) -> None:
        super().__init__(file)
        self._clock = clock
        self._endings = endings

    def persistent_load(self, place: int) -> ManualClock | Ending:
        return self._clock if place == _CLOCK else self._endings[place]
