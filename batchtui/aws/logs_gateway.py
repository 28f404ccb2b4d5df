"""CloudWatch Logs: pages of a stream, and the search for a stream's name.

Messages leave here as AWS sends them: control sequences, colours and all. ``logs.clean`` is where they become
text that a terminal may show.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Final

from batchtui.aws.answers import a_list, a_page, next_token
from batchtui.aws.caller import Call
from batchtui.aws.errors import InvalidRequestError, InvalidTokenError
from batchtui.model import fields
from batchtui.model.fields import Api

LogEvent = tuple[int, str]
"""A timestamp (epoch milliseconds) and a message that was not cleaned."""

MOST_EVENTS: Final = 10_000
"""GetLogEvents gives at most so many events a page, and at most 1 MB."""


@dataclass(frozen=True, slots=True)
class LogEventsPage:
    """One page of a stream, oldest event first."""

    events: tuple[LogEvent, ...]
    forward_token: str | None
    """Leads to what comes after; the stream's end where it is the token that was sent."""
    backward_token: str | None
    """Leads to what came before; the stream's head where it is the token that was sent."""


@dataclass(frozen=True, slots=True)
class LogStream:
    """One stream as DescribeLogStreams tells it."""

    name: str
    last_event_timestamp: int | None
    """Epoch milliseconds, some minutes behind; None where AWS knows of no event."""


@dataclass(frozen=True, slots=True)
class FilteredPage:
    """One page of FilterLogEvents; a page may be empty and not the last."""

    stream_names: tuple[str, ...]
    """The streams in which something was found, each once."""
    is_last: bool


class LogsGateway:
    """Reads of CloudWatch Logs in any region. Every method may raise an AwsError; none retries.

    AWS allows 10 to 30 GetLogEvents calls a second and account; the budget that all calls share is below that.
    """

    def __init__(self, call: Call) -> None:
        self._call = call

    async def get_log_events(
        self,
        group: str,
        stream: str,
        *,
        region: str | None = None,
        token: str | None = None,
        start_from_head: bool = False,
        start_time: int | None = None,
        end_time: int | None = None,
        limit: int | None = None,
        urgent: bool = False,
    ) -> LogEventsPage:
        """One page of a stream (GetLogEvents): the newest events unless a token or ``start_from_head`` is given.

        Args:
            group: The log group.
            stream: The log stream.
            region: The group's region where it is not the account's.
            token: From an earlier page; its direction decides.
            start_from_head: The oldest events first; wanted with a forward token.
            start_time: Epoch milliseconds of the earliest event wanted.
            end_time: Epoch milliseconds of the first event not wanted.
            limit: At most so many events.
            urgent: A person waits for it.

        Raises:
            NotFoundError: No such group or stream.
            InvalidTokenError: The token has expired.
        """
        params: dict[str, Any] = {"logGroupName": group, "logStreamName": stream}
        optional = {"nextToken": token, "startTime": start_time, "endTime": end_time, "limit": limit}
        params |= {name: value for name, value in optional.items() if value is not None}
        params["startFromHead"] = start_from_head
        try:
            answer = await self._call(
                "logs", "GetLogEvents", params, urgent=urgent, region=region, check=a_list("events")
            )
        except InvalidRequestError as error:
            if token is not None and error.code == "InvalidParameterException":
                raise InvalidTokenError(
                    error.detail, operation=error.operation, code=error.code, request_id=error.request_id
                ) from error
            raise
        await asyncio.sleep(0)  # parsing a page took milliseconds: let the screen breathe before using it
        return LogEventsPage(
            events=_events(fields.structures(answer, "events")),
            forward_token=_token(answer, "nextForwardToken"),
            backward_token=_token(answer, "nextBackwardToken"),
        )

    async def describe_log_streams(self, group: str, prefix: str, *, region: str | None = None) -> list[LogStream]:
        """The streams whose names begin so, by name (DescribeLogStreams).

        Raises:
            NotFoundError: No such group.
        """
        streams: list[LogStream] = []
        params = {"logGroupName": group, "logStreamNamePrefix": prefix}
        async for answer in self._pages("DescribeLogStreams", "logStreams", params, region):
            streams += (
                LogStream(name, fields.epoch_ms(item, "lastEventTimestamp"))
                for item in fields.structures(answer, "logStreams")
                # A name is sent back as it came: cleaning would make it another one's.
                if isinstance(name := item.get("logStreamName"), str)
            )
        return streams

    async def filter_log_events(
        self,
        group: str,
        pattern: str,
        *,
        region: str | None = None,
        start_time: int | None = None,
        end_time: int | None = None,
    ) -> AsyncGenerator[FilteredPage]:
        """The streams of a group with events that match a pattern, page by page (FilterLogEvents).

        Raises:
            NotFoundError: No such group.
        """
        params: dict[str, Any] = {"logGroupName": group, "filterPattern": pattern}
        optional = {"startTime": start_time, "endTime": end_time}
        params |= {name: value for name, value in optional.items() if value is not None}
        async for answer in self._pages("FilterLogEvents", "events", params, region):
            items = fields.structures(answer, "events")
            names = (item.get("logStreamName") for item in items)
            found = dict.fromkeys(name for name in names if isinstance(name, str))
            yield FilteredPage(tuple(found), is_last=next_token(answer) is None)

    async def _pages(
        self, operation: str, member: str, params: dict[str, Any], region: str | None
    ) -> AsyncGenerator[Api]:
        seen: set[str] = set()
        while True:
            check = a_page(member, seen)
            answer = await self._call("logs", operation, params, urgent=True, region=region, check=check)
            await asyncio.sleep(0)
            yield answer
            token = next_token(answer)
            if token is None:
                return
            seen.add(token)
            params = {**params, "nextToken": token}


def _events(items: tuple[Api, ...]) -> tuple[LogEvent, ...]:
    events: list[LogEvent] = []
    for item in items:
        timestamp, message = item.get("timestamp"), item.get("message")
        if isinstance(message, str):
            events.append((timestamp if isinstance(timestamp, int) else 0, message))
    return tuple(events)


def _token(answer: Api, key: str) -> str | None:
    value = answer.get(key)
    return value if isinstance(value, str) and value else None
