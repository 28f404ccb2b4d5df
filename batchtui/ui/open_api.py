"""The way to the screen *API calls*."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.app import App

from batchtui.sync.snapshot import Snapshot
from batchtui.ui.open_logs import go_back_to

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway


def open_api(
    app: App[Any],
    gateway: "Gateway | None",
    *,
    snapshot: Callable[[], Snapshot],
    clock: Callable[[], float],
) -> None:
    """Opens the screen, or goes back to it; before there is a connection nothing was asked."""
    if gateway is None:
        app.notify("Not connected yet.", severity="warning")
        return
    from batchtui.ui.screens.api import ApiScreen

    if not go_back_to(app, lambda screen: isinstance(screen, ApiScreen)):
        app.push_screen(ApiScreen(gateway.budget, snapshot=snapshot, clock=clock))
