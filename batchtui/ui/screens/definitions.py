"""The screen Job definitions: a list that grows while AWS is asked for it, and the way to a new job."""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.format import plain
from batchtui.model.job_definition import JobDefinition
from batchtui.ui.keys import (
    DEFINITIONS_FOOTER,
    DEFINITIONS_HELP,
    DEFINITIONS_KEYS,
    bindings,
    is_read_only,
    offered,
)
from batchtui.ui.messages import DetailWanted
from batchtui.ui.panes.definitions import DefinitionsPane
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.line_table import LineTable

MOST_REVISIONS = 20_000
"""No more are asked for: 200 calls, which every one waits for who shares the account."""

Load = Callable[[], AsyncGenerator[list[JobDefinition]]]


class DefinitionsScreen(ListingScreen):
    """The list.

    Args:
        load: Asks for all active revisions, a page at a time.
        new_job: Opens the form for a new job.
        clock: Epoch seconds.
    """

    pane: DefinitionsPane
    BINDINGS: ClassVar[list[BindingType]] = bindings(DEFINITIONS_KEYS)

    def __init__(
        self, load: Load, *, new_job: Callable[[JobDefinition], None], clock: Callable[[], float]
    ) -> None:
        super().__init__()
        self._load = load
        self._new_job = new_job
        self._known: dict[str, JobDefinition] = {}
        self._heading = Heading(plain("Job definitions: the latest active revision of each", "strong"))
        self.pane = DefinitionsPane(clock)

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.pane
        yield KeyLine(DEFINITIONS_FOOTER)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.action_refresh_now()

    def action_refresh_now(self) -> None:
        """Asks for all of them, again."""
        _: Worker[None] = self.run_worker(self._list_all, name="definitions", exclusive=True)

    def action_log(self) -> None:
        """There is none."""
        self.notify("Only jobs have logs.", severity="warning")

    def action_stop(self) -> None:
        """There is nothing to stop."""
        self.notify("Only jobs can be stopped.", severity="warning")

    def action_new_job(self) -> None:
        """Opens the form for a new job from the definition under the cursor."""
        row = self.pane.table.cursor_row
        if row is not None:
            self._new_job(row)
        else:
            self.notify("There is nothing in this list.", severity="warning")

    def action_open_json(self) -> None:
        """Goes to the JSON of the definition under the cursor."""
        self._go(is_json=True)

    def action_copy_id(self) -> None:
        """Copies the name with the revision."""
        row = self.pane.table.cursor_row
        self._copy(row.title if row else None)

    def action_copy_arn(self) -> None:
        """Copies the ARN."""
        row = self.pane.table.cursor_row
        self._copy(row.arn if row else None)

    def action_help(self) -> None:
        """Shows the keys of this list."""
        from batchtui.ui.screens.text import TextScreen, help_lines

        read_only = is_read_only(self.app)
        groups = [(title, offered(keys, is_read_only=read_only)) for title, keys in DEFINITIONS_HELP]
        self.app.push_screen(TextScreen("Help", lambda: help_lines(groups)))

    @on(LineTable.Opened)
    def _open(self) -> None:
        self._go(is_json=False)

    def _go(self, *, is_json: bool) -> None:
        row = self.pane.table.cursor_row
        if row is not None:
            self.post_message(DetailWanted("definition", row.arn or row.title, row.title, is_json=is_json))

    def _copy(self, text: str | None) -> None:
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"Copied {text}.", markup=False)
        else:
            self.notify("AWS told none.", severity="warning")

    async def _list_all(self) -> None:
        self.pane.show_state(is_loading=True, is_failing=False)
        found: dict[str, JobDefinition] = {}
        revisions = 0
        trouble = ""
        try:
            async with aclosing(self._load()) as pages:
                async for page in pages:
                    await self.in_sight()
                    revisions += len(page)
                    _keep_latest(found, page)
                    # Until all are there the old ones stay: a list must not shrink under the cursor.
                    shown = dict(self._known)
                    _keep_latest(shown, found.values())
                    self._show(shown)
                    if revisions >= MOST_REVISIONS:
                        trouble = f"There are more than {MOST_REVISIONS:,} active revisions: these are the first."
                        break
            self._known = found
            self._show(found)
        except AwsError as error:
            trouble = str(error)
            _keep_latest(self._known, found.values())
        self._heading.trouble = trouble
        self.pane.show_state(is_loading=False, is_failing=bool(trouble))
        self._heading.redraw()

    def _show(self, definitions: dict[str, JobDefinition]) -> None:
        self.pane.show_definitions(
            sorted(definitions.values(), key=lambda each: (each.name.casefold(), each.name))
        )


def _keep_latest(latest: dict[str, JobDefinition], more: Iterable[JobDefinition]) -> None:
    """Adds revisions, of each name only the latest."""
    for definition in more:
        other = latest.get(definition.name)
        if other is None or (definition.revision or 0) >= (other.revision or 0):
            latest[definition.name] = definition
