"""The account's alias, of which nobody need be told."""

from batchtui.aws.account_alias import account_alias
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.pacing import CallBudget
from tests.worlds import DemoWorld, World


async def test_it_is_told_where_there_is_one(world: World) -> None:
    iam = world.client("iam")
    if not isinstance(world, DemoWorld):
        assert iam.list_account_aliases()["AccountAliases"] == []
    connection, budget = Connection(ConnectionSettings(endpoint_url=world.url)), CallBudget(1000)
    try:
        if not isinstance(world, DemoWorld):
            assert await account_alias(connection, budget) is None
            iam.create_account_alias(AccountAlias="genomics")
        assert await account_alias(connection, budget) == "genomics"
        assert iam.list_account_aliases()["AccountAliases"] == ["genomics"]
        assert budget.calls_per_minute() == (1 if isinstance(world, DemoWorld) else 2)
    finally:
        await connection.close()


async def test_a_monitor_need_not_be_allowed_to_know(demo: DemoWorld) -> None:
    connection = Connection(ConnectionSettings(endpoint_url=demo.url))
    try:
        for status, code in ((403, "AccessDenied"), (503, "ServiceUnavailable"), (200, "")):
            demo.fault(
                "ListAccountAliases", status=status, code=code, message="no", body="<html>" if not code else None
            )
            assert await account_alias(connection, CallBudget(1000)) is None
    finally:
        await connection.close()
