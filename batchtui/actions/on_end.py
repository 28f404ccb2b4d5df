"""A command of the user's own, started when a job has ended, with what AWS tells of the job on its input."""

import asyncio
import os
import shutil
import signal
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from batchtui.model.text import clean

SECONDS: Final = 60.0
"""For so long one may run; then it and what it started are ended."""
AT_ONCE: Final = 4
"""So many run side by side."""
MOST_WAITING: Final = 20
"""So many wait for their turn; what comes beyond is not started, and that is told."""
LAST_SECONDS: Final = 2.0
"""For so long the end of the program waits for those that still run."""
_LAST_WORDS: Final = 2_000  # bytes of what it says on its error output
_REST_SECONDS: Final = 0.02  # between two readings of it: a flood shall not take the screen's time
_GRACE_SECONDS: Final = 1.0


def why_not_found(command: Sequence[str]) -> str | None:
    """Why a command could not be started now, in a sentence; None where it could. It looks at the disk."""
    if not command or shutil.which(command[0]) is not None:
        return None
    hint = " Write its path in full: ~ means something to shells alone." if command[0].startswith("~") else ""
    return f"on_end: there is no program '{clean(command[0])}'.{hint}"


class OnEnd:
    """Starts the command, without a shell and with this program's own environment.

    It has no terminal: its output goes nowhere, and of its error output the end is told where it fails.

    Args:
        command: The program and its arguments.
        on_failure: Told in a few words what went wrong (``exit 3``) and what it said.
        seconds: How long it may take.
    """

    def __init__(
        self, command: Sequence[str], on_failure: Callable[[str, str], None], *, seconds: float = SECONDS
    ) -> None:
        self.command = tuple(command)
        self._on_failure = on_failure
        self._seconds = seconds
        self._waiting: deque[bytes] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def start(self, given: bytes) -> None:
        """Starts it, or lets it wait for its turn.

        Args:
            given: What stands on its standard input.
        """
        if not self.command or self._is_closed:
            return
        if len(self._running) < AT_ONCE:
            task = asyncio.create_task(self._run(given))
            self._running.add(task)
            task.add_done_callback(self._next)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(given)
        else:
            self._on_failure("not started", f"{AT_ONCE} of it run and {MOST_WAITING} wait already")

    async def close(self, seconds: float = LAST_SECONDS) -> None:
        """Waits a moment for those that run, and ends them then; those that wait are not started."""
        self._is_closed = True
        self._waiting.clear()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _next(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._waiting and not self._is_closed:
            self.start(self._waiting.popleft())

    async def _run(self, given: bytes) -> None:
        name = Path(self.command[0]).name
        reading, writing = os.pipe()
        # Of our own: what the command leaves running may hold it for ever, and asyncio's would be waited for.
        words, transport = await _reader(reading)
        try:
            with TemporaryFile() as on_input:  # no pipe: nobody need wait until it is read, nor by whom
                on_input.write(given)
                on_input.seek(0)
                process = await asyncio.create_subprocess_exec(
                    *self.command,
                    stdin=on_input,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=writing,
                    start_new_session=True,  # keys of this terminal do not reach it, and its children end with it
                )
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._on_failure("not started", clean(f"{name}: {said}"))
            transport.close()
            return
        finally:
            os.close(writing)
        listening = asyncio.create_task(words.listen())
        try:
            async with asyncio.timeout(self._seconds):
                status = await process.wait()
            await asyncio.wait([listening], timeout=_GRACE_SECONDS if status else 0)
            if status:
                kind = f"exit {status}" if status > 0 else f"signal {-status}"
                self._on_failure(kind, clean(f"{name}: {words.text}"))
        except TimeoutError:
            self._on_failure("took too long", clean(f"{name} was ended after {self._seconds:g} seconds"))
        finally:
            listening.cancel()
            transport.close()
            await _end(process)


class _LastWords:
    """The end of what a command says."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self._said = b""

    @property
    def text(self) -> str:
        return self._said.decode(errors="replace").strip()

    async def listen(self) -> None:
        while more := await self._stream.read(65_536):
            self._said = (self._said + more)[-_LAST_WORDS:]
            await asyncio.sleep(_REST_SECONDS)


async def _reader(descriptor: int) -> tuple[_LastWords, asyncio.ReadTransport]:
    stream = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(descriptor, "rb", 0)
    )
    return _LastWords(stream), transport


async def _end(process: asyncio.subprocess.Process) -> None:
    """It, with all of its session, where it still runs."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_SECONDS):
                await process.wait()
