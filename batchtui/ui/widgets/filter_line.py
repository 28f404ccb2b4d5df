"""The line in which a filter or a search is typed; it applies as one types."""

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from batchtui.format import Cell, wrap_words
from batchtui.ui.widgets.lines import Lines
from batchtui.ui.widgets.typed_input import TypedInput


class Hint(Lines):
    """A few words beside the input, such as how many rows it found."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.style = "muted"

    def content(self, width: int) -> list[Cell]:
        return [((self.text[:width], self.style),)]

    def get_content_width(self, container: object, viewport: object) -> int:
        return cell_len(self.text)


class Explanation(Lines):
    """What is wrong with the expression, whole, below it; no line at all while nothing is."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.style = "muted"

    def content(self, width: int) -> list[Cell]:
        return [((f" {line}", self.style),) for line in wrap_words(self.text, max(10, width - 2))]


class FilterLine(Vertical):
    """A label, an input, a count beside it and an explanation below. Enter keeps the text, esc clears it."""

    class Changed(Message):
        """Another text."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Kept(Message):
        """The text stays: by enter, or because the focus went elsewhere."""

        def __init__(self, text: str, *, by_key: bool) -> None:
            super().__init__()
            self.text = text
            self.by_key = by_key

    class Cleared(Message):
        """Esc: the text goes."""

    def __init__(self, text: str = "", *, label: str = "/") -> None:
        super().__init__()
        self._label = label
        self._input = TypedInput(text)
        self._hint = Hint()
        self._explanation = Explanation()

    def compose(self) -> ComposeResult:
        label = Hint()
        label.text, label.style = self._label, "key"
        with Horizontal():
            yield label
            yield self._input
            yield self._hint
        yield self._explanation

    def take_focus(self) -> None:
        """Goes on with typing."""
        self.screen.set_focus(self._input)

    def on_descendant_blur(self) -> None:
        if self.screen.is_active:  # not for the palette, which only lies above
            self.post_message(self.Kept(self._input.value, by_key=False))

    def say(self, text: str) -> None:
        """Puts a few words beside the input."""
        text = f"  {text}" if text else ""
        if text != self._hint.text:
            self._hint.text = text
            self._hint.refresh(layout=True)

    def explain(self, text: str, *, is_error: bool = False) -> None:
        """Puts a sentence below the input; an empty one takes it away."""
        style = "failed" if is_error else "muted"
        if (text, style) != (self._explanation.text, self._explanation.style):
            self._explanation.text, self._explanation.style = text, style
            self._explanation.redraw()

    @on(Input.Changed)
    def _pass_on(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    async def leave(self) -> None:
        """Goes away, once the focus is where it should be."""
        self._input.let_go()
        await self.remove()

    @on(TypedInput.Ended)
    def _end(self, event: TypedInput.Ended) -> None:
        event.stop()
        self.post_message(self.Kept(self._input.value, by_key=True) if event.is_kept else self.Cleared())
