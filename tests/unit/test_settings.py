"""Flag before environment before config.toml before default; one sentence where something is wrong."""

import logging
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batchtui import cli
from batchtui.log_file import open_log_file
from batchtui.settings import ConfigError, Settings, StartError, read_config


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    """Each test gets a logger without handlers."""
    logger = logging.getLogger("batchtui")
    before = logger.handlers[:]
    yield
    for handler in logger.handlers:
        if handler not in before:
            handler.close()
    logger.handlers = before
    logger.propagate = True


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings with which the monitor would have looked."""
    found: list[Settings] = []

    async def look_once(settings: Settings, account: Any, *, as_json: bool) -> int:
        found.append(settings)
        return 0

    monkeypatch.setattr("batchtui.once.look_once", look_once)
    return found


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ending:
        cli.main(list(args))
    return int(ending.value.code or 0)


def test_precedence(seen: list[Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text('refresh = 10\nmax_calls_per_second = 2.5\nqueue = ["a", "b"]\nread_only = true\n')
    monkeypatch.setenv("BATCHTUI_MAX_CALLS_PER_SECOND", "3")
    assert run("--once", "--config", str(config)) == 0
    assert (seen[0].refresh, seen[0].max_calls_per_second) == (10.0, 3.0)
    assert (seen[0].queues, seen[0].read_only) == (("a", "b"), True)
    run("--once", "--config", str(config), "--refresh", "7", "--queue", "c")
    assert (seen[1].refresh, seen[1].queues) == (7.0, ("c",))
    run("--once")
    assert (seen[2].refresh, seen[2].max_calls_per_second) == (5.0, 3.0)


def test_what_is_protected_stands_in_the_configuration_alone(
    seen: list[Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "my.toml"
    config.write_text('read_only_profiles = ["prod*"]\nread_only_accounts = ["111122223333", "11*"]\n')
    monkeypatch.setenv("BATCHTUI_READ_ONLY_PROFILES", "none")
    assert run("--once", "--config", str(config)) == 0
    assert seen[0].read_only_profiles == ("prod*",)
    assert seen[0].read_only_accounts == ("111122223333", "11*")
    assert not seen[0].read_only
    run("--once")
    assert (seen[1].read_only_profiles, seen[1].read_only_accounts) == ((), ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("refresh = ", "is not valid TOML"),
        ("refersh = 5", "unknown key 'refersh'; is 'refresh' meant?"),
        ('refresh = "often"', "'refresh' must be int or float"),
        ("refresh = true", "'refresh' must be int or float"),
        ("read_only_accounts = [111122223333]", "'read_only_accounts' must be a list of names"),
        ('read_only_profiles = "prod"', "'read_only_profiles' must be list"),
        ("queue = [1]", "'queue' must be a list of names"),
    ],
)
def test_a_malformed_config_is_one_sentence(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "my.toml"
    config.write_text(text)
    with pytest.raises(ConfigError, match=r"my\.toml"):
        read_config(config, must_exist=True)
    assert run("--config", str(config), "--once") == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "args",
    [
        ("--refresh", "0.5"),
        ("--refresh", "soon"),
        ("--no-such-option",),
        ("--demo-jobs", "1"),
        ("--config", "/nonexistent/config.toml"),
        ("no-such-command",),
    ],
)
def test_a_bad_option_is_one_sentence_and_status_2(
    args: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*args) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("batchtui: ")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((), "No AWS region is set. Name one with --region"),
        (("--region", "us-east-1"), "No AWS credentials were found."),
        (("--profile", "nope"), "The config profile (nope) could not be found."),
        (("--demo", "--queue", "nope"), "There is no job queue 'nope'"),
    ],
)
def test_what_cannot_start_says_so(
    args: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--once", *args) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1


def test_an_unreachable_endpoint_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    assert run("--once", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:9") == 2
    assert "Could not connect to the endpoint URL" in capsys.readouterr().err
    assert run("--once", "--region", "us-east-1", "--endpoint-url", "not a url") == 2
    assert "Check --endpoint-url" in capsys.readouterr().err


def test_help_imports_neither_textual_nor_aiobotocore() -> None:
    program = (
        "import sys\nfrom batchtui.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'textual', 'rich', 'aiobotocore', 'botocore', 'aiohttp'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--read-only" in done.stdout


def test_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "batchtui", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("batchtui, version ")


def test_the_log_file_is_for_its_owner_alone_after_a_rotation_too(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "batchtui.log"
    assert open_log_file(Settings(log_file=path)) == path
    logger = logging.getLogger("batchtui.test")
    for _ in range(30):
        logger.error("x" * 100_000)
    files = sorted(path.parent.iterdir())
    assert len(files) == 3, "bounded"
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_named_log_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be written"):
        open_log_file(Settings(log_file=tmp_path))


def test_no_place_for_a_log_is_no_reason_not_to_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("batchtui.log_file.default_log_file", lambda: tmp_path / "file" / "batchtui.log")
    assert open_log_file(Settings()) is None
