"""The dialog that changes one thing: what becomes what, whether that is wanted, and what came of it."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input

from batchtui.actions.change import AskedNumber, Change, ChangePlan, Checked
from batchtui.actions.changing import ChangeOutcome, ChangeRun
from batchtui.actions.outcomes import Standing
from batchtui.format import Cell, plain
from batchtui.ui.screens.dialog import AskingDialog
from batchtui.ui.widgets.paragraphs import Paragraphs

_LONGEST = 10  # the digits of AWS's largest integer


class NumberLine(Horizontal):
    """A number with its name before it.

    Args:
        asked: What is asked for; its present value stands there to begin with.
    """

    def __init__(self, asked: AskedNumber) -> None:
        super().__init__()
        self.asked = asked
        self._label = Paragraphs()
        present = "" if asked.present is None else str(asked.present)
        self.input = Input(present, restrict=r"[0-9]*", max_length=_LONGEST, compact=True, id=asked.name)

    def compose(self) -> ComposeResult:
        yield self._label
        yield self.input

    def on_mount(self) -> None:
        self._label.show([plain(self.asked.label.capitalize())])


class ChangeScreen(AskingDialog):
    """Asks, then changes, then tells what went wrong, if anything did.

    Args:
        plan: What would be asked of AWS.
        start: Makes the run of a change; it is told of every pause.
        on_end: Called with what became of it, after each run.
    """

    def __init__(
        self,
        plan: ChangePlan,
        *,
        start: Callable[[Change, Callable[[float], None]], ChangeRun],
        on_end: Callable[[Change, ChangeOutcome], None],
    ) -> None:
        super().__init__()
        self._plan = plan
        self._make_run = start
        self._on_end = on_end
        self._text = Paragraphs()
        self._numbers = [NumberLine(asked) for asked in plan.numbers]
        self._verdict = Paragraphs()
        self._leave = Button("Leave it as it is", id="leave", compact=True)
        self._go = Button(Content(plan.yes), id="go", variant="error", compact=True)
        self._run: ChangeRun | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False) as dialog:
            dialog.border_title = Content(self._plan.title)
            yield self._text
            yield from self._numbers
            yield self._verdict
            with Horizontal(id="buttons"):
                yield self._leave
                yield self._go

    def on_mount(self) -> None:
        self._text.show(question_lines(self._plan))
        self._judge()

    def action_yes(self) -> None:
        """Changes it, or tries again."""
        if self.is_asking:
            return
        change = self._run.change if self._run is not None else self._checked().change
        if change is not None:
            self._begin(change)
        else:
            self.set_focus(self._numbers[0].input)
            self.notify(self._checked().trouble or "Type another number first.", severity="warning")

    @on(Input.Changed)
    def _judge(self) -> None:
        if self._run is None and self._numbers:
            self._verdict.show(checked_lines(self._checked()))

    def _checked(self) -> Checked:
        return self._plan.check({line.asked.name: line.input.value for line in self._numbers})

    def _begin(self, change: Change) -> None:
        for line in self._numbers:
            line.display = False
        self._go.display = False
        self._leave.label = "Stop asking"
        self.set_focus(self._leave)
        self._verdict.show([plain("Asking AWS …", "muted"), plain("")])
        self._run = self._make_run(change, self._show_pause)
        self.ask_aws(self._ask)

    async def _ask(self) -> None:
        assert self._run is not None
        try:
            await self._run.run()
        finally:
            self._on_end(self._run.change, self._run.outcome)
            self._show_end(self._run.change, self._run.outcome)

    def _show_pause(self, seconds: float) -> None:
        self._verdict.show([plain(f"AWS throttles: waiting {seconds:.0f} s …", "warning"), plain("")])

    def _show_end(self, change: Change, outcome: ChangeOutcome) -> None:
        """All went well: nobody needs to read that. Else why not, and another try."""
        if outcome.standing is Standing.ACCEPTED:
            self.dismiss()
            return
        self._verdict.show(outcome_lines(change, outcome))
        self._leave.label = "Close"
        self._go.label = "Try again"
        self._go.display = True
        self.set_focus(self._leave)


def question_lines(plan: ChangePlan) -> list[Cell]:
    """What it is, what it would become, and what follows."""
    lines = [plain(plan.question, "strong"), plain("")]
    if plan.consequences:
        lines += [*(plain(sentence, "warning") for sentence in plan.consequences), plain("")]
    return lines


def checked_lines(checked: Checked) -> list[Cell]:
    """What becomes of what was typed."""
    if checked.trouble:
        return [plain(checked.trouble, "failed"), plain("")]
    if not checked.notes:
        return [plain("Nothing is changed yet.", "muted"), plain("")]
    first, *others = checked.notes
    return [plain(first, "strong"), *(plain(note, "warning") for note in others), plain("")]


def outcome_lines(change: Change, outcome: ChangeOutcome) -> list[Cell]:
    """What did not go well."""
    lines = [plain(f"{outcome.standing.value.capitalize()}: {change.what}", "failed")]
    if outcome.error is not None:
        lines.append(plain(str(outcome.error), "muted"))
    return [*lines, plain("")]
