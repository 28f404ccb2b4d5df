"""A few lines of text that are drawn anew only where they differ from what stands there."""

from textual.strip import Strip

from batchtui.format import Cell
from batchtui.ui.widgets.difference import changed_regions
from batchtui.ui.widgets.styled import Styled


class Lines(Styled):
    """A widget whose content is a function of its width.

    Subclasses say what stands there in ``content()`` and call ``redraw()`` when that may have changed.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: dict[int, Strip] = {}

    def content(self, width: int) -> list[Cell]:
        """The lines for so many cells."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Sends the lines that changed, and none else."""
        if not self.is_mounted:
            return
        if not self.size.width:
            self.refresh()  # hidden: what was drawn before must not come back
            return
        lines = self._strips()
        if len(lines) != self.size.height:
            self.refresh(layout=True)
        shown = [(y, self._shown.get(y), strip) for y, strip in enumerate(lines[: self.size.height])]
        for region in changed_regions(shown, self.size.width):
            self.refresh(region)

    def render_line(self, y: int) -> Strip:
        lines = self._strips()
        strip = lines[y] if y < len(lines) else Strip.blank(self.size.width, self.visual_style.rich_style)
        self._shown[y] = strip
        return strip

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self.content(width))

    def _strips(self) -> list[Strip]:
        width = self.size.width
        return [self.strip(cell, width) for cell in self.content(width)]
