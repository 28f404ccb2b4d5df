"""Hours of use while much goes wrong: see ``tests/soak``. Another seed, or more hours: SOAK_SEED, SOAK_HOURS."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_SEED, _HOURS = 1, 3.0


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_nothing_is_lost_or_invented_or_left_behind(tmp_path: Path) -> None:
    seed = int(os.environ.get("SOAK_SEED", _SEED))
    hours = float(os.environ.get("SOAK_HOURS", _HOURS))
    found = subprocess.run(
        [sys.executable, "-X", "dev", "-m", "tests.soak", "--seed", str(seed), "--hours", str(hours)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},  # the order of a set is part of what a seed tells
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, f"seed {seed}: {found.stderr[-8000:]}"
    print(found.stdout)  # noqa: T201  # the figures, with -s
