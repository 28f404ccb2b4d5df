"""When Python looks for reference cycles: never while the first screen is made, rarely afterwards.

A full collection walks every object: 40 ms after aiobotocore's import and more with every thousand jobs, during
which no key is answered. Hardly anything here is a cycle: reference counts free the rest at once.
"""

import gc

_RARELY = (20_000, 10, 50)


def put_off() -> None:
    """No collection until ``settle()``."""
    gc.disable()


def settle() -> None:
    """What lives now lives to the end and is never walked again; from here on cycles are looked for, rarely."""
    gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()
