"""One field of a form: a label, something to type or choose in, and below it what is wrong."""

from collections.abc import Sequence

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Select, TextArea

from batchtui.format import Cell, wrap_words
from batchtui.model.text import clean, clean_block
from batchtui.ui.widgets.lines import Lines


class FieldLabel(Lines):
    """The label; its colour tells which field has the focus."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def content(self, width: int) -> list[Cell]:
        return [((self._text[:width], ""),)]


class Problem(Lines):
    """What is wrong, whole; no line at all while nothing is."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def content(self, width: int) -> list[Cell]:
        return [((line, "failed"),) for line in wrap_words(self.text, max(10, width))]


class LineInput(Input):
    """One line; of several that are pasted none is lost."""

    def on_paste(self, event: events.Paste) -> None:
        """A clipboard may hold anything: nothing of it may steer the terminal."""
        event.prevent_default()
        event.stop()
        self.replace(clean(event.text.strip("\r\n")), *sorted(self.selection))


class LinesInput(TextArea):
    """Several lines, as high as what it holds."""

    def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        start, end = sorted(self.selection)
        self.move_cursor(self.replace(clean_block(event.text), start, end).end_location)


class ChoiceInput(Select[str]):
    """A choice; what is typed looks for one, also before the list is open."""

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character != " ":
            event.stop()
            event.prevent_default()
            self.action_show_overlay()
            found = self.query_one(OptionList)
            # At once: the next key may be there already.
            self.screen.set_focus(found, scroll_visible=False)
            found.post_message(events.Key(event.key, event.character))


class FormField(Vertical):
    """A label, a control and a problem.

    Args:
        name: What the form calls it.
        label: What stands before it.
        control: What one types or chooses in.
    """

    class Changed(Message):
        """Another content."""

        def __init__(self, field: "FormField") -> None:
            super().__init__()
            self.field = field

    def __init__(self, name: str, label: str, control: LineInput | LinesInput | ChoiceInput) -> None:
        super().__init__(id=f"field-{name.replace('_', '-')}", name=name)
        self.control = control
        self._label = FieldLabel(label)
        self._problem = Problem()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self._label
            yield self.control
        yield self._problem

    @property
    def text(self) -> str:
        """What it holds."""
        if isinstance(self.control, LinesInput):
            return self.control.text
        if isinstance(self.control, ChoiceInput):
            return "" if self.control.is_blank() else str(self.control.value)
        return self.control.value

    def explain(self, text: str) -> None:
        """Says what is wrong; nothing is where the text is empty."""
        if text != self._problem.text:
            self._problem.text = text
            self._problem.redraw()
            if self.has_focus_within:
                self.call_after_refresh(self.scroll_visible, animate=False)

    def take_focus(self) -> None:
        """Goes on with typing here."""
        self.screen.set_focus(self.control)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Select.Changed)
    def _tell(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed(self))

    @on(Input.Submitted)
    def _go_on(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()


def line_input(text: str, hint: str) -> LineInput:
    """One line, with what stands there while it is empty."""
    return LineInput(text, placeholder=clean(hint), compact=True)


def lines_input(hint: str) -> LinesInput:
    """Several lines."""
    return LinesInput(
        placeholder=Content(clean(hint)),
        compact=True,
        highlight_cursor_line=False,
        soft_wrap=True,
    )


def choices(options: Sequence[tuple[str, str]]) -> list[tuple[Text, str]]:
    """Labels with their values as a Select takes them: a label is never markup."""
    return [(Text(clean(label)), value) for label, value in options]
