"""Listings of AWS Batch, page by page to the end."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from batchtui.aws.answers import a_page, next_token
from batchtui.aws.caller import Call
from batchtui.model import fields
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
        answer = await call("batch", operation, params, urgent=urgent, check=a_page(member, seen))
        await asyncio.sleep(0)  # parsing a page took milliseconds: let the screen breathe before using it
        token = next_token(answer)
        yield Page(fields.structures(answer, member), is_last=token is None)
        if token is None:
            return
        seen.add(token)
        params = {**params, "nextToken": token}
