"""What every command begins with: a connection, one budget, and who asks."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from batchtui import garbage
from batchtui.actions.entry import Actor
from batchtui.actions.record import ActionRecord, default_record_file
from batchtui.aws.connection import Connection, Resolved
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.control_gateway import ControlGateway
from batchtui.aws.errors import AwsError
from batchtui.aws.gateway import CallerIdentity, Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.read_only import DEFAULT_PROFILE, read_only_reason
from batchtui.settings import Settings, StartError

AccountContext = AbstractAsyncContextManager[ConnectionSettings]
"""How to reach an account, for as long as the context is open."""


@dataclass(frozen=True, slots=True)
class Session:
    """One command's way to AWS."""

    settings: Settings
    connection: Connection
    resolved: Resolved
    gateway: Gateway

    async def identity(self) -> CallerIdentity:
        """Who asks; nothing is known of them where AWS does not tell."""
        try:
            return await self.gateway.get_caller_identity()
        except AwsError:
            return CallerIdentity(account=None, arn=None)

    def why_read_only(self, identity: CallerIdentity) -> str | None:
        """Why nothing can be changed; None where it can."""
        # The demo account is reached by no profile.
        profile = "" if self.connection.settings.is_self_contained else self.resolved.profile or DEFAULT_PROFILE
        return read_only_reason(self.settings, profile, identity.account)

    def actor(self, identity: CallerIdentity) -> Actor:
        """For the record of actions."""
        return Actor(identity.account, identity.arn, self.resolved.region, self.resolved.profile)

    def control(self) -> ControlGateway:
        """What changes jobs; to be made only where ``why_read_only`` says None."""
        return ControlGateway(self.connection, self.gateway.budget)

    def record(self) -> ActionRecord:
        """The record of actions; what is done to the demo account goes with it."""
        path: Path | None = None if self.connection.settings.is_self_contained else default_record_file()
        return ActionRecord(path)


@asynccontextmanager
async def session_of(settings: Settings, account: AccountContext) -> AsyncIterator[Session]:
    """Opens the way to an account.

    Raises:
        StartError: No region, no such profile, no credentials, or none that are still good.
    """
    async with account as connection_settings:
        connection = Connection(connection_settings)
        try:
            try:
                resolved = await connection.open()
            except AwsError as error:
                raise StartError(error.last_words) from error
            garbage.settle()
            gateway = Gateway(connection, CallBudget(settings.max_calls_per_second))
            yield Session(settings, connection, resolved, gateway)
        finally:
            await connection.close()
