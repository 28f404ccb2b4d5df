"""Copying from inside tmux, with a tmux that writes down what it is told."""

from pathlib import Path

import pytest

from batchtui.settings import Settings
from batchtui.ui.clipboard import copy_to_tmux
from tests.ui.driver import running
from tests.worlds import DemoWorld

TMUX = """#!/bin/sh
case "$*" in "{refused}") exit 1;; esac
echo "$*" > "{place}/options"
cat > "{place}/new" && mv "{place}/new" "{place}/copied"
"""


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory in which it writes."""
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    install(tmp_path)
    return tmp_path


def install(place: Path, *, refused: str = "nothing") -> None:
    program = place / "tmux"
    program.write_text(TMUX.format(place=place, refused=refused))
    program.chmod(0o755)


def content(file: Path) -> str:
    return file.read_text() if file.exists() else ""


async def test_what_is_copied_reaches_tmux_too(demo: DemoWorld, tmux: Path) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=3600.0)) as driver:
        await driver.until_live()
        await driver.press("0", "c")
        job_id = driver.row("jobs").job_id
        assert driver.app.clipboard == job_id
        await driver.until(lambda: content(tmux / "copied") == job_id, "the text in tmux")
        assert content(tmux / "options") == "load-buffer -w -\n"


async def test_an_older_tmux_gets_it_into_its_own_buffer(tmux: Path) -> None:
    install(tmux, refused="load-buffer -w -")
    assert await copy_to_tmux("naïve \ud800")
    assert content(tmux / "copied") == "naïve ?"
    assert content(tmux / "options") == "load-buffer -\n"


async def test_without_the_program_nothing_breaks(tmux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmux / "nowhere"))
    assert not await copy_to_tmux("text")
