"""The screen Job definitions: a list that grows while AWS is asked for it, and the way to a new job."""

from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.format import plain
from batchtui.model.job_definition import JobDefinition
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.definitions import DefinitionsPane
from batchtui.ui.screens.listing import ListingScreen, Target
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine

MOST_REVISIONS = 20_000
"""No more are asked for: 200 calls, which every one waits for who shares the account."""

KEYS = listing_keys(
    "definitions",
    "Job definitions",
    Key("submit-new", "n", "new_job", "Submit a new job from the job definition", "new job", changes=True),
    without=("log", "why", "new-job"),
)
Load = Callable[[], AsyncGenerator[list[JobDefinition]]]


class DefinitionsScreen(ListingScreen):
    """The list.

    Args:
        load: Asks for all active revisions, a page at a time.
        new_job: Opens the form for a new job.
        clock: Epoch seconds.
    """

    pane: DefinitionsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

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
        yield KeyLine(KEYS.footer)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.action_refresh_now()

    def action_refresh_now(self) -> None:
        """Asks for all of them, again."""
        _: Worker[None] = self.run_worker(self._list_all, name="definitions", exclusive=True)

    def action_new_job(self) -> None:
        """Opens the form for a new job from the definition under the cursor."""
        row = self.pane.table.cursor_row
        if row is not None:
            self._new_job(row)
        else:
            self.say_nothing_here()

    def target(self) -> Target | None:
        """The definition under the cursor."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        return Target("definition", row.arn or row.title, row.title, name=row.title, arn=row.arn)

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
