"""The way to the list of what is watched."""

from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def open_watched(reach: Reach) -> None:
    """Opens the list, or goes back to it."""
    from batchtui.ui.screens.watched import WatchedScreen

    if not go_back_to(reach.app, lambda screen: isinstance(screen, WatchedScreen)):
        reach.app.push_screen(WatchedScreen(reach, reach.app.account.watching))
