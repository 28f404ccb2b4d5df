"""Flag before environment before config.toml before default; one sentence where something is wrong."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from batchtui import cli
from batchtui.configuration.reading import read_config
from batchtui.settings import ConfigError, Settings, default_config_file

pytestmark = pytest.mark.usefixtures("quiet_log")


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


def test_contexts(seen: list[Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "my.toml"
    config.write_text(
        'production = ["*live*"]\n[contexts.live]\nprofile = "acme"\nproduction = true\n'
        '[contexts.test]\nprofile = "acme-test"\nregion = "eu-west-1"\n'
    )
    with_config = ("--once", "--config", str(config))
    run(*with_config)
    assert [context.name for context in seen[0].contexts] == ["live", "test"]
    assert seen[0].production == ("*live*",)
    run(*with_config, "--context", "test")
    assert [context.place for context in seen[1].contexts] == [("acme-test", "eu-west-1", None)]
    run(*with_config, "--profile", "other")
    assert seen[2].contexts == ()
    assert [context.is_production for context in seen[2].configured_contexts] == [True, False]
    run("--once", "--profile", "p", "--endpoint-url", "http://u", "--context", "@eu-west-1")
    assert [context.place for context in seen[3].contexts] == [("p", "eu-west-1", "http://u")]
    for wrong, words in (
        (("--once", "--context", "a", "--context", "b"), "name one --context"),
        (("--once", "--demo", "--context", "a"), "does not go with --demo"),
        (("--once", "--context", "a@"), "write profile@region"),
    ):
        assert run(*wrong) == 2
        assert words in capsys.readouterr().err
    config.write_text('[contexts.live]\nprofil = "acme"\n')
    assert run(*with_config) == 2
    assert "is 'profile' meant?" in capsys.readouterr().err
    assert len(seen) == 4


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


def test_a_configuration_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = default_config_file()
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "gone.toml")
    assert run("--once") == 2
    assert capsys.readouterr().err == f"batchtui: There is no configuration file {path}.\n"


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
        ("refersh = 5", "my.toml, line 1 has an unknown key 'refersh'; is 'refresh' meant?"),
        ('\nrefresh = "often"', "my.toml, line 2: 'refresh' must be a number, at least 1."),
        (f"demo_seed = {'9' * 5000}", "is not valid TOML"),
        ("refresh = true", "'refresh' must be a number, at least 1."),
        ("refresh = 0.5", "'refresh' must be a number, at least 1."),
        ("refresh = nan", "'refresh' must be a number, at least 1."),
        ("max_calls_per_second = 51", "'max_calls_per_second' must be a number from 0.1 to 50."),
        ("demo_jobs = 10.5", "'demo_jobs' must be a whole number from 10 to 200000."),
        ("read_only = 1", "'read_only' must be true or false."),
        ('log_level = "loud"', "'log_level' must be one of DEBUG, INFO, WARNING, ERROR."),
        ('profile = "a\\nb"', "'profile' must be a line of text."),
        ("read_only_accounts = [111122223333]", "'read_only_accounts' must be a list of names"),
        ('read_only_profiles = "prod"', "'read_only_profiles' must be a list of names"),
        ("queue = [1]", "'queue' must be a list of names"),
        ("columns = 1", "'columns' must be a table: write [columns]"),
        ("[colums]", "my.toml, line 1 has an unknown key 'colums'; is 'columns' meant?"),
        ('[columns]\njob = ["name"]', "my.toml, line 2 has an unknown list 'job' in [columns]; is 'jobs' meant?"),
        ('[columns]\njobs = "name"', "line 2: 'jobs' in [columns] must be a list of names, such as"),
        ('[sort]\njobs = "age down"', "line 2: 'jobs' in [sort] must be a column"),
        ("[keymap]\nquit = 1", "line 2: 'quit' in [keymap] must be a key or a list of keys."),
        ('[filters]\n"a b" = "x"', "line 2: 'a b' in [filters] cannot be a name"),
        (
            '[filters]\nslow = "qeue:x"',
            "line 2: 'slow' in [filters] cannot be understood: no field 'qeue'; queue?",
        ),
        ('[filters]\nslow = "exit:"', "line 2: 'slow' in [filters] is not written to its end"),
        ('[filters]\na = "@b"\nb = "@a"', "'a' in [filters] cannot be understood: no saved filter '"),
        ("[logs]\nwarp = true", "line 2 has an unknown key 'warp' in [logs]; is 'wrap' meant?"),
        ('[logs]\njson = "no"', "line 2: 'json' in [logs] must be one of as it is, one line, indented."),
        ("[contexts]\nlab = 1", "'lab' in [contexts] must be a table: write [contexts.lab]."),
        (
            '[contexts.lab]\nprofil = "x"',
            "line 2 has an unknown key 'profil' in [contexts.lab]; is 'profile' meant?",
        ),
        ('[contexts."a b"]\nproduction = "x"', "line 2: 'production' in [contexts.a b] must be true or false."),
    ],
)
def test_a_malformed_config_is_one_sentence(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "my.toml"
    config.write_text(text)
    with pytest.raises(ConfigError, match=r"my\.toml"):
        read_config(config)
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
