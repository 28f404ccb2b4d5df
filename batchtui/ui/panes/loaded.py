"""What the lists have in common that are asked for when they are opened, a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from batchtui.query.fields import Fields
from batchtui.ui.panes.pane import Pane
from batchtui.ui.widgets.columns import Column, Row
from batchtui.ui.widgets.line_table import LineTable


class LoadedPane(Pane[Row]):
    """A pane that knows whether AWS is being asked, and whether it refused.

    Args:
        columns: All columns; those that fit are shown.
        key: What a row is known by.
        fields: What its filter can ask for by name.
        sorts: Values to sort by, by column.
        id: The pane's id; its table's begins so.
        clock: Epoch seconds.
    """

    NONE: ClassVar[tuple[str, ...]] = ("There is nothing in this list.",)
    """What stands there where AWS tells of none."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        fields: Fields[Row],
        sorts: Mapping[str, Callable[[Row, float], Any]],
        id: str,
        clock: Callable[[], float],
    ) -> None:
        table = LineTable(columns, key=key, id=f"{id}-table", clock=clock)
        super().__init__(table, fields=fields, sorts=sorts, id=id, clock=clock)
        self.key = key
        self.is_loading = False
        self.is_failing = False

    def show_state(self, *, is_loading: bool, is_failing: bool) -> None:
        """Whether AWS is being asked, and whether it refused the last time."""
        self.is_loading, self.is_failing = is_loading, is_failing
        self.table.set_empty(*self.empty_lines())
        self.update_corner()

    def corner_words(self) -> list[str]:
        shown = len(self.table.rows)
        words = [str(shown) if shown == self._total else f"{shown} of {self._total}"]
        return [*words, "loading"] if self.is_loading else words

    def empty_lines(self) -> tuple[str, ...]:
        if self._total:
            return ("Nothing matches the filter; esc clears it, / changes it.",)
        if self.is_loading:
            return ("Asking AWS …",)
        if self.is_failing:
            return ("AWS has told none: above stands why. ctrl+r asks again.",)
        return self.NONE
