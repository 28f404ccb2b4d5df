"""What a person chose for a list or for the keys, by the configuration or by keys of an earlier start."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from textual.app import App

from batchtui.settings import ListChoice, Settings
from batchtui.ui.keys import Key, is_read_only
from batchtui.ui.keys import offered as keys_offered


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
    """Binds the keys as the configuration says; whether they can be was looked at before."""
    if settings.keymap:
        from batchtui.ui.keymap import textual_keymap

        app.set_keymap(textual_keymap(settings.keymap))


def saved_filters(app: App[Any]) -> Mapping[str, str] | None:
    """The saved filters of this app, None where there are none."""
    settings = getattr(app, "settings", None)
    return settings.filters or None if isinstance(settings, Settings) else None
