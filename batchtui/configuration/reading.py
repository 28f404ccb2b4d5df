"""Reading the configuration file: one sentence on what is wrong in it, with the line and the nearest name."""

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from batchtui.configuration.lists import LEFT_OUT, LISTS
from batchtui.configuration.table import FLAT, TABLES, Entry, Kind, Table
from batchtui.context import contexts_of
from batchtui.settings import ConfigError, LogChoice, Order

_HEADER = re.compile(r"\s*\[(?!\[)\s*(?P<name>[^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?P<key>[A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*=""")
_FILTER_NAME = re.compile(r"[A-Za-z0-9_.-]+\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """A configuration file, for sentences about it."""

    path: Path
    text: str = field(repr=False)

    def line(self, key: str, table: str = "") -> int | None:
        """Where a key stands, or a table where the key is empty; None where that is not plain to see."""
        here = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _HEADER.match(line):
                here = _bare(header["name"])
                if not key and here == table:
                    return number
            elif here == table and (found := _KEY.match(line)) and _bare(found["key"]) == key:
                return number
        return None

    def wrong(self, what: str, key: str, table: str = "") -> ConfigError:
        """What is wrong with a value."""
        place = f"'{key}' in [{table}]" if table else f"'{key}'"
        return ConfigError(f"The configuration file {self._place(key, table)}: {place} {what}.")

    def unknown(
        self, what: str, key: str, known: Iterable[str], table: str = "", *, at: str | None = None
    ) -> ConfigError:
        """A name that there is not.

        Args:
            what: What it names: ``key``, ``column`` …
            key: The name.
            known: All names that there are.
            table: Where it stands.
            at: The key of whose value it is a part.
        """
        place = self._place(at if at is not None else key, table)
        within = f" in [{table}]" if table else ""
        elsewhere = _elsewhere(key, table) if at is None else ""
        if elsewhere:
            hint = f": {elsewhere}."
        else:
            near = nearest(key, known)
            hint = f"; is '{near}' meant?" if near else "."
        return ConfigError(f"The configuration file {place} has an unknown {what} '{key}'{within}{hint}")

    def _place(self, key: str, table: str) -> str:
        number = self.line(key, table)
        if number is None and not table:
            number = self.line("", key)
        return f"{self.path}, line {number}" if number else f"{self.path}"


def _elsewhere(key: str, table: str) -> str:
    """Where a key belongs that stands in another place, as one that was written at the end of a file does."""
    if table and any(key == entry.key for entry in FLAT):
        return "it belongs above the first table, for a line is part of the table that was begun last"
    homes = (each.name for each in TABLES if not each.of_tables and key in {entry.key for entry in each.entries})
    home = next(homes, table)
    return f"it belongs in [{home}]" if home != table else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar of the names that there are."""
    import difflib  # only who makes a mistake needs it

    by_case = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), by_case, n=1, cutoff=0.0)
    return by_case[near[0]] if near else None


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file says.

    Attributes:
        source: The file; None where there is none.
        flat: The values outside every table, by key.
        tables: The tables, by name; values as they are in ``Settings``.
    """

    source: Source | None = None
    flat: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def line(self, key: str, table: str = "") -> int | None:
        """Where a key stands in the file."""
        return self.source.line(key, table) if self.source else None

    @property
    def defaults(self) -> dict[str, Any]:
        """The values that environment and flags may replace, by the options' names."""
        return {entry.name: self.flat[entry.key] for entry in FLAT if entry.is_option and entry.key in self.flat}

    @property
    def alone(self) -> dict[str, Any]:
        """What nothing but the file says, by the names in ``Settings``."""
        found: dict[str, Any] = {
            entry.name: self.flat[entry.key] for entry in FLAT if not entry.is_option and entry.key in self.flat
        }
        for name, values in self.tables.items():
            if name == "contexts":
                found["configured_contexts"] = contexts_of(values)
            else:
                found[name] = LogChoice(**values) if name == "logs" else MappingProxyType(dict(values))
        return {**found, "config_source": self.source}


def read_config(path: Path) -> Configuration:
    """What the configuration file says.

    Keys to be bound are checked by ``batchtui.ui.keymap``, which knows them, themes by ``batchtui.ui.themes``.

    Args:
        path: The TOML file.

    Raises:
        ConfigError: The file is missing, is not TOML, or holds an unknown key or a wrong value.
    """
    try:
        source = Source(path, path.read_text(encoding="utf-8-sig"))
        values = tomllib.loads(source.text)
    except FileNotFoundError:
        raise ConfigError(f"There is no configuration file {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration file {path} cannot be read: {error}.") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits among them
        raise ConfigError(f"The configuration file {path} is not valid TOML: {error}.") from error
    tables = {table.name: table for table in TABLES}
    entries = {entry.key: entry for entry in FLAT}
    flat: dict[str, Any] = {}
    read: dict[str, Mapping[str, Any]] = {}
    for key, value in values.items():
        if key in tables:
            read[key] = _table(source, tables[key], value)
        elif key in entries:
            flat[key] = _value(entries[key], value, partial(source.wrong, key=key))
        else:
            raise source.unknown("key", key, (*entries, *tables))
    return Configuration(source, flat, read)


def _table(source: Source, table: Table, values: object) -> Mapping[str, Any]:
    if not isinstance(values, dict):
        raise source.wrong(f"must be a table: write [{table.name}]", table.name)
    if table.of_tables:
        found = {}
        for name, inner in values.items():
            place = f"{table.name}.{name}"
            if not isinstance(inner, dict):
                raise source.wrong(f"must be a table: write [{place}]", name, table.name)
            if not name.isprintable() or not name.strip():
                raise source.wrong("cannot be a name: it needs a word in one line", name, table.name)
            found[name] = MappingProxyType(_entries(source, table.entries, inner, place))
        return found
    if table.entries:
        return _entries(source, table.entries, values, table.name)
    assert table.each is not None
    for key in values:
        if table.lists and key not in table.lists:
            raise source.unknown("list", key, table.lists, table.name)
    wrong = partial(source.wrong, table=table.name)
    read = {
        key: _value(replace(table.each, key=key), value, partial(wrong, key=key)) for key, value in values.items()
    }
    if table.name == "columns":
        _check_columns(source, read)
    if table.name == "sort":
        return {key: _order(source, key, value) for key, value in read.items()}
    if table.name == "filters":
        _check_filters(source, read)
    return read


def _entries(source: Source, entries: tuple[Entry, ...], values: dict[str, Any], table: str) -> dict[str, Any]:
    known = {entry.key: entry for entry in entries}
    wrong = partial(source.wrong, table=table)
    for key in values:
        if key not in known:
            raise source.unknown("key", key, known, table)
    return {key: _value(known[key], value, partial(wrong, key=key)) for key, value in values.items()}


def _value(entry: Entry, value: Any, wrong: Callable[[str], ConfigError]) -> Any:
    """A value as ``Settings`` has it."""
    if not _fits(entry, value):
        raise wrong(f"must be {entry.wanted}")
    if entry.kind is Kind.CHOICE:
        return _chosen(entry, value)
    if entry.kind is Kind.KEYS and isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _fits(entry: Entry, value: object) -> bool:
    if entry.kind is Kind.TEXT:
        return _is_text(value)
    if entry.kind is Kind.NAMES:
        return isinstance(value, list) and all(map(_is_text, value))
    if entry.kind is Kind.KEYS:
        return _is_text(value) or (isinstance(value, list) and bool(value) and all(map(_is_text, value)))
    if entry.kind is Kind.SWITCH:
        return isinstance(value, bool)
    if entry.kind is Kind.CHOICE:
        return _chosen(entry, value) is not None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, float) and (entry.kind is Kind.WHOLE or not math.isfinite(value)):
        return False
    return (entry.least is None or value >= entry.least) and (entry.most is None or value <= entry.most)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _chosen(entry: Entry, value: object) -> str | None:
    """One of the choices, however a person writes its letters."""
    return next((each for each in entry.choices if str(value).casefold() == each.casefold()), None)


def _check_columns(source: Source, chosen: Mapping[str, Sequence[str]]) -> None:
    for name, keys in chosen.items():
        known = LISTS[name].columns
        for key in keys:
            if key.removeprefix(LEFT_OUT) not in known:
                raise source.unknown("column", key, known, "columns", at=name)
        if len({key.startswith(LEFT_OUT) for key in keys}) > 1:
            what = f"says both what to show and, with a {LEFT_OUT}, what to leave out: only one of them can be"
            raise source.wrong(what, name, "columns")


def _order(source: Source, name: str, value: str) -> Order:
    column, *rest = value.split()
    if rest not in ([], ["reversed"]):
        raise source.wrong('must be a column, such as "age", or "age reversed"', name, "sort")
    if column not in LISTS[name].sorts:
        raise source.unknown("column to sort by", column, LISTS[name].sorts, "sort", at=name)
    return column, bool(rest)


def _check_filters(source: Source, filters: Mapping[str, str]) -> None:
    from batchtui.query.filter import FilterError, parse
    from batchtui.query.jobs import JOB_FIELDS

    for name, expression in filters.items():
        wrong = partial(source.wrong, key=name, table="filters")
        if not _FILTER_NAME.match(name):
            raise wrong("cannot be a name: letters, digits, - _ and . can stand after an @")
        try:
            hint = parse(expression, JOB_FIELDS, filters).hint
        except FilterError as error:
            raise wrong(f"cannot be understood: {error}") from None
        if hint:
            raise wrong(f"is not written to its end: {hint}")
