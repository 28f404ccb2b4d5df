"""The dialog that asks for the name of a file; one that is there is replaced only by who was asked."""

import os
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input
from textual.worker import Worker

from batchtui.format import plain
from batchtui.ui.saving import Saving
from batchtui.ui.screens.dialog import Dialog
from batchtui.ui.widgets.paragraphs import Paragraphs


class SavingScreen(Dialog[None]):
    """Asks for a name, and saves.

    Args:
        saving: What is to be written.
    """

    AUTO_FOCUS = "#name"

    def __init__(self, saving: Saving) -> None:
        super().__init__()
        self._saving = saving
        self._text = Paragraphs()
        self._verdict = Paragraphs()
        self._input = Input(saving.suggested, id="name", compact=True, select_on_focus=False)
        self._leave = Button("Leave", id="leave", compact=True)
        self._go = Button("Save", id="go", compact=True)
        self._asked: Path | None = None
        """The file that is there already, and of which a person was told."""
        self._work: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._saving.title)
            yield self._text
            yield self._input
            yield self._verdict
            with Horizontal(id="buttons"):
                yield self._leave
                yield self._go

    def on_mount(self) -> None:
        folder = Path.cwd()
        self._text.show(
            [plain(self._saving.words), plain(f"Readable by you alone; here: {folder}", "muted"), plain("")]
        )

    def action_yes(self) -> None:
        """Saves it; where the file is there already, it asks first."""
        if self._work is not None:
            return
        path, trouble = self._saving.check(self._input.value)
        if path is None:
            self._say(trouble)
            self.set_focus(self._input)
        elif os.path.lexists(path) and path != self._asked:
            self._asked = path
            self._go.label = "Replace it"
            self._say(f"{path.name} exists already.", "warning")
            self.set_focus(self._leave)
        else:
            self._work = self.run_worker(self._save(path), name="save", exclusive=True)

    def action_leave(self) -> None:
        """Saves nothing; what has begun leaves nothing behind."""
        if self._work is not None:
            self._work.cancel()
        self.dismiss(None)

    def action_page(self, steps: int) -> None:
        """There is nothing that scrolls."""

    async def _save(self, path: Path) -> None:
        self._say("Saving …", "muted")
        trouble = await self._saving.write(path, replaces=path == self._asked)
        self._work = None
        if trouble:
            self._say(trouble)
        else:
            self.dismiss(None)

    @on(Input.Changed)
    def _forget_question(self) -> None:
        if self._asked is not None:
            self._asked = None
            self._go.label = "Save"
            self._say("")

    @on(Input.Submitted)
    def _save_from_input(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_yes()

    @on(Button.Pressed)
    def _press(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_yes() if event.button is self._go else self.action_leave()

    def _say(self, text: str, style: str = "failed") -> None:
        self._verdict.show([plain(text, style), plain("")] if text else [])
