"""The one place where botocore's errors become ours."""

import re
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from botocore import exceptions as botocore
from botocore.parsers import ResponseParserError

from batchtui.aws.errors import (
    AccessDeniedError,
    AmbiguousError,
    AwsError,
    ClockSkewError,
    ExpiredCredentialsError,
    InvalidRequestError,
    MalformedAnswerError,
    MissingCredentialsError,
    NotConfiguredError,
    NotFoundError,
    RejectedCredentialsError,
    ServiceFaultError,
    ThrottledError,
    UnreachableError,
    UnsupportedOperationError,
)
from batchtui.model.secrets import masked_text
from batchtui.model.text import clean

_THROTTLED = {
    "429",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_REJECTED = {
    "AuthFailure",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_SKEW = re.compile("expired|not yet current", re.IGNORECASE)
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403", "Forbidden"}
_UNSUPPORTED = {"404", "405", "501", "UnknownOperationException", "InvalidAction", "NotImplemented"}

_LOCAL: tuple[tuple[tuple[type[BaseException], ...], type[AwsError]], ...] = (
    ((botocore.NoCredentialsError, botocore.PartialCredentialsError), MissingCredentialsError),
    (
        (
            botocore.SSOError,
            botocore.TokenRetrievalError,
            botocore.LoginError,
            botocore.RefreshWithMFAUnsupportedError,
        ),
        ExpiredCredentialsError,
    ),
    (
        (
            botocore.NoRegionError,
            botocore.InvalidRegionError,
            botocore.ProfileNotFound,
            botocore.ConfigParseError,
            botocore.ConfigNotFound,
            botocore.InvalidConfigError,
            botocore.EndpointProviderError,
            botocore.InvalidProxiesConfigError,
            botocore.MissingDependencyException,
        ),
        NotConfiguredError,
    ),
    ((botocore.ParamValidationError,), InvalidRequestError),
    ((ResponseParserError,), MalformedAnswerError),
    (
        (
            botocore.ConnectionError,
            botocore.HTTPClientError,
            aiohttp.ClientError,
            TimeoutError,
            OSError,
        ),
        UnreachableError,
    ),
)

_NO_CONNECTION = (
    botocore.ConnectTimeoutError,
    botocore.ProxyConnectionError,
    botocore.SSLError,
    aiohttp.ClientConnectorError,
    socket.gaierror,
    ConnectionRefusedError,
)
"""There was no connection on which anything could have been sent."""

_LOOKED_AT = 10_000
"""Characters of what a library said: of an answer that is none it may tell all."""


def aws_error(operation: str, error: BaseException, *, renewal: str = "") -> AwsError:
    """Our error for any that a call raised; it never raises itself.

    Args:
        operation: The AWS operation, such as ``ListJobs``.
        error: What aiobotocore raised.
        renewal: How a person renews the credentials, where that is known.
    """
    if isinstance(error, AwsError):
        return error
    if isinstance(error, botocore.ClientError):
        return _answered(operation, error, renewal)
    name = type(error).__name__
    if isinstance(error, botocore.CredentialRetrievalError):
        detail = _one_line(str(error))
        return ExpiredCredentialsError(detail, operation=operation, code=name, advice=renewal or None)
    for kinds, ours in _LOCAL:
        if isinstance(error, kinds):
            advice = renewal if ours is ExpiredCredentialsError else _local_advice(error)
            detail = _one_line(str(error)) or name
            return ours(detail, operation=operation, code=name, advice=advice)
    return MalformedAnswerError(_one_line(f"{name}: {error}"), operation=operation, code=name)


def may_have_been_done(error: BaseException, mapped: AwsError) -> bool:
    """Whether AWS may have carried out a call in spite of this error.

    A refusal (4xx, throttling included) says that it was not done. So does a connection that never came about.
    A fault of AWS's, a lost answer, and an answer that is none say nothing at all.

    Args:
        error: What aiobotocore raised.
        mapped: What ``aws_error`` made of it.
    """
    if not isinstance(mapped, (UnreachableError, ServiceFaultError, MalformedAnswerError)):
        return False
    if isinstance(error, botocore.EndpointConnectionError):
        # aiobotocore uses it for a connection that was refused and for one that was reset under way: only
        # what lies beneath tells them apart.
        beneath = error.kwargs.get("error")
        return not isinstance(beneath, _NO_CONNECTION)
    return not isinstance(error, _NO_CONNECTION)


def ambiguous(error: AwsError) -> AmbiguousError:
    """The same, as what may or may not have been done."""
    return AmbiguousError(error.detail, operation=error.operation, code=error.code, request_id=error.request_id)


def error_of_one(operation: str, code: str, message: str) -> AwsError:
    """Our error for one of many that an answer with status 200 lists.

    Args:
        operation: The AWS operation, such as ``CancelJobs``.
        code: AWS's code for it, such as ``ClientException``.
        message: AWS's sentence.
    """
    code, message = clean(code) or "Unknown", _one_line(message)
    status = 500 if code == "ServerException" else 400
    detail = message or f"AWS answered {code}"
    return _kind(code, status, message)(detail, operation=operation, code=code)


def _answered(operation: str, error: botocore.ClientError, renewal: str) -> AwsError:
    body = _mapping(error.response, "Error")
    metadata = _mapping(error.response, "ResponseMetadata")
    code = clean(str(body.get("Code") or "Unknown"))
    status = metadata.get("HTTPStatusCode")
    message = _one_line(str(body.get("Message") or "")) or f"AWS answered {code}"
    kind = _kind(code, status if isinstance(status, int) else 0, message)
    request_id = metadata.get("RequestId")
    advice = None
    if kind is ExpiredCredentialsError:
        advice = renewal
    return kind(
        message,
        operation=operation,
        code=code,
        request_id=clean(request_id) if isinstance(request_id, str) else None,
        advice=advice,
    )


def _kind(code: str, status: int, message: str) -> type[AwsError]:
    if code in _THROTTLED or status == 429:
        return ThrottledError
    if code in _EXPIRED:
        return ExpiredCredentialsError
    if code in _REJECTED:
        return ClockSkewError if _SKEW.search(message) else RejectedCredentialsError
    if code in _UNSUPPORTED or status == 501:
        return UnsupportedOperationError
    if code in _DENIED or code.startswith("AccessDenied") or "is not authorized to perform" in message:
        return AccessDeniedError
    if status >= 500:
        return ServiceFaultError
    if code == "ResourceNotFoundException":
        return NotFoundError
    return InvalidRequestError


def _local_advice(error: BaseException) -> str | None:
    if isinstance(error, botocore.NoRegionError):
        return "Name one with --region or AWS_REGION."
    if isinstance(error, botocore.ProfileNotFound):
        return "'aws configure list-profiles' lists those that there are."
    if isinstance(error, botocore.MissingDependencyException):
        return "Such as by 'pipx inject batchtui \"botocore[crt]\"'."
    return None


def _mapping(data: object, key: str) -> Mapping[str, Any]:
    value = data.get(key) if isinstance(data, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _one_line(text: str) -> str:
    """Cleaned, masked and short: it may tell what was sent, and an HTML page must not fill the screen."""
    line = masked_text(clean(" ".join(text[:_LOOKED_AT].split())))
    return line if len(line) <= 300 else line[:299] + "…"
