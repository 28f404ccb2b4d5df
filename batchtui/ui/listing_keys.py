"""The keys of the screens with one list: most are the same, and mean what the rows are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from batchtui.ui.keys import GLOBAL_KEYS, LIST_KEYS, Key


@dataclass(frozen=True, slots=True)
class ListingKeys:
    """The keys of one such screen.

    Attributes:
        title: What the help calls it.
        own: What holds for the screen.
        rows: What holds for the row under the cursor.
    """

    title: str
    own: tuple[Key, ...]
    rows: tuple[Key, ...]

    @property
    def bound(self) -> tuple[Key, ...]:
        """What the screen binds; its table binds the keys of the rows."""
        return (*self.own, *(key for key in GLOBAL_KEYS if key.id == "help"))

    @property
    def help(self) -> tuple[tuple[str, tuple[Key, ...]], ...]:
        """Groups for the help."""
        return ((self.title, (*self.own, *self.rows)), ("Anywhere", GLOBAL_KEYS))

    @property
    def footer(self) -> tuple[Key, ...]:
        """The most useful first."""
        return tuple(key for key in (*self.own, *self.rows, *GLOBAL_KEYS) if key.label and key.id != "pause")


_CHANGES_OF_JOBS = ("stop", "resubmit", "edit")
_ONLY_OF_JOBS = ("children", "dependencies", "watch")


def listing_keys(
    name: str,
    title: str,
    *more: Key,
    refresh: str = "List them again",
    meant: Mapping[str, str] | None = None,
    without: Collection[str] = (),
    of_jobs: bool = False,
    with_marks: bool = False,
) -> ListingKeys:
    """The keys of a list.

    Args:
        name: What a key map in the configuration calls it: its keys are ``NAME-back``, ``NAME-refresh``.
        title: What the help calls it.
        more: Keys that only this screen has.
        refresh: What asking again does.
        meant: What keys of the rows mean here, by their ids, where that is not what they mean in other lists.
        without: The ids of keys that say nothing here.
        of_jobs: Whether its rows are jobs, which can be marked, stopped and submitted again.
        with_marks: Whether rows that are no jobs can be marked all the same.
    """
    meant = meant or {}
    if "why" in without:  # there are no jobs in it
        without = (*without, *_ONLY_OF_JOBS)
    rows = tuple(
        replace(key, help=meant.get(key.id, key.help))
        for key in LIST_KEYS
        if key.id not in without
        and (of_jobs or with_marks or "mark" not in key.id)
        and (not key.changes or (of_jobs and key.id in _CHANGES_OF_JOBS))
    )
    own = (
        Key(f"{name}-back", "escape", "back", "Back: clears the filter, then leaves", "back", "esc"),
        *more,
        Key(f"{name}-refresh", "ctrl+r", "refresh_now", refresh),
    )
    return ListingKeys(title, own, rows)
