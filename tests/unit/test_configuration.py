"""One table for checks, default file, effective values and documentation."""

import importlib
import os
import pkgutil
import re
import threading
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding
from textual.dom import DOMNode

from batchtui import cli, ui
from batchtui.configuration.lists import LISTS
from batchtui.configuration.reading import read_config
from batchtui.configuration.table import FLAT, TABLES, Entry, Kind
from batchtui.configuration.telling import default_file, toml, toml_key
from batchtui.context import Context
from batchtui.query.children import CHILD_SORTS
from batchtui.query.definitions import DEFINITION_SORTS
from batchtui.query.groups import GROUP_SORTS
from batchtui.query.jobs import JOB_SORTS
from batchtui.query.standings import STANDING_SORTS
from batchtui.settings import ConfigError, ListChoice, LogChoice, Settings
from batchtui.ui.keymap import check_keymap, every_id, is_key
from batchtui.ui.panes import (
    api,
    children,
    compute_environments,
    consumable_resources,
    definitions,
    groups,
    history,
    job_queues,
    jobs,
    queue_standings,
    scheduling_policies,
    service_environments,
    service_jobs,
)
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column

COMMANDS = ("config", "--once", "doctor", "watch 0123", "submit a --job-queue b")
PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
VALUES: dict[Kind, Callable[[Entry], st.SearchStrategy[Any]]] = {
    Kind.TEXT: lambda entry: TEXTS,
    Kind.NAMES: lambda entry: st.lists(TEXTS, max_size=3).map(tuple),
    Kind.NUMBER: lambda entry: st.floats(entry.least, entry.most, allow_nan=False, allow_infinity=False),
    Kind.WHOLE: lambda entry: st.integers(int(entry.least or 0), int(entry.most or 10**9)),
    Kind.SWITCH: lambda entry: st.booleans(),
    Kind.CHOICE: lambda entry: st.sampled_from(entry.choices),
}


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ending:
        cli.main(list(args))
    return int(ending.value.code or 0)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_table_options_and_settings_agree() -> None:
    default = Settings()
    options = {option.name: option for option in cli.batchtui.params if isinstance(option, click.Option)}
    names = {field.name for field in fields(Settings)}
    assert {entry.name for entry in FLAT} <= names
    assert {table.name for table in TABLES} <= names
    assert names == {entry.name for entry in FLAT} | {table.name for table in TABLES} | {
        "config_source",
        "configured_contexts",
    }
    assert {entry.name for entry in FLAT if entry.is_option} == set(options) - {
        *cli._OF_ONE_CALL,
        "version",
        "help",
    }
    for entry in FLAT:
        assert getattr(default, entry.name) == entry.default, entry.key
        if entry.is_option:
            option = options[entry.name]
            assert entry.flag in option.opts
            kind: Any = option.type
            assert (getattr(kind, "min", None), getattr(kind, "max", None)) == (entry.least, entry.most), entry.key
    logs = next(table for table in TABLES if table.name == "logs")
    assert LogChoice(**{entry.key: entry.default for entry in logs.entries}) == LogChoice()


@given(st.data())
def test_every_value_that_may_stand_there_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    def some(entries: tuple[Entry, ...]) -> dict[str, Any]:
        chosen = data.draw(st.lists(st.sampled_from(entries), unique=True))
        return {entry.key: data.draw(VALUES[entry.kind](entry)) for entry in chosen}

    def lines(values: dict[str, Any]) -> str:
        return "".join(f"{toml_key(key)} = {toml(value)}\n" for key, value in values.items())

    tables = {table.name: table for table in TABLES}
    flat, logs = some(FLAT), some(tables["logs"].entries)
    contexts = {
        name: some(tables["contexts"].entries) for name in data.draw(st.lists(TEXTS, unique=True, max_size=2))
    }
    columns = {
        name: tuple(data.draw(st.lists(st.sampled_from(LISTS[name].columns), max_size=3)))
        for name in data.draw(st.lists(st.sampled_from(sorted(LISTS)), unique=True))
    }
    text = f"{lines(flat)}[logs]\n{lines(logs)}[columns]\n{lines(columns)}"
    for name, values in contexts.items():
        text += f"[contexts.{toml_key(name)}]\n{lines(values)}"
    found = read_config(written(tmp_path_factory.getbasetemp() / "any.toml", text))
    assert found.flat == flat
    assert found.tables["logs"] == logs
    assert found.tables["columns"] == columns
    assert found.tables.get("contexts", {}) == contexts
    if not contexts:  # what leads nowhere is no context
        assert Settings(**found.alone).columns == columns


def test_tables_become_settings(tmp_path: Path) -> None:
    path = written(
        tmp_path / "c.toml",
        '[columns]\njobs = ["name", "why"]\n[sort]\njobs = "ran reversed"\nqueues = "name"\n'
        '[keymap]\nrefresh = "f5"\nstop = ["X", "ctrl+d"]\n[filters]\nslow = "ran>6h"\n[logs]\nwrap = false\n'
        '[contexts.lab]\nprofile = "lab"\nproduction = true\n',
    )
    settings = Settings(**read_config(path).alone)
    assert settings.list_choice("jobs") == ListChoice(("name", "why"), ("ran", True))
    assert settings.list_choice("queues") == ListChoice((), ("name", False))
    assert settings.list_choice("api") == ListChoice()
    assert settings.keymap == {"refresh": ("f5",), "stop": ("X", "ctrl+d")}
    assert settings.filters == {"slow": "ran>6h"}
    assert settings.logs == LogChoice(wrap=False)
    assert settings.configured_contexts == (Context("lab", "lab", is_production=True),)
    assert settings.config_source is not None
    assert settings.config_source.path == path
    check_keymap(settings)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[columns]\njobs = ["name", "exti"]', "line 2 has an unknown column 'exti' in [columns]; is '"),
        ('[columns]\njobs = ["stats"]', "is 'status' meant?"),
        ('[columns]\njobs = ["-naem"]', "unknown column '-naem' in [columns]; is 'name' meant?"),
        ('[columns]\njobs = ["name", "-why"]', "line 2: 'jobs' in [columns] says both what to show and"),
        ('[sort]\nqueues = "nmae"', "unknown column to sort by 'nmae' in [sort]; is 'name' meant?"),
        ('[keymap]\nrefersh = "f5"', "line 2 has an unknown key 'refersh' in [keymap]; is 'refresh' meant?"),
        ('[keymap]\nrefresh = "contrl+x"', "line 2 has an unknown name of a key 'contrl+x' in [keymap]; is '"),
        (
            '[keymap]\n\nsort = "z"',
            "line 3: 'sort' in [keymap] would be 'z' in the main screen, which is 'zoom' there",
        ),
        ('[keymap]\nsort = "f2"\nreverse = "f2"', "would be 'f2' in the main screen"),
        ('[keymap]\ngroups-tag = "V"', "would be 'V' in the list Jobs in groups, which is 'groups-by-back' there"),
        ('[keymap]\nhelp = "f"', "which is 'relations' there"),
        (
            "[logs]\nwrap = true\nrefresh = 9",
            "line 3 has an unknown key 'refresh' in [logs]: it belongs above the first table, for a line",
        ),
        ('[columns]\nnotify = "bell"', "unknown list 'notify' in [columns]: it belongs above the first table"),
        ("read_only_accounts = [111122223333]", """must be a list of names, such as ["a", "b"]"""),
        ("history_jobs = 10", "must be a whole number from 1000 to 10000000."),
        ("wrap = true", "line 1 has an unknown key 'wrap': it belongs in [logs]."),
        ("[contexts.lab]\nread_onyl = 1", "in [contexts.lab]; is 'region' meant?"),
    ],
)
def test_what_the_screens_know_is_checked(text: str, sentence: str, tmp_path: Path) -> None:
    path = written(tmp_path / "c.toml", text)
    with pytest.raises(ConfigError) as found:
        check_keymap(Settings(**read_config(path).alone), is_whole=True)
    assert sentence in str(found.value)
    assert str(found.value).startswith(f"The configuration file {path}, line ")


@pytest.mark.parametrize(
    "keymap",
    [
        {"sort": ("S",), "reverse": ("s",)},
        {"sort": ("z",), "zoom": ("s",), "family-fit": ("s",)},
        {"refresh": ("f5",), "help": ("?", "f9"), "errors": (",",)},
        {"refresh": ("f5",), "log-refresh": ("f5",), "detail-refresh": ("f5",)},
        {"why": ("ctrl+w",), "stop": ("X", "delete")},
    ],
)
def test_a_keymap_without_a_clash_is_good(keymap: dict[str, tuple[str, ...]]) -> None:
    check_keymap(Settings(keymap=keymap), is_whole=True)


def test_every_key_that_is_bound_has_a_name_that_is_known() -> None:
    known = every_id()
    assert len(known) > 100
    for key in known.values():
        assert all(is_key(each) for each in key.keys.split(",")), key
    assert not any(map(is_key, ("", " ", "contrl+x", "f99", "ctrl+nothing", "a,b", "Enter")))


def test_every_binding_of_every_screen_can_be_bound_otherwise() -> None:
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        importlib.import_module(module.name)
    classes: list[type[DOMNode]] = [DOMNode]
    for each in classes:
        classes += each.__subclasses__()
    ours = [each for each in classes if each.__module__.startswith("batchtui.") and "BINDINGS" in vars(each)]
    bound = {binding.id: each for each in ours for binding in each.BINDINGS if isinstance(binding, Binding)}
    assert len(bound) > 100
    known = every_id()
    unknown = {name: each for name, each in bound.items() if name is not None and name not in known}
    assert unknown == {}, "ui/keymap.py: every_place"


def test_the_lists_of_table_and_screens_are_the_same() -> None:
    # What a list can show depends on what is in it: here all of its columns.
    shown: dict[str, tuple[Sequence[Column[Any]], Iterable[str]]] = {
        "jobs": (jobs._COLUMNS, JOB_SORTS),
        "queues": (job_queues._COLUMNS_WITH_SERVICE_JOBS, job_queues._SORTS),
        "environments": (compute_environments._COLUMNS, compute_environments._SORTS),
        "children": ((*children._CELLS.of_children, *children._CELLS.of_nodes), CHILD_SORTS),
        "standings": (queue_standings._COLUMNS, STANDING_SORTS),
        "groups": ((*groups._COLUMNS, *groups._COLUMNS_OF_CAUSES), GROUP_SORTS),
        "definitions": (definitions._COLUMNS, DEFINITION_SORTS),
        "scheduling-policies": (scheduling_policies._COLUMNS, scheduling_policies._SORTS),
        "consumable-resources": (consumable_resources._COLUMNS, consumable_resources._SORTS),
        "service-environments": (service_environments._COLUMNS, service_environments._SORTS),
        "service-jobs": (service_jobs.ServiceJobsPane(lambda: 0.0).table.every_column, JOB_SORTS),
        "history": (history._COLUMNS, history._SORTS),
        "api": (api._COLUMNS, api._SORTS),
    }
    assert list(shown) == list(LISTS)
    for name, (columns, sorts) in shown.items():
        assert LISTS[name].columns == tuple(dict.fromkeys(column.key for column in columns)), name
        assert LISTS[name].sorts == tuple(sorts), name
    classes: list[type[Pane[Any]]] = [Pane]
    for each in classes:
        classes += each.__subclasses__()
    assert {each.LIST for each in classes if each.LIST} == set(LISTS)


def test_the_default_file_holds_the_defaults(tmp_path: Path) -> None:
    text = default_file()
    assert tomllib.loads(text) == {}
    uncommented = written(tmp_path / "c.toml", re.sub(r"(?m)^#(?!#)", "", text))
    found = read_config(uncommented)
    assert Settings(**{**found.alone, **found.defaults, "config_source": None}) == Settings()
    assert set(found.flat) == {entry.key for entry in FLAT if entry.default not in (None, ())}
    examples = written(tmp_path / "e.toml", re.sub(r"(?m)^## (?=[a-z_]+ = |\[)", "", text))
    assert read_config(examples).flat["profile"] == "lab"


def test_the_effective_values_have_their_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BATCHTUI_REGION", "eu-west-1")
    path = written(
        tmp_path / "c.toml",
        'queue = ["a"]\nrefresh = 9\nread_only_accounts = ["1"]\n'
        '[sort]\njobs = "age reversed"\n[logs]\nwrap = false\n'
        '[keymap]\nstop = "X"\n[contexts.lab]\nprofile = "lab"\n'
        'endpoint_url = "https://me:hunter2hunter2@localhost"\n',
    )
    assert run("--config", str(path), "--demo-jobs", "50", "config") == 0
    shown = capsys.readouterr().out
    told = {line.partition(" = ")[0]: line for line in shown.splitlines()}
    origins = {key: line.rpartition("# ")[2] for key, line in told.items() if " = " in line}
    assert origins["demo_jobs"] == "flag --demo-jobs"
    assert origins["region"] == "environment BATCHTUI_REGION"
    assert (origins["queue"], origins["refresh"], origins["read_only_accounts"]) == (
        "file, line 1",
        "file, line 2",
        "file, line 3",
    )
    assert (origins["jobs"], origins["wrap"], origins["stop"]) == ("file, line 5", "file, line 7", "file, line 9")
    assert (origins["timestamps"], origins["theme" if "theme" in origins else "demo"]) == ("default", "default")
    assert "hunter2" not in shown
    values = tomllib.loads(shown)
    assert (values["refresh"], values["demo_jobs"], values["region"]) == (9, 50, "eu-west-1")
    assert values["sort"] == {"jobs": "age reversed"}
    assert values["contexts"]["lab"]["profile"] == "lab"
    assert run("config") == 0
    assert f"is {tmp_path}/.config/batchtui/config.toml, which is not there." in capsys.readouterr().out
    assert run("--config", str(path), "config", "--path") == 0
    assert capsys.readouterr().out == f"{path}\n"


@pytest.mark.parametrize(
    ("text", "sentence", "commands"),
    [
        ('[keymap]\nsort = "z"\n', "'sort' in [keymap] would be 'z'", COMMANDS),
        (
            '[keymap]\nsort = "f"\ndetail-log = "f"\n',
            "line 3: 'detail-log' in [keymap] would be 'f' in the details",
            COMMANDS,
        ),
        ('[columns]\njobs = ["nmae"]\n', "is 'name' meant?", COMMANDS),
        ("refesh = 3\n", "is 'refresh' meant?", COMMANDS),
        (
            'theme = "batchtui-drak"\n',
            "There is no theme 'batchtui-drak'; is 'batchtui-dark' meant?",
            COMMANDS[:1],
        ),
    ],
)
def test_commands_say_what_is_wrong_with_a_file(
    text: str, sentence: str, commands: Sequence[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "c.toml", text)
    for command in commands:
        assert run("--config", str(path), "--demo", *command.split()) == 2, command
        captured = capsys.readouterr()
        assert (captured.out, captured.err.count("\n")) == ("", 1)
        assert sentence in captured.err


def test_a_file_that_cannot_be_used_stops_no_command_that_does_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "c.toml", "refesh = 3\n")
    for command, said in (
        ("config --path", f"{path}\n"),
        ("config --default", default_file()),
        ("completion bash", "_batchtui_completion"),
    ):
        assert run("--config", str(path), *command.split()) == 0
        assert said in capsys.readouterr().out


def test_a_file_is_read_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a shell gives as ``<(…)`` cannot be read again."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_text, args=['[keymap]\nsort = "z"\n'])
    writing.start()
    assert run("--config", str(pipe), "config") == 2
    writing.join()
    assert f"{pipe}, line 2: 'sort' in [keymap]" in capsys.readouterr().err


def test_the_page_of_the_documentation_is_made_from_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("config", "--document") == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8"), "batchtui config --document writes it anew"
