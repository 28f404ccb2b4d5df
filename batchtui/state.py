"""How the lists were left, for the next start: one small file for all accounts, with nothing secret in it."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from batchtui.model.job import ACTIVE, SERVICE_JOB_STATUSES
from batchtui.model.secrets import masked_text
from batchtui.settings import ListChoice, Order

MOST_ACCOUNTS: Final = 50
"""So many accounts and regions are remembered; the one that was left longest ago goes first."""
MOST_RECENT: Final = 20
"""Profiles and regions of each kind."""
_MOST_LISTS = 40
_MOST_COLUMNS = 60
_LONGEST = 500  # characters of one text
_LARGEST = 1_000_000  # bytes; a file of ours is a tenth of that at most
_VERSION = 1
_LOCK_TRIES, _LOCK_SECONDS = 20, 0.01


@dataclass(frozen=True, slots=True)
class LeftList:
    """How one list was left, and what the configuration said of it then: another word there has precedence."""

    choice: ListChoice
    configured: ListChoice = field(default_factory=ListChoice)


@dataclass(frozen=True, slots=True)
class Left:
    """How an account and region was left.

    Attributes:
        queue: The queue under the cursor; empty for all.
        status: The status that was shown, ``active``, or empty for all.
        filter: The filter of the jobs.
        lists: Columns and orders that a person chose, by the list's name.
        at: Epoch seconds.
    """

    queue: str = ""
    status: str = ""
    filter: str = ""
    lists: Mapping[str, LeftList] = field(default_factory=dict)
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class State:
    """What the file holds.

    Attributes:
        accounts: By account number and region.
        profiles: Those that were used, the latest first.
        regions: The same.
    """

    accounts: Mapping[str, Left] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def of(self, account: str, region: str) -> Left:
        """How an account and region was left; as at the very first start where that is not known."""
        return self.accounts.get(_key(account, region), Left())

    def with_left(self, account: str, region: str, left: Left) -> "State":
        """This, and how one account and region is left now."""
        accounts = {**self.accounts, _key(account, region): left}
        latest = sorted(accounts, key=lambda key: -accounts[key].at)[:MOST_ACCOUNTS]
        return replace(self, accounts={key: accounts[key] for key in latest})

    def with_recent(self, *, profile: str | None, region: str | None) -> "State":
        """This, with the profile and the region that are used now."""
        return replace(self, profiles=_latest(profile, self.profiles), regions=_latest(region, self.regions))

    def with_recents(self, other: "State") -> "State":
        """This, after what another used."""
        profiles, regions = (*other.profiles, *self.profiles), (*other.regions, *self.regions)
        return replace(self, profiles=_latest(None, profiles), regions=_latest(None, regions))


def _key(account: str, region: str) -> str:
    return f"{account} {region}"


def _latest(name: str | None, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in (name, *names) if each))[:MOST_RECENT]


class StateError(Exception):
    """The file cannot be used; the text is a sentence."""


def read_state(path: Path) -> State:
    """What the file holds; an empty one where there is none.

    Raises:
        StateError: It cannot be read, or is none of ours.
    """
    try:
        # O_NONBLOCK: a named pipe without a writer is empty, not a wait for good.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return State()
    except OSError as error:
        raise StateError(f"{path} cannot be read ({error.strerror}).") from error
    try:
        if len(data) > _LARGEST:
            raise ValueError("too large")
        return _state(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise StateError(f"{path} is none of this program's or is damaged; it is written anew.") from error


def write_state(path: Path, change: Callable[[State], State]) -> State:
    """Reads the file once more, changes it, and puts it there whole, for its owner alone (0600).

    Another instance that does the same waits for a moment; whoever reads meanwhile gets the old one.

    Raises:
        OSError: It cannot be written; what was there stays.
    """
    import tempfile  # each import delays the first frame

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(path.parent):
        try:
            state = change(read_state(path))
        except StateError:
            state = change(State())
        text = json.dumps({"version": _VERSION, **asdict(state)}, ensure_ascii=True, separators=(",", ":"))
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    return state


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps other instances waiting; where that cannot be done, the last one to write wins."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for _ in range(_LOCK_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(_LOCK_SECONDS)
        yield
    finally:
        os.close(descriptor)


def without_secrets(text: str) -> str:
    """A filter, unless something in it looks secret."""
    return text if masked_text(text) == text and len(text) <= _LONGEST else ""


def _state(told: dict[str, Any]) -> State:
    """What a file tells, as far as it makes sense: a person may have written it, or a later version."""
    if told["version"] != _VERSION:
        raise ValueError("another version")
    accounts = {_text(key): _left(left) for key, left in list(told["accounts"].items())[:MOST_ACCOUNTS]}
    return State(accounts, _texts(told["profiles"], MOST_RECENT), _texts(told["regions"], MOST_RECENT))


def _left(told: dict[str, Any]) -> Left:
    lists = {
        _text(name): LeftList(_choice(each["choice"]), _choice(each["configured"]))
        for name, each in list(told["lists"].items())[:_MOST_LISTS]
    }
    status = told["status"] if told["status"] in (*SERVICE_JOB_STATUSES, ACTIVE) else ""
    return Left(_text(told["queue"]), status, _text(told["filter"]), lists, float(told["at"]))


def _choice(told: dict[str, Any]) -> ListChoice:
    order: Order | None = None
    if told["order"] is not None:
        column, is_reversed = told["order"]
        order = _text(column), bool(is_reversed)
    return ListChoice(_texts(told["columns"], _MOST_COLUMNS), order)


def _texts(told: object, most: int) -> tuple[str, ...]:
    if not isinstance(told, list):
        raise TypeError("a list was expected")
    return tuple(map(_text, told[:most]))


def _text(told: object) -> str:
    if not isinstance(told, str) or not told.isprintable() or len(told) > _LONGEST:
        raise ValueError("a line of text was expected")
    return told
