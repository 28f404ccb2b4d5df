"""Everything that can go wrong between here and AWS, once: how it is made, and what must come of it.

``docs/faults.md`` tells the same to people, and a test holds the two together.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any, Final

from batchtui.aws import errors
from batchtui.aws.errors import AwsError
from batchtui.demo.faults import Fault, FaultSource

JSON: Final = "application/json"
HTML: Final = "<html><body><h1>Please log in to the network</h1></body></html>"
PATIENCE: Final = 0.3
"""Seconds that the tests of answers which never come wait for one."""

Rewrite = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class FaultCase:
    """One kind of trouble."""

    name: str
    """As the table of the document calls it."""
    error: type[AwsError] | None
    """What comes of a read, and of a change that may be asked for twice; None for a right answer."""
    once: type[AwsError] | None
    """What comes of a call that must be made once."""
    word: str
    """What the status bar says while everything fails so."""
    make: Callable[[int], FaultSource] | None
    """What the account does wrong, in this variant; None where there is nobody at all."""
    variants: int = 1
    can_pass: bool = False
    """Whether there may be a right answer all the same."""
    is_done: bool = False
    """Whether the account carries out what is asked."""
    patience: float = 20.0
    """Seconds that are waited for an answer."""


def _always(**fault: Any) -> Callable[[int], FaultSource]:
    return lambda variant: lambda operation: Fault(**fault)


def _refusal(status: int, message: str, code: str, **by_operation: str) -> Callable[[int], FaultSource]:
    """A refusal whose code is another one in the older protocols."""
    return lambda variant: (
        lambda operation: Fault(status=status, code=by_operation.get(operation, code), message=message)
    )


def _three_of_ten(variant: int) -> FaultSource:
    calls = count(variant)
    throttled = Fault(status=429, code="TooManyRequestsException", message="Too many requests")
    return lambda operation: throttled if next(calls) % 10 in (1, 4, 8) else None


def _rewritten(rewrite: Callable[[str], str]) -> Callable[[int], FaultSource]:
    return lambda variant: lambda operation: Fault(rewrite=rewrite)


def _of_json(change: Callable[[Any], Any], in_xml: Rewrite = str) -> Callable[[int], FaultSource]:
    """Changes the answer as JSON, or as the XML that EC2 and STS speak."""
    return _rewritten(lambda text: in_xml(text) if text.startswith("<") else json.dumps(change(json.loads(text))))


MAPS: Final = ("tags", "parameters", "statusSummary", "options", "labels", "annotations", "hyperParameters")
"""Members whose own members are data: AWS adds no fields there."""


def everywhere(change: Callable[[Any], Any], value: Any) -> Any:
    """Changes every structure and every list of an answer, the innermost first."""
    if isinstance(value, dict):
        return change({name: each if name in MAPS else everywhere(change, each) for name, each in value.items()})
    if isinstance(value, list):
        return change([everywhere(change, each) for each in value])
    return value


def _with_news(value: Any) -> Any:
    return {**value, "aMemberOfTomorrow": {"x": [1]}} if isinstance(value, dict) else value


def _with_statuses_of_tomorrow(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    known = ("status", "state", "type", "lastStatus", "desiredStatus", "orchestrationType", "launchType")
    return {name: "TOMORROW" if name in known and isinstance(each, str) else each for name, each in value.items()}


def _twice(value: Any) -> Any:
    return value + value if isinstance(value, list) else value


def _half(value: Any) -> Any:
    return value[: len(value) // 2] if isinstance(value, list) else value


OTHER_TYPES: Final[tuple[Any, ...]] = (None, True, 7, "x", [], {}, [7], {"a": 1}, 1e300, [None])
DEPTHS: Final = 6


def _wrong_types(variant: int) -> FaultSource:
    """Every member of one depth has another JSON type: which one goes round, and begins elsewhere each time."""
    shift, depth = divmod(variant, DEPTHS)

    def rewrite(text: str) -> str:
        if text.startswith("<"):
            other = ("x", "", "<a/>", "9" * 30, "true")[shift % 5]
            return re.sub(r">[^<>\n]+<", f">{other}<", text)
        kinds = count(3 * shift)
        return json.dumps(_at_depth(json.loads(text), depth, kinds))

    return lambda operation: Fault(rewrite=rewrite)


def _at_depth(value: Any, depth: int, kinds: Iterator[int]) -> Any:
    if depth < 0:
        other = OTHER_TYPES[next(kinds) % len(OTHER_TYPES)]
        return {"a": "x"} if type(other) is type(value) else other
    if isinstance(value, dict):
        return {name: _at_depth(each, depth - 1, kinds) for name, each in value.items()}
    if isinstance(value, list):  # a list is no depth of its own: its rows differ in what is wrong with them
        return [_at_depth(each, depth, kinds) for each in value[:10]]
    return value


@dataclass
class _SamePage:
    """The token of a page leads to the same page, for ever."""

    pages: dict[str, str] = field(default_factory=dict)

    def __call__(self, operation: str) -> Fault:
        if operation in self.pages:
            return Fault(status=200, body=self.pages[operation], content_type=JSON)
        return Fault(rewrite=partial(self._keep, operation))

    def _keep(self, operation: str, text: str) -> str:
        if text.startswith("<"):
            return text
        page = json.dumps({**json.loads(text), "nextToken": "again"})
        return self.pages.setdefault(operation, page)


_SKEW = "Signature expired: 20261121T120000Z is now earlier than 20261121T121500Z (20261121T122000Z - 5 min.)"

FAULTS: Final = (
    FaultCase(
        "throttled, every call",
        errors.ThrottledError,
        errors.ThrottledError,
        "throttled",
        _refusal(
            429,
            "Too many requests",
            "TooManyRequestsException",
            DescribeInstances="RequestLimitExceeded",
            GetCallerIdentity="Throttling",
        ),
    ),
    FaultCase(
        "throttled, three calls of ten",
        errors.ThrottledError,
        errors.ThrottledError,
        "throttled",
        _three_of_ten,
        can_pass=True,
        is_done=True,
    ),
    FaultCase(
        "a bare 429", errors.ThrottledError, errors.ThrottledError, "throttled", _always(status=429, body="")
    ),
    FaultCase(
        "500",
        errors.ServiceFaultError,
        errors.AmbiguousError,
        "stale",
        _refusal(500, "Internal failure", "ServerException", DescribeInstances="InternalError"),
    ),
    FaultCase(
        "503",
        errors.ServiceFaultError,
        errors.AmbiguousError,
        "stale",
        _always(status=503, body="<html>Service Unavailable</html>"),
    ),
    FaultCase(
        "expired credentials",
        errors.ExpiredCredentialsError,
        errors.ExpiredCredentialsError,
        "credentials expired",
        _refusal(
            403,
            "The security token included in the request is expired",
            "ExpiredTokenException",
            DescribeInstances="RequestExpired",
            GetCallerIdentity="ExpiredToken",
        ),
    ),
    FaultCase(
        "rejected credentials",
        errors.RejectedCredentialsError,
        errors.RejectedCredentialsError,
        "credentials expired or rejected",
        _refusal(
            403,
            "The security token included in the request is invalid.",
            "UnrecognizedClientException",
            DescribeInstances="AuthFailure",
            GetCallerIdentity="InvalidClientTokenId",
        ),
    ),
    FaultCase(
        "a wrong clock",
        errors.ClockSkewError,
        errors.ClockSkewError,
        "clock wrong",
        _refusal(403, _SKEW, "InvalidSignatureException", GetCallerIdentity="SignatureDoesNotMatch"),
    ),
    FaultCase(
        "denied",
        errors.AccessDeniedError,
        errors.AccessDeniedError,
        "access denied",
        _refusal(
            403,
            "User: arn:aws:iam::123456789012:user/me is not authorized to perform this",
            "AccessDeniedException",
            DescribeInstances="UnauthorizedOperation",
            GetCallerIdentity="AccessDenied",
        ),
    ),
    FaultCase("connection refused", errors.UnreachableError, errors.UnreachableError, "offline", None),
    FaultCase("connection closed", errors.UnreachableError, errors.AmbiguousError, "offline", _always(drop=True)),
    FaultCase("connection reset", errors.UnreachableError, errors.AmbiguousError, "offline", _always(reset=True)),
    FaultCase(
        "reset after the work was done",
        errors.UnreachableError,
        errors.AmbiguousError,
        "offline",
        _always(reset=True, after=True),
        is_done=True,
    ),
    FaultCase(
        "no answer in time",
        errors.UnreachableError,
        errors.AmbiguousError,
        "offline",
        _always(delay=60.0),
        patience=PATIENCE,
    ),
    FaultCase(
        "a cut-off answer",
        errors.MalformedAnswerError,
        errors.AmbiguousError,
        "stale",
        _rewritten(lambda text: text[: max(1, len(text) * 2 // 3)]),
        is_done=True,
    ),
    FaultCase(
        "the page of a proxy",
        errors.MalformedAnswerError,
        errors.AmbiguousError,
        "stale",
        _always(status=200, body=HTML),
    ),
    FaultCase(
        "an empty answer",
        errors.MalformedAnswerError,
        errors.AmbiguousError,
        "stale",
        _rewritten(lambda text: ""),
        is_done=True,
    ),
    FaultCase(
        "values of another type",
        errors.MalformedAnswerError,
        errors.AmbiguousError,
        "stale",
        _wrong_types,
        variants=2 * DEPTHS,
        can_pass=True,
        is_done=True,
    ),
    FaultCase(
        "unknown fields",
        None,
        None,
        "live",
        _of_json(
            partial(everywhere, _with_news),
            lambda text: re.sub(r"(</\w+>\s*)$", r"<tomorrow>1</tomorrow>\1", text),
        ),
        is_done=True,
    ),
    FaultCase(
        "unknown statuses",
        None,
        None,
        "live",
        _of_json(
            partial(everywhere, _with_statuses_of_tomorrow), lambda text: text.replace("running", "tomorrow")
        ),
        is_done=True,
    ),
    FaultCase("rows that come twice", None, None, "live", _of_json(partial(everywhere, _twice)), is_done=True),
    FaultCase("rows that are missing", None, None, "live", _of_json(partial(everywhere, _half)), is_done=True),
    FaultCase(
        "pages that go round in a circle",
        errors.MalformedAnswerError,
        None,
        "stale",
        lambda variant: _SamePage(),
        can_pass=True,
        is_done=True,
    ),
)
"""What is named first fails first: the order of the document."""


def case(name: str) -> FaultCase:
    """The fault of a name."""
    return next(each for each in FAULTS if each.name == name)
