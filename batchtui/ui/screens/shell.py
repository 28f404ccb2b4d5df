"""The dialog before a shell: in which container of which job, and whether that is wanted."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button

from batchtui.actions.shell import COMMAND, ShellPlan
from batchtui.format import Cell, plain
from batchtui.model.ecs_task import EcsContainer
from batchtui.ui.screens.dialog import Dialog
from batchtui.ui.widgets.paragraphs import Paragraphs

_FOLLOWS = (
    "What is typed there changes the container that runs, and AWS may keep a record of it. "
    "Batchtui gives the terminal away until the shell ends."
)
_CHOOSE = "The job has several containers: choose one."


class ShellScreen(Dialog[EcsContainer | None]):
    """Asks in which container a shell shall be opened; the answer is None where nowhere.

    Args:
        plan: Where it would be opened.
    """

    def __init__(self, plan: ShellPlan) -> None:
        super().__init__()
        self._plan = plan
        self._text = Paragraphs()
        self._leave = Button("Leave it alone", id="leave", compact=True)
        words = [f"Shell in {each.name}" for each in plan.containers] if self._is_choice else ["Open the shell"]
        self._buttons = [
            Button(Content(text), id=f"go-{number}", variant="error", compact=True)
            for number, text in enumerate(words)
        ]

    @property
    def _is_choice(self) -> bool:
        return len(self._plan.containers) > 1

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Shell"
            with VerticalScroll(id="about", can_focus=False):
                yield self._text
            if self._is_choice:
                yield self._leave
                yield from self._buttons
            else:
                with Horizontal(id="buttons"):
                    yield self._leave
                    yield from self._buttons

    def on_mount(self) -> None:
        self._text.show(question_lines(self._plan))

    def action_yes(self) -> None:
        """Opens it, where there is only one container."""
        if self._is_choice:
            self.set_focus(self._buttons[0])
            self.notify(_CHOOSE, severity="warning")
        else:
            self.dismiss(self._plan.containers[0])

    def action_leave(self) -> None:
        """Opens nothing."""
        self.dismiss(None)

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        chosen = self._buttons.index(event.button) if event.button in self._buttons else None
        self.dismiss(None if chosen is None else self._plan.containers[chosen])


def question_lines(plan: ShellPlan) -> list[Cell]:
    """Everything that is hit, by its name."""
    names = ", ".join(each.name for each in plan.containers)
    told = (
        ("Job", plan.job_name),
        ("Job id", plan.job_id),
        ("Container" if len(plan.containers) == 1 else "Containers", names),
        ("Task", plan.task_id),
        ("Cluster", plan.cluster),
        ("Region", plan.region or "?"),
        ("Command", COMMAND),
    )
    return [
        plain(f"Open a shell in a container of the job {plan.job_name}?", "strong"),
        plain(""),
        *(plain(f"{name:<11} {value}") for name, value in told),
        plain(""),
        plain(_FOLLOWS, "warning"),
        plain(""),
    ]
