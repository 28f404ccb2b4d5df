"""What a screen may want of the program around it, in one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.signal import Signal

from batchtui.actions.entry import Actor
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.trends import Trends

if TYPE_CHECKING:  # imported in the background
    from batchtui.actions.record import ActionRecord
    from batchtui.aws.gateway import Gateway
    from batchtui.ui.app import BatchtuiApp


@dataclass(frozen=True, slots=True)
class Reach:
    """Handed to whoever opens a screen; every function answers for now.

    Attributes:
        app: Shows the screens.
        gateway: Asks AWS, None while there is no connection.
        snapshot: What is known of the account.
        record: What was done from here, None while there is no connection.
        where: Account, region and who it is, as far as that is known.
        published: Tells of every new snapshot.
        refresh: Seconds after which what is looked at is asked for again, at least.
        clock: Epoch seconds.
        trends: How the queues went on since the session began.
    """

    app: "BatchtuiApp"
    gateway: "Callable[[], Gateway | None]"
    snapshot: Callable[[], Snapshot]
    record: "Callable[[], ActionRecord | None]"
    where: Callable[[], Actor]
    published: Signal[Snapshot]
    refresh: float
    clock: Callable[[], float]
    trends: Trends

    def connected(self) -> "Gateway | None":
        """The gateway; where there is none yet, it is said."""
        gateway = self.gateway()
        if gateway is None:
            self.app.notify("Not connected yet.", severity="warning")
        return gateway

    def seconds(self) -> float | None:
        """How long what is shown stays true enough; None while polling is paused."""
        snapshot = self.snapshot()
        return None if snapshot.is_paused else max(self.refresh, snapshot.interval)
