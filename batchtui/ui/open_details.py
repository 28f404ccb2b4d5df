"""Opening the details of something, or coming back to them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen
from textual.signal import Signal

from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.messages import DetailWanted, WhyWanted
from batchtui.ui.open_logs import OpenLogs, go_back_to

if TYPE_CHECKING:  # imported when the first details are opened
    from batchtui.actions.record import ActionRecord
    from batchtui.aws.gateway import Gateway


class OpenDetails:
    """Opens the detail view.

    Args:
        app: Shows it.
        logs: The logs, from which one goes back to the details that led there.
        gateway: The gateway, None while there is no connection.
        snapshot: What is known of the account.
        record: What was done from here, None while there is no connection.
        published: Tells of every new snapshot.
        refresh: Seconds after which details are asked for again, at least.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        app: App[Any],
        logs: OpenLogs,
        *,
        gateway: "Callable[[], Gateway | None]",
        snapshot: Callable[[], Snapshot],
        record: "Callable[[], ActionRecord | None]",
        published: Signal[Snapshot],
        refresh: float,
        clock: Callable[[], float],
    ) -> None:
        self._app = app
        self._logs = logs
        self._gateway = gateway
        self._snapshot = snapshot
        self._record = record
        self._published = published
        self._refresh = refresh
        self._clock = clock

    def follow(self, event: DetailWanted | WhyWanted) -> None:
        """Opens what a person asks for."""
        if isinstance(event, DetailWanted):
            self.open(event.kind, event.key, event.title, is_json=event.is_json, job=event.job)
            return
        from batchtui.ui.open_why import open_why

        open_why(
            self._app,
            event,
            gateway=self._gateway,
            snapshot=self._snapshot,
            published=self._published,
            clock=self._clock,
        )

    def open(
        self, kind: str, key: str, title: str, *, is_json: bool = False, job: JobSummary | None = None
    ) -> None:
        """Opens the details of a ``job``, ``queue``, ``environment`` or ``definition``.

        From a log, or from the answer why, it goes back to the details that led there, at their place.
        """
        from batchtui.ui.details.lookup import Lookup
        from batchtui.ui.screens.detail import JSON, OVERVIEW, DetailScreen

        def is_there(screen: Screen[Any]) -> bool:
            return isinstance(screen, DetailScreen) and (screen.kind, screen.key) == (kind, key)

        leads_back = self._app.screen in self._logs or getattr(self._app.screen, "IS_ABOUT_A_JOB", False)
        if leads_back and go_back_to(self._app, is_there):
            if is_json and isinstance(self._app.screen, DetailScreen):
                self._app.screen.action_show_json()
            return
        lookup = Lookup(self._gateway, self._snapshot, self._record)
        self._app.push_screen(
            DetailScreen(
                kind,
                key,
                title,
                partial(lookup.view, kind, key),
                seconds=self._seconds,
                clock=self._clock,
                published=self._published,
                tab=JSON if is_json else OVERVIEW,
                known=lookup.known(kind, key, job),
            )
        )

    async def open_newest_made_of(self, job_id: str) -> None:
        """Opens the details of the newest job that was made of one, or says that there is none."""
        record = self._record()
        if record is not None:
            await record.read()
        made = record.new_jobs_of(job_id) if record else ()
        if made:
            self.open("job", made[0], made[0])
        else:
            self._app.notify("No job was made of this one from here.", severity="warning")

    def _seconds(self) -> float | None:
        """How long what is shown stays true enough; None while polling is paused."""
        snapshot = self._snapshot()
        return None if snapshot.is_paused else max(self._refresh, snapshot.interval)
