"""What the three panes have in common: a frame with a title, a table, and a line that says what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from batchtui.format import Cell, duration, wrap_words
from batchtui.query.fields import Fields
from batchtui.query.filter import Filter, FilterError, parse
from batchtui.query.steps import Steps, ordered
from batchtui.settings import ListChoice, Order
from batchtui.sync.snapshot import SourceState
from batchtui.ui.arranging import Arranging
from batchtui.ui.chosen import memory_of, saved_filters
from batchtui.ui.widgets.columns import Row
from batchtui.ui.widgets.filter_line import FilterLine
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.lines import Lines

_MOST_LINES = 5
_MOST_PINNED = 10


class Notice(Lines):
    """What failed, since when, and what to do; no line at all while nothing fails."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def content(self, width: int) -> list[Cell]:
        if not self.text:
            return []
        lines = wrap_words(self.text, max(10, width - 2))
        return [((f" {line}", "failed"),) for line in lines[:_MOST_LINES]]


@dataclass(frozen=True, slots=True)
class Arranged(Generic[Row]):
    """The rows of a list as it is to be shown."""

    rows: Sequence[Row]
    total: int
    """How many there are without the filter."""
    filter: Filter[Row]


class Pane(Vertical, Generic[Row]):
    """A framed list that can be filtered, sorted and marked.

    Args:
        table: The list.
        fields: What its filter can ask for by name.
        sorts: Values to sort by, by column; equal rows stay in the order in which they were given.
        id: The pane's id.
        clock: Epoch seconds.
    """

    TITLE = ""
    LIST = ""
    """What the configuration calls it; empty where it does not know it."""

    def __init__(
        self,
        table: LineTable[Row],
        *,
        fields: Fields[Row],
        sorts: Mapping[str, Callable[[Row, float], Any]],
        id: str,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(id=id)
        self.table = table
        self.clock = clock
        self.filter: Filter[Row] = parse("", fields)
        self._fields = fields
        self._sorts = sorts
        self._order: tuple[str, bool] | None = None
        self._rows: Sequence[Row] = ()
        self._total = 0
        self._good: Filter[Row] = self.filter  # the last one that has worked
        self._is_another_list = False
        self._arranging = Arranging[Arranged[Row]](self, done=self._show, failed=self._give_up)
        self._line: FilterLine | None = None
        self._notice = Notice()
        self._title = Content("")
        self._corner = ""

    def compose(self) -> ComposeResult:
        self.look_as(memory_of(self.app).list_choice(self.LIST))
        self.set_title(self.TITLE)
        yield from self.above()
        yield self.table
        yield self._notice

    @property
    def is_typing(self) -> bool:
        """Whether a filter is being typed."""
        return self._line is not None

    @property
    def fields(self) -> Fields[Row]:
        """What its filter can ask for by name."""
        return self._fields

    @property
    def choice(self) -> ListChoice:
        """Its columns and its order, as far as a person chose them."""
        return ListChoice(self.table.chosen, self._order)

    def look_as(self, choice: ListChoice) -> None:
        """Takes columns and order as they were chosen before."""
        self.table.choose(choice.columns)
        if choice.order != self._order and (choice.order is None or choice.order[0] in self._sorts):
            self._order_by(choice.order)

    def choose_columns(self, keys: Sequence[str]) -> None:
        """Shows these columns only; all where there are none."""
        self.table.choose(keys)
        self.tell_choice()

    @property
    def list_in_use(self) -> Widget:
        """What has the focus while nothing is typed."""
        return self.table

    def above(self) -> Sequence[Lines]:
        """Lines between the frame and the table."""
        return ()

    def is_pinned(self, row: Row) -> bool:
        """Whether one of the first rows stays at the top whatever the filter and the order."""
        return False

    def corner_words(self) -> list[str]:
        """What the lower edge of the frame says, before filter and order."""
        return []

    def empty_lines(self) -> Sequence[str]:
        """What stands there while there are no rows; an empty list teaches."""
        return ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Shows these rows as far as the filter lets them through, in the chosen order."""
        self._rows = rows
        self.rearrange(len(rows), is_asked=False)

    def rows_in_order(self) -> Steps[Sequence[Row]]:
        """Every row, in the order that holds where no other was asked for."""
        yield from ()
        return self._rows

    def before_show(self) -> None:
        """Rows were arranged and are about to be shown."""

    def show_failure(self, state: SourceState | None) -> None:
        """Says what is wrong with the pane's source, or that nothing is."""
        text = ""
        if state is not None and state.error is not None:
            since = duration(self.clock() - state.failing_since) if state.failing_since else ""
            what = state.error.operation or state.error.code
            text = f"✕ {what} fails for {since}. {state.error.what_to_do} (! tells all) {state.error.detail}."
        if text != self._notice.text:
            self._notice.text = text
            self._notice.redraw()

    def rows_to_export(self) -> Sequence[Row]:
        """The marked rows, hidden ones last; where none is marked, all that are shown."""
        marked, key = self.table.marked, self.table.key_of
        if not marked:
            return self.table.rows
        shown = [row for row in self.table.rows if key(row) in marked]
        keys = {key(row) for row in shown}
        return [*shown, *(row for row in self._rows if key(row) in marked and key(row) not in keys)]

    def set_title(self, text: str, other: str = "") -> None:
        """The words in the upper edge of the frame: never markup, for a queue's name is among them.

        Args:
            text: The pane's own title.
            other: The title of a pane that shares the place on a narrow screen.
        """
        title = Content(text)
        if other:
            title = Content.assemble(title, (f" · {other} ", "dim not bold"))
        if title != self._title:
            self._title = title
            self.border_title = title

    def update_corner(self) -> None:
        """Says in the lower edge how many rows there are, how they are filtered, sorted and marked."""
        words = self.corner_words()
        if self.filter:
            words.insert(0, self.filter.text if self.filter.text.startswith("/") else f"/{self.filter.text}")
        if self._order is not None:
            words.append(f"by {self._order[0]} {'↑' if self._order[1] else '↓'}")
        if self.table.marked:
            words.append(f"{len(self.table.marked)} marked")
        text = " · ".join(words)
        if text != self._corner:
            self._corner = text
            self.border_subtitle = Content(text)

    async def open_filter(self) -> None:
        """Opens the filter line, with what is already filtered for; it has the focus when this returns."""
        if self._line is None:
            self._line = FilterLine(self.filter.text)
            await self.mount(self._line)
        self._line.take_focus()

    def filter_by(self, text: str) -> None:
        """Filters by an expression, as if it had been typed and kept."""
        self.clear_filter()
        self._apply(text)

    def clear_filter(self) -> bool:
        """Takes the filter away; answers whether there was one."""
        had_one = bool(self.filter) or self._line is not None
        self._apply("")
        if self._line is not None:
            self._line.remove()
            self._line = None
        return had_one

    def sort_next(self) -> None:
        """Sorts by the next of the columns in sight; after the last of them comes the order of the beginning."""
        columns = [column for column in self.table.shown_columns if column in self._sorts]
        here = columns.index(self._order[0]) if self._order and self._order[0] in columns else -1
        if here + 1 < len(columns):
            self._sort_by(columns[here + 1], is_reversed=False)
        elif self._order is not None:
            self._order_by(None)
            self.tell_choice()

    def sort_reversed(self) -> None:
        """Turns the order round."""
        if self._order is None:
            self.sort_next()
        if self._order is not None:
            self._sort_by(self._order[0], is_reversed=not self._order[1])

    @on(LineTable.HeaderClicked)
    def _sort_by_header(self, event: LineTable.HeaderClicked) -> None:
        event.stop()
        if event.column in self._sorts:
            again = self._order is not None and self._order == (event.column, False)
            self._sort_by(event.column, is_reversed=again)

    @on(LineTable.MarksChanged)
    def _count_marks(self) -> None:
        self.update_corner()

    @on(FilterLine.Changed)
    def _filter_as_typed(self, event: FilterLine.Changed) -> None:
        event.stop()
        self._apply(event.text)

    @on(FilterLine.Kept)
    async def _keep_filter(self, event: FilterLine.Kept) -> None:
        event.stop()
        if self.filter and event.by_key:
            self.table.action_first()
        await self._close_filter(takes_focus=event.by_key)

    @on(FilterLine.Cleared)
    async def _drop_filter(self, event: FilterLine.Cleared) -> None:
        event.stop()
        self._apply("")
        await self._close_filter(takes_focus=True)

    async def _close_filter(self, *, takes_focus: bool) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            if takes_focus:
                self.screen.set_focus(self.list_in_use)
            await line.leave()

    def _apply(self, text: str) -> None:
        """Filters by an expression; one that cannot be understood leaves the last good one at work."""
        try:
            found = parse(text, self._fields, saved_filters(self.app))
        except FilterError as error:
            if self._line is not None:
                self._line.explain(str(error), is_error=True)
            return
        if self._line is not None:
            self._line.explain(found.hint)
        if found.text != self.filter.text:
            self.filter = found
            self.rearrange(self._total, is_another_list=True)
        else:
            self._count_matches()

    def _count_matches(self) -> None:
        if self._line is not None:
            self._line.say(f"{len(self.table.rows)} of {self._total}" if self.filter else "")

    def _sort_by(self, column: str, *, is_reversed: bool) -> None:
        self._order_by((column, is_reversed))
        self.tell_choice()

    def _order_by(self, order: Order | None) -> None:
        self._order = order
        column, is_reversed = order or (None, False)
        self.table.show_order(column, is_reversed=is_reversed)
        self.rearrange(self._total)

    def tell_choice(self) -> None:
        """A person chose other columns or another order."""
        memory_of(self.app).list_changed(self.LIST, self.choice)

    def rearrange(self, rows: int, *, is_asked: bool = True, is_another_list: bool = False) -> None:
        """Filters and sorts anew; where that takes long, the rows that are shown stay until it is done.

        Args:
            rows: About how many there are.
            is_asked: Whether a person asked for it; else it is for what is new.
            is_another_list: The cursor goes to the top.
        """
        self._is_another_list |= is_another_list
        self._arranging.begin(self._arranged, rows, is_asked=is_asked)
        self.table.is_outdated = self._is_another_list

    def _arranged(self) -> Steps[Arranged[Row]]:
        now, wanted, order = self.clock(), self.filter, self._order
        every = yield from self.rows_in_order()
        pinned = [row for row in every[:_MOST_PINNED] if self.is_pinned(row)]
        rows = yield from wanted.select(every[len(pinned) :] if pinned else every, now)
        if order is not None:
            value = self._sorts[order[0]]
            rows = yield from ordered(rows, lambda row: value(row, now), is_reversed=order[1])
        return Arranged([*pinned, *rows] if pinned else rows, len(every), wanted)

    def _show(self, arranged: Arranged[Row]) -> None:
        self._good, self._total = arranged.filter, arranged.total
        is_another_list, self._is_another_list = self._is_another_list, False
        self.before_show()
        self.table.is_outdated = False
        self.table.show(arranged.rows, is_another_list=is_another_list)
        self.table.set_empty(*self.empty_lines())
        self._count_matches()
        self.update_corner()

    def _give_up(self, error: FilterError) -> None:
        """The filter takes too long, which shows only while it is used: back to the last that did not."""
        if self.filter is self._good:  # a new row is too much for it
            self._good = parse("", self._fields)
        if self._line is not None:
            self._line.explain(str(error), is_error=True)
        else:
            self.notify(f"The filter was taken away: {error}.", severity="warning")
        self.filter = self._good
        self.rearrange(self._total, is_another_list=True)
