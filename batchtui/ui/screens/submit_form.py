"""The form for a new job: what is typed becomes a request, which is looked at before anything is sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.signal import Signal
from textual.widgets import Button, Select

from batchtui.actions.new_job import FieldProblem, NewJob, new_job, new_job_draft, offered_fields
from batchtui.format import Cell, plain, wrap_words
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.form_hints import LABELS, hints, other_containers
from batchtui.ui.keys import FORM_HELP, FORM_KEYS, Key, bindings
from batchtui.ui.messages import DetailWanted, SubmitWanted
from batchtui.ui.widgets.form_field import (
    ChoiceInput,
    FormField,
    LineInput,
    LinesInput,
    choices,
    line_input,
    lines_input,
)
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.lines import Lines
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

_OF_LINES = ("command", "parameters", "environment", "tags")
_AT_ONCE = ("form-next", "form-previous")
_OF_SHARE = ("share_identifier", "scheduling_priority")


class Remark(Lines):
    """A sentence about the whole form; no line at all where there is none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def content(self, width: int) -> list[Cell]:
        return [((f" {line}", "muted"),) for line in wrap_words(self._text, max(10, width - 2))]


def _form_bindings() -> list[BindingType]:
    """A tab moves on before the next key is looked at: who types fast types into the next field."""
    return [
        replace(each, priority=True) if isinstance(each, Binding) and each.id in _AT_ONCE else each
        for each in bindings(FORM_KEYS)
    ]


class SubmitFormScreen(Screen[None]):
    """The form. It sends nothing: it posts a SubmitWanted, and stays open below whatever that opens.

    Args:
        definition: The revision that the new job will run.
        queue: The queue that is chosen until another one is; None for none.
        queues: Those that are known.
        published: Tells of every new snapshot, with which queues may become known.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    BINDINGS: ClassVar[list[BindingType]] = _form_bindings()
    PALETTE_KEYS: ClassVar[tuple[Key, ...]] = FORM_KEYS[:1]
    AUTO_FOCUS = "#field-name Input"

    def __init__(
        self,
        definition: JobDefinition,
        queue: str | None,
        *,
        queues: Callable[[], Sequence[JobQueueDetail]],
        published: Signal[Snapshot],
    ) -> None:
        super().__init__()
        self.definition = definition
        self._queues = queues
        self._published = published
        self._known: tuple[tuple[str, str], ...] = self._options()
        values = [value for _, value in self._known]
        first = queue if queue in values else values[0] if len(values) == 1 else ""
        self._initial = {"name": definition.name, "queue": first}
        self._fields: dict[str, FormField] = {}
        self._touched: set[str] = set()
        self._is_warned = False
        self._is_submitted = False

    def compose(self) -> ComposeResult:
        offered = offered_fields(self.definition, fair_share=None)
        yield Heading(plain(f"New job from {self.definition.title}", "strong"))
        yield Remark(other_containers(self.definition, offered))
        found = hints(self.definition)
        with VerticalScroll(id="form", can_focus=False):
            for name, label in LABELS.items():
                if name in offered:
                    field = FormField(name, label, self._control(name, found.get(name, "")))
                    field.display = name not in _OF_SHARE
                    self._fields[name] = field
                    yield field
        with Horizontal(id="buttons"):
            yield Button("Back", id="form-back", compact=True)
            yield Button("Look at the request", id="form-look", variant="primary", compact=True)
        yield KeyLine([key for key in FORM_KEYS if key.label])

    def on_mount(self) -> None:
        self._check()
        self._published.subscribe(self, self._learn_queues)

    def on_unmount(self) -> None:
        self._published.unsubscribe(self)  # while polling is paused nothing else would let go of it

    def on_screen_resume(self) -> None:
        if self._is_submitted:
            self.call_later(self._leave)

    def submitted(self, job_id: str) -> None:
        """The job was submitted: its details come in the form's place.

        Args:
            job_id: The new job.
        """
        self._is_submitted = True
        self.app.post_message(DetailWanted("job", job_id, self._fields["name"].text))
        if self.is_current:
            self._leave()

    @property
    def is_filled(self) -> bool:
        """Whether something was typed or chosen."""
        return any(field.text != self._initial.get(name, "") for name, field in self._fields.items())

    @property
    def why_stay(self) -> str:
        """Why one cannot go to another account now; empty where one can."""
        return "A new job is being written: esc leaves the form." if self.is_filled else ""

    def action_look(self) -> None:
        """Goes on to the request; where something is wrong, to the first of it."""
        waiting = set(self._fields)

        def ready(name: str) -> None:
            waiting.discard(name)
            if not waiting:
                self._look()

        # Each field has first to take what was typed before the key.
        for name, field in self._fields.items():
            field.control.call_later(partial(ready, name))

    def _look(self) -> None:
        self._touched.update(self._fields)
        problems = self._check()
        if problems:
            wrong = {problem.field for problem in problems}
            first = next((name for name in self._fields if name in wrong), None)
            if first is not None:
                self._fields[first].take_focus()
            return
        request, _ = new_job(self._form(), self.definition, fair_share=self._fair_share)
        self.post_message(SubmitWanted(new_job_draft(request, self.definition), then=self.submitted))

    def action_move(self, steps: int) -> None:
        """Goes to the next field, or to the previous one."""
        self.focus_next() if steps > 0 else self.focus_previous()

    def action_back(self) -> None:
        """Leaves; with something typed only when that was said."""
        if self.is_filled and not self._is_warned:
            self._is_warned = True
            self.notify("What was typed would be lost: esc once more leaves.", severity="warning")
        else:
            self._leave()

    def action_help(self) -> None:
        """Shows the keys of the form."""
        from batchtui.ui.open_texts import open_help

        open_help(self.app, FORM_HELP)

    @on(FormField.Changed)
    def _take(self, event: FormField.Changed) -> None:
        event.stop()
        name = event.field.name or ""
        if event.field.text != self._initial.get(name, ""):
            self._touched.add(name)
            self._is_warned = False
        self._check()

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_look() if event.button.id == "form-look" else self.action_back()

    def _control(self, name: str, hint: str) -> LineInput | LinesInput | ChoiceInput:
        if name == "queue":
            first = self._initial["queue"]
            return ChoiceInput(choices(self._known), prompt="choose one", value=first or Select.NULL, compact=True)
        return lines_input(hint) if name in _OF_LINES else line_input(self._initial.get(name, ""), hint)

    def _options(self) -> tuple[tuple[str, str], ...]:
        """The queues that take jobs of containers, those that are enabled first."""
        known = [queue for queue in self._queues() if not queue.takes_service_jobs and queue.job_queue_name]
        known.sort(key=lambda queue: (not _is_enabled(queue), queue.job_queue_name.casefold()))
        return tuple(
            (queue.job_queue_name + ("" if _is_enabled(queue) else f" ({queue.state})"), queue.job_queue_name)
            for queue in known
        )

    def _learn_queues(self, snapshot: Snapshot) -> None:
        """Queues that come, go or are disabled while the form is open; the choice stays where it can."""
        options, field = self._options(), self._fields.get("queue")
        if options == self._known or field is None or not isinstance(field.control, ChoiceInput):
            return
        self._known, chosen = options, field.text
        field.control.set_options(choices(options))
        if chosen in (value for _, value in options):
            field.control.value = chosen
        self._check()

    @property
    def _queue(self) -> JobQueueDetail | None:
        name = self._fields["queue"].text
        return next((queue for queue in self._queues() if queue.job_queue_name == name), None)

    @property
    def _fair_share(self) -> bool | None:
        queue = self._queue
        return None if queue is None else queue.scheduling_policy_arn is not None

    def _form(self) -> NewJob:
        return NewJob(**{name: field.text for name, field in self._fields.items() if field.display})

    def _check(self) -> tuple[FieldProblem, ...]:
        """Says below each field that was touched what is wrong with it."""
        queue, fair_share = self._queue, self._fair_share
        for name in _OF_SHARE:
            self._fields[name].display = bool(fair_share)
        _, problems = new_job(self._form(), self.definition, fair_share=fair_share)
        if queue is not None and not _is_enabled(queue):
            problems = (FieldProblem("queue", f"the queue is {queue.state}: AWS Batch refuses jobs"), *problems)
        texts = {problem.field: problem.text for problem in reversed(problems)}
        for name, field in self._fields.items():
            field.explain(texts.get(name, "") if name in self._touched else "")
        return problems

    def _leave(self) -> None:
        if self.is_current:
            self.app.pop_screen()


def _is_enabled(queue: JobQueueDetail) -> bool:
    return queue.state in ("ENABLED", None)
