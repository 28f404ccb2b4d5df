"""The one way out to AWS: paced, counted, errors are ours, and nothing but reads unless it was made for more."""

import re
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final, Protocol

from botocore import xform_name

from batchtui.aws.answers import Check
from batchtui.aws.call_statistics import ANSWERED, CANCELLED, Outcome, Sent
from batchtui.aws.connection import Connection
from batchtui.aws.error_mapping import ambiguous, aws_error, may_have_been_done
from batchtui.aws.errors import (
    AwsError,
    CredentialsError,
    MalformedAnswerError,
    NotFoundError,
    ReadOnlyError,
    ThrottledError,
)
from batchtui.aws.pacing import CallBudget
from batchtui.model import fields
from batchtui.model.fields import Api

# An allow-list: what AWS adds under a verb that nobody here has thought of is refused.
_READ: Final = re.compile(r"(?:Describe|List|Get|Filter|Simulate)[A-Z][A-Za-z]*")

DONE_ONCE: Final = frozenset({"SubmitJob", "ExecuteCommand"})
"""Operations that do another thing each time: a lost answer to one of them is an AmbiguousError."""


OnError = Callable[[AwsError], None]
"""Told of a call that failed."""


def tell_nobody(error: AwsError) -> None:
    """Where nobody keeps a list of errors."""


class Call(Protocol):
    """One call: paced, and whatever goes wrong is an AwsError."""

    def __call__(
        self,
        service: str,
        operation: str,
        params: dict[str, Any],
        *,
        urgent: bool = False,
        region: str | None = None,
        check: Check | None = None,
    ) -> Awaitable[Api]: ...


def is_read(operation: str) -> bool:
    """Whether an AWS operation only reads, by its verb."""
    return _READ.fullmatch(operation) is not None


def outcome_of(error: AwsError) -> Outcome:
    """What a failed call counts as: that something is not there is an answer."""
    if isinstance(error, NotFoundError):
        return ANSWERED
    return Outcome("throttled" if isinstance(error, ThrottledError) else "failed", error.code)


class Caller:
    """Makes calls within a budget. It never retries.

    Args:
        connection: Where to.
        budget: Shared by everything that asks AWS.
        changes: The operations that may change something; without them it only reads.
        changes_of: The one service whose operations these are.
        on_error: Told of every call that failed, but not of what is merely not there.
    """

    def __init__(
        self,
        connection: Connection,
        budget: CallBudget,
        *,
        changes: Collection[str] = (),
        changes_of: str = "batch",
        on_error: OnError = tell_nobody,
    ) -> None:
        self._on_error = on_error
        self.connection = connection
        self.budget = budget
        self._changes = frozenset(changes)
        self._changes_of = changes_of

    def forbid_changes(self) -> None:
        """From now on it only reads."""
        self._changes = frozenset()

    async def call(
        self,
        service: str,
        operation: str,
        params: dict[str, Any],
        *,
        urgent: bool = False,
        region: str | None = None,
        check: Check | None = None,
    ) -> Api:
        """One call within the budget; whatever goes wrong leaves here as an AwsError.

        Args:
            service: ``batch``, ``logs``, ``sts``, ``ecs`` or ``ec2``.
            operation: AWS's name of it, such as ``ListJobs``.
            params: Its input, as AWS names it.
            urgent: A person waits for it.
            region: Another region than the account's.
            check: What makes the answer one; else it is a MalformedAnswerError.

        Raises:
            ReadOnlyError: It changes something, and this caller was not made for it; nothing was sent.
            AmbiguousError: It must be done once, was sent, and no answer tells whether it was done.
            asyncio.CancelledError: The same is true then: what was sent may have been done.
        """
        if not is_read(operation) and (service != self._changes_of or operation not in self._changes):
            raise ReadOnlyError(f"{operation} changes something", operation=operation, code="ReadOnly")
        client = None
        sent: Sent | None = None
        try:
            await self.connection.client(service, region)  # where there is none to be had no turn is taken
            await self.budget.take(urgent=urgent)
            client = await self.connection.client(service, region)  # renewed meanwhile, the one before is closed
            method = getattr(client, xform_name(operation))
            sent = self.budget.statistics.sent(service, operation)
            answer = _checked(operation, await method(**params), check)
        except Exception as error:
            mapped = aws_error(operation, error, renewal=self.connection.renewal)
            if sent is not None:
                sent.ended(outcome_of(mapped))
            if isinstance(mapped, ThrottledError):
                self.budget.throttled()
            elif isinstance(mapped, CredentialsError):
                await self.connection.renew(client)
            if sent is not None and operation in DONE_ONCE and may_have_been_done(error, mapped):
                mapped = ambiguous(mapped)
            if not isinstance(mapped, NotFoundError):
                self._on_error(mapped)
            raise mapped from error
        except BaseException:
            if sent is not None:
                sent.ended(CANCELLED)
            raise
        sent.ended(ANSWERED)
        self.budget.succeeded()
        return answer

    async def has_operation(self, operation: str) -> bool:
        """Whether the installed model of AWS Batch knows an operation; no call is made.

        Raises:
            AwsError: There is no connection to be had.
        """
        try:
            client = await self.connection.client("batch")
        except Exception as error:
            raise aws_error(operation, error, renewal=self.connection.renewal) from error
        return operation in client.meta.service_model.operation_names


def _checked(operation: str, answer: object, check: Check | None) -> Api:
    answer = answer if isinstance(answer, dict) else fields.EMPTY
    if check is not None and (why := check(answer)):
        request_id = fields.text(fields.mapping(answer, "ResponseMetadata"), "RequestId")
        raise MalformedAnswerError(why, operation=operation, code="NotAnAnswer", request_id=request_id)
    return answer
