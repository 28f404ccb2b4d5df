"""Ctrl-C: a person at a terminal is asked; everybody else just leaves, and the job goes on."""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from batchtui.actions.record import default_record_file
from tests.commands.running import as_commanded
from tests.hands import described
from tests.terminal import Terminal
from tests.worlds import DemoWorld

CTRL_C = b"\x03"
QUESTION = "Leave stay running, or stop it? [l/s, enter leaves]"


@pytest.fixture
def running(full: DemoWorld) -> str:
    """A job that runs, for time stands still."""
    job: str = full.batch.submit_job(jobName="stay", jobQueue=full.queue, jobDefinition=full.definition)["jobId"]
    for _ in range(60):
        full.advance(5)
        if described(full, job)["status"] == "RUNNING":
            return job
    raise AssertionError("it never ran")


@contextlib.contextmanager
def on_a_terminal(*args: str) -> Iterator[Terminal]:
    with contextlib.closing(Terminal(*as_commanded(*args))) as opened:
        opened.read_until("── RUNNING")
        opened.press(CTRL_C)
        yield opened


def test_a_person_can_leave_it_running(full: DemoWorld, running: str) -> None:
    """By l, by a second Ctrl-C, and in read-only mode without being asked."""
    for answer in (b"l\n", CTRL_C):
        with on_a_terminal("watch", running, "--no-logs") as terminal:
            terminal.read_until(QUESTION)
            terminal.press(answer)
            assert terminal.wait() == 130
            assert f"'batchtui watch {running}' follows it again" in terminal.text.replace("\r\n", "")
    with on_a_terminal("--read-only", "watch", running, "--no-logs") as terminal:
        assert terminal.wait() == 130
        assert "This is read-only: nothing can be changed. stay is left as it is." in terminal.text
        assert QUESTION not in terminal.text
    assert full.server is not None
    assert not full.server.calls["TerminateJob"]
    assert described(full, running)["status"] == "RUNNING"


def test_a_person_can_stop_it_and_sees_its_end(full: DemoWorld, running: str) -> None:
    with on_a_terminal("--refresh", "1", "watch", running, "--no-logs") as terminal:
        terminal.read_until(QUESTION)
        terminal.press(b"s\n")
        terminal.read_until("── TerminateJob: stay will stop.")
        full.advance(60)
        assert terminal.wait() == 143
        assert "── FAILED" in terminal.text
    job = described(full, running)
    assert (job["status"], job["isTerminated"]) == ("FAILED", True)
    assert job["statusReason"] == "Stopped by a person with Ctrl-C in batchtui watch"
    assert running in default_record_file().read_text()


def test_a_stop_that_is_throttled_can_be_left_too(full: DemoWorld, running: str) -> None:
    full.fault("TerminateJob", status=429, code="TooManyRequestsException", message="slow down")
    with on_a_terminal("watch", running, "--no-logs") as terminal:
        terminal.read_until(QUESTION)
        terminal.press(b"s\n")
        assert full.server is not None
        while full.server.calls["TerminateJob"] < 1:
            terminal.read(0.05)
        terminal.press(CTRL_C)
        assert terminal.wait() == 130
        assert "TerminateJob: not asked." in terminal.text
    assert described(full, running)["status"] == "RUNNING"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_without_a_terminal_a_signal_leaves_at_once(
    full: DemoWorld, running: str, number: signal.Signals, status: int
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "batchtui", "watch", running, "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert '"event": "job"' in process.stdout.readline()
        assert '"status": "RUNNING"' in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(20) == status
        assert process.stderr is not None
        assert "the job goes on" in process.stderr.read()
    assert described(full, running)["status"] == "RUNNING"


def test_who_reads_no_longer_ends_it(full: DemoWorld, running: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "batchtui", "watch", running],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(20) == 141
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
