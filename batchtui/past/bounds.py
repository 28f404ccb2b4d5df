"""How much is remembered: so many jobs over so many days, the oldest go first."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final

_AT_ONCE: Final = 500
_PAGES_AT_ONCE: Final = 256  # of 4 KiB, given back to the disk
_DAY_MS: Final = 86_400_000
_LATEST: Final = 2**63 - 1
_DROP: Final = "DELETE FROM jobs WHERE number IN (SELECT number FROM jobs WHERE at < ? ORDER BY at LIMIT ?)"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is dropped.

    Attributes:
        jobs: So many are remembered at most, of all accounts and regions together.
        days: For so long after their creation.
    """

    jobs: int = 200_000
    days: float = 180.0


def shrink(
    connection: sqlite3.Connection, bounds: Bounds, now_ms: int, *, is_over: Callable[[], bool] = lambda: False
) -> int:
    """Drops what is too old or too much, a part at a time so that others can write, and gives the room back.

    Args:
        connection: To the file.
        bounds: How much stays.
        now_ms: Epoch milliseconds.
        is_over: Whether there is no more time for it.

    Returns:
        What is older than this moment (epoch milliseconds) need not be written.
    """
    too_old = now_ms - int(bounds.days * _DAY_MS)
    while not is_over() and _dropped(connection, too_old, _AT_ONCE):
        pass
    surplus = _number(connection, "SELECT count(*) FROM jobs") - bounds.jobs
    oldest = too_old
    if surplus > 0:
        while surplus > 0 and not is_over():
            gone = _dropped(connection, _LATEST, min(surplus, _AT_ONCE))
            surplus = surplus - gone if gone else 0
        oldest = max(too_old, _number(connection, "SELECT coalesce(min(at), 0) FROM jobs"))
    with suppress(sqlite3.OperationalError):  # somebody else is at it: there will be another time
        while not is_over() and _number(connection, "PRAGMA freelist_count") > _PAGES_AT_ONCE:
            connection.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
            time.sleep(0)
    return oldest


def _dropped(connection: sqlite3.Connection, before: int, most: int) -> int:
    connection.execute("BEGIN IMMEDIATE")
    try:
        gone = connection.execute(_DROP, (before, most)).rowcount
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    time.sleep(0)
    return gone


def _number(connection: sqlite3.Connection, sql: str) -> int:
    with closing(connection.execute(sql)) as found:
        return int(found.fetchone()[0])
