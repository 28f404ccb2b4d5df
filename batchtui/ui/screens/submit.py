"""The dialog that submits jobs: what they would be, whether that is wanted, how far it is, and what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from enum import Enum, auto
from functools import partial
from typing import Any, ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input
from textual.worker import Worker

from batchtui.actions.draft import Draft
from batchtui.actions.originals import Originals, drafts_of
from batchtui.actions.outcomes import Standing
from batchtui.actions.resubmission import SAME, ResubmitOptions
from batchtui.actions.submitting import SubmitOutcome, SubmitProgress, SubmitRun, in_doubt, is_unsent, unsent
from batchtui.aws.errors import AwsError
from batchtui.format import plain, plural
from batchtui.ui.keys import SUBMIT_KEYS, bindings
from batchtui.ui.screens.dialog import Dialog
from batchtui.ui.screens.stop import COUNTED_FROM
from batchtui.ui.submit.choices import QueueChoice, ResubmitChoices
from batchtui.ui.submit.words import (
    array_lines,
    draft_lines,
    left_out_lines,
    outcome_lines,
    progress_lines,
    question,
    summary_of_notes,
)
from batchtui.ui.widgets.paragraphs import Paragraphs

_A_BREATH = 10  # drafts made without letting the screen answer: some milliseconds


class _Stage(Enum):
    LOADING = auto()
    ASKING = auto()
    EDITING = auto()
    SENDING = auto()
    ENDED = auto()


class Submission(Protocol):
    """What the dialog needs from outside."""

    def find(self) -> Awaitable[Originals]:
        """Everything that must be known of the chosen jobs; it may raise an AwsError."""

    def run(self, drafts: Sequence[Draft], on_progress: Callable[[SubmitProgress], None]) -> SubmitRun:
        """Makes the run of these drafts."""

    def look_again(self, outcome: SubmitOutcome) -> Awaitable[SubmitOutcome]:
        """Looks once more for the job of an answer that was lost."""

    def edit(self, draft: Draft) -> Awaitable[Draft | None]:
        """Lets a person edit a request; None where they left."""

    def ended(self) -> None:
        """Called after each run."""


class SubmitScreen(Dialog[tuple[SubmitOutcome, ...]]):
    """Asks, then submits, then tells; it ends with all outcomes.

    Args:
        submission: What it needs from outside.
        draft: One draft that is ready; None where jobs have to be looked up first.
        queues: Where jobs could go.
        hidden: How many of the chosen jobs the list does not show, because of a filter.
        is_edited: Whether to begin with the request as text.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(SUBMIT_KEYS)

    def __init__(
        self,
        submission: Submission,
        *,
        draft: Draft | None = None,
        queues: Sequence[QueueChoice] = (),
        hidden: int = 0,
        is_edited: bool = False,
    ) -> None:
        super().__init__()
        self._submission = submission
        self._queues = queues
        self._hidden = hidden
        self._begins_with_text = is_edited
        self._drafts: tuple[Draft, ...] = (draft,) if draft else ()
        self._originals: Originals | None = None
        self._options = SAME
        self._number = 0  # of the draft that is shown
        self._stage = _Stage.ASKING if draft else _Stage.LOADING
        self._run: SubmitRun | None = None
        self._outcomes: tuple[SubmitOutcome, ...] = ()
        self._head, self._body = Paragraphs(), Paragraphs()
        self._choices: ResubmitChoices | None = None
        self._count = Input(compact=True, id="count")
        self._leave = Button("Cancel", id="leave", compact=True)
        self._edit = Button("Edit as text", id="edit", compact=True)
        self._look = Button("Look again", id="look", compact=True)
        self._again = Button("Submit again all the same", id="again", variant="error", compact=True)
        self._go = Button("Submit", id="go", variant="primary", compact=True)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Submit"
            with VerticalScroll(id="about", can_focus=False):
                yield self._head
                yield self._body
            yield self._count
            with Horizontal(id="buttons"):
                yield self._leave
                yield self._look
                yield self._edit
                yield self._go
                yield self._again

    def on_mount(self) -> None:
        self._show()
        if self._stage is _Stage.LOADING:
            self._load()
        elif self._begins_with_text:
            self.action_edit()

    def action_yes(self) -> None:
        """Submits them, or tries again what AWS refused; never again what is in doubt."""
        if self._follow_choices():  # typed faster than it was heard of: not what is seen
            return
        if self._stage is _Stage.ASKING and self._possible:
            if self._must_count and self._count.value.strip() != str(len(self._possible)):
                self.set_focus(self._count)
                number = len(self._possible)
                self.notify(f"More than {COUNTED_FROM} jobs: type {number} first.", severity="warning")
            else:
                self._send(self._possible)
        elif self._stage is _Stage.ENDED and (drafts := unsent(self._outcomes)):
            self._send(drafts, [each for each in self._outcomes if not is_unsent(each)])
        elif self._stage is _Stage.ENDED:
            self.notify("Whether to submit again is the button's to say: tab, then enter.", severity="warning")

    def action_leave(self) -> None:
        """Ends the asking, then leaves."""
        if self._stage is _Stage.SENDING and self._run is not None:
            self._run.stop_asking()
            self._name_button(self._leave, "Stopping …")
        elif self._stage is not _Stage.EDITING:
            self.dismiss(self._outcomes)

    def action_draft(self, steps: int) -> None:
        """Shows the next request, or the previous one."""
        if self._stage is _Stage.ASKING and self._drafts:
            self._number = (self._number + steps) % len(self._drafts)
            self._show()

    def action_edit(self) -> None:
        """Edits the request as text."""
        if self._follow_choices():
            return
        if self._stage is not _Stage.ASKING or not self._drafts:
            return
        if len(self._drafts) > 1:
            self.notify("Only one request at a time can be edited.", severity="warning")
        elif not self._drafts[0].request:
            self.notify("There is no request that could be edited.", severity="warning")
        else:
            self._stage = _Stage.EDITING  # until the text is back nothing is sent, and nobody leaves
            self._work(partial(self._edit_draft, self._drafts[0]), "edit")

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button is self._leave:
            self.action_leave()
        elif event.button is self._edit:
            self.action_edit()
        elif event.button is self._look:
            self._work(self._look_again, "look")
        elif event.button is self._again and self._stage is _Stage.ENDED:
            doubtful = [each.draft for each in in_doubt(self._outcomes)]
            self._send(doubtful, [each for each in self._outcomes if each.standing is not Standing.IN_DOUBT])
        elif self._stage is _Stage.LOADING:
            self._load()
        else:
            self.action_yes()

    @on(Input.Submitted)
    def _on_from_input(self) -> None:
        self.focus_next()

    @on(ResubmitChoices.Changed)
    def _choose(self, event: ResubmitChoices.Changed) -> None:
        event.stop()
        self._follow_choices()

    @property
    def is_looking(self) -> bool:
        """Whether the jobs are still being looked up."""
        return self._stage is _Stage.LOADING

    @property
    def _possible(self) -> tuple[Draft, ...]:
        return tuple(draft for draft in self._drafts if draft.is_possible)

    @property
    def _must_count(self) -> bool:
        return len(self._possible) > COUNTED_FROM

    def _follow_choices(self) -> bool:
        """Makes the drafts anew where something else is chosen; until they are there, there is nothing to send."""
        choices = self._choices
        if self._originals is None or choices is None or not choices.display or choices.options == self._options:
            return False
        self._options, self._drafts = choices.options, ()
        self._work(partial(self._draft_anew, self._originals, self._options), "drafts")
        return True

    def _work(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        # Not as a coroutine: one that never gets its turn would complain.
        _: Worker[None] = self.run_worker(work, name=name, group=name, exclusive=True)

    def _load(self) -> None:
        self._stage = _Stage.LOADING
        self._go.display = False
        self._head.show([plain("Looking at the jobs and their definitions …", "muted")])
        self._body.show([])
        self._work(self._find, "originals")

    async def _find(self) -> None:
        try:
            found = await self._submission.find()
        except AwsError as error:
            self._head.show([plain(f"The jobs cannot be looked at: {error}", "failed")])
            self._name_button(self._go, "Try again")
            self._go.display = True
            return
        self._originals = found
        self._choices = ResubmitChoices(found, self._queues)
        if found.jobs:
            await self.query_one("#about").mount(self._choices, after=self._head)
        self._options = self._choices.options
        await self._draft_all(found, self._options)
        self._stage = _Stage.ASKING
        self._show()
        if self._begins_with_text:
            self.action_edit()

    async def _draft_anew(self, originals: Originals, options: ResubmitOptions) -> None:
        await self._draft_all(originals, options)
        self._show()

    async def _draft_all(self, originals: Originals, options: ResubmitOptions) -> None:
        drafts: list[Draft] = []
        for draft in drafts_of(originals, options):
            drafts.append(draft)
            if not len(drafts) % _A_BREATH:
                await asyncio.sleep(0)
        self._drafts = tuple(drafts)
        self._number = min(self._number, max(0, len(drafts) - 1))

    async def _edit_draft(self, draft: Draft) -> None:
        edited = await self._submission.edit(draft)
        self._stage = _Stage.ASKING
        if edited is not None:
            self._drafts = (edited,)
            if self._choices is not None:  # they would undo what was edited
                self._choices.display = False
            self._show()
        elif self._begins_with_text and self.is_current:
            self.dismiss(())
        self._begins_with_text = False
        self.set_focus(self._leave)

    def _send(self, drafts: Sequence[Draft], kept: Sequence[SubmitOutcome] = ()) -> None:
        """Sends these; what else there is of earlier runs stays in sight."""
        self._stage = _Stage.SENDING
        self._run = self._submission.run(drafts, lambda progress: self._body.show(progress_lines(progress)))
        self._show()
        self.set_focus(self._leave)
        self._work(partial(self._submit, self._run, tuple(kept)), "submit")

    async def _submit(self, run: SubmitRun, kept: tuple[SubmitOutcome, ...]) -> None:
        try:
            await run.run()
        finally:
            self._outcomes = (*kept, *run.outcomes)
            self._submission.ended()
        self._stage = _Stage.ENDED
        is_well = all(outcome.standing is Standing.ACCEPTED for outcome in self._outcomes)
        if is_well and self.is_current:
            self.dismiss(self._outcomes)
        else:
            self._show()
            self.set_focus(self._leave)

    async def _look_again(self) -> None:
        self._name_button(self._look, "Looking …")
        self._outcomes = tuple(
            [
                await self._submission.look_again(outcome) if outcome.standing is Standing.IN_DOUBT else outcome
                for outcome in self._outcomes
            ]
        )
        self._name_button(self._look, "Look again")
        self._show()

    def _show(self) -> None:
        """The words and the buttons of the stage."""
        possible, stage = self._possible, self._stage
        is_asking, is_ended = stage is _Stage.ASKING, stage is _Stage.ENDED
        if self._choices is not None and not is_asking:
            self._choices.display = False
        self._count.display = is_asking and self._must_count
        self._count.placeholder = f"type {len(possible)} to go on"
        self._edit.display = is_asking and len(self._drafts) == 1 and bool(self._drafts[0].request)
        again, doubtful = len(unsent(self._outcomes)), len(in_doubt(self._outcomes))
        self._look.display = self._again.display = is_ended and bool(doubtful)
        self._go.display = (is_asking and bool(possible)) or (is_ended and bool(again))
        if is_asking:
            self._show_question(possible)
        elif is_ended:
            self._head.show(outcome_lines(self._outcomes))
            self._body.show([])
            self._name_button(self._leave, "Close")
            self._name_button(self._go, f"Try {plural(again, 'job')} again")
        elif stage is _Stage.SENDING:
            self._head.show([plain("Submitting …", "strong")])
            self._name_button(self._leave, "Stop here")
        self.fit()

    def _name_button(self, button: Button, label: str) -> None:
        button.label = label
        button.refresh(layout=True)  # it does not grow by itself

    def _show_question(self, possible: Sequence[Draft]) -> None:
        originals = self._originals
        head = question(possible, self._hidden)
        if originals is not None:
            head += left_out_lines(originals.left_out)
            head += [plain(f"! {note.text}", "warning") for note in originals.notes]
            head += array_lines(originals)
        if len(self._drafts) > len(possible) and possible:
            head.append(
                plain(f"{plural(len(self._drafts) - len(possible), 'job')} cannot be submitted.", "failed")
            )
        self._head.show(head)
        total = len(self._drafts)
        body = summary_of_notes(self._drafts) if total > 1 else []
        if self._drafts:
            body += draft_lines(self._drafts[self._number], number=self._number, total=total)
        self._body.show(body)
        self._name_button(self._go, f"Submit {plural(len(possible), 'job')}")
