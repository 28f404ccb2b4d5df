"""Textual's driver, sending no more than what differs from what stands on the terminal."""

from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from batchtui.ui.standing import Standing

_FRAME_BEGINS, _FRAME_ENDS = "\x1b[?2026h", "\x1b[?2026l"
"""Around a frame, where the terminal then shows it at once; around none they are not needed."""


class SparingDriver(LinuxDriver):
    """A driver that knows what stands on its terminal."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._standing = Standing()
        self._size_drawn: Size | None = None
        self._beginning = ""

    def forget(self) -> None:
        """Something else wrote to the terminal, or its size is another: what is drawn next is sent whole."""
        self._standing.forget()

    def show_cursor(self) -> None:
        """Lets the terminal's cursor be seen: programs that read the screen aloud follow it."""
        super().write("\x1b[?25h")
        self.flush()

    def write(self, data: str) -> None:
        if data == _FRAME_BEGINS:
            self._beginning = data
        elif data == _FRAME_ENDS and self._beginning:
            self._beginning = ""
        elif sent := self._difference(data):
            super().write(self._beginning + sent)
            self._beginning = ""

    def _difference(self, data: str) -> str:
        stack = self._app.screen_stack
        size = stack[-1].size if stack else None
        if size != self._size_drawn:  # cells that were drawn for another size may be anywhere
            self._size_drawn = size
            self.forget()
        return self._standing.difference(data)
