"""A program on a terminal, as a user has it: keys in, and everything that it writes."""

import contextlib
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping

from tests.screen_model import ScreenModel

ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])")


class Terminal:
    """A process on a pty, with everything that it wrote.

    Args:
        command: What Python runs.
        columns: Of the terminal.
        lines: Of the terminal.
        environ: What is otherwise in its environment; None is not there.
    """

    def __init__(
        self,
        *command: str,
        columns: int = 120,
        lines: int = 35,
        environ: Mapping[str, str | None] | None = None,
    ) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        changed = {**os.environ, "TERM": "xterm-256color", **(environ or {})}
        environment = {name: value for name, value in changed.items() if value is not None}
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment,
            start_new_session=True,
        )
        self.output = b""
        self.model = ScreenModel(columns, lines, is_left=True)
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")

    @property
    def text(self) -> str:
        return ESCAPES.sub(b"", self.output).decode(errors="replace")

    @property
    def shown(self) -> str:
        """What stands on the app's screen, line by line."""
        return "" if self.model.is_left else self.model.text

    def read(self, seconds: float) -> bytes:
        """Reads what is there, or comes in time."""
        if not select.select([self.master], [], [], seconds)[0]:
            return b""
        read = os.read(self.master, 65536)
        self.output += read
        self.model.feed(self._decoder.decode(read))
        return read

    def read_until(self, text: str, seconds: float = 30.0) -> None:
        """Reads until a text appeared, escape sequences aside, or stands there: it may come in pieces."""
        deadline = time.monotonic() + seconds
        while text not in self.text and text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} never appeared in {self.text[-3000:]!r}\n{self.shown}"
            self.read(0.2)

    def resize(self, columns: int, lines: int) -> None:
        """The terminal has another size; the model begins anew, as everything is drawn for it."""
        self.model.columns, self.model.lines = columns, lines
        self.model.cells.clear()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)  # it is no controlling terminal: the kernel tells nobody

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def wait(self, seconds: float = 20.0) -> int:
        """The exit status, reading on meanwhile so that nothing blocks."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it never ended"
            self.read(0.1)
        while self.read(0):
            pass
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def assert_restored(self) -> None:
        """The alternate screen is left, the cursor shows, the mouse is released, the line discipline is back."""
        assert self.output.rfind(b"\x1b[?1049l") > self.output.rfind(b"\x1b[?1049h")
        assert self.output.rfind(b"\x1b[?25h") > self.output.rfind(b"\x1b[?25l")
        assert self.output.rfind(b"\x1b[?1000l") > self.output.rfind(b"\x1b[?1000h")
        assert termios.tcgetattr(self.slave) == self.before


def under_a_shell(*command: str) -> tuple[str, ...]:
    """For `Terminal`: a shell with job control starts this Python command; ctrl+z stops it, a line brings it back.

    The shell ends with the command's exit status.
    """
    program = shlex.join([sys.executable, *command])
    script = f"set -m; {program}; echo it is stopped; read line; fg"
    # Who opens the terminal as leader of the session controls it, as a login shell does.
    return "-c", f"import os; os.open(os.ttyname(0), os.O_RDWR); os.execlp('sh', 'sh', '-c', {script!r})"


@contextlib.contextmanager
def terminal(*args: str) -> Iterator[Terminal]:
    with contextlib.closing(Terminal("-m", "batchtui", *args)) as opened:
        yield opened
