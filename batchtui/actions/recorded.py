"""What was written of actions, read again: the newest first, whatever else the file may hold.

Anybody who may write the file may have written anything into it, so no line is believed: what is no entry is
counted and left out, and every text is cleaned.
"""

import errno
import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from batchtui.actions.entry import FIRST_IDS, ActionEntry, Actor
from batchtui.model.text import clean

MOST_BYTES: Final = 1_100_000
"""Read from the end of each of the two files; a file of ours is no larger."""
_LONGEST_TEXT = 4_000
_LARGEST_COUNT = 10**9


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a file tells."""

    entries: tuple[ActionEntry, ...] = ()
    """Newest first."""
    skipped: int = 0
    """Lines that are no entries."""
    trouble: str = ""
    """Why the file cannot be read; empty where it can, and where there is none yet."""


def read_record(path: Path, most: int = 1_000) -> Recorded:
    """Reads the newest entries, of the rotated file too where the newer one has not enough.

    It takes some milliseconds: not to be called on the event loop. It raises nothing.

    Args:
        path: The newer file.
        most: So many entries at most.
    """
    found: list[ActionEntry] = []
    skipped = 0
    trouble = ""
    for each in (path, path.with_name(f"{path.name}.1")):
        try:
            lines = _last_lines(each)
        except FileNotFoundError:
            continue
        except OSError as error:
            trouble = trouble or f"{each} cannot be read ({error.strerror or type(error).__name__})"
            continue
        for line in reversed(lines):
            if len(found) == most:
                break
            entry = entry_of(line)
            if entry is not None:
                found.append(entry)
            elif line.strip():
                skipped += 1
    return Recorded(tuple(newest_first(found)), skipped, clean(trouble))


def newest_first(entries: Iterable[ActionEntry]) -> list[ActionEntry]:
    """By time; of two of the same moment the one that comes first stays first."""
    return sorted(entries, key=lambda entry: -entry.at)


def entry_of(line: bytes) -> ActionEntry | None:
    """The entry that a line holds, its texts cleaned; None where it holds none."""
    try:
        values = json.loads(line)
        if not isinstance(values, dict) or not _text(values, "action") or not _text(values, "outcome"):
            return None
        moment = datetime.fromisoformat(str(values.get("time")))
        at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, RecursionError):
        return None
    named = values.get("jobs")
    job_ids = [each for each in named if isinstance(each, str)] if isinstance(named, list) else []
    return cleaned(
        ActionEntry(
            at=at,
            actor=Actor(*(_text(values, name) for name in ("account", "arn", "region", "profile"))),
            action=_text(values, "action") or "",
            count=_count(values.get("count"), len(job_ids)),
            job_ids=tuple(job_ids[:FIRST_IDS]),
            reason=_text(values, "reason") or "",
            outcome=_text(values, "outcome") or "",
            error=_text(values, "error"),
            new_job_id=_text(values, "new_job"),
        )
    )


def cleaned(entry: ActionEntry) -> ActionEntry:
    """The same without anything that a terminal obeys."""
    return replace(
        entry,
        actor=Actor(
            *map(_clean, (entry.actor.account, entry.actor.arn, entry.actor.region, entry.actor.profile)),
        ),
        action=_clean(entry.action) or "",
        job_ids=tuple(_clean(job_id) or "" for job_id in entry.job_ids),
        reason=_clean(entry.reason) or "",
        outcome=_clean(entry.outcome) or "",
        error=_clean(entry.error),
        new_job_id=_clean(entry.new_job_id),
    )


def _clean(text: str | None) -> str | None:
    return None if text is None else clean(text[:_LONGEST_TEXT])


def _text(values: Mapping[str, Any], name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None


def _count(value: object, otherwise: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_COUNT:
        return value
    return otherwise


def _last_lines(path: Path) -> list[bytes]:
    """Whole lines from the end of a file, the last one even where its end is missing."""
    # O_NONBLOCK: a named pipe must not be waited for. O_NOFOLLOW: as it is written, so it is read.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        start = max(0, state.st_size - MOST_BYTES)
        file.seek(start)
        lines = file.read(MOST_BYTES).split(b"\n")
    return lines[1:] if start else lines
