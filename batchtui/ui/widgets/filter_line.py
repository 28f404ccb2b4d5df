"""The line in which a filter or a search is typed; it applies as one types."""

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from batchtui.format import Cell
from batchtui.ui.widgets.lines import Lines


class Hint(Lines):
    """What is wrong with the expression, or what it found."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.style = "muted"

    def content(self, width: int) -> list[Cell]:
        return [((self.text[:width], self.style),)]

    def get_content_width(self, container: object, viewport: object) -> int:
        return cell_len(self.text)


class FilterLine(Horizontal):
    """``/`` and an input, with a hint beside it. Enter keeps the text, esc clears it."""

    class Changed(Message):
        """Another text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Kept(Message):
        """The text stays: by enter, or because the focus went elsewhere."""

        def __init__(self, *, by_key: bool) -> None:
            super().__init__()
            self.by_key = by_key

    class Cleared(Message):
        """Esc: the text goes."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._input = Input(text, compact=True, select_on_focus=False)
        self._hint = Hint()

    def compose(self) -> ComposeResult:
        slash = Hint()
        slash.text, slash.style = "/", "key"
        slash.styles.width = 1
        yield slash
        yield self._input
        yield self._hint

    def on_mount(self) -> None:
        self.take_focus()

    def take_focus(self) -> None:
        """Goes on with typing."""
        self._input.focus()

    def on_descendant_blur(self) -> None:
        if self.screen.is_active:  # not for the palette, which only lies above
            self.post_message(self.Kept(by_key=False))

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Puts a few words beside the input."""
        self._hint.text, self._hint.style = f"  {text}" if text else "", "failed" if is_error else "muted"
        self._hint.refresh(layout=True)

    @on(Input.Changed)
    def _pass_on(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Kept(by_key=True))

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.post_message(self.Cleared())
        elif event.key in ("tab", "shift+tab", "down"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Kept(by_key=True))
