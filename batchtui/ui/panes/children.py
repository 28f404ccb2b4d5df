"""The children of an array or the nodes of a multi-node job: as a table, and as a map."""

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from batchtui.format import ABBREVIATIONS, GLYPHS, UNKNOWN_GLYPH, Cell, Span, duration, plural, ran, status_style
from batchtui.insight.quick import QuickWhy
from batchtui.model.job import JobSummary
from batchtui.query.children import CHILD_FIELDS, CHILD_SORTS, failed_first, index
from batchtui.query.steps import Steps
from batchtui.sync.children import counts_of
from batchtui.ui.panes.child_cells import Around, ChildCells
from batchtui.ui.panes.pane import Arranged, Pane
from batchtui.ui.widgets.children_map import UNTOLD, ChildrenMap
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.lines import Lines


class Legend(Lines):
    """How many children are in each status, with the glyphs of the map."""

    def __init__(self) -> None:
        super().__init__(id="legend")
        self.counts: Sequence[tuple[str, int]] = ()
        self.untold = 0
        """Children of which nothing is known yet."""

    def content(self, width: int) -> list[Cell]:
        words = self._line(lambda status: status)
        short = self._line(lambda status: ABBREVIATIONS.get(status, status[:3]))
        return [words if sum(len(text) for text, _ in words) <= width else short]

    def _line(self, word: Callable[[str], str]) -> Cell:
        spans: list[Span] = []
        for status, count in self.counts:
            style = status_style(status)
            spans.append((f" {GLYPHS.get(status, UNKNOWN_GLYPH)} {word(status)} {count:,} ", style))
        if self.untold:
            spans.append((f" {UNTOLD} not told yet {self.untold:,}", "muted"))
        return tuple(spans) or (("", ""),)


class CellLine(Lines):
    """What the cell under the map's cursor is."""

    def __init__(self) -> None:
        super().__init__(id="cell-line")
        self.words: Callable[[int], Cell] = lambda width: ()

    def content(self, width: int) -> list[Cell]:
        return [self.words(width)]


class ChildrenPane(Pane[JobSummary]):
    """Both ways to look at them, of which one is shown."""

    TITLE = "Children"
    LIST = "children"

    def __init__(self, clock: Callable[[], float], quick: QuickWhy) -> None:
        self.cells = ChildCells(quick)
        table = LineTable(self.cells.of_children, key=lambda job: job.job_id, id="children-table", clock=clock)
        super().__init__(table, fields=CHILD_FIELDS, sorts=CHILD_SORTS, id="children", clock=clock)
        self.map = ChildrenMap()
        self.is_map = False
        self.is_loading = False
        self.family: Sequence[JobSummary | None] = ()
        """By index; None where nothing is known of one yet."""
        self._legend = Legend()
        self._cell_line = CellLine()
        self._cell_line.words = self._of_cell

    def compose(self) -> ComposeResult:
        yield from super().compose()
        self.map.display = self._cell_line.display = False
        yield self.map
        yield self._cell_line

    def above(self) -> list[Lines]:
        return [self._legend]

    @property
    def list_in_use(self) -> Widget:
        return self.map if self.is_map else self.table

    @property
    def cursor_child(self) -> JobSummary | None:
        """The child under the cursor; of several in one cell the one that it shows."""
        if not self.is_map:
            return self.table.cursor_row
        there = bool(self.family) and not self.table.is_outdated
        return self.family[self.map.worst_in_cell(self.map.cursor)] if there else None

    def show_children(self, children: Sequence[JobSummary | None], around: Around, *, are_nodes: bool) -> None:
        """Shows these, by index."""
        self.family, self.cells.around = children, around
        self.table.set_columns(self.cells.of_nodes if are_nodes else self.cells.of_children)
        known = [child for child in children if child is not None]
        self._legend.counts, self._legend.untold = counts_of(known), len(children) - len(known)
        self._legend.redraw()
        self.show_rows(known)

    def show_around(self, around: Around) -> None:
        """More is known of the children that are shown."""
        self.cells.around = around
        self.table.redraw()
        self._cell_line.redraw()

    def turn(self) -> None:
        """Goes from the table to the map, or back; the cursor stays on its child."""
        if self.table.is_plain:
            self.notify("The map is a drawing: the table says the same in words.")
            return
        child = self.cursor_child
        self.is_map = not self.is_map
        self.table.display = not self.is_map
        self.map.display = self._cell_line.display = self.is_map
        if child is not None:
            self.go_to(child.job_id)
        self._show_map()
        self.screen.set_focus(self.list_in_use)
        self.call_after_refresh(self.map.fit)  # it has its size then

    def fit_map(self) -> None:
        """All in sight, with several children a cell where that takes it; and back."""
        self.map.is_whole = not self.map.is_whole
        self.map.fit()
        self._cell_line.redraw()

    def go_to(self, job_id: str) -> None:
        """Puts the cursor on a child."""
        place = next((i for i, child in enumerate(self.family) if child and child.job_id == job_id), None)
        if place is not None:
            self.map.go_to(place)
            self.table.go_to(job_id)

    def tick(self) -> None:
        """A second has passed."""
        if not self.is_map:
            self.table.redraw()
        self._cell_line.redraw()

    def rows_in_order(self) -> Steps[Sequence[JobSummary]]:
        return (yield from failed_first(list(self._rows)))

    def before_show(self) -> None:
        self.table.keep_marks([{child.job_id: child for child in self._rows}])

    def corner_words(self) -> list[str]:
        shown, every = len(self.table.rows), len(self.family)
        words = [f"{every:,}" if shown == every else f"{shown:,} of {every:,}"]
        if self.is_map and self.map.per_cell > 1:
            words.append(f"{plural(self.map.per_cell, 'child').replace('childs', 'children')} a cell")
        return [*words, "loading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        if self._rows:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        if self.is_loading:
            return ("Asking AWS …",)
        return ("AWS has told no children of this job.",)

    @on(ChildrenMap.Moved)
    def _tell_cell(self) -> None:
        self._cell_line.redraw()

    @on(ChildrenMap.MarkWanted)
    def _mark(self, event: ChildrenMap.MarkWanted) -> None:
        """Never what the filter hides: nobody has pointed at it."""
        chosen = (self.family[each] for each in event.indexes)
        ids = {child.job_id for child in chosen if child is not None}
        if self.filter:
            ids &= {row.job_id for row in self.table.rows}
        are_marked = event.is_toggled and ids <= self.table.marked
        self.table.marked = self.table.marked - ids if are_marked else self.table.marked | ids
        self.update_corner()
        self._show_map()

    @on(ChildrenMap.UnmarkAll)
    def _unmark(self) -> None:
        self.table.action_unmark_all()
        self._show_map()

    def _show(self, arranged: Arranged[JobSummary]) -> None:
        super()._show(arranged)
        self._show_map()

    def _show_map(self) -> None:
        if not self.is_map:
            self.map.family = self.family  # nobody sees it: it is drawn when somebody does
            return
        self.map.matching = {row.job_id for row in self.table.rows} if self.filter else None
        self.map.marked = self.table.marked
        self.map.show(self.family)
        self._cell_line.redraw()

    def _of_cell(self, width: int) -> Cell:
        """Index, status, reason, attempts and time of the child under the map's cursor."""
        if not self.family:
            return ()
        shared = self.map.in_cell(self.map.cursor)
        if len(shared) > 1:
            inside = counts_of(child for each in shared if (child := self.family[each]) is not None)
            words = ", ".join(f"{count:,} {status}" for status, count in inside)
            which = f" {shared.start:,}–{shared.stop - 1:,} "
            return ((which, "strong"), (f" {words or 'not told yet'}  z: one child a cell", "muted"))
        child = self.family[self.map.cursor]
        if child is None:
            return ((f" {self.map.cursor:,} ", "strong"), ("nothing is known of it yet", "muted"))
        seconds = ran(child, self.clock())
        took: tuple[Span, ...] = ((f"ran {duration(seconds)}  ", "muted"),) if seconds is not None else ()
        state: Span = (
            f" {GLYPHS.get(child.status, UNKNOWN_GLYPH)} {child.status}  ",
            status_style(child.status),
        )
        known: Cell = ((f" {index(child):,} ", "strong"), state, *self.cells.tries(child), *took)
        room = width - sum(len(text) for text, _ in known)
        return (*known, *self.cells.why(child, max(10, room), self.clock()))


_CELLS = ChildCells(QuickWhy())
