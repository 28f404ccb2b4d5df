"""The program on a real terminal: what it leaves behind, and its exit status."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal, terminal, under_a_shell
from tests.worlds import DemoWorld


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


def test_the_demo_account_ends_with_an_app_that_is_killed() -> None:
    with terminal("--demo", "--demo-jobs", "50") as screen:
        screen.read_until("● live")
        (child,) = Path(f"/proc/{screen.process.pid}/task/{screen.process.pid}/children").read_text().split()
        screen.process.kill()
        until = time.monotonic() + 20
        while (stat := Path(f"/proc/{child}/stat")).exists() and ") Z " not in stat.read_text():
            assert time.monotonic() < until, "it lives on"
            time.sleep(0.02)


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
        assert "There is no theme 'neon'; is 'nord' meant? There are: " in screen.text
        assert "batchtui-dark" in screen.text


@pytest.mark.slow
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
        "def fail(self):\n"
        "    local = 'in-a-' + 'variable'\n"
        "    raise RuntimeError('a mistake with TOKEN=hunter2')\n"
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
        written = log.read_text()
        assert "RuntimeError: a mistake" in written
        assert "RuntimeError" not in screen.text
        for secret in ("in-a-variable", "hunter2"):
            assert secret not in written + screen.text


def test_a_crash_of_one_look_leaves_its_traceback_in_the_log(demo: DemoWorld, tmp_path: Path) -> None:
    (tmp_path / "crashing.py").write_text(
        "import sys\nimport batchtui.once\n"
        "def fail(*_): raise RuntimeError('a mistake with TOKEN=hunter2')\n"
        "batchtui.once.as_text = fail\n"
        "from batchtui.cli import main\nmain(sys.argv[1:])\n"
    )
    options = ("--endpoint-url", demo.url, "--once", "--log-file", str(tmp_path / "a.log"))
    command = [sys.executable, str(tmp_path / "crashing.py"), *options]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    assert done.returncode == 1
    assert done.stderr == f"batchtui crashed: the traceback is in {tmp_path / 'a.log'}\n"
    assert "RuntimeError: a mistake with TOKEN=••••••" in (tmp_path / "a.log").read_text()


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
    with contextlib.closing(Terminal(*under_a_shell("-m", "batchtui", "--endpoint-url", demo.url))) as screen:
        screen.read_until("● live")
        screen.press(b"\x1a")
        screen.read_until("it is stopped")
        screen.output = b""
        screen.press(b"\n")
        screen.read_until("Job queues")
        screen.press(b"q")
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
