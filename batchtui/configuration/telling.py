"""What holds and where it comes from, as TOML; the default file; and the page of the documentation."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from batchtui.configuration.reading import Configuration
from batchtui.configuration.table import FLAT, TABLES, Entry, Table
from batchtui.model.secrets import masked_text

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")
_NOTE_COLUMN: Final = 40
_WIDTH: Final = 115


def toml(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, int | float):
        return repr(value).removesuffix(".0")
    return json.dumps(str(value), ensure_ascii=False)


def toml_key(key: str) -> str:
    """A key as TOML."""
    return key if _BARE.match(key) else json.dumps(key, ensure_ascii=False)


def effective(configuration: Configuration, values: Mapping[str, tuple[object, str]]) -> str:
    """The values that hold, each with where it comes from, as a file that could be read.

    What looks secret is masked.

    Args:
        configuration: What the file says.
        values: By the key, of every one outside the tables: what holds, and where that comes from.
    """
    lines = []
    for entry in FLAT:
        value, origin = values[entry.key]
        lines.append(_line(entry, value, origin))
    for table in TABLES:
        said = configuration.tables.get(table.name, {})
        if table.of_tables:
            for name, inner in said.items():
                place = f"{table.name}.{name}"
                lines += ["", f"[{table.name}.{toml_key(name)}]"]
                lines += [_of_file(configuration, place, key, value) for key, value in inner.items()]
        elif table.entries:
            lines += ["", f"[{table.name}]"]
            for entry in table.entries:
                if entry.key in said:
                    lines.append(_of_file(configuration, table.name, entry.key, said[entry.key]))
                else:
                    lines.append(_line(entry, entry.default, "default"))
        elif said:
            lines += ["", f"[{table.name}]"]
            for key, value in said.items():
                told = f"{value[0]}{' reversed' if value[1] else ''}" if table.name == "sort" else value
                lines.append(_of_file(configuration, table.name, key, told))
    return "\n".join(map(masked_text, lines)) + "\n"


def _of_file(configuration: Configuration, table: str, key: str, value: object) -> str:
    return _noted(f"{toml_key(key)} = {toml(value)}", from_file(configuration, key, table))


def from_file(configuration: Configuration, key: str, table: str = "") -> str:
    """Where a value of the file stands."""
    number = configuration.line(key, table)
    return f"file, line {number}" if number else "file"


def _line(entry: Entry, value: object, origin: str) -> str:
    if value is None or value == ():
        return _noted(f"# {entry.key} is not set", f"{origin}: {entry.unset}" if entry.unset else origin)
    return _noted(f"{entry.key} = {toml(value)}", origin)


def _noted(text: str, note: str) -> str:
    return f"{text:<{_NOTE_COLUMN}} # {note}"


def default_file() -> str:
    """A file in which everything stands as it is without one; lines with one # are to be uncommented."""
    lines = [
        "## The configuration of batchtui. A line with one # says what holds without it.",
        "## Take the # away to change it. All of it: docs/configuration.md. What holds now: batchtui config.",
    ]
    for entry in FLAT:
        lines += ["", *_commented(entry)]
    for table in TABLES:
        lines += ["", f"## {table.meaning}"]
        if table.entries and not table.of_tables:
            lines.append(f"#[{table.name}]")
            for entry in table.entries:
                lines += _commented(entry)
        else:
            lines += [f"## {line}" for line in _example(table)]
            if table.of_tables:
                lines += [f"##   {entry.key}: {entry.meaning}" for entry in table.entries]
    return "\n".join(lines) + "\n"


def _commented(entry: Entry) -> list[str]:
    choices = f" One of: {', '.join(entry.choices)}." if entry.choices else ""
    limits = f" It is {entry.wanted}." if entry.least is not None else ""
    meaning = f"## {entry.meaning}{choices}{limits}"
    if entry.default is None or entry.default == ():
        without = f" Without: {entry.unset}." if entry.unset else ""
        return [meaning + without, f"## {entry.key} = {toml(entry.example)}"]
    return [meaning, f"#{entry.key} = {toml(entry.default)}"]


def _example(table: Table) -> list[str]:
    return [*([] if table.of_tables else [f"[{table.name}]"]), *table.examples]


def document(keys: Mapping[str, tuple[str, str]]) -> str:
    """The page docs/configuration.md, whole.

    Args:
        keys: By the id of what can be bound, the keys as people write them, and what they do.
    """
    return "\n".join(_document(keys)) + "\n"


def _document(keys: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    yield _BEGINNING
    yield from _rows(
        ("key", "what it is", "without it", "meaning"),
        (
            (
                f"`{entry.key}`",
                entry.wanted,
                entry.unset if entry.default in (None, ()) else f"`{toml(entry.default)}`",
                entry.meaning,
            )
            for entry in FLAT
        ),
    )
    alone = " and ".join(f"`{entry.key}`" for entry in FLAT if not entry.is_option)
    yield ""
    yield (
        "Each of these is a flag too, with `-` for `_` (`--max-calls-per-second 2`), and a variable of the\n"
        "environment in capitals (`BATCHTUI_MAX_CALLS_PER_SECOND=2`). A flag has precedence over the\n"
        "environment, that over the file. `--queue` may be repeated; in `BATCHTUI_QUEUE` blanks stand between\n"
        f"names. {alone} stand in the file alone: what protects an account\nis not taken away by a flag."
    )
    for table in TABLES:
        yield f"\n## [{table.name}]\n"
        yield table.meaning
        yield "\n```toml"
        if table.entries and not table.of_tables:
            yield f"[{table.name}]"
            yield from (f"{entry.key} = {toml(entry.default)}" for entry in table.entries)
        else:
            yield from _example(table)
        yield "```"
        yield ""
        yield from _of_table(table, keys)
    yield _END


def _of_table(table: Table, keys: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    if table.entries:
        rows = (
            (
                f"`{entry.key}`",
                entry.wanted,
                "" if entry.default is None else f"`{toml(entry.default)}`",
                entry.meaning,
            )
            for entry in table.entries
        )
        yield from _rows(("key", "what it is", "without it", "meaning"), rows)
    elif table.name in ("columns", "sort"):
        is_columns = table.name == "columns"
        lists = (
            (f"`{name}`", each.where, " ".join(each.columns if is_columns else each.sorts))
            for name, each in table.lists.items()
        )
        yield from _rows(("list", "which", "columns" if is_columns else "can be sorted by"), lists)
        yield _COLUMNS if is_columns else _SORT
    elif table.name == "keymap":
        yield _KEYMAP
        yield from _rows(
            ("id", "keys", "what it does"),
            ((f"`{name}`", bound, what) for name, (bound, what) in keys.items()),
        )
    else:
        yield _FILTERS


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


_BEGINNING: Final = """\
# Configuration

One file in TOML, `config.toml` in the platform's place for configurations: on Linux
`~/.config/batchtui/config.toml`. `--config FILE` or `BATCHTUI_CONFIG` names another.

- `batchtui config` prints what holds, each value with where it comes from: a flag, the environment, the file
  with its line, or the default. What looks secret is masked.
- `batchtui config --path` prints where the file is looked for.
- `batchtui config --default` prints a file in which everything is commented out: `batchtui config --default >
  "$(batchtui config --path)"` begins one.

A key that there is not is an error at the start, which names the nearest one, the file and the line; so is a
value that cannot be. `batchtui config` checks a file without starting anything.

This page is made from the table that checks the file (`batchtui config --document`), and a test compares them.

## Outside every table
"""

_COLUMNS: Final = """
A list shows these columns and no others, in this order. Where they do not all fit, those named first have
precedence; where columns are only left out (`["-vcpus"]`), the rest fits as ever. Some columns are there only
where there is something to show in them, as `queue` where all queues are selected. The commands (`:`, `column`)
hide and show columns of the list in use."""

_SORT: Final = """
`s` and `S` change the order as ever; after the last column comes the list's own order, not this one."""

_KEYMAP: Final = """
A key is a character (`x`, `X`, `?`) or a name: `f5`, `ctrl+t`, `alt+x`, `shift+tab`, `enter`, `escape`,
`space`, `pagedown`, `home`, `up` … An id that there is not, and a key that two things would have in the same
place, are errors at the start. Help, footer and commands show the keys as they are bound; sentences elsewhere
go on naming the usual ones.
"""

_FILTERS: Final = """\
The name consists of letters, digits, `-`, `_` and `.`. In a filter line `@slow` stands for the expression, and
goes together with other terms: `@slow queue:high`, `!@slow`. In the commands (`:`), `filter slow` filters the
list by it. One saved filter may use another. An expression that cannot be understood is an error at the start
that names it."""

_END: Final = """
## What is remembered

How the lists were left comes back at the next start: the queue under the cursor, the status, the filter of the
jobs, and the columns and the order of each list, if keys or commands changed them. It is kept by account number
and region, for the 50 that were used last, together with the names of the profiles and regions that were used,
in `state.json` in the platform's place for a user's state, on Linux `~/.local/state/batchtui/`. Only its owner
can read the file. A filter in which something looks secret is not kept.

- It is written at the end and at most every 30 seconds, whole or not at all; several instances at once keep
  what the others wrote of other accounts. Where it cannot be written, the log says so once, and all else works.
- A file that is damaged or not of this program is told once, and is replaced.
- Flags and the configuration have precedence: with `--queue` the cursor begins at the top, and an order or
  columns in the file that were changed since then replace what was remembered.
- `--fresh` (`fresh = true`) starts as if nothing was remembered, and remembers nothing itself: what was kept
  before stays for the next start. The demo account is never remembered."""
