"""What asks AWS for a screen does so only while that screen is on top."""

import asyncio

from textual.screen import Screen


class InSightScreen(Screen[None]):
    """Knows whether it is covered, by another screen or by a dialog."""

    def __init__(self) -> None:
        super().__init__()
        self._uncovered = asyncio.Event()

    @property
    def is_covered(self) -> bool:
        """Whether something lies above it; ``is_current`` holds for the one below the topmost as well."""
        return self.app.screen_stack[-1:] != [self]

    async def in_sight(self) -> None:
        """Waits while it is covered: what nobody sees need not be asked for."""
        while self.is_covered:
            self._uncovered.clear()
            await self._uncovered.wait()

    def on_screen_resume(self) -> None:
        self._uncovered.set()
