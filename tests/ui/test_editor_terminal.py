"""An editor on a real terminal: it alone writes there, and the screen comes back whole afterwards."""

import contextlib
import fcntl
import os
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.screen_model import ScreenModel
from tests.terminal import Terminal
from tests.worlds import DemoWorld

PROGRAM = """
import sys
from batchtui.actions.draft import Draft
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.editing import edit_draft

DRAFT = Draft({"jobName": "again", "jobQueue": "high", "jobDefinition": "align:7"})

async def edit(self):
    flood = self.set_interval(0.01, self.draw_all)
    made = await edit_draft(self, DRAFT)
    flood.stop()
    self.notify(f"edited: {made.request['jobName'] if made else None}", timeout=60)

def draw_all(self):
    print("a print that nobody shall see")
    self.screen.refresh(layout=True)

def start(self):
    self.run_worker(edit(self))

BatchtuiApp.draw_all = draw_all
BatchtuiApp.action_mouse = start
from batchtui.cli import main
main(sys.argv[1:])
"""

EDITOR = """
import os, signal, sys, time
from pathlib import Path
here = Path(sys.argv[0]).parent
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"<int>"))
os.write(1, b"<begin>")
while not (here / "go").exists():
    time.sleep(0.02)
file = Path(sys.argv[-1])
file.write_text(file.read_text().replace("again", "better"))
os.write(1, b"<end>")
"""


@pytest.fixture
def editing(
    demo: DemoWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[DemoWorld, Terminal, Path]]:
    """The monitor with the editor open, and the directory where ``go`` ends it."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "editor.py").write_text(EDITOR)
    for name in ("VISUAL", "COLUMNS", "LINES"):  # the last two would hold against a resize
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {tmp_path / 'editor.py'}")
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    options = ("--endpoint-url", demo.url, "--refresh", "1", "--max-calls-per-second", "50")
    screen = Terminal(str(tmp_path / "program.py"), *options)
    with contextlib.closing(screen):
        screen.read_until("● live")
        screen.press(b"M")
        screen.read_until("<begin>")
        yield demo, screen, tmp_path


def read_while(screen: Terminal, condition: Callable[[], bool]) -> bytes:
    """What arrives for as long as something holds."""
    found = b""
    deadline = time.monotonic() + 30
    while condition():
        assert time.monotonic() < deadline
        found += screen.read(0.05)
    return found


def shown_since(screen: Terminal, mark: bytes) -> str:
    """What a terminal of 100 columns that was empty then shows."""
    model = ScreenModel(100, 28)
    model.feed(screen.output.partition(mark)[2].decode(errors="ignore"))
    return model.text


def calls(demo: DemoWorld) -> int:
    assert demo.server is not None
    return sum(demo.server.calls.values())


def test_the_editor_has_the_terminal_alone_and_nothing_is_asked_meanwhile(
    editing: tuple[DemoWorld, Terminal, Path],
) -> None:
    demo, screen, here = editing
    before = screen.output.rpartition(b"<begin>")
    assert before[2] == b""
    assert termios.tcgetattr(screen.slave) == screen.before
    assert before[0].rfind(b"\x1b[?1049l") > before[0].rfind(b"\x1b[?1049h")
    asked, until = calls(demo), time.monotonic() + 2.5  # two intervals and more
    demo.advance(500)  # there is something to draw
    assert read_while(screen, lambda: time.monotonic() < until) == b""
    assert calls(demo) <= asked + 4, "what was under way"
    asked = calls(demo)
    fcntl.ioctl(screen.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 28, 100, 0, 0))
    screen.output = b""
    (here / "go").touch()
    screen.read_until("edited: better")
    # The two upper panes share one place at 100 columns, and not so at 120.
    words = ("Job queues · Compute environments", "All queues", "─ Jobs ─", "1 SUBMITTED", "q quit")
    read_while(screen, lambda: not all(each in shown_since(screen, b"<end>") for each in words))
    assert calls(demo) > asked, "it goes on"
    after = screen.output.partition(b"<end>")[2]
    assert b"\x1b[?1049h" in after
    assert b"a print that nobody" not in after
    assert not list(here.glob("batchtui-*"))
    screen.press(b"q")
    assert screen.wait() == 0
    screen.assert_restored()


def test_what_is_typed_for_the_editor_alone_does_not_end_the_monitor(
    editing: tuple[DemoWorld, Terminal, Path],
) -> None:
    _, screen, here = editing
    screen.process.send_signal(signal.SIGINT)
    screen.process.send_signal(signal.SIGQUIT)
    screen.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(screen.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert select.select([screen.master], [], [], 0)[0] == []
    screen.process.send_signal(signal.SIGCONT)
    (here / "go").touch()
    screen.read_until("edited: better")
    screen.press(b"q")
    assert screen.wait() == 0
    screen.assert_restored()


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_editor_too_and_leave_the_terminal_restored(
    editing: tuple[DemoWorld, Terminal, Path], ending: signal.Signals
) -> None:
    _, screen, here = editing
    screen.process.send_signal(ending)
    assert screen.wait() == 0
    screen.assert_restored()
    assert not list(here.glob("batchtui-*"))
    assert screen.text.endswith("<begin>")
