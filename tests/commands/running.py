"""Runs `batchtui` in this process, through its entry point and real HTTP."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from batchtui import cli


@dataclass(frozen=True)
class Words:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def of_status(self) -> list[str]:
        return [line for line in self.lines if line.startswith("── ")]

    @property
    def of_log(self) -> list[str]:
        return [line for line in self.lines if not line.startswith("── ")]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def events_of(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]


Said = Callable[..., Words]


def run(capfd: pytest.CaptureFixture[str], *args: str) -> Words:
    """Runs it to its end."""
    sys.stdout.flush()
    capfd.readouterr()
    with pytest.raises(SystemExit) as ending:
        cli.main(list(args))
    sys.stdout.flush()
    sys.stderr.flush()
    found = capfd.readouterr()
    return Words(int(ending.value.code or 0), found.out, found.err)


def as_commanded(*args: str) -> tuple[str, ...]:
    """For `Terminal`: the program leads the session of its terminal, so that ctrl+c reaches it as a signal."""
    program = [sys.executable, "-m", "batchtui", *args]
    return "-c", f"import os; os.open(os.ttyname(0), os.O_RDWR); os.execv({sys.executable!r}, {program!r})"
