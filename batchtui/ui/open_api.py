"""The way to the screen *API calls*."""

from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def open_api(reach: Reach) -> None:
    """Opens the screen, or goes back to it; before there is a connection nothing was asked."""
    gateway = reach.connected()
    if gateway is None:
        return
    from batchtui.ui.screens.api import ApiScreen

    if not go_back_to(reach.app, lambda screen: isinstance(screen, ApiScreen)):
        reach.app.push_screen(ApiScreen(gateway.budget, snapshot=reach.snapshot, clock=reach.clock))
