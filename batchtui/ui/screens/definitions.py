"""The screen Job definitions: a list that grows while AWS is asked for it, and the way to a new job."""

from collections.abc import AsyncGenerator, Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType

from batchtui.format import plain
from batchtui.model.job_definition import JobDefinition
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import RevisionsWanted
from batchtui.ui.panes.definitions import DefinitionsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.loading import LoadingScreen

KEYS = listing_keys(
    "definitions",
    "Job definitions",
    Key("submit-new", "n", "new_job", "Submit a new job from the job definition", "new job", changes=True),
    Key("list-revisions", "V", "revisions", "All revisions of the job definition, and what differs", "revisions"),
    without=("log", "why", "new-job"),
)
Load = Callable[[], AsyncGenerator[list[JobDefinition]]]


class DefinitionsScreen(LoadingScreen[JobDefinition]):
    """The list.

    Args:
        load: Asks for all active revisions, a page at a time.
        new_job: Opens the form for a new job.
        clock: Epoch seconds.
    """

    MOST = 20_000  # revisions, of which only the latest of each name is kept: 200 calls
    ARE_CALLED = "active revisions"
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self, load: Load, *, new_job: Callable[[JobDefinition], None], clock: Callable[[], float]
    ) -> None:
        title = plain("Job definitions: the latest active revision of each", "strong")
        super().__init__(title, DefinitionsPane(clock), load)
        self._new_job = new_job

    def action_new_job(self) -> None:
        """Opens the form for a new job from the definition under the cursor."""
        row = self.pane.table.cursor_row
        if row is not None:
            self._new_job(row)
        else:
            self.say_nothing_here()

    def action_revisions(self) -> None:
        """Lists all revisions of the definition under the cursor."""
        if (target := self.target()) is not None:
            self.post_message(RevisionsWanted(target.key))

    def target(self) -> Target | None:
        """The definition under the cursor."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        return Target("definition", row.arn or row.title, row.title, name=row.title, arn=row.arn)

    def take(self, found: dict[str, JobDefinition], items: Iterable[JobDefinition]) -> None:
        """Adds revisions, of each name only the latest."""
        for definition in items:
            other = found.get(definition.name)
            if other is None or (definition.revision or 0) >= (other.revision or 0):
                found[definition.name] = definition

    def show(self, items: dict[str, JobDefinition]) -> None:
        """Shows them by name."""
        self.pane.show_rows(sorted(items.values(), key=lambda each: (each.name.casefold(), each.name)))
