"""The peer: the AWS CLI from PyPI, in a virtual environment of its own that is made at first use."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Self

from benchmarks.environment import ROOT

_PLACE = ROOT / ".venv-bench"
_INSTALL_SECONDS = 300.0
_CALL_SECONDS = 60.0


class NoCliError(Exception):
    """The AWS CLI cannot be had; the text says why."""


class AwsCli:
    """The CLI as it is used against one account.

    Args:
        program: Where it is.
        url: What it asks.
        region: Where.
        environment: All of its environment.
    """

    def __init__(self, program: Path, url: str, region: str, environment: Mapping[str, str]) -> None:
        self._program = program
        self._where = ("--endpoint-url", url, "--region", region)
        self._environment = environment
        self.version = self._run("--version").split(" ")[0]
        queues = json.loads(self.ask("describe-job-queues"))["jobQueues"]
        self._queue = str(max(queues, key=lambda queue: queue["priority"])["jobQueueName"])

    @classmethod
    def installed(cls, url: str, region: str, environment: Mapping[str, str]) -> Self:
        """The CLI of ``.venv-bench``, which is made if it is missing.

        Raises:
            NoCliError: It could not be installed or does not answer.
        """
        program = _PLACE / "bin" / "aws"
        try:
            if not program.exists():
                print(f"installing the AWS CLI from PyPI into {_PLACE.name} …", file=sys.stderr)
                _check([sys.executable, "-m", "venv", str(_PLACE)], None, _INSTALL_SECONDS)
                _check([str(_PLACE / "bin" / "pip"), "install", "--quiet", "awscli"], None, _INSTALL_SECONDS)
            return cls(program, url, region, environment)
        except subprocess.CalledProcessError as error:
            said = (str(error.stderr).strip() or str(error)).splitlines()
            raise NoCliError(said[-1]) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoCliError(str(error)) from error

    def seconds_of_one_call(self, status: str = "RUNNING") -> float:
        """One ``aws batch list-jobs``, which shows one status of one queue, from its start to its end."""
        started = perf_counter()
        self.ask("list-jobs", "--job-queue", self._queue, "--job-status", status)
        return perf_counter() - started

    def ask(self, *arguments: str) -> str:
        """One command of ``aws batch``, and what it printed."""
        return self._run("batch", *arguments, *self._where, "--output", "json")

    def _run(self, *arguments: str) -> str:
        return _check([str(self._program), *arguments], self._environment, _CALL_SECONDS)


def _check(command: list[str], environment: Mapping[str, str] | None, seconds: float) -> str:
    return subprocess.run(
        command, env=environment, timeout=seconds, check=True, capture_output=True, text=True
    ).stdout
