"""Parsing of answers, one at a time with a breath between two.

botocore walks every answer along its service model: 6 to 11 ms for a page of 1,000 jobs, most of what a long list
costs. In the answers named in ``PLAIN`` the JSON is already what that walk comes to, so it is left out: a sixth of
the time. All other answers, every error, and what is no JSON go to botocore's own parsers.

Four pages that arrive together would hold the event loop for four times as long as one; a thread would be slower
and hold the interpreter all the same.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

from aiobotocore.parsers import AioResponseParserFactory

PLAIN: Final = frozenset({"ListJobsResponse"})
"""Output shapes of JSON protocols that hold only structures, lists, maps, strings, flags and numbers, under the
names of their members. What a service adds or writes as null is left in: readers ask for what they know."""

_REQUEST_ID: Final = "x-amzn-requestid"
_OK: Final = 200


class TakingTurns(AioResponseParserFactory):  # type: ignore[misc]  # botocore has no types
    """botocore's own parsers, whose answers are parsed one after another."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()

    def create_parser(self, protocol_name: str) -> Any:
        parser = super().create_parser(protocol_name)
        parse = parser.parse

        async def parse_in_turn(response: Any, shape: Any) -> Any:
            async with self._turn:
                await asyncio.sleep(0)
                if shape is not None and shape.name in PLAIN:
                    plain = plain_answer(response)
                    if plain is not None:
                        return plain
                return await parse(response, shape)

        parser.parse = parse_in_turn
        return parser


def plain_answer(response: Mapping[str, Any]) -> dict[str, Any] | None:
    """An answer as its JSON has it, with the ``ResponseMetadata`` that botocore adds.

    Args:
        response: botocore's ``status_code``, ``headers`` and ``body``.

    Returns:
        None where botocore must read it: an error, or nothing that is a JSON object.
    """
    if response["status_code"] != _OK:
        return None
    try:
        answer = json.loads(response["body"])
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    headers = response["headers"]
    metadata = {"HTTPStatusCode": _OK, "HTTPHeaders": dict(headers)}
    if _REQUEST_ID in headers:
        metadata["RequestId"] = headers[_REQUEST_ID]
    return {**answer, "ResponseMetadata": metadata}
