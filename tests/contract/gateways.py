"""The reads of an account, as the app makes them, for tests that need no more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from tests.worlds import World


@asynccontextmanager
async def gateway_on(world: World) -> AsyncIterator[Gateway]:
    """A gateway whose budget no test uses up."""
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    try:
        yield Gateway(connection, CallBudget(1000))
    finally:
        await connection.close()
