"""The account in a process of its own: it never costs the screen a frame, and ends with whoever began it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .endpoint import DemoEndpoint

__all__ = ["DemoEndpoint", "DemoStartError", "demo_process"]

_START_SECONDS = 60.0
_END_SECONDS = 3.0


class DemoStartError(Exception):
    """The account's process did not come up; the text says why in one sentence."""


@asynccontextmanager
async def demo_process(
    *, jobs: int = 2000, seed: int = 1, queues: int = 6, service_jobs: bool = False
) -> AsyncIterator[DemoEndpoint]:
    """Run the account in a process of its own until the block is left.

    It ends when its standard input does, so it ends even when the caller is killed.

    Raises:
        DemoStartError: when the process does not come up.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # what lies in the working directory is none of ours
            "-m",
            "batchtui.demo",
            *("--port", "0", "--jobs", str(jobs), "--seed", str(seed), "--queues", str(queues)),
            *(("--service-jobs",) if service_jobs else ()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl+C in the terminal is the application's, not the account's
        )
    except OSError as error:
        raise DemoStartError(f"The demo account's process could not be started: {error}.") from error
    complaints: deque[bytes] = deque(maxlen=50)
    listening = asyncio.create_task(_drain(process.stderr, complaints))
    try:
        yield await _endpoint(process, listening, complaints)
    finally:
        await _end(process)
        await listening


def _environment() -> dict[str, str]:
    """The caller's, with the place where this package lies made known."""
    root = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}


async def _drain(stream: asyncio.StreamReader | None, lines: deque[bytes]) -> None:
    """Keep the last of what the process complains about, so that it never blocks on a full pipe."""
    assert stream is not None
    while chunk := await stream.read(4096):
        lines.append(chunk)


async def _endpoint(
    process: asyncio.subprocess.Process, listening: asyncio.Task[None], complaints: deque[bytes]
) -> DemoEndpoint:
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
    except TimeoutError:
        raise DemoStartError(f"The demo account did not answer within {_START_SECONDS:.0f} seconds.") from None
    try:
        return DemoEndpoint(**json.loads(line))
    except (ValueError, TypeError):
        if not line:
            await listening
        said = b"".join(complaints).decode(errors="replace").strip().splitlines()
        why = said[-1] if said else "it ended without a word"
        raise DemoStartError(f"The demo account did not start: {why}") from None


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close its standard input, and do not wait for long."""
    assert process.stdin is not None
    process.stdin.close()
    with contextlib.suppress(OSError):
        await process.stdin.wait_closed()
    try:
        await asyncio.wait_for(process.wait(), _END_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
