"""The names of the tabs of a screen, the one that is shown marked."""

from textual import events
from textual.message import Message

from batchtui.format import Cell, Span
from batchtui.ui.widgets.lines import Lines


class TabLine(Lines):
    """The names of the tabs."""

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
        spans: list[Span] = []
        for name in self.names:
            spans += [
                ("▐" if name == self.shown else " ", "accent"),
                (name, "strong" if name == self.shown else "muted"),
            ]
            spans += [("▌ " if name == self.shown else "  ", "accent")]
        return [tuple(spans)]

    def on_click(self, event: events.Click) -> None:
        start = 0
        for name in self.names:
            start += len(name) + 3
            if event.x < start:
                self.post_message(self.Clicked(name))
                return
