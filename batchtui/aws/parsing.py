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
from botocore.parsers import ResponseParserError

PLAIN: Final = frozenset({"ListJobsResponse"})
"""Output shapes of JSON protocols that hold only structures, lists, maps, strings, flags and numbers, under the
names of their members. What a service adds or writes as null is left in: readers ask for what they know."""

_REQUEST_ID: Final = "x-amzn-requestid"
_OK: Final = 200
_FIRST_OF_REFUSALS: Final = 300
_NOTHING_BUT_METADATA: Final = 1


class TakingTurns(AioResponseParserFactory):  # type: ignore[misc]  # botocore has no types
    """botocore's own parsers, whose answers are parsed one after another."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()

    def create_parser(self, protocol_name: str) -> Any:
        parser = super().create_parser(protocol_name)
        parse = parser.parse
        is_json = "json" in protocol_name

        async def parse_in_turn(response: Any, shape: Any) -> Any:
            async with self._turn:
                await asyncio.sleep(0)
                if shape is not None and shape.name in PLAIN:
                    plain = plain_answer(response)
                    if plain is not None:
                        return plain
                try:
                    answer = await parse(response, shape)
                except ResponseParserError:
                    if response["status_code"] < _FIRST_OF_REFUSALS:
                        raise
                    return _bare_refusal(response["status_code"])
                if is_json and len(answer) == _NOTHING_BUT_METADATA:
                    _refuse_text(response, shape)
                return answer

        parser.parse = parse_in_turn
        return parser


def _refuse_text(response: Mapping[str, Any], shape: Any) -> None:
    """Botocore takes any text for an empty answer: a captive portal would have stopped every job.

    Args:
        response: As ``plain_answer``.
        shape: What the operation answers; where that has no members, AWS may send nothing at all.

    Raises:
        ResponseParserError: It is no JSON object.
    """
    body = response["body"]
    if response["status_code"] >= _FIRST_OF_REFUSALS or (not body and not (shape is not None and shape.members)):
        return
    try:
        is_answer = isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        is_answer = False
    if not is_answer:
        raise ResponseParserError("The answer is no JSON")


def _bare_refusal(status: int) -> dict[str, Any]:
    """A refusal of which nothing is known but its status, as botocore tells it for the JSON protocols.

    Of those that speak XML it would tell no more than that there is none: not that it was throttling.
    """
    return {"Error": {"Code": str(status), "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}


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
