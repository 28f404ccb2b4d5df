"""A terminal that is not read: polling goes on, memory stays, and then the newest state is what appears."""

import time
from pathlib import Path

import pytest

from tests.terminal import terminal
from tests.worlds import DemoWorld

STALL_SECONDS = 10.0


def resident(process: int) -> int:
    """Kilobytes of memory that a process holds."""
    (line,) = [each for each in Path(f"/proc/{process}/status").read_text().splitlines() if "VmRSS" in each]
    return int(line.split()[1])


def calls(demo: DemoWorld) -> int:
    assert demo.server is not None
    return sum(demo.server.calls.values())


@pytest.mark.slow
def test_a_terminal_that_is_not_read_stops_neither_polling_nor_the_newest_state(demo: DemoWorld) -> None:
    with terminal("--endpoint-url", demo.url, "--refresh", "1", "--max-calls-per-second", "50") as screen:
        screen.read_until("● live")
        before, memory = calls(demo), resident(screen.process.pid)
        end = time.monotonic() + STALL_SECONDS
        number = 0
        while time.monotonic() < end:  # nobody reads; everything changes all the time
            screen.press(b"\t0" if number % 2 else b"75")
            number += 1
            demo.submit(f"while-stalled-{number}")
            demo.advance(7)
            time.sleep(0.1)  # the stall itself, not a wait for something
        asked = calls(demo) - before
        # ten refreshes of a second, each of more than one call, beside the test's own submits
        assert asked - number > STALL_SECONDS, f"polling went on: {asked - number} calls"
        assert resident(screen.process.pid) - memory < 20_000, "memory is flat"
        screen.press(b"0/newest-of-all\r")
        demo.submit("newest-of-all")
        screen.press(b"\x12")
        screen.output = b""
        screen.read_until("newest-of-all", 10)
        screen.read_until("1 of", 10)
        assert len(screen.output) < 400_000, "no more than some frames were waiting"
        screen.press(b"\x03")
        assert screen.wait() == 0
        screen.assert_restored()
