"""What a shell offers behind ``batchtui``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from batchtui import cli
from batchtui.commands.completion import THEMES, profiles, script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str) -> None:
    told = script(shell, cli.batchtui, "batchtui")
    assert f"_BATCHTUI_COMPLETE={shell}_complete" in told
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=told, text=True, check=True)


def test_options_and_commands_are_completed(tmp_path: Path) -> None:
    def offered(*words: str) -> set[str]:
        environ = os.environ | {
            "_BATCHTUI_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(("batchtui", *words)),
        }
        environ |= {"COMP_CWORD": str(len(words))}
        environ["AWS_CONFIG_FILE"] = str(tmp_path / "config")
        command = [sys.executable, "-m", "batchtui"]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        return {line.partition(",")[2] for line in done.stdout.splitlines()}

    (tmp_path / "config").write_text("[default]\n[profile prod-eu]\n[profile dev]\n[sso-session x]\n")
    assert {"--read-only", "--refresh", "--region"} <= offered("--re")
    assert "demo-account" in offered("demo")
    assert offered("--profile", "pr") == {"prod-eu"}
    assert offered("--theme", "high") == {"high-contrast"}


def test_themes_are_those_that_there_are_and_no_help_is_cut() -> None:
    from batchtui.ui import themes

    assert [f"batchtui-{name}" for name in THEMES] == [theme.name for theme in themes.THEMES]
    told = CliRunner().invoke(cli.batchtui, ["--help"], terminal_width=80).output.splitlines()
    assert "  On the screen:" in told
    assert [line for line in told if len(line) > 80] == []
    for name, command in cli.batchtui.commands.items():
        assert not command.get_short_help_str().endswith("..."), name
        assert "," not in command.get_short_help_str(), f"{name}: fish would end it there"


def test_a_file_that_cannot_be_read_offers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        (tmp_path / name).write_bytes(b"\xff[broken\n=")
        monkeypatch.setenv(name, str(tmp_path / name))
    assert profiles("") == []
