"""The record of what was done from here, and the ways to it."""

from typing import Any

from textual.app import App

from batchtui.actions.record import ActionRecord, default_record_file
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def record_of(app: App[Any], *, is_self_contained: bool) -> ActionRecord:
    """The record of an account; what is done to the demo account is remembered until the end only."""
    return ActionRecord(
        None if is_self_contained else default_record_file(),
        on_trouble=lambda sentence: app.notify(sentence, severity="warning"),
    )


def open_history(reach: Reach) -> None:
    """Opens the history of actions, or goes back to it; there is none before it is known whose it is."""
    record = reach.record()
    if record is None:
        reach.app.notify("Not connected yet.", severity="warning")
        return
    from batchtui.ui.screens.history import HistoryScreen

    def name_of(job_id: str) -> str:
        job = reach.snapshot().job(job_id)
        return job.job_name if job is not None else ""

    if not go_back_to(reach.app, lambda screen: isinstance(screen, HistoryScreen)):
        reach.app.push_screen(HistoryScreen(record, where=reach.where, name_of=name_of, clock=reach.clock))
