"""The file: where it is, who may read it, and what is in it, whatever its version."""

import os
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from platformdirs import user_state_path

from batchtui.model.text import clean
from batchtui.past.job import SEARCHED

APPLICATION_ID: Final = 0x62747069
"""Tells a file of ours from every other SQLite file."""
BUSY_SECONDS: Final = 5.0
"""For so long another instance that writes is waited for."""
_TRIES: Final = 5
_PAGES_OF_CACHE: Final = -4_000  # KiB

_JOBS: Final = """
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY,
    account TEXT NOT NULL, region TEXT NOT NULL, job_id TEXT NOT NULL, at INTEGER NOT NULL,
    name TEXT, queue TEXT, definition TEXT, status TEXT NOT NULL, status_reason TEXT, container_reason TEXT,
    share TEXT, arn_start TEXT,
    created_at INTEGER, scheduled_at INTEGER, started_at INTEGER, stopped_at INTEGER,
    exit_code INTEGER, array_size INTEGER, array_index INTEGER, children TEXT, nodes INTEGER,
    vcpus REAL, memory INTEGER, attempts INTEGER, tags TEXT, service_job_type TEXT,
    is_cancelled INTEGER, is_terminated INTEGER,
    seen_at INTEGER NOT NULL, forgotten_at INTEGER
);
CREATE UNIQUE INDEX jobs_by_id ON jobs (job_id, account, region);
CREATE INDEX jobs_of_context ON jobs (account, region, at);
CREATE INDEX jobs_by_age ON jobs (at);
"""
STEPS: Final = (_JOBS,)
"""What makes each version of the file from the one before; the first makes it from nothing."""

_NEW, _OLD = (", ".join(f"{prefix}.{column}" for column in SEARCHED) for prefix in ("new", "old"))
_NAMES: Final = ", ".join(SEARCHED)
_WORDS: Final = f"""
CREATE VIRTUAL TABLE words USING fts5(
    {_NAMES}, content='jobs', content_rowid='number', tokenize='trigram', detail='none'
);
CREATE TRIGGER words_of_new AFTER INSERT ON jobs BEGIN
    INSERT INTO words (rowid, {_NAMES}) VALUES (new.number, {_NEW});
END;
CREATE TRIGGER words_of_gone AFTER DELETE ON jobs BEGIN
    INSERT INTO words (words, rowid, {_NAMES}) VALUES ('delete', old.number, {_OLD});
END;
CREATE TRIGGER words_of_changed AFTER UPDATE OF {_NAMES} ON jobs BEGIN
    INSERT INTO words (words, rowid, {_NAMES}) VALUES ('delete', old.number, {_OLD});
    INSERT INTO words (rowid, {_NAMES}) VALUES (new.number, {_NEW});
END;
INSERT INTO words (words) VALUES ('rebuild');
"""  # noqa: S608  # our own names


class PastError(Exception):
    """The file cannot be used; the text is a sentence without its full stop."""


def default_past_file() -> Path:
    """Where jobs are remembered: the platform's place for a user's state."""
    return user_state_path("batchtui", appauthor=False) / "past.sqlite3"


def why(error: Exception) -> str:
    """What an error of the file says, in words that a terminal cannot be steered by."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return clean(said or type(error).__name__)[:200].rstrip(".")


def open_past(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Opens the file, and makes what is missing in it. It may take seconds: never to be called on the event loop.

    The connection may be used by one thread after another; every transaction is begun by hand.

    Raises:
        PastError: It cannot be opened, is no file of ours, or was made by a newer version.
    """
    try:
        _make_private(path)
        connection = sqlite3.connect(
            path, timeout=busy_seconds, isolation_level=None, check_same_thread=False, cached_statements=32
        )
    except (OSError, sqlite3.Error) as error:
        raise PastError(f"{path} cannot be opened ({why(error)})") from error
    try:
        connection.text_factory = lambda data: data.decode(errors="replace")
        _refuse(connection, path)
        _begin(connection)
        _upgrade(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise PastError(f"{path} cannot be used ({why(error)})") from error
    except BaseException:
        connection.close()
        raise
    return connection


def has_words(connection: sqlite3.Connection) -> bool:
    """Whether words can be looked for without reading every row."""
    with closing(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'")) as found:
        return found.fetchone() is not None


def _make_private(path: Path) -> None:
    """SQLite gives what it puts beside a file the rights of that file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o600)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(0, "not a regular file")
        if stat.S_IMODE(state.st_mode) != 0o600:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _refuse(connection: sqlite3.Connection, path: Path) -> None:
    """What is not ours is left as it is."""
    owner = _number(connection, "application_id")
    if owner not in (0, APPLICATION_ID) or (owner == 0 and _has_tables(connection)):
        raise PastError(f"{path} is a file of another program")
    if _number(connection, "user_version") > len(STEPS):
        raise PastError(f"{path} was made by a newer version of batchtui")


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # says nothing to a file that has tables
    connection.execute(f"PRAGMA cache_size = {_PAGES_OF_CACHE}")
    for tried in range(_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError:  # here SQLite does not wait for others that do the same
            if tried + 1 == _TRIES:
                raise
            time.sleep(0.05 * (tried + 1))
    connection.execute("PRAGMA synchronous = NORMAL")


def _upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """One instance does it, the others wait for that."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _refuse(connection, path)  # somebody may have been quicker
        version = _number(connection, "user_version")
        for step in STEPS[version:]:
            _run(connection, step)
        if version < len(STEPS):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(STEPS)}")
        if not has_words(connection) and _knows_trigrams(connection):
            _run(connection, _WORDS)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Statement by statement: ``executescript`` would end the transaction first."""
    statement = ""
    for line in script.splitlines():
        statement += f"{line}\n"
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def _knows_trigrams(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite was built with FTS5, and is new enough (3.34)."""
    try:
        connection.execute("CREATE VIRTUAL TABLE temp.words_tried USING fts5(a, tokenize='trigram')")
        connection.execute("DROP TABLE temp.words_tried")
    except sqlite3.OperationalError:
        return False
    return True


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    with closing(connection.execute(f"PRAGMA {pragma}")) as found:
        return int(found.fetchone()[0])


def _has_tables(connection: sqlite3.Connection) -> bool:
    with closing(connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")) as found:
        return found.fetchone() is not None
