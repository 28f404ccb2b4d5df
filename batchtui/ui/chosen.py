"""What a person chose for a list or for the keys, by the configuration or by keys of an earlier start."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from textual.app import App

from batchtui.settings import ListChoice, Settings
from batchtui.ui.keys import Key, is_read_only
from batchtui.ui.keys import offered as keys_offered
from batchtui.ui.widgets.columns import LEFT_OUT, Column

if TYPE_CHECKING:  # only who has a configuration file needs it
    from batchtui.configuration.reading import Source


@dataclass(frozen=True, slots=True)
class Offered:
    """The columns of a list, and those by which it can be sorted."""

    columns: tuple[str, ...]
    sorts: tuple[str, ...]


def offered(columns: Iterable[Column[Any]], sorts: Iterable[str]) -> Offered:
    """What can be chosen of a list."""
    return Offered(tuple(dict.fromkeys(column.key for column in columns)), tuple(sorts))


_PANES: Final = {
    "jobs": "jobs",
    "queues": "job_queues",
    "environments": "compute_environments",
    "children": "children",
    "standings": "queue_standings",
    "groups": "groups",
    "definitions": "definitions",
    "scheduling-policies": "scheduling_policies",
    "consumable-resources": "consumable_resources",
    "service-environments": "service_environments",
    "service-jobs": "service_jobs",
    "history": "history",
    "api": "api",
}


def offered_by(name: str) -> Offered:
    """What can be chosen of a list, by its name in the configuration; each has a module of its own."""
    found: Offered = import_module(f"batchtui.ui.panes.{_PANES[name]}").OFFERED
    return found


def every_offer() -> dict[str, Offered]:
    """All lists."""
    return {name: offered_by(name) for name in _PANES}


class Remembers(Protocol):
    """Who knows how the lists were left."""

    def list_choice(self, name: str) -> ListChoice:
        """How a list is to look."""
        ...

    def list_changed(self, name: str, choice: ListChoice) -> None:
        """A person changed how a list looks."""
        ...


class _Forgets:
    """For an app that chose nothing."""

    def list_choice(self, name: str) -> ListChoice:
        return ListChoice()

    def list_changed(self, name: str, choice: ListChoice) -> None:
        return


def memory_of(app: App[Any]) -> Remembers:
    """Who knows how the lists of this app are to look."""
    found: Remembers = getattr(app, "memory", None) or _Forgets()
    return found


def keys_here(app: App[Any], keys: Sequence[Key]) -> tuple[Key, ...]:
    """The keys that are there, as this app binds them: in read-only mode none that changes anything."""
    settings = getattr(app, "settings", None)
    there = keys_offered(keys, is_read_only=is_read_only(app))
    if not isinstance(settings, Settings) or not settings.keymap:
        return there
    from batchtui.ui.keymap import rebound  # most people keep the keys

    return rebound(there, settings.keymap)


def bind_keys(app: App[Any], settings: Settings) -> None:
    """Checks what the configuration says of lists and keys, and binds the keys.

    Raises:
        ConfigError: There is one that is not there.
    """
    check(settings)
    if settings.keymap:
        from batchtui.ui.keymap import textual_keymap

        app.set_keymap(textual_keymap(settings.keymap))


def saved_filters(app: App[Any]) -> Mapping[str, str] | None:
    """The saved filters of this app, None where there are none."""
    settings = getattr(app, "settings", None)
    return settings.filters or None if isinstance(settings, Settings) else None


def check(settings: Settings, *, is_whole: bool = False) -> None:
    """Whether there are the columns, orders and keys that the configuration names.

    Args:
        settings: What the configuration says.
        is_whole: Whether the keys of screens count that are not imported at the start, which takes a while.

    Raises:
        ConfigError: There is one that is not there.
    """
    if not (settings.columns or settings.sort or settings.keymap):
        return
    source = _source_of(settings.config_file)
    for name, keys in settings.columns.items():
        known = offered_by(name).columns
        for key in keys:
            if key.removeprefix(LEFT_OUT) not in known:
                raise source.unknown("column", key, known, "columns", at=name)
        if len({key.startswith(LEFT_OUT) for key in keys}) > 1:
            what = "says both what to show and, with a -, what to leave out: only one of them can be"
            raise source.wrong(what, name, "columns")
    for name, (column, _) in settings.sort.items():
        known = offered_by(name).sorts
        if column not in known:
            raise source.unknown("column to sort by", column, known, "sort", at=name)
    if settings.keymap:
        from batchtui.ui.keymap import check_keymap

        check_keymap(settings.keymap, source, is_whole=is_whole)


def _source_of(path: Path | None) -> "Source":
    """The file once more, for the numbers of its lines."""
    from batchtui.configuration.reading import Source

    try:
        text = path.read_text(encoding="utf-8-sig") if path is not None else ""
    except (OSError, UnicodeDecodeError):
        text = ""
    return Source(path or Path("config.toml"), text)
