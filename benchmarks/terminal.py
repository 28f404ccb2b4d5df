"""A program in a pseudo-terminal that is only listened to: nothing that it asks the terminal is answered."""

import codecs
import os
import pty
import re
import select
import subprocess
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

COLUMNS, LINES = 160, 45
_PATIENCE_SECONDS = 120.0
_END_SECONDS = 5.0
_LIVE = "● live"
_QUIET_SECONDS = 0.25
_STEAL = 8  # among the words of /proc/stat, whose first line is the sum over all processors

_ESCAPE = re.compile(
    r"\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|[\]P_^X].*?(?:\x07|\x1b\\)"  # OSC, DCS, APC, PM and SOS: strings with an end
    r"|[ -/]+[0-~]"  # character sets
    r"|[0-OQ-WYZ\\`-~]"  # all others of two characters
    r")",
    re.DOTALL,
)


def _stolen() -> str:
    """The time that the host took away so far, as Linux counts it; always the same where nothing counts."""
    try:
        return Path("/proc/stat").read_text(encoding="ascii").split()[_STEAL]
    except OSError:
        return ""


class ScreenText:
    """The words that a program wrote to its terminal, without the sequences between them."""

    def __init__(self) -> None:
        self.text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._unfinished = ""

    def feed(self, chunk: bytes) -> None:
        """Takes in what was read; a sequence or character that is cut in two waits for its rest."""
        words = _ESCAPE.sub("", self._unfinished + self._decoder.decode(chunk))
        whole, escape, rest = words.partition("\x1b")
        self.text += whole
        self._unfinished = escape + rest


class TerminalError(Exception):
    """A measured program did not do what was waited for."""


class Terminal:
    """One run of a program in a terminal, from before it starts until it is ended.

    Args:
        command: The program and its arguments.
        environment: All of its environment.
        directory: Where it runs.
        size: Columns and lines of the terminal.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        directory: Path,
        size: tuple[int, int] = (COLUMNS, LINES),
    ) -> None:
        self._screen = ScreenText()
        self.bytes_written = 0
        """By the program, as far as they were read."""
        self.was_disturbed = False
        """Whether the host of a virtual machine took processor time while the last answer was waited for."""
        self._controller, terminal = pty.openpty()
        termios.tcsetwinsize(terminal, size[::-1])
        self._started = perf_counter()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=terminal,
                stdout=terminal,
                stderr=terminal,
                env=environment,
                cwd=directory,
                start_new_session=True,
            )
        finally:
            os.close(terminal)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._process.terminate()
        with suppress(TerminalError):
            self.until_end(_END_SECONDS)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._controller)

    def until(self, *texts: str, after: int = 0) -> float:
        """Waits until all of some texts were written.

        Args:
            texts: Words.
            after: So many characters of what was written are not looked at.

        Returns:
            The seconds from the start of the process until they were there.

        Raises:
            TerminalError: They never were.
        """
        deadline = perf_counter() + _PATIENCE_SECONDS
        while not all(text in self._screen.text[after:] for text in texts):
            if not self._read(deadline - perf_counter()):
                raise TerminalError(f"not all of {texts} ever came; it wrote: {self._screen.text[-2000:]}")
        return perf_counter() - self._started

    def until_all(self, jobs: int) -> float:
        """Waits until batchtui has read everything and shows so many jobs; as ``until``."""
        self.until(_LIVE)
        return self.until(str(jobs), after=self._screen.text.index(_LIVE))  # in the lower edge of the list

    def press(self, keys: bytes) -> None:
        """Types."""
        os.write(self._controller, keys)

    def read_for(self, seconds: float) -> int:
        """Reads on for so long; gives how many bytes were written meanwhile.

        Raises:
            TerminalError: The program has ended.
        """
        before, deadline = self.bytes_written, perf_counter() + seconds
        while (left := deadline - perf_counter()) > 0:
            if not self._read(left) and self._process.poll() is not None:
                raise TerminalError(f"It ended; it wrote: {self._screen.text[-2000:]}")
        return self.bytes_written - before

    def until_quiet(self, seconds: float = _QUIET_SECONDS) -> int:
        """Reads on until nothing came for so long; gives how many bytes came."""
        before = self.bytes_written
        while self._read(seconds):
            pass
        return self.bytes_written - before

    @property
    def process_id(self) -> int:
        """Of the program."""
        return self._process.pid

    def until_end(self, seconds: float = _PATIENCE_SECONDS) -> None:
        """Reads on until the program closes the terminal.

        Raises:
            TerminalError: It did not end in time.
        """
        deadline = perf_counter() + seconds
        while self._read(deadline - perf_counter()):
            pass
        try:
            self._process.wait(max(0.1, deadline - perf_counter()))
        except subprocess.TimeoutExpired:
            raise TerminalError(f"It did not end; it wrote: {self._screen.text[-2000:]}") from None

    def answer_to(self, keys: bytes) -> float:
        """Types something, once nothing more is written.

        Returns:
            The seconds until the first of the answer.

        Raises:
            TerminalError: There was none.
        """
        self.until_quiet()
        stolen_before, started = _stolen(), perf_counter()
        self.press(keys)
        if not self._read(_PATIENCE_SECONDS):
            raise TerminalError(f"'{keys!r}' was not answered; it wrote: {self._screen.text[-2000:]}")
        seconds = perf_counter() - started
        self.was_disturbed = _stolen() != stolen_before
        return seconds

    @property
    def written(self) -> str:
        """Every word so far."""
        return self._screen.text

    def _read(self, seconds: float) -> bool:
        """Takes in what there is; False where nothing comes in that time, or any more."""
        ready, _, _ = select.select([self._controller], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            chunk = os.read(self._controller, 65536)
        except OSError:  # Linux says so when the last one closed the terminal
            return False
        self.bytes_written += len(chunk)
        self._screen.feed(chunk)
        return bool(chunk)
