"""The name that an account goes by, so that nobody must know its number by heart."""

from batchtui.aws.answers import a_list
from batchtui.aws.caller import Caller
from batchtui.aws.connection import Connection
from batchtui.aws.errors import AwsError
from batchtui.aws.pacing import CallBudget
from batchtui.model.text import clean


async def account_alias(connection: Connection, budget: CallBudget) -> str | None:
    """The account's alias (ListAccountAliases of IAM); None where it has none.

    A monitor need not be allowed to know, nor to reach IAM: whatever goes wrong is no error of the session.
    """
    try:
        return await ask_alias(Caller(connection, budget))
    except AwsError:
        return None


async def ask_alias(caller: Caller, *, urgent: bool = False) -> str | None:
    """The same, where it matters why it is not told.

    Raises:
        AwsError: It could not be asked.
    """
    answer = await caller.call("iam", "ListAccountAliases", {}, urgent=urgent, check=a_list("AccountAliases"))
    return next((clean(alias) for alias in answer["AccountAliases"] if isinstance(alias, str)), None)
