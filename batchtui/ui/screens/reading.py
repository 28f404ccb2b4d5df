"""What all screens to read on have in common: a text that scrolls and that can be searched."""

from textual.widget import Widget

from batchtui.ui.screens.searching import SearchingScreen
from batchtui.ui.widgets.line_view import LineView


class ReadingScreen(SearchingScreen):
    """Holds ``text``."""

    def __init__(self) -> None:
        super().__init__()
        self.text = LineView()

    @property
    def reader(self) -> Widget:
        return self.text

    def search(self, text: str) -> None:
        self.say_found(self.text.search(text))

    def find(self, steps: int) -> bool:
        return self.text.find(steps)
