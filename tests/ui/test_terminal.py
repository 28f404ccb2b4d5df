"""The program on a real terminal: what it leaves behind, and its exit status."""

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
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worlds import DemoWorld

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


@contextlib.contextmanager
def terminal(*args: str) -> Iterator[Terminal]:
    with contextlib.closing(Terminal("-m", "batchtui", *args)) as opened:
        yield opened


def test_q_ends_with_status_0(demo: DemoWorld) -> None:
    with terminal("--endpoint-url", demo.url) as screen:
        screen.read_until("● live")
        screen.press(b"q")
        assert screen.wait() == 0
        screen.assert_restored()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_signals_restore_the_terminal(demo: DemoWorld, ending: signal.Signals) -> None:
    with terminal("--endpoint-url", demo.url) as screen:
        screen.read_until("Job queues")
        screen.process.send_signal(ending)
        assert screen.wait() == 0
        screen.assert_restored()


def test_it_ends_when_its_terminal_is_gone(demo: DemoWorld) -> None:
    """Also where no hang-up signal tells it, as in a session without a controlling terminal."""
    screen = Terminal("-m", "batchtui", "--endpoint-url", demo.url)
    try:
        screen.read_until("● live")
    finally:
        os.close(screen.master)
        os.close(screen.slave)
    try:
        assert screen.process.wait(20) == 0
    finally:
        screen.process.kill()


def test_the_demo_account_ends_with_the_app() -> None:
    with terminal("--demo", "--demo-jobs", "50") as screen:
        screen.read_until("● live")
        children = Path(f"/proc/{screen.process.pid}/task/{screen.process.pid}/children").read_text().split()
        assert children
        screen.press(b"q")
        assert screen.wait() == 0
        assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_without_a_region_one_sentence_and_status_2() -> None:
    with terminal() as screen:
        assert screen.wait() == 2
        screen.assert_restored()
        assert screen.text.rstrip().endswith(
            "batchtui: No AWS region is set. Name one with --region, AWS_REGION or in the profile."
        )


def test_an_unknown_theme_names_those_that_there_are(demo: DemoWorld) -> None:
    with terminal("--endpoint-url", demo.url, "--theme", "neon") as screen:
        assert screen.wait() == 2
        assert "There is no theme 'neon'; there are: " in screen.text
        assert "batchtui-dark" in screen.text


def test_an_unreachable_endpoint_is_a_state_not_an_end(demo: DemoWorld) -> None:
    with terminal("--endpoint-url", "http://127.0.0.1:9") as screen:
        screen.read_until("✕ offline")
        screen.read_until("Could not connect")
        screen.press(b"q")
        assert screen.wait() == 0


def test_a_crash_leaves_its_traceback_in_the_log(demo: DemoWorld, tmp_path: Path) -> None:
    log = tmp_path / "crash.log"
    program = (
        "import sys\nfrom batchtui.ui.screens.main import MainScreen\n"
        "def fail(self): raise RuntimeError('a mistake')\n"
        "MainScreen.action_zoom = fail\n"
        "from batchtui.cli import main\nmain(sys.argv[1:])\n"
    )
    (tmp_path / "crashing.py").write_text(program)
    screen = Terminal(str(tmp_path / "crashing.py"), "--endpoint-url", demo.url, "--log-file", str(log))
    with contextlib.closing(screen):
        screen.read_until("● live")
        screen.press(b"z")
        assert screen.wait() == 1
        screen.assert_restored()
        assert f"batchtui crashed: the traceback is in {log}" in screen.text
        assert "RuntimeError: a mistake" in log.read_text()
        assert "RuntimeError" not in screen.text


def test_without_keys_it_looks_once_instead_of_waiting_for_them(demo: DemoWorld) -> None:
    command = [sys.executable, "-m", "batchtui", "--endpoint-url", demo.url]
    with terminal("--version") as screen:
        screen.wait()
        looked = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=screen.slave, stderr=screen.slave)
        screen.process = looked
        assert screen.wait() == 0
        assert "Newest jobs" in screen.text


def test_an_old_encoding_and_a_closed_pipe_are_no_crash(demo: DemoWorld) -> None:
    command = [sys.executable, "-m", "batchtui", "--endpoint-url", demo.url, "--once"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Newest jobs" in done.stdout
    reader, writer = os.pipe()
    os.close(reader)
    closed = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (closed.returncode, closed.stderr) == (0, b"")


def test_ctrl_z_suspends_and_fg_comes_back(demo: DemoWorld) -> None:
    batchtui = shlex.join([sys.executable, "-m", "batchtui", "--endpoint-url", demo.url])
    script = f"set -m; {batchtui}; echo it is stopped; read line; fg; echo it ended with $?"
    # Who opens the terminal as leader of the session controls it, as a login shell does.
    shell = f"import os; os.open(os.ttyname(0), os.O_RDWR); os.execlp('sh', 'sh', '-c', {script!r})"
    with contextlib.closing(Terminal("-c", shell)) as screen:
        screen.read_until("● live")
        screen.press(b"\x1a")
        screen.read_until("it is stopped")
        screen.output = b""
        screen.press(b"\n")
        screen.read_until("Job queues")
        screen.press(b"q")
        screen.read_until("it ended with 0")
        assert screen.wait() == 0
        screen.assert_restored()


def test_ctrl_z_does_nothing_where_nobody_could_bring_it_back(demo: DemoWorld) -> None:
    with terminal("--endpoint-url", demo.url) as screen:
        screen.read_until("● live")
        screen.press(b"\x1a")
        screen.read_until("No shell with job control")
        assert os.waitpid(screen.process.pid, os.WUNTRACED | os.WNOHANG) == (0, 0)
        screen.press(b"q")
        assert screen.wait() == 0
        screen.assert_restored()
