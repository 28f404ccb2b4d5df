"""Reading the file, the newest first, a page at a time, so that a million rows are as quick as a thousand."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

from batchtui.past.file import PastError, has_words, open_past, why
from batchtui.past.job import COLUMNS, PastJob, job_of
from batchtui.past.search import Search

FEW: Final = 5_000
"""Up to so many rows with some words are sorted; of more, the newest are looked through until a page is full."""
MOST_LOOKED_AT: Final = 20_000
"""Rows for one page; what was found by then is told, and the next page goes on."""
_CHUNK: Final = 1_000
_COLUMNS: Final = ", ".join(("number", *COLUMNS, "forgotten_at"))
_STEPS_BETWEEN_LOOKS: Final = 10_000

Result = TypeVar("Result")

Place = tuple[int, int]
"""A row's ``at`` and number: what is older comes after it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was found."""

    jobs: tuple[PastJob, ...]
    next: Place | None
    """Where to go on; None at the end."""
    looked_at: int
    """Rows that were looked at for it."""


class PastReader:
    """Every method may take a while, and may be called by any thread: one after another they get their turn.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._wanted = 0

    def give_up(self) -> None:
        """What is under way is of no use any more: it raises a PastError soon."""
        self._wanted += 1

    def page(
        self,
        search: Search,
        is_wanted: Callable[[PastJob], bool],
        *,
        after: Place | None = None,
        limit: int = 500,
    ) -> Page:
        """The next rows for which all holds.

        Args:
            search: What SQLite can look for.
            is_wanted: Tests each row that it finds.
            after: Where the page before ended.
            limit: So many rows at most.

        Raises:
            PastError: The file cannot be read.
        """
        with self._lock:
            return self._told(lambda connection: _page(connection, search, is_wanted, after, limit))

    def count(self, account: str | None = None, region: str | None = None) -> int:
        """How many jobs are remembered, of one account and region or of all.

        Raises:
            PastError: The file cannot be read.
        """
        conditions, values = Search(account, region).conditions(with_words=False)
        sql = f"SELECT count(*) FROM jobs{_where(conditions)}"  # noqa: S608  # our own names

        def count(connection: sqlite3.Connection) -> int:
            with closing(connection.execute(sql, values)) as found:
                return int(found.fetchone()[0])

        with self._lock:
            return self._told(count)

    def forgotten(self, job: PastJob, now_ms: int) -> None:
        """Notes that AWS does not know a job any more.

        Raises:
            PastError: The file cannot be written.
        """
        with self._lock:
            self._told(
                lambda connection: connection.execute(
                    "UPDATE jobs SET forgotten_at = ? WHERE job_id = ? AND account = ? AND region = ?",
                    (now_ms, job.job.job_id, job.account, job.region),
                ).close()
            )

    def close(self) -> None:
        """Lets go of the file."""
        self.give_up()
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _told(self, ask: Callable[[sqlite3.Connection], Result]) -> Result:
        wanted = self._wanted
        if self._connection is None:
            self._connection = open_past(self.path)
        self._connection.set_progress_handler(lambda: int(self._wanted != wanted), _STEPS_BETWEEN_LOOKS)
        try:
            return ask(self._connection)
        except sqlite3.Error as error:
            raise PastError(f"{self.path} cannot be read ({why(error)})") from error


def _page(
    connection: sqlite3.Connection,
    search: Search,
    is_wanted: Callable[[PastJob], bool],
    after: Place | None,
    limit: int,
) -> Page:
    source, conditions, values = _source(connection, search)
    found: list[PastJob] = []
    looked_at = 0
    while looked_at < MOST_LOOKED_AT:
        here, given = [*conditions], [*values]
        if after is not None:
            here.append("(at, number) < (?, ?)")
            given += after
        what = f"SELECT {_COLUMNS} FROM {source}{_where(here)}"  # noqa: S608  # words of this program; values are given
        sql = f"{what} ORDER BY at DESC, number DESC LIMIT {_CHUNK}"
        with closing(connection.execute(sql, given)) as rows:
            chunk = rows.fetchall()
        for row in chunk:
            looked_at += 1
            after = (row[1 + COLUMNS.index("at")], row[0])
            job = job_of(row)
            if is_wanted(job):
                found.append(job)
                if len(found) == limit:
                    return Page(tuple(found), after, looked_at)
        if len(chunk) < _CHUNK:
            return Page(tuple(found), None, looked_at)
    return Page(tuple(found), after, looked_at)


def _source(connection: sqlite3.Connection, search: Search) -> tuple[str, list[str], list[Any]]:
    """Few rows with these words are named one by one; of many, the newest are the quickest to find."""
    conditions, values = search.conditions(with_words=True)
    if not search.match or not has_words(connection):
        return "jobs", conditions, values
    sql = "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?"
    with closing(connection.execute(sql, (search.match, FEW + 1))) as rows:
        numbers = [row[0] for row in rows]
    if len(numbers) > FEW:
        return "jobs", conditions, values
    named = "number IN (SELECT value FROM json_each(?))"
    return "jobs NOT INDEXED", [*conditions, named], [*values, json.dumps(numbers)]


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
