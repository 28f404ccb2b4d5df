"""The bottom line: the keys that work here, the most useful first, as many as fit."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.signal import Signal

from batchtui.format import Cell, Span
from batchtui.ui.chosen import keys_here
from batchtui.ui.keys import Key
from batchtui.ui.widgets.lines import Lines

_LAST = ("quit", "help")  # always there, at the right end of the line


class KeyLine(Lines):
    """The footer."""

    def __init__(self, keys: Sequence[Key], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys = keys

    def on_mount(self) -> None:
        for changed in self._read_only_changed():
            changed.subscribe(self, lambda _: self.redraw())

    def on_unmount(self) -> None:
        for changed in self._read_only_changed():
            changed.unsubscribe(self)  # else the app would hold on to the footer of every screen that was left

    def _read_only_changed(self) -> list[Signal[str | None]]:
        changed = getattr(self.app, "read_only_changed", None)
        return [changed] if changed is not None else []

    def content(self, width: int) -> list[Cell]:
        keys = keys_here(self.app, self._keys)
        last = [key for key in keys if key.id in _LAST]
        room = width - sum(_width(key) for key in last)
        spans: list[Span] = []
        for key in keys:
            if key not in last and _width(key) <= room:
                spans += _spans(key)
                room -= _width(key)
        for key in last:
            spans += _spans(key)
        return [tuple(spans)]


def _spans(key: Key) -> list[Span]:
    return [(f" {key.display.split()[0]} ", "key"), (f"{key.label}  ", "muted")]


def _width(key: Key) -> int:
    return sum(cell_len(text) for text, _ in _spans(key))
