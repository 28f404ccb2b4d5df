"""Opening the details of something, or coming back to them."""

from functools import partial
from typing import Any, Final

from textual.screen import Screen

from batchtui.model.job import JobSummary
from batchtui.ui.aside import loaded
from batchtui.ui.messages import (
    ChildrenWanted,
    ConsoleWanted,
    DependenciesWanted,
    DetailWanted,
    RevisionsWanted,
    Way,
    WhyWanted,
)
from batchtui.ui.open_logs import OpenLogs, go_back_to
from batchtui.ui.reach import Reach

_DETAILS: Final = ("batchtui.ui.details.lookup", "batchtui.ui.details.queue_live", "batchtui.ui.screens.detail")


class OpenDetails:
    """Opens the detail view.

    Args:
        reach: The program around it.
        logs: The logs, from which one goes back to the details that led there.
    """

    def __init__(self, reach: Reach, logs: OpenLogs) -> None:
        self._reach = reach
        self._logs = logs

    async def follow(self, event: Way) -> None:
        """Opens what a person asks for."""
        match event:
            case DetailWanted():
                await loaded(*_DETAILS)
                tab = "JSON" if event.is_json else event.tab
                self.open(event.kind, event.key, event.title, tab=tab, job=event.job)
            case RevisionsWanted():
                from batchtui.ui.open_revisions import open_revisions

                open_revisions(self._reach, event.definition)
            case WhyWanted():
                await loaded("batchtui.ui.open_why")
                from batchtui.ui.open_why import open_why

                open_why(self._reach, event)
            case ChildrenWanted():
                from batchtui.ui.open_children import open_children

                open_children(self._reach, event)
            case DependenciesWanted():
                from batchtui.ui.open_dependencies import open_dependencies

                open_dependencies(self._reach, event)
            case ConsoleWanted():
                from batchtui.ui.open_console import open_console

                await open_console(self._reach, event)

    def open(self, kind: str, key: str, title: str, *, tab: str = "", job: JobSummary | None = None) -> None:
        """Opens the details of one of ``lookup.KINDS``.

        From a log, or from the answer why, it goes back to the details that led there, at their place.
        """
        from batchtui.ui.details.host_live import LiveHost
        from batchtui.ui.details.lookup import Lookup
        from batchtui.ui.details.queue_live import LiveInsight
        from batchtui.ui.screens.detail import OVERVIEW, DetailScreen

        def is_there(screen: Screen[Any]) -> bool:
            return isinstance(screen, DetailScreen) and (screen.kind, screen.key) == (kind, key)

        reach = self._reach
        leads_back = reach.app.screen in self._logs or getattr(reach.app.screen, "IS_ABOUT_A_JOB", False)
        if leads_back and go_back_to(reach.app, is_there):
            if tab and isinstance(reach.app.screen, DetailScreen):
                reach.app.screen.show_tab(tab)
            return
        insight = LiveInsight(reach, key) if kind == "queue" else None
        host = LiveHost(reach) if kind == "job" else None
        lookup = Lookup(reach.gateway, reach.snapshot, reach.record, reach.clock, insight, host)
        reach.app.push_screen(
            DetailScreen(
                kind,
                key,
                title,
                partial(lookup.view, kind, key),
                seconds=reach.seconds,
                clock=reach.clock,
                published=reach.published,
                tab=tab or OVERVIEW,
                known=lookup.known(kind, key, job),
            )
        )

    async def open_newest_made_of(self, job_id: str) -> None:
        """Opens the details of the newest job that was made of one, or says that there is none."""
        record = self._reach.record()
        if record is not None:
            await record.read()
        made = record.new_jobs_of(job_id) if record else ()
        if made:
            self.open("job", made[0], made[0])
        else:
            self._reach.app.notify("No job was made of this one from here.", severity="warning")
