"""When Python looks for reference cycles: never while the first screen is made, rarely afterwards.

A full collection walks every object: 40 ms after aiobotocore's import and more with every thousand jobs, during
which no key is answered. Hardly anything here is a cycle: reference counts free the rest at once.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = (20_000, 10, 5)  # the last: a screen that was left is a cycle, and may be old enough to wait for it


def put_off() -> None:
    """No collection until ``settle()``."""
    gc.disable()


def settle() -> None:
    """What lives now lives to the end and is never walked again; from here on cycles are looked for, rarely."""
    gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()


@contextmanager
def many_made() -> Iterator[None]:
    """Hundreds of thousands of values are made here: no collection meanwhile, and none that walks them afterwards.

    A cycle that becomes garbage meanwhile stays for good, so this is for what a person does now and then; what
    was garbage before, such as screens that were left, goes first.
    """
    was_enabled = gc.isenabled()
    if was_enabled:
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()
