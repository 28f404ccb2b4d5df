"""A shell on a real terminal: it alone has it, keys are its own, and the screen comes back whole afterwards."""

import contextlib
import json
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins import Plugin, install_plugin
from tests.terminal import Terminal
from tests.worlds import DemoWorld

SHELL = """
import signal, termios
for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGQUIT):
    signal.signal(number, lambda number, frame: os.write(1, f"<signal {number}>".encode()))
os.write(1, b"<begin>")
while (line := sys.stdin.readline().strip()) != "exit":
    os.write(1, f"<said {line}>".encode())
    if line == "raw":
        modes = termios.tcgetattr(0)
        modes[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(0, termios.TCSANOW, modes)
        os.kill(os.getpid(), 9)
"""
QUICK = "os.write(1, b'Cannot perform start session')\nsys.exit(int((here / 'status').read_text()))"


@contextlib.contextmanager
def at_the_dialog(demo: DemoWorld, log: Path) -> Iterator[Terminal]:
    """The monitor with the dialog of a shell in the first job with ECS Exec that runs."""
    job = next(
        each
        for listed in demo.batch.list_jobs(jobQueue="qc-fargate", jobStatus="RUNNING")["jobSummaryList"]
        for each in demo.batch.describe_jobs(jobs=[listed["jobId"]])["jobs"]
        if each["container"].get("enableExecuteCommand")
    )
    options = ("--endpoint-url", demo.url, "--refresh", "60", "--max-calls-per-second", "50")
    logging = ("--log-file", str(log), "--log-level", "DEBUG")
    with contextlib.closing(Terminal("-m", "batchtui", *options, *logging)) as screen:
        screen.read_until("● live")
        screen.press(b":")
        screen.press(job["jobId"].encode())
        screen.read_until(f"job {job['jobName']}")
        screen.press(b"\r")
        screen.read_until("Definition")
        screen.press(b"s")
        screen.read_until("Leave it alone")
        yield screen


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("COLUMNS", "LINES"):  # they would hold against the terminal's own size
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "batchtui.log"


def leave(screen: Terminal) -> None:
    screen.press(b"q")
    assert screen.wait() == 0
    screen.assert_restored()


def assert_nothing_of_the_token_is_kept(plugin: Plugin, log: Path) -> None:
    token = json.loads(plugin.call["variable"])["TokenValue"]
    kept = [each for each in log.parent.rglob("*") if each.is_file() and each.name != "called"]
    assert log in kept
    assert any(each.suffix == ".jsonl" and "ExecuteCommand" in each.read_text() for each in kept)
    assert not [each for each in kept if token.encode() in each.read_bytes()]


def test_the_shell_has_the_terminal_and_its_keys(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    plugin = install_plugin(tmp_path, monkeypatch, script=SHELL)
    with at_the_dialog(demo, log) as screen:
        screen.press(b"y")
        screen.read_until("<begin>")
        assert termios.tcgetattr(screen.slave) == screen.before
        assert screen.output.rfind(b"\x1b[?1049l") > screen.output.rfind(b"\x1b[?1049h")
        screen.press(b"hello\n")
        screen.read_until("<said hello>")
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
            screen.process.send_signal(number)
        screen.press(b"still\n")
        screen.read_until("<said still>")
        assert screen.process.poll() is None
        screen.output = b""
        screen.press(b"exit\n")
        screen.press(b"\n")  # where it has lasted for less than some seconds
        screen.read_until("has ended with exit status 0.")
        assert b"\x1b[?1049h" in screen.output
        leave(screen)
        assert_nothing_of_the_token_is_kept(plugin, log)


@pytest.mark.slow
def test_what_dies_and_leaves_the_terminal_in_a_mess_leaves_none_of_it_to_the_monitor(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    install_plugin(tmp_path, monkeypatch, script=SHELL)
    with at_the_dialog(demo, log) as screen:
        screen.press(b"y")
        screen.read_until("<begin>")
        screen.press(b"raw\n")
        screen.read_until("It ended with exit status -9.")
        screen.press(b"\n")
        screen.read_until("has ended with exit status -9.")
        leave(screen)


@pytest.mark.slow
@pytest.mark.parametrize("status", [0, 255])
def test_what_ends_at_once_can_be_read_first(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Path, status: int
) -> None:
    install_plugin(tmp_path, monkeypatch, script=QUICK)
    (tmp_path / "status").write_text(str(status))
    with at_the_dialog(demo, log) as screen:
        screen.press(b"y")
        screen.read_until(f"It ended with exit status {status}. Enter goes back")
        assert "Cannot perform start session" in screen.text
        if status:
            screen.press(b"\n")
        screen.read_until(f"has ended with exit status {status}.")
        leave(screen)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_shell_too_and_leave_the_terminal_restored(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Path, ending: signal.Signals
) -> None:
    install_plugin(tmp_path, monkeypatch, script=SHELL)
    with at_the_dialog(demo, log) as screen:
        screen.press(b"y")
        screen.read_until("<begin>")
        screen.process.send_signal(ending)
        assert screen.wait() == 0
        screen.assert_restored()
