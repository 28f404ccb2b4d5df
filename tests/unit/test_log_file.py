"""The log file: private, bounded, without secrets, and told once where it cannot be written."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui import log_file
from batchtui.log_file import LogTrouble, crashed, open_log_file
from batchtui.settings import Settings, StartError
from tests.secret_values import SECRETS

LOGGER = logging.getLogger("batchtui.test")


@pytest.fixture(autouse=True)
def own_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    logger = logging.getLogger("batchtui")
    monkeypatch.setattr(log_file, "trouble", LogTrouble())
    before, logger.handlers = logger.handlers, []
    yield
    for handler in logger.handlers:
        handler.close()
    logger.handlers = before


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_for_its_owner_alone_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "batchtui.log"
    assert open_log_file(Settings(log_file=path)) == path
    for _ in range(200):
        LOGGER.error("x" * 100_000)
    files = sorted(path.parent.iterdir())
    assert len(files) == 3
    assert {mode(file) for file in files} == {0o600}
    assert max(file.stat().st_size for file in files) < 1_050_000


def test_one_that_was_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    (real := tmp_path / "real.log").touch(0o666)
    real.chmod(0o666)
    (tmp_path / "link.log").symlink_to(real)
    open_log_file(Settings(log_file=tmp_path / "link.log"))
    LOGGER.error("into it")
    assert mode(real) == 0o600
    assert "into it" in real.read_text()


def test_a_device_keeps_its_modes(monkeypatch: pytest.MonkeyPatch) -> None:
    changed: list[int] = []
    monkeypatch.setattr(os, "fchmod", lambda descriptor, mode: changed.append(mode))
    assert open_log_file(Settings(log_file=Path("/dev/null"))) == Path("/dev/null")
    LOGGER.error("to nobody")
    assert changed == []


def test_a_full_disk_is_told_once_and_writes_nothing_over_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    open_log_file(Settings(log_file=Path("/dev/full")))
    log_file.trouble.on_trouble = told.append
    for _ in range(3):
        LOGGER.error("no room")
    assert told == ["The log file /dev/full cannot be written: No space left on device."]
    assert capfd.readouterr() == ("", "")
    assert "ValueError('why')" in crashed(ValueError("why")), "there is no file to read it in"


def test_a_named_one_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/proc/nothing/batchtui.log")):
        with pytest.raises(StartError, match="cannot be written"):
            open_log_file(Settings(log_file=path))


def test_no_place_for_a_log_is_no_reason_not_to_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(log_file, "default_log_file", lambda: tmp_path / "file" / "batchtui.log")
    assert open_log_file(Settings()) is None
    assert "cannot be written: File exists." in log_file.trouble.sentence


def test_no_secret_is_written_in_words_or_in_a_traceback(tmp_path: Path) -> None:
    open_log_file(Settings(log_file=tmp_path / "a.log"))
    for text, _ in SECRETS:
        LOGGER.error("it was %s", text)
    try:
        local = "hunter2 in a variable"
        try:
            raise KeyError("token=hunter2")
        except KeyError as error:
            raise ValueError(f"https://u:hunter2@{local[:0]}host/") from error
    except ValueError as error:
        sentence = crashed(error)
    assert sentence == f"batchtui crashed: the traceback is in {tmp_path / 'a.log'}"
    written = (tmp_path / "a.log").read_text()
    assert "ValueError: https://u:••••••@host/" in written
    assert not [secret for _, secret in SECRETS if secret in written]
    assert "hunter2@" not in written
    assert "=hunter2" not in written
