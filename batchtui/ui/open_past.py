"""The way to the jobs of the past."""

from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def open_past(reach: Reach) -> None:
    """Opens the list, or goes back to it; where nothing is remembered it is said how it would be."""
    past = reach.app.account.past
    if past is None:
        off = reach.app.settings.history
        why = (
            "Not connected yet." if off else "No jobs are remembered: history = true in config.toml, or --history."
        )
        reach.app.notify(why, severity="warning")
        return
    from batchtui.ui.screens.past import PastScreen

    if not go_back_to(reach.app, lambda screen: isinstance(screen, PastScreen)):
        reach.app.push_screen(PastScreen(reach, past))
