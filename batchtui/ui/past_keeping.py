"""Writing down which jobs are seen, where a person wants that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.settings import Settings
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.reach import Reach

if TYPE_CHECKING:
    from batchtui.past.writer import PastWriter


@dataclass(frozen=True, slots=True)
class PastKeeping:
    """What was seen, in a file.

    Attributes:
        writer: Writes what is seen.
        is_temporary: Whether it ends with the program, as the demo account does.
    """

    writer: "PastWriter"
    is_temporary: bool

    @property
    def path(self) -> Path:
        """The file."""
        return self.writer.path


@asynccontextmanager
async def keeping_past(
    reach: Reach, settings: Settings, connection: ConnectionSettings
) -> AsyncIterator[PastKeeping | None]:
    """Remembers every look at the account, from here to the end; None where nobody asked for that."""
    if not settings.history:
        yield None
        return
    # SQLite and what goes with it is imported only by those who want it.
    from batchtui.past.bounds import Bounds
    from batchtui.past.file import default_past_file
    from batchtui.past.writer import PastWriter

    loop = asyncio.get_running_loop()
    app = reach.app

    def tell(sentence: str) -> None:
        with suppress(RuntimeError):  # the loop is closed: there is no screen any more
            loop.call_soon_threadsafe(partial(app.notify, sentence, severity="warning"))

    own = TemporaryDirectory(prefix="batchtui-") if connection.is_self_contained else None
    writer = PastWriter(
        Path(own.name) / "past.sqlite3" if own is not None else default_past_file(),
        Bounds(settings.history_jobs, settings.history_days),
        wall_clock=reach.clock,
        on_trouble=tell,
    )

    def take(snapshot: Snapshot) -> None:
        where = reach.where()
        if where.account and where.region:
            writer.take(where.account, where.region, {name: held.jobs for name, held in snapshot.jobs.items()})

    reach.published.subscribe(app, take)
    try:
        yield PastKeeping(writer, own is not None)
    finally:
        await asyncio.to_thread(writer.stop)
        if own is not None:
            own.cleanup()
