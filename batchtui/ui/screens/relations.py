"""The screen Go to: everything that one thing leads to, in a list that can be filtered."""

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.format import Cell
from batchtui.ui.details.lines import Relation
from batchtui.ui.details.views import Related
from batchtui.ui.keys import RELATIONS_FOOTER, RELATIONS_HELP, RELATIONS_KEYS, bindings
from batchtui.ui.messages import DetailWanted, LogWanted, NewJobWanted, WhyWanted
from batchtui.ui.panes.relations import RelationsPane
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.lines import Lines


class Note(Lines):
    """What is not in the list; no line at all where nothing is missing."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def content(self, width: int) -> list[Cell]:
        return [((f" {self.text}"[:width], "warning"),)] if self.text else []


class RelationsScreen(ListingScreen):
    """The list; enter goes there.

    Args:
        title: What it is about.
        known: What is known already.
        load: Asks for all of it, and tells more and more; None where ``known`` is all.
        clock: Epoch seconds.
    """

    pane: RelationsPane
    BINDINGS: ClassVar[list[BindingType]] = bindings(RELATIONS_KEYS)

    def __init__(
        self,
        title: Cell,
        known: Sequence[Relation],
        load: Callable[[], AsyncIterator[Related]] | None,
        *,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._known = tuple(known)
        self._load = load
        self._heading = Heading(title)
        self._note = Note()
        self.pane = RelationsPane(clock)

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.pane
        yield self._note
        yield KeyLine(RELATIONS_FOOTER)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.pane.show_relations(self._known)
        self.action_refresh_now()

    def action_refresh_now(self) -> None:
        """Asks for all of them, again."""
        if self._load is not None:
            work = partial(self._list_all, self._load)
            _: Worker[None] = self.run_worker(work, name="relations", exclusive=True)

    def action_log(self) -> None:
        """Opens the log of the job under the cursor."""
        row = self.pane.table.cursor_row
        if row is not None and row.kind == "job":
            self.post_message(LogWanted((row.key,), row.name))
        else:
            self.notify("Only jobs have logs.", severity="warning")

    def action_why(self) -> None:
        """Asks why the job under the cursor failed, or why it waits."""
        row = self.pane.table.cursor_row
        if row is not None and row.kind == "job":
            self.post_message(WhyWanted(row.key, row.job.job_name if row.job else row.name, row.job))
        else:
            super().action_why()

    def action_open_json(self) -> None:
        """Goes to the JSON of what is under the cursor."""
        self._go(is_json=True)

    def action_new_job(self) -> None:
        """Goes to the newest job that was made of the one under the cursor."""
        row = self.pane.table.cursor_row
        if row is not None and row.kind == "job":
            self.post_message(NewJobWanted(row.key))
        else:
            self.notify("Only of jobs new ones are made.", severity="warning")

    def action_copy_id(self) -> None:
        """Copies the id or the name."""
        row = self.pane.table.cursor_row
        self._copy(row.key if row else None)

    def action_copy_arn(self) -> None:
        """Copies the ARN, where it is known."""
        row = self.pane.table.cursor_row
        is_arn = row is not None and row.key.startswith("arn:")
        self._copy(row.key if row and is_arn else row.job.job_arn if row and row.job else None)

    def action_help(self) -> None:
        """Shows the keys of this list."""
        from batchtui.ui.screens.text import TextScreen, help_lines

        self.app.push_screen(TextScreen("Help", lambda: help_lines(RELATIONS_HELP)))

    @on(LineTable.Opened)
    def _open(self) -> None:
        self._go(is_json=False)

    def _go(self, *, is_json: bool) -> None:
        row = self.pane.table.cursor_row
        if row is not None:
            self.post_message(DetailWanted(row.kind, row.key, row.name, is_json=is_json, job=row.job))

    def _copy(self, text: str | None) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"Copied {text}.", markup=False)
        else:
            self.notify("AWS told none.", severity="warning")

    async def _list_all(self, load: Callable[[], AsyncIterator[Related]]) -> None:
        self.pane.is_loading = True
        self.pane.update_corner()
        try:
            async for related in load():
                await self.in_sight()
                # Until all are there the old ones stay: a list must not shrink under the cursor.
                new = {relation.key for relation in related.relations}
                old = () if related.is_all else (row for row in self._known if row.key not in new)
                self.pane.show_relations((*related.relations, *old))
                if related.is_all:
                    self._known = related.relations
                    self._say(related.note)
        except AwsError as error:
            self._heading.trouble = str(error)
        else:
            self._heading.trouble = ""
        self.pane.is_loading = False
        self.pane.update_corner()
        self._heading.redraw()

    def _say(self, text: str) -> None:
        if text != self._note.text:
            self._note.text = text
            self._note.redraw()
