"""Memory that is free goes back to the system."""

import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
from batchtui.garbage import give_back

def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))

held = [bytes(60_000) for _ in range(1_000)]  # too small to be a mapping of its own each
del held[:-1]  # the last one lives above all of them
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="no glibc")
def test_what_is_free_below_what_lives_is_given_back() -> None:
    given_back = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert int(given_back.stdout) > 40_000, "kB, of 60,000"
