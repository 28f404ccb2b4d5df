"""The screen Go to: everything that one thing leads to, in a list that can be filtered."""

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.format import Cell
from batchtui.ui.details.lines import Relation
from batchtui.ui.details.views import Related
from batchtui.ui.keys import bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.panes.relations import RelationsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.lines import Lines

KEYS = listing_keys("relations", "Go to")


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
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

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
        self.above = (self._heading,)
        self._note = Note()
        self.below = (self._note,)
        self.pane = RelationsPane(clock)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self.pane.show_relations(self._known)
        self.action_refresh_now()

    def action_refresh_now(self) -> None:
        """Asks for all of them, again."""
        if self._load is not None:
            work = partial(self._list_all, self._load)
            _: Worker[None] = self.run_worker(work, name="relations", exclusive=True)

    def target(self) -> Target | None:
        """What the row under the cursor is about."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        arn = row.key if row.key.startswith("arn:") else row.job.job_arn if row.job else None
        return Target(row.kind, row.key, row.name, arn=arn, job=row.job)

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
