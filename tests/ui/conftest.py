"""A person's editor, for tests of the screen."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Script = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_editor_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Sets an EDITOR that does one thing at each call, and keeps what it was given in ``seen-N``."""

    def set_editor(*steps: str) -> Path:
        script = tmp_path / "my editor.py"
        script.write_text(
            "import os, re, sys\nfrom pathlib import Path\n"
            f"here = Path({str(tmp_path)!r})\n"
            "call = len(list(here.glob('seen-*')))\n"
            "file = Path(sys.argv[-1])\ntext = file.read_text()\n"
            "(here / f'seen-{call}').write_text(text)\n"
            "(here / 'where').write_text(str(file))\n"
            "(here / 'modes').write_text(f'{file.stat().st_mode} {file.parent.stat().st_mode}')\n"
            f"exec({list(steps)!r}[call])\n"
        )
        monkeypatch.setenv("EDITOR", f"{sys.executable} {shlex.quote(str(script))} --wait")
        return tmp_path

    return set_editor
