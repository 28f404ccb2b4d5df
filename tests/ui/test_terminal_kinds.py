"""Terminals of every kind, and homes that cannot be written: it works, or a sentence says why not."""

import contextlib
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.worlds import DemoWorld

COLOURS = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
MANY_COLOURS = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;[25];")
RGB = re.compile(rb"[34]8;2;(\d+);(\d+);(\d+)")
NO_LOG = "The log file"


def is_ascii(output: bytes) -> bool:
    return output.isascii()


def has_few_colours(output: bytes) -> bool:
    return bool(COLOURS.search(output)) and not MANY_COLOURS.search(output)


def has_greys_alone(output: bytes) -> bool:
    """Textual keeps what is light and what is dark apart."""
    found = RGB.findall(output)
    return bool(found) and all(red == green == blue for red, green, blue in found)


def anything(output: bytes) -> bool:
    return True


@pytest.mark.slow
def test_every_kind_of_terminal_and_of_home_works(demo: DemoWorld, tmp_path: Path) -> None:
    """All at once: each takes seconds, of which most are waited for."""
    (file := tmp_path / "file").touch()
    old_locale = {"LC_ALL": "POSIX", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    kinds: tuple[tuple[dict[str, str | None], str, Callable[[bytes], bool]], ...] = (
        ({"TERM": "linux", "COLORTERM": None}, "All queues", has_few_colours),
        ({"TERM": None, "COLORTERM": None}, "All queues", anything),
        ({"TERM": "nonsense", "COLORTERM": None}, "All queues", has_few_colours),
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, "All queues", has_greys_alone),
        (old_locale, "All queues", is_ascii),
        ({"HOME": "/proc/nothing"}, NO_LOG, anything),
        ({"HOME": str(file), "XDG_CONFIG_HOME": str(file)}, NO_LOG, anything),
        ({"BATCHTUI_LOG_FILE": "/dev/full"}, NO_LOG, anything),
    )
    demo.fault("DescribeComputeEnvironments", status=403, code="AccessDeniedException", message="not you")
    options = ("-m", "batchtui", "--endpoint-url", demo.url)
    with ExitStack() as stack:
        opened = [
            stack.enter_context(contextlib.closing(Terminal(*options, environ=environ))) for environ, _, _ in kinds
        ]
        for screen, (environ, words, fits) in zip(opened, kinds, strict=True):
            screen.read_until(words, 60)
            screen.read_until("q quit")
            screen.press(b"q")
            assert screen.wait() == 0, environ
            screen.assert_restored()
            assert fits(screen.output), environ
            assert "Traceback" not in screen.text


def test_on_a_dumb_terminal_it_looks_once_and_says_so(demo: DemoWorld) -> None:
    with contextlib.closing(
        Terminal("-m", "batchtui", "--endpoint-url", demo.url, environ={"TERM": "dumb"})
    ) as screen:
        assert screen.wait() == 0
        assert "TERM is 'dumb'" in screen.text
        assert "Newest jobs" in screen.text
        assert b"\x1b[?1049h" not in screen.output
