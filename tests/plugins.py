"""A program in the place of AWS's Session Manager plugin: it notes what it is given, and does what a test says."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = """#!{python}
import json, os, sys, time
from pathlib import Path
here = Path({here!r})
if sys.argv[1:] == ["--version"]:
    print({version!r})
    sys.exit(0)
(here / "called").write_text(json.dumps({{
    "arguments": sys.argv[1:],
    "variable": os.environ.get("AWS_SSM_START_SESSION_RESPONSE"),
}}))
{script}
"""


@dataclass(frozen=True)
class Plugin:
    """Where it notes."""

    here: Path

    @property
    def was_called(self) -> bool:
        return (self.here / "called").exists()

    @property
    def call(self) -> dict[str, Any]:
        """Its arguments, and the variable that newer ones read."""
        found: dict[str, Any] = json.loads((self.here / "called").read_text())
        return found


def install_plugin(
    here: Path, monkeypatch: pytest.MonkeyPatch, *, script: str = "", version: str = "1.2.707.0"
) -> Plugin:
    """Puts it on PATH, alone: whatever this machine has is not found."""
    directory = here / "bin"
    directory.mkdir(exist_ok=True)
    program = directory / "session-manager-plugin"
    program.write_text(_PROGRAM.format(python=sys.executable, here=str(here), version=version, script=script))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))
    return Plugin(here)
