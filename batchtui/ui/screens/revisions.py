"""The screen Revisions: every revision of one job definition, and the way to what differs between two."""

from collections.abc import AsyncGenerator, Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType

from batchtui.format import plain
from batchtui.model.job_definition import JobDefinition
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.revisions import Revision, RevisionsPane, key_of, revisions_of
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.loading import LoadingScreen

KEYS = listing_keys(
    "revisions",
    "Revisions of a job definition",
    Key("revisions-diff", "V", "differ", "What differs between two marked ones, or from the one before", "diff"),
    Key("revisions-new", "n", "new_job", "Submit a new job from the revision", "new job", changes=True),
    meant={"mark": "Mark for a comparison, and go on to the next"},
    without=("log", "why", "new-job", "mark-all"),
    with_marks=True,
)


class RevisionsScreen(LoadingScreen[JobDefinition]):
    """The list, newest first.

    Args:
        name: The job definition's.
        revision: On which the cursor begins, as ``name:revision``; empty for the newest.
        load: Asks for all revisions, a page at a time.
        new_job: Opens the form for a new job.
        clock: Epoch seconds.
    """

    ARE_CALLED = "revisions"
    pane: RevisionsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(
        self,
        name: str,
        revision: str,
        load: Callable[[], AsyncGenerator[list[JobDefinition]]],
        *,
        new_job: Callable[[JobDefinition], None],
        clock: Callable[[], float],
    ) -> None:
        title = plain(f"{name}: all revisions, newest first", "strong")
        super().__init__(title, RevisionsPane(clock), load)
        self.definition_name = name
        self._revisions: list[Revision] = []
        self._cursor_wanted = revision
        self._new_job = new_job

    def take(self, found: dict[str, JobDefinition], items: Iterable[JobDefinition]) -> None:
        """Adds revisions."""
        found.update((key_of(item), item) for item in items)

    def show(self, items: dict[str, JobDefinition]) -> None:
        """Shows them, each with the one before it."""
        self._revisions = revisions_of(items.values())
        self.pane.show_rows(self._revisions)
        if self._cursor_wanted and self.pane.table.go_to(self._cursor_wanted):
            self._cursor_wanted = ""

    def go_to(self, revision: str) -> None:
        """Puts the cursor on a revision, as ``name:revision``."""
        self.pane.table.go_to(revision)

    def target(self) -> Target | None:
        """The revision under the cursor."""
        row = self._row()
        if row is None:
            return None
        definition = row.definition
        key = definition.arn or definition.title
        return Target("definition", key, definition.title, name=definition.title, arn=definition.arn)

    def action_new_job(self) -> None:
        """Opens the form for a new job from the revision under the cursor."""
        if (row := self._row()) is not None:
            self._new_job(row.definition)

    def action_differ(self) -> None:
        """Shows what differs between the two marked ones, else between the one here and the one before."""
        row = self._row()
        if row is None:
            return
        marked = [each for each in self._revisions if each.key in self.pane.table.marked]
        if len(marked) > 2:
            self.notify(f"Two can be compared, not {len(marked)}: u unmarks all.", severity="warning")
            return
        from batchtui.ui.screens.definition_diff import DefinitionDiffScreen

        if len(marked) == 1 and marked[0].key != row.key:
            marked.append(row)
        if len(marked) == 2:
            old, new = sorted((each.definition for each in marked), key=lambda each: each.revision or 0)
            self.app.push_screen(DefinitionDiffScreen([(old, new)], 0, are_chosen=True))
            return
        pairs = [(each.before, each.definition) for each in self._revisions if each.before is not None]
        here = next((index for index, (_, new) in enumerate(pairs) if key_of(new) == row.key), None)
        if here is None:
            others = ": mark two to compare them" if len(self._revisions) > 1 else ", and of none after it"
            self.notify(f"AWS tells of no revision before this one{others}.", severity="warning")
        else:
            self.app.push_screen(DefinitionDiffScreen(pairs, here))

    def _row(self) -> Revision | None:
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
        return row
