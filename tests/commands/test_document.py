"""``docs/commands.md`` and ``--help`` tell of the same options, events and exit statuses."""

import re
from pathlib import Path

import click
import pytest

from batchtui.cli import batchtui
from batchtui.commands.finding import MARKS
from batchtui.commands.submit import IN_DOUBT

DOCUMENT = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()


@pytest.mark.parametrize("name", ["doctor", "watch", "submit"])
def test_every_option_and_exit_status_of_a_command_is_documented(name: str) -> None:
    command = batchtui.commands[name]
    part = DOCUMENT.split(f"## batchtui {name}")[1].split("\n## ")[0]
    general = DOCUMENT.split("\n## ")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert f"`{option}" in part + general or f"[{option}" in part, option
            assert parameter.help
    told = set(re.findall(r"\b(\d{1,3}) [a-z]", (command.epilog or "").partition(":")[2]))
    rows = [row.split("|")[1] for row in part.splitlines() if row.startswith("| ")]
    documented = set(re.findall(r"\d+", " ".join(rows)))
    assert told <= documented, (told, documented)


def test_marks_and_the_status_of_doubt_are_documented() -> None:
    for verdict, mark in MARKS.items():
        assert f"`{mark}`" in DOCUMENT, verdict
        assert f"`{verdict.value}`" in DOCUMENT
    assert f"| {IN_DOUBT} | In doubt" in DOCUMENT
