"""Who this is and where, as far as it is known by now."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from batchtui.actions.entry import Actor
from batchtui.read_only import DEFAULT_PROFILE
from batchtui.sync.snapshot import Snapshot

if TYPE_CHECKING:  # imported in the background
    from batchtui.aws.connection import Connection


class Whereabouts:
    """Profile, region and account.

    Args:
        connection: The connection, None while there is none.
        snapshot: What is known of the account.
    """

    def __init__(self, connection: "Callable[[], Connection | None]", snapshot: Callable[[], Snapshot]) -> None:
        self._connection = connection
        self._snapshot = snapshot

    @property
    def actor(self) -> Actor:
        """For the record of actions."""
        connection = self._connection()
        where = connection.resolved if connection else None
        account = self._snapshot().account
        return Actor(account, region=where.region, profile=where.profile) if where else Actor(account)

    @property
    def profile(self) -> str | None:
        """Whose patterns count: None while unknown; empty for the demo account, which none reaches."""
        connection = self._connection()
        if connection is None or connection.resolved is None:
            return None
        return "" if connection.settings.is_self_contained else connection.resolved.profile or DEFAULT_PROFILE

    @property
    def words(self) -> tuple[str, ...]:
        """For the status bar."""
        connection = self._connection()
        where = connection.resolved if connection else None
        if where is None:
            return ()
        who = where.profile or where.credentials_source
        return tuple(part for part in (who, where.region, self._snapshot().account) if part)
