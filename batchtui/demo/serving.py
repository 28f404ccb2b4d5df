"""Serving the account until somebody ends it: for the process beside the app, and for `batchtui demo-account`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
from collections.abc import Callable

from .clock import SystemClock
from .endpoint import DemoEndpoint
from .scenario import build_account

_TICK_SECONDS = 1.0


async def serve(
    *,
    port: int,
    jobs: int,
    seed: int,
    queues: int,
    service_jobs: bool = False,
    announce: Callable[[DemoEndpoint], None],
    ends_with_input: bool,
) -> None:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM.

    Args:
        port: 0 takes a free one.
        jobs: How many jobs, 10 to 200,000.
        seed: What all chance follows from.
        queues: How many job queues.
        service_jobs: Whether there is one more queue, for training on SageMaker.
        announce: Called once the account can be reached.
        ends_with_input: Also end when standard input does.

    Raises:
        OSError: The port is taken.
        ValueError: A number is out of its range.
    """
    from .server import DemoServer

    account = build_account(
        clock=SystemClock(), jobs=jobs, seed=seed, queues=queues, service_jobs=service_jobs, cohorts=True
    )
    gc.freeze()
    server = DemoServer(account, port=port)
    announce(await server.start())
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, over.set)
    if ends_with_input:
        threading.Thread(target=_when_input_ends, args=(loop, over), daemon=True).start()
    while not over.is_set():
        # Time passes without requests too, so that the first one after an hour's pause need not wait for it.
        account.advance()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), _TICK_SECONDS)
    await server.stop()


def _when_input_ends(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    """Wait in a thread: a pipe, a terminal and /dev/null can all be read there, which no event loop promises."""
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(over.set)
