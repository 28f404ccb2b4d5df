"""Opening the children of an array, or the nodes of a multi-node job, or coming back to them."""

from typing import Any

from textual.screen import Screen

from batchtui.model.children import parent_of, size_of
from batchtui.ui.messages import ChildrenWanted
from batchtui.ui.open_logs import go_back_to
from batchtui.ui.reach import Reach


def open_children(reach: Reach, event: ChildrenWanted) -> None:
    """Opens the screen, or goes back to the one about this parent; of a child, that of its parent."""
    parent_id = parent_of(event.job_id)
    is_child = parent_id != event.job_id
    known = reach.snapshot().job(parent_id) or (None if is_child else event.job)
    if known is not None and not size_of(known):
        reach.app.notify("It has no children: only arrays and multi-node jobs have.", severity="warning")
        return
    gateway = reach.connected()
    if gateway is None:
        return
    from batchtui.sync.children import ChildrenReader
    from batchtui.ui.panes.jobs import JobsPane
    from batchtui.ui.screens.children import ChildrenScreen

    def is_there(screen: Screen[Any]) -> bool:
        return isinstance(screen, ChildrenScreen) and screen.reader.job_id == parent_id

    cursor = event.job_id if is_child else ""
    if go_back_to(reach.app, is_there):
        there = reach.app.screen
        if cursor and isinstance(there, ChildrenScreen):
            there.look_for(cursor)
        return
    jobs = reach.app.get_default_screen().query_one(JobsPane)
    reach.app.push_screen(
        ChildrenScreen(
            ChildrenReader(gateway, parent_id),
            known.job_name if known is not None else event.title,
            cursor=cursor,
            seconds=reach.seconds,
            stops=lambda: jobs.stops,
            quick=jobs.quick,
            clock=reach.clock,
        )
    )
