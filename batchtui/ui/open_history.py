"""The record of what was done from here, and the ways to it."""

from collections.abc import Callable
from typing import Any

from textual.app import App

from batchtui.actions.record import ActionRecord, Actor, default_record_file
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.open_logs import go_back_to


def record_of(app: App[Any], *, is_self_contained: bool) -> ActionRecord:
    """The record of an account; what is done to the demo account is remembered until the end only."""
    return ActionRecord(
        None if is_self_contained else default_record_file(),
        on_trouble=lambda sentence: app.notify(sentence, severity="warning", markup=False),
    )


def open_history(
    app: App[Any],
    record: ActionRecord | None,
    *,
    where: Callable[[], Actor],
    snapshot: Callable[[], Snapshot],
    clock: Callable[[], float],
) -> None:
    """Opens the history of actions, or goes back to it; there is none before it is known whose it is."""
    if record is None:
        app.notify("Not connected yet.", severity="warning")
        return
    from batchtui.ui.screens.history import HistoryScreen

    def name_of(job_id: str) -> str:
        job = snapshot().job(job_id)
        return job.job_name if job is not None else ""

    if not go_back_to(app, lambda screen: isinstance(screen, HistoryScreen)):
        app.push_screen(HistoryScreen(record, where=where, name_of=name_of, clock=clock))
