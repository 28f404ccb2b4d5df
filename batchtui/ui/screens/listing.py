"""What all screens with one list have in common: filter, order, and the way back."""

from typing import Any, ClassVar

from batchtui.ui.panes.pane import Pane
from batchtui.ui.screens.in_sight import InSightScreen
from batchtui.ui.widgets.styled import COMPONENT_CLASSES


class ListingScreen(InSightScreen):
    """A screen with one list, its ``pane``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES

    pane: Pane[Any]

    def action_back(self) -> None:
        """Clears the filter first, then leaves."""
        if not self.pane.clear_filter():
            self.app.pop_screen()

    async def action_filter(self) -> None:
        """Opens the filter."""
        await self.pane.open_filter()

    def action_why(self) -> None:
        """Tells of a job why it failed or waits; a list of something else has none."""
        self.notify("Only of jobs it is told why.", severity="warning")

    def action_sort(self) -> None:
        """Sorts by the next column."""
        self.pane.sort_next()

    def action_reverse(self) -> None:
        """Turns the order round."""
        self.pane.sort_reversed()
