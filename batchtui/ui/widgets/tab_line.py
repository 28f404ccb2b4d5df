"""The names of the tabs of a screen, the one that is shown marked and in sight."""

from textual import events
from textual.message import Message

from batchtui.format import Cell, Span
from batchtui.ui.widgets.lines import Lines

_AROUND = 3  # cells of a name's edges, and between it and the next


class TabLine(Lines):
    """The names of the tabs; where there is no room for all, arrows say on which side there are more."""

    class Clicked(Message):
        """A tab's name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self.shown = ""

    def content(self, width: int) -> list[Cell]:
        first, last = self._in_sight(width)
        spans: list[Span] = [("‹", "key")] if first else []
        for name in self.names[first:last]:
            is_shown = name == self.shown
            spans += [
                ("▐" if is_shown else " ", "accent"),
                (name, "strong" if is_shown else "muted"),
                ("▌ " if is_shown else "  ", "accent"),
            ]
        return [(*spans, ("›", "key")) if last < len(self.names) else tuple(spans)]

    def on_click(self, event: events.Click) -> None:
        first, last = self._in_sight(self.size.width)
        start = 1 if first else 0
        for name in self.names[first:last]:
            start += len(name) + _AROUND
            if event.x < start:
                self.post_message(self.Clicked(name))
                return

    def _in_sight(self, width: int) -> tuple[int, int]:
        """From which name to which: all, else as many before the one that is shown as there is room for."""
        sizes = [len(name) + _AROUND for name in self.names]
        if sum(sizes) - 1 <= width:  # nothing stands behind the last one
            return 0, len(sizes)
        room = width - 2  # the arrows
        here = self.names.index(self.shown) if self.shown in self.names else 0
        first = last = here
        while last < len(sizes) and (last == here or sum(sizes[first : last + 1]) <= room):
            last += 1
        while first and sum(sizes[first - 1 : last]) <= room:
            first -= 1
        return first, last
