"""A program on a terminal, as a user has it: keys in, and everything that it writes."""

import contextlib
import fcntl
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator

ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])")


class Terminal:
    """A process on a pty, with everything that it wrote."""

    def __init__(self, *command: str, columns: int = 120, lines: int = 35) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment,
            start_new_session=True,
        )
        self.output = b""

    @property
    def text(self) -> str:
        return ESCAPES.sub(b"", self.output).decode(errors="replace")

    def read_until(self, text: str, seconds: float = 30.0) -> None:
        """Reads until a text appeared, escape sequences aside."""
        deadline = time.monotonic() + seconds
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text!r} never appeared in {self.text[-3000:]!r}"
            ready, _, _ = select.select([self.master], [], [], 0.2)
            if ready:
                self.output += os.read(self.master, 65536)

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def wait(self, seconds: float = 20.0) -> int:
        """The exit status, reading on meanwhile so that nothing blocks."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it never ended"
            ready, _, _ = select.select([self.master], [], [], 0.1)
            if ready:
                self.output += os.read(self.master, 65536)
        while select.select([self.master], [], [], 0)[0]:
            self.output += os.read(self.master, 65536)
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
