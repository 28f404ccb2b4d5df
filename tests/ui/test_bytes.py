"""What is written to a terminal at the other end of an SSH connection."""

import contextlib
import re
import struct
import time
from collections.abc import Callable, Iterator
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

from tests.screen_model import ScreenModel
from tests.terminal import Terminal, terminal, under_a_shell
from tests.worlds import DemoWorld

SIZES = [(80, 24), (120, 35)]
ALTERNATE_SCREEN = b"\x1b[?1049h"
QUIET_SECONDS = 0.25
AGES = set("0123456789smhd ")
_CALLS = re.compile(r"(\d+) calls/min")


class Watched(Terminal):
    """The app on a terminal whose cells are known. A file tells it the time, ctrl+r when to ask AWS."""

    def __init__(self, demo: DemoWorld, *arguments: str, size: tuple[int, int]) -> None:
        still = under_a_shell("-m", "tests.ui.still", *arguments)
        super().__init__(*still, columns=size[0], lines=size[1])
        self.demo = demo
        self._by_boto3 = 0
        self._read_at = time.monotonic()
        demo.batch.meta.events.register("before-send.batch", self._count_one_of_boto3)

    def read(self, seconds: float) -> bytes:
        read = super().read(seconds)
        if read:
            self._read_at = time.monotonic()
        return read

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"never happened: {what}\n{self.model.text}"
            self.read(0.05)

    def until_text(self, text: str) -> None:
        self.until(lambda: text in self.model.text, text)

    def _count_one_of_boto3(self, **_: object) -> None:
        self._by_boto3 += 1

    @property
    def calls(self) -> int:
        """Those of the app."""
        assert self.demo.server is not None
        return sum(self.demo.server.calls.values()) - self._by_boto3

    def refresh(self) -> None:
        """Until everything was asked and drawn, and what was done before: the top line counts the calls.

        Between two calls all of those that were made may be drawn for a moment.
        """
        before = self.calls
        self.press(b"\x12")
        self.until(lambda: self.calls > before and self.is_drawn and self.is_quiet, "all of a refresh is drawn")

    @property
    def is_drawn(self) -> bool:
        shown = _CALLS.search(self.model.text)
        return shown is not None and int(shown[1]) == self.calls

    @property
    def is_quiet(self) -> bool:
        return time.monotonic() - self._read_at > QUIET_SECONDS

    def bring_back(self) -> None:
        """Continues what was stopped. What the shell writes before it is not the app's."""
        self.press(b"\n")
        while ALTERNATE_SCREEN not in self.output:
            assert self.read(30), "it never came back"
        self.output = self.output[self.output.index(ALTERNATE_SCREEN) :]

    def begin(self) -> None:
        """From now on what is written counts."""
        self.output = b""
        self.model.touched.clear()

    def touched(self) -> dict[tuple[int, int], str]:
        """The cells that were written to, and their characters."""
        return {place: self.model.cells[place][0] for place in self.model.touched}


COUNTED = re.compile(rb"\x1b\[\d+G\x1b\[[\d;]*m\d+\x1b\[m\x1b\[1G")
"""A frame in which only the count of calls goes up: how many there are in one refresh depends on the machine."""


@contextlib.contextmanager
def watched(demo: DemoWorld, tmp_path: Path, size: tuple[int, int], *more: str) -> Iterator[Watched]:
    moment = tmp_path / "moment"
    moment.write_text(str(demo.clock.now()))
    with contextlib.closing(Watched(demo, str(moment), *more, demo.url, "3600", size=size)) as screen:
        screen.until_text("● live")
        screen.until(lambda: screen.is_drawn, "all of the first sweep is drawn")
        yield screen


@pytest.fixture(autouse=True)
def over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    for name in ("COLORTERM", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("size", SIZES)
def test_what_a_refresh_costs(demo: DemoWorld, tmp_path: Path, size: tuple[int, int]) -> None:
    with watched(demo, tmp_path, size) as screen:
        screen.refresh()
        screen.begin()
        screen.refresh()
        assert {line for _, line in screen.touched()} == {0}, "nothing changed: only calls are counted"
        assert all(text.isdigit() for text in screen.touched().values()), screen.touched()
        assert len(screen.output) < 100
        waiting = {
            job["jobName"]: job["jobId"]
            for queue in demo.queues()
            for job in demo.batch.list_jobs(jobQueue=queue, jobStatus="SUBMITTED")["jobSummaryList"]
        }
        name = next(name for name in waiting if name in screen.model.text)
        screen.begin()
        demo.batch.cancel_job(jobId=waiting[name], reason="enough")
        demo.advance(1)
        screen.refresh()
        screen.until(lambda: re.search(f"{name} .* FAILED", screen.model.text) is not None, "one job changed")
        most = 550 if b"SUCCEEDED" in screen.output else 400  # in that second another job may have ended
        assert len(COUNTED.sub(b"", screen.output)) < most, screen.output


def test_as_time_passes_only_ages_are_written(demo: DemoWorld, tmp_path: Path) -> None:
    with watched(demo, tmp_path, SIZES[0]) as screen:
        screen.refresh()
        (header,) = [line for line in screen.model.text.splitlines() if " AGE " in line]
        ages = set(range(header.index("AGE") - 1, header.index("AGE") + 3))
        screen.begin()
        touched: dict[tuple[int, int], str] = {}
        for minute in (1, 2):
            screen.model.touched.clear()
            (tmp_path / "moment").write_text(str(demo.clock.now() + minute * 60))
            screen.until(lambda: bool(ages & {x for x, _ in screen.touched()}), "ages")
            touched |= screen.touched()
        assert set(touched.values()) <= AGES
        assert len(screen.output) < 2 * 700


def test_what_keys_cost(demo: DemoWorld, tmp_path: Path) -> None:
    with watched(demo, tmp_path, SIZES[0]) as screen:
        for key, most in ((b"\t", 3000), (b"\t", 3000), (b"\t", 3000), (b"z", 8000), (b"z", 8000)):
            screen.begin()
            screen.press(key)
            screen.refresh()
            assert len(screen.touched()) > 20
            assert len(screen.output) < most, key
        screen.press(b"0")
        screen.refresh()
        before = screen.model.text
        screen.begin()
        screen.press(b"\x1b[6~\x1b[6~")
        screen.refresh()
        assert screen.model.text.splitlines()[-3] not in before, "a page further"
        assert len(screen.output) < 8000
        screen.begin()
        screen.press(b"\x1b[A")
        screen.refresh()
        assert len(screen.touched()) > 20
        assert len(screen.output) < 600


@pytest.mark.slow
def test_what_is_sent_looks_like_what_was_written_whatever_one_does(demo: DemoWorld, tmp_path: Path) -> None:
    found = tmp_path / "found"
    with watched(demo, tmp_path, SIZES[0], str(found)) as screen:
        for keys, text in (
            (b"\t", "─ Compute environments"),
            (b"z", "Compute environments"),
            (b"z", "─ Jobs"),
            (b"5", "─ RUNNING · 7 of"),
            (b"\x1b[6~\x1b[6~\x1b[A\r", "Overview"),
            (b"\x1b[C\x1b[C", "Container▌"),
            (b"\x1b", "Job queues"),
            (b"/no-such", " · 0 of "),
            (b"\x1b", " · 7 of 400 ─"),
            (b"?", "─ Help"),
            (b"\x1b", "Job queues"),
            (b":", "Search"),
            (b"\x1b", "Job queues"),
        ):
            screen.press(keys)
            screen.until_text(text)
        for columns, lines in ((100, 30), (140, 40), (60, 20)):
            screen.model = ScreenModel(columns, lines)
            ioctl(screen.slave, TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            screen.until(lambda: len(screen.model.touched) >= screen.model.columns * screen.model.lines, "resized")
        screen.press(b"\x1a")
        screen.read_until("it is stopped")
        screen.begin()
        screen.bring_back()
        screen.until(lambda: len(screen.model.touched) >= 60 * 20, "it comes back to an empty terminal")
        screen.begin()
        screen.press(b"\x0c")
        screen.until(lambda: len(screen.model.touched) >= 60 * 20, "everything is drawn anew")
        screen.press(b"q")
        assert screen.wait() == 0
        screen.assert_restored()
    frames = [line.split() for line in found.read_text().splitlines()]
    assert len(frames) > 50
    assert {looks for looks, _, _ in frames} == {"same"}
    assert sum(int(sent) for _, _, sent in frames) < sum(int(written) for _, written, _ in frames) / 3


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_an_idle_minute_costs_under_5_kb(demo: DemoWorld) -> None:
    with terminal("--endpoint-url", demo.url) as screen:
        screen.read_until("● live")
        screen.output = b""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            screen.read(0.1)
        assert 0 < len(screen.output) < 5000
