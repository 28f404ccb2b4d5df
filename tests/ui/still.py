"""The app on a terminal, with a clock that a file tells: ages stand still until a test moves them.

``python -m tests.ui.still MOMENT [FOUND] URL REFRESH``
"""

import os
import sys
from pathlib import Path

from batchtui.cli import account_of
from batchtui.settings import Settings
from batchtui.slow_link import spare_the_link
from batchtui.ui.standing import Standing
from tests.screen_model import ScreenModel


def compare_every_frame(found: Path) -> None:
    """Of each frame notes whether what is sent looks like what was written, on a terminal that others write to."""
    from textual import events

    from batchtui.ui.terminal_app import TerminalApp

    whole, sparing = ScreenModel(500, 200), ScreenModel(500, 200)
    difference, resized = Standing.difference, TerminalApp.on_resize

    def checked(standing: Standing, written: str) -> str:
        sent = difference(standing, written)
        whole.feed(written)
        sparing.feed(sent)
        is_same = (whole.cells, whole.cursor) == (sparing.cells, sparing.cursor)
        with found.open("a") as file:
            file.write(f"{'same' if is_same else 'DIFFERENT'} {len(written)} {len(sent)}\n")
        return sent

    def on_resize(app: TerminalApp, event: events.Resize) -> None:
        sparing.cells.clear()  # what a terminal does with its cells then is its own affair
        whole.cells.clear()
        resized(app, event)

    setattr(Standing, "difference", checked)  # noqa: B010
    setattr(TerminalApp, "on_resize", on_resize)  # noqa: B010


def main(moment: str, *arguments: str) -> None:
    """Runs it.

    Args:
        moment: A file with the epoch seconds that it is.
        arguments: A file for what comparing every frame finds, where that is wanted; URL; seconds of refresh.
    """
    *found, url, refresh = arguments
    spare_the_link(os.environ)
    for file in found:
        compare_every_frame(Path(file))
    from batchtui.ui.app import BatchtuiApp

    settings = Settings(endpoint_url=url, refresh=float(refresh), max_calls_per_second=50.0, fresh=True)
    BatchtuiApp(settings, account_of(settings), clock=lambda: float(Path(moment).read_text())).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
