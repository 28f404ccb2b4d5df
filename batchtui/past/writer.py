"""Writing what is seen of jobs, in a thread of its own, in transactions that hold the file for a moment only.

Nothing queues up: of each account and region the newest look waits, and what was written of the one before tells
which jobs are new. So nothing is lost while the file is slow, and nothing is kept twice.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

from batchtui.model.job import JobSummary
from batchtui.model.text import clean
from batchtui.past.bounds import Bounds, shrink
from batchtui.past.file import BUSY_SECONDS, PastError, open_past, why
from batchtui.past.job import COLUMNS, TOLD_ONCE, row_of

log = logging.getLogger(__name__)

Jobs = Mapping[str, Mapping[str, JobSummary]]
"""By queue and id; what did not change is the same object as before."""

AT_ONCE: Final = 500
"""Rows of one transaction: some milliseconds, during which other instances wait."""
REST_SECONDS: Final = 2.0
"""Between two looks that are written, at least."""
TROUBLE_SECONDS: Final = 30.0
"""After what went wrong, until it is tried again."""
LAST_SECONDS: Final = 2.0
"""For so long the end of the program waits for what is not written yet."""
_MOST_CONTEXTS: Final = 16
_SHRINK_AFTER: Final = 5_000  # rows that were written

_KEY: Final = ("account", "region", "job_id")
_CHANGING: Final = tuple(column for column in COLUMNS if column not in (*_KEY, "at", "seen_at"))
_TOLD: Final = {
    column: f"coalesce(excluded.{column}, jobs.{column})" if column in TOLD_ONCE else f"excluded.{column}"
    for column in _CHANGING
}
_UPSERT: Final = f"""
INSERT INTO jobs ({", ".join(COLUMNS)}) VALUES ({", ".join("?" for _ in COLUMNS)})
ON CONFLICT (job_id, account, region) DO UPDATE SET
    {", ".join(f"{column} = {told}" for column, told in _TOLD.items())},
    seen_at = excluded.seen_at, forgotten_at = NULL
WHERE (jobs.status NOT IN ('SUCCEEDED', 'FAILED') OR excluded.status IN ('SUCCEEDED', 'FAILED'))
    AND ({" OR ".join(f"jobs.{column} IS NOT {told}" for column, told in _TOLD.items())})
"""  # noqa: S608  # our own names
"""A job never leaves SUCCEEDED or FAILED, so that who says otherwise has seen it before; what is the same is not
written again."""


class PastWriter:
    """Begins with its first look and ends with ``stop``. No method waits but that one, and none raises.

    Args:
        path: The file.
        bounds: How much is remembered.
        wall_clock: Epoch seconds.
        on_trouble: Told once, in a sentence and by the thread, that the file cannot be written.
        rest: Seconds between two looks that are written.
        rest_after_trouble: Seconds until it is tried again after what went wrong.
        busy_seconds: For so long another instance that writes is waited for.
    """

    def __init__(
        self,
        path: Path,
        bounds: Bounds,
        *,
        wall_clock: Callable[[], float] = time.time,
        on_trouble: Callable[[str], None] = lambda sentence: None,
        rest: float = REST_SECONDS,
        rest_after_trouble: float = TROUBLE_SECONDS,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self.trouble = ""
        """Why the file cannot be written, in a sentence; empty where it can."""
        self.written = 0
        """Rows that were new, or had changed."""
        self._bounds = bounds
        self._wall_clock = wall_clock
        self._on_trouble = on_trouble
        self._was_told = False
        self._rest = rest
        self._rest_after_trouble = rest_after_trouble
        self._busy_seconds = busy_seconds
        self._waiting: dict[tuple[str, str], Jobs] = {}
        self._known: dict[tuple[str, str], dict[str, Mapping[str, JobSummary]]] = {}
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._end = threading.Event()
        self._deadline = 0.0
        self._since_shrunk = _SHRINK_AFTER
        self._oldest = 0
        self._thread: threading.Thread | None = None

    def take(self, account: str, region: str, jobs: Jobs) -> None:
        """There is a new look at an account; an older one that nobody has written yet is of no use any more."""
        if self._end.is_set():
            return
        with self._lock:
            self._waiting[account, region] = jobs
            while len(self._waiting) > _MOST_CONTEXTS:
                self._waiting.pop(next(iter(self._waiting)))
            self._news.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="past", daemon=True)
            self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether all that was taken is written, or cannot be."""
        return not self._waiting and not self._news.is_set()

    def stop(self, seconds: float = LAST_SECONDS) -> None:
        """Writes what is left, as far as there is time for it. It waits: not to be called on the event loop."""
        self._deadline = time.monotonic() + seconds
        with self._lock:
            self._end.set()
            self._news.set()
        if self._thread is not None:
            self._thread.join(seconds + 1.0)

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        try:
            while True:
                self._news.wait()
                is_last = self._end.is_set()
                rest = self._rest
                try:
                    if connection is None:
                        connection = open_past(self.path, busy_seconds=self._busy_seconds)
                    self._write_waiting(connection)
                except (PastError, sqlite3.Error) as error:
                    self._fail(error)
                    if connection is not None:
                        with suppress(sqlite3.Error):
                            connection.close()
                        connection = None
                    rest = self._rest_after_trouble
                else:
                    self.trouble = ""
                with self._lock:
                    if is_last or not (self._waiting or self._end.is_set()):
                        self._news.clear()
                if is_last:
                    return
                self._end.wait(rest)
        finally:
            if connection is not None:
                with suppress(sqlite3.Error):
                    connection.execute("PRAGMA optimize")
                    connection.close()

    def _fail(self, error: Exception) -> None:
        """What was not written is seen again with the next look, for nothing is known to stand in the file."""
        self._known.clear()
        said = str(error) if isinstance(error, PastError) else f"{self.path} cannot be written ({why(error)})"
        log.warning("%s", said)
        self.trouble = f"{clean(said)}: jobs are not remembered."
        if not self._was_told:
            self._was_told = True
            self._on_trouble(self.trouble)

    def _write_waiting(self, connection: sqlite3.Connection) -> None:
        while self._waiting:
            with self._lock:
                context = next(iter(self._waiting))
                jobs = self._waiting.pop(context)
            self._write(connection, context, jobs)
        if self._since_shrunk >= _SHRINK_AFTER and not self._is_late:
            self._since_shrunk = 0
            self._oldest = shrink(connection, self._bounds, self._now_ms, is_over=lambda: self._is_late)

    def _write(self, connection: sqlite3.Connection, context: tuple[str, str], jobs: Jobs) -> None:
        known = self._known.setdefault(context, {})
        for queue, after in jobs.items():
            before = known.get(queue, {})
            if before is after:
                continue
            oldest = max(self._oldest, self._now_ms - int(self._bounds.days * 86_400_000))
            rows = self._rows(context, before, after, oldest)
            while part := list(islice(rows, AT_ONCE)):
                self._write_rows(connection, part)
                if self._is_late:
                    return
                time.sleep(0)  # whoever waits for the interpreter comes first
            known[queue] = after
        for gone in known.keys() - jobs.keys():
            del known[gone]

    def _rows(
        self,
        context: tuple[str, str],
        before: Mapping[str, JobSummary],
        after: Mapping[str, JobSummary],
        oldest: int,
    ) -> Iterator[tuple[Any, ...]]:
        now = self._now_ms
        for job_id, job in after.items():
            # What is older than all that is remembered would be dropped again at once.
            if before.get(job_id) is not job and (job.created_at or now) >= oldest:
                yield row_of(job, *context, now)

    def _write_rows(self, connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            written = connection.executemany(_UPSERT, rows).rowcount
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        self.written += written
        self._since_shrunk += written

    @property
    def _now_ms(self) -> int:
        return int(self._wall_clock() * 1000)

    @property
    def _is_late(self) -> bool:
        return self._end.is_set() and time.monotonic() > self._deadline
