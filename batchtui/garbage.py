"""When Python looks for reference cycles: never while the first screen is made, rarely afterwards.

A full collection walks every object: 40 ms after aiobotocore's import and more with every thousand jobs, during
which no key is answered. Hardly anything here is a cycle: reference counts free the rest at once.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_RARELY = (20_000, 10, 5)  # the last: a screen that was left is a cycle, and may be old enough to wait for it

_MANY = 20_000


def put_off() -> None:
    """No collection until ``settle()``."""
    gc.disable()


def settle() -> None:
    """What lives now lives to the end and is never walked again; from here on cycles are looked for, rarely."""
    gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()


def give_back() -> None:
    """Hands memory that is free back to the system, where the C library can: less than a millisecond.

    glibc keeps what the pages of answers took, for as long as anything lives above it: 5 of 160 MB.
    """
    with suppress(ImportError, AttributeError, OSError):  # musl and macOS have no such function
        import ctypes

        ctypes.CDLL(None).malloc_trim(0)


class Growing:
    """Values that come in by the thousand and live long: they are never walked either.

    Walking 100,000 jobs takes 25 ms. What is a cycle and garbage when they are set aside stays for good; that is
    little, and happens as often as there are so many more of them than ever before.
    """

    def __init__(self) -> None:
        self._most = _MANY

    def note(self, values: int) -> None:
        """There are so many of them now."""
        if gc.isenabled() and values >= self._most:
            gc.freeze()
            self._most = values + _MANY


_made = Growing()


@contextmanager
def many_made(values: int) -> Iterator[None]:
    """So many values are made here: no collection meanwhile.

    What was garbage before, such as screens that were left, goes first. Afterwards all is set aside only where
    these were more than ever: what is in use then, such as a screen, stays for good, and would each time.
    """
    was_enabled = gc.isenabled()
    if was_enabled:
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
            _made.note(values)
