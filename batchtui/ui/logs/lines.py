"""The lines above and below a log: what it is, where it comes from, how it is doing."""

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from textual import events
from textual.message import Message

from batchtui.format import Cell, Span, wrap_words
from batchtui.logs.places import LogSource
from batchtui.logs.status import SourceState, SourceStatus
from batchtui.ui.widgets.columns import fill
from batchtui.ui.widgets.lines import Lines

_MOST_ROWS = 4
_GLYPHS = {
    SourceState.FOLLOWING: ("●", "running"),
    SourceState.OPENING: ("◌", "accent"),
    SourceState.WAITING: ("◌", "warning"),
    SourceState.FAILING: ("✕", "failed"),
    SourceState.GONE: ("✕", "muted"),
    SourceState.ENDED: ("■", "muted"),
}


class LogHeading(Lines):
    """What it is the log of, and where in it one is."""

    def __init__(self, title: Cell) -> None:
        super().__init__()
        self.title = title
        self.place = ""

    def content(self, width: int) -> list[Cell]:
        room = max(0, width - cell_len(self.place) - 2)
        return [(*fill(((" ", ""), *self.title), room), (f" {self.place} ", "muted"))]


class SourceLine(Lines):
    """The streams to choose from, those that are shown marked; no line at all where there is only one."""

    class Clicked(Message):
        """A source was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        super().__init__()
        self.sources: Sequence[LogSource] = ()
        self.selected: Sequence[int] = ()
        self.states: Mapping[int, SourceStatus] = {}
        self._places: list[tuple[int, int]] = []

    def labels(self) -> list[str]:
        """What tells each source from the others in a few characters."""
        many_jobs = len({source.job_name for source in self.sources}) > 1
        return [_label(source, many_jobs=many_jobs) for source in self.sources]

    def content(self, width: int) -> list[Cell]:
        self._places = []
        if len(self.sources) < 2:
            return []
        labels = self.labels()
        chosen = set(self.selected)
        first = self._first_in_sight(labels, width)
        spans: list[Span] = [("‹" if first else " ", "key")]
        used = 1
        for index in range(first, len(labels)):
            glyph, style = _GLYPHS.get(self.states[index].state, (" ", "")) if index in self.states else (" ", "")
            room = cell_len(labels[index]) + 4
            if used + room > width - 1:
                spans.append(("›", "key"))
                break
            is_chosen = index in chosen
            spans += [("▐" if is_chosen else " ", "accent"), (glyph, style), (" ", "")]
            spans.append((labels[index] + " ", "strong" if is_chosen else "muted"))
            used += room
            self._places.append((used, index))
        return [tuple(spans)]

    def on_click(self, event: events.Click) -> None:
        for end, index in self._places:
            if event.x < end:
                self.post_message(self.Clicked(index))
                return

    def _first_in_sight(self, labels: Sequence[str], width: int) -> int:
        """From which source on the line shows them, so that the chosen one is among them."""
        last = self.selected[0] if len(self.selected) == 1 else 0
        first, used = last, 0
        while first >= 0 and used + cell_len(labels[first]) + 4 <= width - 2:
            used += cell_len(labels[first]) + 4
            first -= 1
        return max(0, first + 1) if first + 1 <= last else last


class LogStateLine(Lines):
    """What is being done about it, in words."""

    def __init__(self) -> None:
        super().__init__()
        self.headline = ""
        self.is_live = False
        self.is_failing = False
        self.dropped = 0
        self.has_unread = False
        self.marked = 0
        self.progress = ""
        self.found = ""

    def content(self, width: int) -> list[Cell]:
        glyph, style = ("●", "running") if self.is_live else ("■", "muted")
        if self.is_live and self.headline.startswith("waiting"):
            glyph, style = "◌", "warning"
        if self.is_failing:
            glyph, style = "✕", "failed"
        lead: Span = (f" {glyph} ", style)
        words = wrap_words(self.headline, max(20, width - 4))
        if len(words) > 1 and not self.progress:  # an error is told whole: what is to be done stands at its end
            rows = words[:_MOST_ROWS]
            return [(lead if row == 0 else ("   ", ""), (text, "")) for row, text in enumerate(rows)]
        spans: list[Span] = [lead]
        spans.append((self.progress or self.headline, "strong" if self.progress else ""))
        if self.found:
            spans.append((f"  /{self.found}", "accent"))
        if self.marked:
            spans.append((f"  {self.marked} marked", "warning"))
        if self.has_unread:  # how many they are, nobody knows
            spans.append(("  older lines find no room: s saves them all", "warning"))
        elif self.dropped:
            spans.append((f"  {self.dropped:,} older lines found no room: s saves them all", "warning"))
        return [tuple(fill(tuple(spans), width))]


def _label(source: LogSource, *, many_jobs: bool) -> str:
    name = source.job_name if many_jobs else ""
    text = " ".join(part for part in (name, source.label) if part)
    return text or source.container or f"attempt {source.attempt or 1}"
