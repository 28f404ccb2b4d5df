"""What was done from here, kept on this machine: who, when, what, why, and what came of it.

An entry has no member that could hold a job's environment or command, so no secret can get into the file.
"""

import asyncio
import errno
import fcntl
import logging
import os
import stat
from collections import Counter, deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from platformdirs import user_state_path

from batchtui.actions.entry import FIRST_IDS, ActionEntry, Actor
from batchtui.actions.recorded import Recorded, cleaned, newest_first, read_record

__all__ = ("FIRST_IDS", "REMEMBERED", "ActionEntry", "ActionRecord", "Actor", "default_record_file")

log = logging.getLogger(__name__)

LARGEST_FILE: Final = 1_000_000
"""Bytes after which the file becomes ``actions.jsonl.1``; there are no others."""
REMEMBERED: Final = 1_000
"""Entries that are kept in memory."""
_TRIES = 10  # to open a file that others rotate


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
        self._was_read = False
        self.recorded = Recorded()
        """What the file held when it was last read, of earlier sessions and of other instances too."""
        self.trouble = ""
        """Why the file could not be written, in a sentence; empty where it could."""

    @property
    def entries(self) -> tuple[ActionEntry, ...]:
        """What was done since the start, oldest first."""
        return tuple(self._entries)

    @property
    def history(self) -> tuple[ActionEntry, ...]:
        """What was done since the start, and all that was read, newest first; every text is cleaned."""
        written = Counter(entry.as_line() for entry in self.recorded.entries)
        found: list[ActionEntry] = []
        for entry in map(cleaned, reversed(self._entries)):
            line = entry.as_line()
            if written[line]:
                written[line] -= 1  # this session's entries are in the file, too
            else:
                found.append(entry)
        return tuple(newest_first([*found, *self.recorded.entries]))

    async def read(self, *, again: bool = False) -> None:
        """Reads the file, in a thread; once, unless it shall be read again."""
        if self.path is not None and (again or not self._was_read):
            self._was_read = True
            self.recorded = await asyncio.to_thread(read_record, self.path)

    def new_jobs_of(self, job_id: str) -> tuple[str, ...]:
        """The jobs that were made of one, newest first, as far as is remembered and was read."""
        made = (e.new_job_id for e in self._made() if e.new_job_id and job_id in e.job_ids)
        return tuple(dict.fromkeys(made))

    def old_job_of(self, job_id: str) -> str | None:
        """The job of which one was made, as far as is remembered and was read."""
        return next((e.job_ids[0] for e in self._made() if e.new_job_id == job_id and e.job_ids), None)

    def _made(self) -> list[ActionEntry]:
        every = (*reversed(self._entries), *self.recorded.entries)
        return newest_first(entry for entry in every if entry.new_job_id)

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
            if not self.trouble:
                why = error.strerror or type(error).__name__
                self.trouble = f"{self.path} cannot be written ({why}): actions are remembered until the end only."
                self._on_trouble(self.trouble)


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
