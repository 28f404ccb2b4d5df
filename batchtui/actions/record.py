"""What was done from here, kept on this machine: who, when, what, why, and what came of it.

An entry has no member that could hold a job's environment or command, so no secret can get into the file.
"""

import errno
import fcntl
import json
import logging
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from platformdirs import user_state_path

log = logging.getLogger(__name__)

LARGEST_FILE: Final = 1_000_000
"""Bytes after which the file becomes ``actions.jsonl.1``; there are no others."""
REMEMBERED: Final = 1_000
"""Entries that are kept in memory."""
FIRST_IDS: Final = 20
"""Ids that an entry names; the others are only counted."""
_TRIES = 10  # to open a file that others rotate


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, as far as it is known, and where."""

    account: str | None = None
    arn: str | None = None
    region: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One thing that was done, to one job or to many, or to a queue, an environment or a definition."""

    at: float
    """Epoch seconds."""
    actor: Actor
    action: str
    """AWS's name of it, such as ``TerminateJob``."""
    count: int
    """How many jobs, or other things, it was for."""
    job_ids: tuple[str, ...]
    """The first of them; the name or ARN of what is no job."""
    reason: str
    """What AWS was told, or what became what."""
    outcome: str
    """``accepted``, ``failed``, ``in doubt``, ``not asked``."""
    error: str | None = None
    new_job_id: str | None = None

    def as_line(self) -> str:
        """As one line of JSON, without its end."""
        moment = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        values = {
            "time": moment.replace("+00:00", "Z"),
            **asdict(self.actor),
            "action": self.action,
            "count": self.count,
            "jobs": self.job_ids,
            "reason": self.reason,
            "outcome": self.outcome,
            "error": self.error,
            "new_job": self.new_job_id,
        }
        return json.dumps({name: value for name, value in values.items() if value is not None})


def default_record_file() -> Path:
    """Where the record is kept: the platform's place for a user's state."""
    return user_state_path("batchtui", appauthor=False) / "actions.jsonl"


class ActionRecord:
    """Remembers what was done, and appends it to a file that its owner alone can read.

    A file that cannot be written never hinders an action: ``on_trouble`` is told once, and memory goes on.

    Args:
        path: The file; None for memory alone.
        on_trouble: Told once, in a sentence, that the file cannot be written.
        largest: Bytes after which the file is rotated.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        on_trouble: Callable[[str], None] = lambda sentence: None,
        largest: int = LARGEST_FILE,
    ) -> None:
        self.path = path
        self._on_trouble = on_trouble
        self._largest = largest
        self._entries: deque[ActionEntry] = deque(maxlen=REMEMBERED)
        self._is_told = False

    @property
    def entries(self) -> tuple[ActionEntry, ...]:
        """What was done since the start, oldest first."""
        return tuple(self._entries)

    def add(self, entries: Iterable[ActionEntry]) -> None:
        """Remembers these, and writes them. It raises nothing."""
        new = tuple(entries)
        self._entries.extend(new)
        if self.path is None or not new:
            return
        try:
            _append(self.path, "".join(f"{entry.as_line()}\n" for entry in new).encode(), self._largest)
        except OSError as error:
            log.warning("the record of actions cannot be written: %s", error)
            if not self._is_told:
                self._is_told = True
                why = error.strerror or type(error).__name__
                self._on_trouble(
                    f"{self.path} cannot be written ({why}): actions are remembered until the end only."
                )


def _append(path: Path, data: bytes, largest: int) -> None:
    """Whole lines or nothing, also where several instances write at once."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # O_NONBLOCK: a named pipe without a reader is an error, not a wait for good.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    for _ in range(_TRIES):
        descriptor = os.open(path, flags, 0o600)
        try:
            is_alone = _locked(descriptor)
            if not _is_still(descriptor, path):  # another instance has just rotated it
                continue
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            size = state.st_size
            if is_alone and size and size + len(data) > largest:
                path.replace(path.with_name(f"{path.name}.1"))
                continue
            os.fchmod(descriptor, 0o600)
            if os.write(descriptor, data) < len(data):
                if is_alone:
                    os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return
        finally:
            os.close(descriptor)  # and with it the lock
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _locked(descriptor: int) -> bool:
    """Whether no other instance writes now. It does not wait: without the lock one appends all the same."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(descriptor))
