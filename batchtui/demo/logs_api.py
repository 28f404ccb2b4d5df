"""The operations of CloudWatch Logs (json 1.1), named in the header X-Amz-Target."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from .account import Account
from .chance import mix
from .definitions import JSON
from .errors import ApiError
from .identity import ACCOUNT_ID, REGION
from .paging import position, token
from .streams import Stream, find_stream, group_streams, groups_of

MOST_EVENTS = 10_000
MOST_BYTES = 1_048_576
EVENT_OVERHEAD = 26
"""What CloudWatch counts for an event beside its message."""
_SCANNED = 20_000
_TOKEN = re.compile(r"([fb])/(\d{56})/([st])")
_JSON_PATTERN = re.compile(r'\{\s*\$\.([A-Za-z_.]+)\s*=\s*"([^"]*)"\s*\}')
_TERM = re.compile(r'([?-]?)(?:"([^"]*)"|([^\s"]+))')

_Event = tuple[int, str, int, Stream]


class LogsApi:
    """Answers CloudWatch Logs' requests; all it says is computed from the account's jobs."""

    __slots__ = ("_account", "operations")

    def __init__(self, account: Account) -> None:
        self._account = account
        self.operations: dict[str, Callable[[JSON], JSON]] = {
            "GetLogEvents": self.get_log_events,
            "DescribeLogStreams": self.describe_log_streams,
            "FilterLogEvents": self.filter_log_events,
            "DescribeLogGroups": self.describe_log_groups,
        }

    def get_log_events(self, request: JSON) -> JSON:
        """GetLogEvents: a page of one stream, from the end unless startFromHead; at most 10,000 events or 1 MB.

        A token names a position and a direction. At the end of the stream in that direction the answer carries
        the very token that was sent. On the way back, every third position gives an empty page first.
        """
        group = self._group(request)
        stream = find_stream(self._account, group, str(request.get("logStreamName")))
        if stream is None:
            raise _missing("stream")
        low, high = self._range(stream, request)
        limit = _limit(request, MOST_EVENTS)
        given = request.get("nextToken")
        forward, at = bool(request.get("startFromHead")), None
        if given is not None:
            match = _TOKEN.fullmatch(str(given))
            if match is None:
                raise _invalid("The specified nextToken is invalid.")
            forward, at = match[1] == "f", int(match[2])
            if not forward and match[3] == "s" and low < at <= high and at % 3 == 0:
                return {
                    "events": [],
                    "nextForwardToken": f"f/{at:056d}/s",
                    "nextBackwardToken": f"b/{at:056d}/t",
                }
        if forward:
            begin = low if at is None else max(low, at)
            lines = _within(stream, range(begin, high), limit)
            edge = begin if at is None else at
        else:
            end = high if at is None else min(high, at)
            lines = _within(stream, range(end - 1, low - 1, -1), limit)[::-1]
            edge = end if at is None else at
        first, after = (lines[0][0], lines[-1][0] + 1) if lines else (edge, edge)
        return {
            "events": [_event(stream, number, message) for number, message in lines],
            "nextForwardToken": f"f/{after:056d}/s",
            "nextBackwardToken": f"b/{first:056d}/s",
        }

    def _range(self, stream: Stream, request: JSON) -> tuple[int, int]:
        """The lines of a stream in [startTime, endTime), as numbers."""
        count = stream.script.count(self._account.now)
        low = stream.script.first_at(request["startTime"], count) if request.get("startTime") else 0
        high = stream.script.first_at(request["endTime"], count) if request.get("endTime") else count
        return low, max(low, high)

    def describe_log_streams(self, request: JSON) -> JSON:
        """DescribeLogStreams by prefix, ordered by name or by the last event."""
        group, prefix = self._group(request), request.get("logStreamNamePrefix") or ""
        by_time = request.get("orderBy") == "LastEventTime"
        if by_time and prefix:
            raise _invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
        streams = group_streams(self._account, group, prefix)
        now = self._account.now
        streams.sort(
            key=lambda s: (min(now, s.script.ended or now), s.name) if by_time else (0, s.name),
            reverse=bool(request.get("descending")),
        )
        listing = ("streams", group, prefix, by_time, request.get("descending"))
        begin = self._position(listing, request) or 0
        end = begin + _limit(request, 50)
        answer: JSON = {"logStreams": [self._stream(stream) for stream in streams[begin:end]]}
        if end < len(streams):
            answer["nextToken"] = token(listing, end)
        return answer

    def _stream(self, stream: Stream) -> JSON:
        script = stream.script
        count = script.count(self._account.now)
        answer: JSON = {
            "logStreamName": stream.name,
            "creationTime": script.began,
            "arn": f"{_group_arn(stream.group)}:log-stream:{stream.name}",
            "storedBytes": 0,
            "uploadSequenceToken": f"{script.seed:056d}",
        }
        if count:
            last = script.time(count - 1)
            answer |= {
                "firstEventTimestamp": script.time(0),
                "lastEventTimestamp": last,
                "lastIngestionTime": last + 400,
            }
        return answer

    def filter_log_events(self, request: JSON) -> JSON:
        """FilterLogEvents over streams of a group, oldest first; a page may be short or empty and not the last."""
        group, names = self._group(request), request.get("logStreamNames")
        prefix, pattern = request.get("logStreamNamePrefix") or "", str(request.get("filterPattern") or "")
        if names and prefix:
            raise _invalid("logStreamNames and logStreamNamePrefix cannot be used together.")
        if names:
            found = [find_stream(self._account, group, str(name)) for name in names[:100]]
            if None in found:
                raise _missing("stream")
            streams = [stream for stream in found if stream is not None]
        else:
            streams = group_streams(self._account, group, prefix, pattern)
        listing = ("filter", group, names, prefix, pattern, request.get("startTime"), request.get("endTime"))
        after = self._position(listing, request)
        matches, limit = _pattern(pattern), _limit(request, MOST_EVENTS)
        events: list[JSON] = []
        last: _Event | None = None
        size = 0
        merged = heapq.merge(*(self._lines(stream, request, after) for stream in streams), key=lambda e: e[:3])
        for scanned, event in enumerate(merged, start=1):
            last = event
            timestamp, name, number, stream = last
            message = stream.message(number)
            if matches(message):
                size += len(message.encode()) + EVENT_OVERHEAD
                event_id = f"{timestamp:020d}{mix(stream.script.seed, number):020d}"
                events.append(_event(stream, number, message) | {"logStreamName": name, "eventId": event_id})
            if len(events) >= limit or size >= MOST_BYTES or scanned >= _SCANNED:
                break
        answer: JSON = {"events": events, "searchedLogStreams": []}
        if last is not None and next(merged, None) is not None:
            answer["nextToken"] = token(listing, last[:3])
        return answer

    def _lines(self, stream: Stream, request: JSON, after: list[Any] | None) -> Iterator[_Event]:
        low, high = self._range(stream, request)
        if after is not None:
            low = max(low, stream.script.first_at(after[0], high))
        for number in range(low, high):
            key = (stream.script.time(number), stream.name, number)
            if after is None or list(key) > after:
                yield (*key, stream)

    def describe_log_groups(self, request: JSON) -> JSON:
        """DescribeLogGroups by prefix or by pattern."""
        prefix, part = request.get("logGroupNamePrefix") or "", request.get("logGroupNamePattern") or ""
        groups = sorted(g for g in groups_of(self._account) if g.startswith(prefix) and part.lower() in g.lower())
        listing = ("groups", prefix, part)
        begin = self._position(listing, request) or 0
        end = begin + _limit(request, 50)
        answer: JSON = {"logGroups": [_group_detail(group) for group in groups[begin:end]]}
        if end < len(groups):
            answer["nextToken"] = token(listing, end)
        return answer

    def _group(self, request: JSON) -> str:
        name = request.get("logGroupName") or request.get("logGroupIdentifier") or ""
        name = str(name).partition(":log-group:")[2].removesuffix(":*") if str(name).startswith("arn:") else name
        if name not in groups_of(self._account):
            raise _missing("group")
        return str(name)

    @staticmethod
    def _position(listing: tuple[object, ...], request: JSON) -> Any:
        try:
            return position(listing, request.get("nextToken"))
        except ApiError:
            raise _invalid("The specified nextToken is invalid.") from None


def _within(stream: Stream, numbers: range, limit: int) -> list[tuple[int, str]]:
    """As many of these lines as fit a page, with their numbers."""
    taken: list[tuple[int, str]] = []
    size = 0
    for number in islice(numbers, limit):
        message = stream.message(number)
        size += len(message.encode()) + EVENT_OVERHEAD
        if size > MOST_BYTES and taken:
            break
        taken.append((number, message))
    return taken


def _event(stream: Stream, number: int, message: str) -> JSON:
    at = stream.script.time(number)
    return {
        "timestamp": at,
        "message": message,
        "ingestionTime": at + 300 + mix(stream.script.seed, at) % 600,
    }


def _limit(request: JSON, most: int) -> int:
    limit = request.get("limit", most)
    if not isinstance(limit, int) or not 1 <= limit <= most:
        raise _invalid(f"limit must be between 1 and {most}")
    return limit


def _pattern(pattern: str) -> Callable[[str], bool]:
    """A filter pattern: terms that all occur, `?terms` of which one occurs, or one `{ $.member = "value" }`."""
    if not pattern.strip():
        return lambda message: True
    selector = _JSON_PATTERN.fullmatch(pattern.strip())
    if selector is not None:
        value = f'"{selector[1].rpartition(".")[2]}": "{selector[2]}"'
        return lambda message: value in message
    if pattern.lstrip().startswith(("{", "[", "%")):
        raise _invalid("Invalid filter pattern")
    terms = [(sign, quoted or bare) for sign, quoted, bare in _TERM.findall(pattern)]
    wanted = [term for sign, term in terms if not sign]
    unwanted = [term for sign, term in terms if sign == "-"]
    either = [term for sign, term in terms if sign == "?"]

    def matches(message: str) -> bool:
        return (
            all(term in message for term in wanted)
            and not any(term in message for term in unwanted)
            and (not either or any(term in message for term in either))
        )

    return matches


def _group_arn(group: str) -> str:
    return f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:{group}"


def _group_detail(group: str) -> JSON:
    return {
        "logGroupName": group,
        "creationTime": 1_700_000_000_000,
        "retentionInDays": 30,
        "metricFilterCount": 0,
        "arn": f"{_group_arn(group)}:*",
        "logGroupArn": _group_arn(group),
        "storedBytes": 0,
        "logGroupClass": "STANDARD",
    }


def _missing(what: str) -> ApiError:
    return ApiError("ResourceNotFoundException", f"The specified log {what} does not exist.")


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterException", message)
