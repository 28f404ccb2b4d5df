"""The manual page is what the command line says of itself."""

import shutil
import subprocess

import pytest

from docs.manual import PAGE, manual


def test_the_manual_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual(), "make manual writes it anew"


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff reads manual pages")
def test_the_manual_page_is_roff() -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", PAGE], capture_output=True, text=True, check=True
    )
    assert not done.stderr
    assert "--max-calls-per-second N" in done.stdout
    assert "demo-account" in done.stdout
