"""Who this is and where, as far as it is known by now."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from batchtui.actions.entry import Actor
from batchtui.aws.errors import AwsError
from batchtui.read_only import DEFAULT_PROFILE
from batchtui.sync.snapshot import Snapshot

if TYPE_CHECKING:  # imported in the background
    from batchtui.aws.connection import Connection
    from batchtui.aws.gateway import Gateway


class Whereabouts:
    """Profile, region and account.

    Args:
        connection: The connection, None while there is none.
        snapshot: What is known of the account.
    """

    def __init__(self, connection: "Callable[[], Connection | None]", snapshot: Callable[[], Snapshot]) -> None:
        self._connection = connection
        self._snapshot = snapshot
        self._arn: str | None = None
        self.alias: str | None = None
        """The name that the account goes by; None while unknown, and where it has none or may not tell."""

    async def learn(self, gateway: "Gateway") -> None:
        """Asks once who it is (GetCallerIdentity), for the record of actions; the account needs no call."""
        if self._arn is None:
            with suppress(AwsError):  # the session's errors tell of it
                self._arn = (await gateway.get_caller_identity()).arn

    @property
    def actor(self) -> Actor:
        """For the record of actions."""
        connection = self._connection()
        where = connection.resolved if connection else None
        account = self._snapshot().account
        region, profile = (where.region, where.profile) if where else (None, None)
        return Actor(account, self._arn, region, profile)

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
        if where is None:  # as it was asked for, where it cannot be reached
            asked = connection.settings if connection else None
            return tuple(part for part in (asked.profile, asked.region) if part) if asked else ()
        who = where.profile or where.credentials_source
        return tuple(part for part in (who, where.region, self._snapshot().account) if part)

    @property
    def account(self) -> str:
        """The account's number with its alias; empty while unknown."""
        number = self._snapshot().account or ""
        return f"{number} ({self.alias})" if number and self.alias else number
