"""Opening what a job waits for, and what waits for it."""

from typing import Any

from textual.screen import Screen

from batchtui.ui.messages import DependenciesWanted
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def open_dependencies(reach: Reach, event: DependenciesWanted) -> None:
    """Opens the screen, or goes back to the one in whose centre this job is."""
    if reach.snapshot().is_service_job(event.job_id):
        reach.app.notify("Service jobs wait for no other jobs: AWS Batch has that for jobs in containers only.")
        return
    gateway = reach.connected()
    if gateway is None:
        return
    from batchtui.sync.dependencies import DependencyBook
    from batchtui.ui.screens.dependencies import DependenciesScreen

    def is_there(screen: Screen[Any]) -> bool:
        return isinstance(screen, DependenciesScreen) and screen.centre == event.job_id

    if go_back_to(reach.app, is_there):
        return
    book = DependencyBook(gateway.dependencies)
    if (known := reach.snapshot().job(event.job_id) or event.job) is not None:
        book.jobs[event.job_id] = known
    reach.app.push_screen(
        DependenciesScreen(
            event.job_id,
            book,
            snapshot=reach.snapshot,
            published=reach.published,
            seconds=reach.seconds,
            clock=reach.clock,
        )
    )
