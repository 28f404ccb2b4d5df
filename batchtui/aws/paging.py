"""Listings of AWS Batch, page by page to the end."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from batchtui.aws.answers import items_of
from batchtui.aws.caller import Call
from batchtui.aws.errors import MalformedAnswerError
from batchtui.model.fields import Api


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing."""

    items: tuple[Api, ...]
    is_last: bool


async def pages(
    call: Call, operation: str, member: str, params: dict[str, Any], *, urgent: bool = False
) -> AsyncGenerator[Page]:
    """Every page of a Batch operation whose answer holds a list of structures in ``member``.

    Args:
        call: Asks AWS.
        operation: AWS's name of it.
        member: Where the list is in its answer.
        params: Its input, as AWS names it.
        urgent: A person waits for it.

    Raises:
        MalformedAnswerError: It is no such answer, or the pages never end.
        AwsError: AWS did not answer.
    """
    seen: set[str] = set()
    while True:
        answer = await call("batch", operation, params, urgent=urgent)
        await asyncio.sleep(0)  # parsing a page took milliseconds: let the screen breathe before using it
        token = answer.get("nextToken")
        yield Page(items_of(operation, answer, member), is_last=not token)
        if not token:
            return
        if token in seen:
            raise MalformedAnswerError("The pages go round in a circle", operation=operation, code="TokenLoop")
        seen.add(token)
        params = {**params, "nextToken": token}
