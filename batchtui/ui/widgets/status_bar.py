"""The top line: which account this is, how true what is shown is, and what it costs."""

from collections.abc import Sequence

from rich.cells import cell_len

from batchtui.format import Cell, Span, duration, plural
from batchtui.sync.condition import Condition
from batchtui.ui.widgets.columns import fill
from batchtui.ui.widgets.lines import Lines

_GLYPHS = {
    "live": ("●", "running"),
    "loading": ("◌", "accent"),
    "paused": ("‖", "warning"),
    "stale": ("○", "warning"),
    "throttled": ("◔", "warning"),
    "offline": ("✕", "failed"),
    "credentials expired": ("✕", "failed"),
    "access denied": ("✕", "failed"),
}


class StatusBar(Lines):
    """The status bar; the screen sets its parts and calls ``redraw()``."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.where: tuple[str, ...] = ()
        """Profile or source of the credentials, region, account."""
        self.condition = Condition("loading")
        self.now = 0.0
        self.progress = ""
        self.calls_per_minute = 0
        self.interval_note = ""
        self.blocked_queues = 0
        self.is_read_only = False

    def content(self, width: int) -> list[Cell]:
        right: list[Span] = [("read-only ", "warning")] if self.is_read_only else []
        state = self._state()
        room = width - _width(right) - _width(state)
        left = [*self._place(room), *state]
        room = width - _width(left) - _width(right)
        for span in self._notes():
            if cell_len(span[0]) <= room:
                left.append(span)
                room -= cell_len(span[0])
        return [tuple(fill(tuple(left), max(0, width - _width(right))) + right)]

    def _place(self, room: int) -> list[Span]:
        """Which account this is, as much of it as leaves the state of things in sight."""
        name: Span = (" batchtui ", "strong")
        for parts in range(len(self.where), 0, -1):
            text = f" {' · '.join(self.where[:parts])}  "
            if cell_len(name[0]) + cell_len(text) <= room:
                return [name, (text, "")]
        return [name, (" ", "")] if cell_len(name[0]) < room else [(" ", "")]

    def _state(self) -> list[Span]:
        word = self.condition.word
        glyph, style = _GLYPHS.get(word, ("○", "warning"))
        since = self.condition.since
        text = f"{glyph} {word}"
        if self.progress and word == "loading":
            text += f" {self.progress}"
        if since is not None and word not in ("live", "loading"):
            text += f" {duration(self.now - since)}"
        return [(text, style)]

    def _notes(self) -> list[Span]:
        """The most important first: what does not fit is left out."""
        notes: list[Span] = [(f"  {self.calls_per_minute} calls/min", "muted")]
        if self.blocked_queues:
            notes.append((f"  {plural(self.blocked_queues, 'queue')} blocked", "warning"))
        if self.interval_note:
            notes.append((f"  {self.interval_note}", "muted"))
        if self.condition.detail:
            notes.append((f"  {self.condition.detail}", "muted"))
        return notes


def _width(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) for text, _ in spans)
