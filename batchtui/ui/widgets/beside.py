"""A framed text beside a list, or below it, that follows the list's cursor where there is room for it."""

from collections.abc import Callable, Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.worker import Worker

from batchtui.format import Cell
from batchtui.ui.aside import loaded
from batchtui.ui.widgets.line_view import LineView

Told = tuple[str, Sequence[Cell]]
"""A title, and lines."""
_NARROWEST: Final = 20


class Beside(Vertical):
    """The text; its screen says by a class when it is displayed.

    Args:
        told: What it says in lines of so many cells; not called before ``modules`` are there.
        modules: What that imports, which is not worth a start's time.
        hint: What the lower edge says, which is in sight however much there is to tell.
    """

    def __init__(self, told: Callable[[int], Told], modules: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(id="beside")
        self.border_subtitle = Content(hint)
        self._told = told
        self._modules = modules
        self._view = LineView()
        self._view.can_focus = False
        self._loading: Worker[None] | None = None
        self._is_loaded = False
        self._title = ""

    def compose(self) -> ComposeResult:
        yield self._view

    def redraw(self) -> None:
        """Shows what there is to say now; nothing is made while there is no room for it."""
        if not self.is_mounted or not self._view.size.width:
            return
        if not self._is_loaded:
            if self._loading is None:
                self._loading = self.run_worker(self._load(), name="beside")
            return
        title, lines = self._told(max(_NARROWEST, self._view.scrollable_content_region.width))
        if title != self._title:
            self._title = title
            self.border_title = Content(title)
            self._view.action_first()
        self._view.show(lines)

    def on_resize(self) -> None:
        self.redraw()

    async def _load(self) -> None:
        await loaded(*self._modules)
        self._is_loaded = True
        self.redraw()
