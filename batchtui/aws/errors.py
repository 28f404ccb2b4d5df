"""What can go wrong between here and AWS, each kind once.

::

    AwsError
    ├── NotConfiguredError           no region, unknown profile, broken config: cannot start
    ├── CredentialsError
    │   ├── MissingCredentialsError  none found, or incomplete
    │   ├── ExpiredCredentialsError  were good once: renew them
    │   └── RejectedCredentialsError AWS does not know or accept them
    │       └── ClockSkewError       signed by a clock that is not AWS's
    ├── AccessDeniedError            known, but not allowed
    ├── ThrottledError               too many calls, by whomever in the account
    ├── UnreachableError             no connection, time-out, connection lost
    ├── ServiceFaultError            AWS's own fault (5xx)
    ├── UnsupportedOperationError    the endpoint does not have this operation
    ├── InvalidRequestError          AWS refused the request (other 4xx)
    │   ├── NotFoundError            what it names is not there (a log group, a log stream)
    │   └── InvalidTokenError        the token of a page has expired: begin again without it
    ├── MalformedAnswerError         an answer that does not parse, or pages that never end
    ├── AmbiguousError               sent, and no answer tells whether it was done
    └── ReadOnlyError                never sent: it would change something where only reads are allowed
"""

from copy import copy
from typing import ClassVar, Self


def remedy_of(advice: str) -> str:
    """What a person can do, without what the monitor does by itself meanwhile; empty where that is all."""
    clauses = [clause for clause in advice.rstrip(".").split("; ") if "by itself" not in clause]
    return f"{'; '.join(clauses)}." if clauses else ""


class AwsError(Exception):
    """A call that failed, or that could not be made.

    Attributes:
        operation: The AWS operation, such as ``ListJobs``; empty where none was tried.
        code: The AWS error code, or the name of the local error.
        request_id: The AWS request id, for a support case; None where no answer came.
        detail: What AWS or the library said.
    """

    condition: ClassVar[str] = "stale"
    """The word of the status bar while this is what is wrong."""
    advice: ClassVar[str] = "Trying again by itself."
    """What a person can do, where no better sentence is known."""

    def __init__(
        self,
        detail: str,
        *,
        operation: str = "",
        code: str = "",
        request_id: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail.rstrip(". ")
        self.operation = operation
        self.code = code
        self.request_id = request_id
        self.what_to_do = advice or self.advice

    @property
    def last_words(self) -> str:
        """The same as in ``str()``, said by a program that ends with it: nothing goes on by itself then."""
        return f"{self._what}. {remedy_of(self.what_to_do)}".rstrip()

    def kept(self) -> Self:
        """The same as a value that lives long: the frames that it came through hold screens and clients."""
        return copy(self)

    def __str__(self) -> str:
        return f"{self._what}. {self.what_to_do}"

    @property
    def _what(self) -> str:
        return f"{self.operation}: {self.detail}" if self.operation else self.detail


class NotConfiguredError(AwsError):
    """The configuration does not allow a single call."""

    condition = "not configured"
    advice = "Check the AWS configuration."


class CredentialsError(AwsError):
    """Nothing works until the credentials do."""

    condition = "credentials expired"
    advice = "Renew the credentials; batchtui goes on by itself."


class MissingCredentialsError(CredentialsError):
    """The standard chain found no credentials, or incomplete ones."""

    condition = "no credentials"
    advice = "Set AWS_PROFILE or --profile, run 'aws configure' or 'aws sso login', or try --demo."


class ExpiredCredentialsError(CredentialsError):
    """A session token or an SSO login has run out."""


class RejectedCredentialsError(CredentialsError):
    """AWS does not know the access key, or the signature does not match."""

    condition = "credentials expired or rejected"
    advice = "Check the profile, the region and this machine's clock; batchtui reads them anew by itself."


class ClockSkewError(RejectedCredentialsError):
    """AWS refuses what is signed by a clock that is minutes off."""

    condition = "clock wrong"
    advice = "This machine's clock differs from AWS's: set it right; batchtui goes on by itself."


class AccessDeniedError(AwsError):
    """The identity lacks a permission."""

    condition = "access denied"
    advice = "Ask for the permission; the README lists what a monitor needs."


class ThrottledError(AwsError):
    """The account's API quota is used up for the moment."""

    condition = "throttled"
    advice = "Asking less often by itself; --max-calls-per-second lowers the budget."


class UnreachableError(AwsError):
    """No answer came."""

    condition = "offline"
    advice = "Check network, VPN, region and --endpoint-url; trying again by itself, ctrl+r tries at once."


class ServiceFaultError(AwsError):
    """AWS answered with a fault of its own."""

    advice = "A fault of AWS's own; trying again by itself."


class UnsupportedOperationError(AwsError):
    """The endpoint does not know the operation: an older or another implementation."""

    advice = "This endpoint cannot do it; the rest goes on."


class InvalidRequestError(AwsError):
    """AWS understood and refused."""

    advice = "If this goes on, it is worth a bug report."


class NotFoundError(InvalidRequestError):
    """What the request names does not exist, not yet or no longer."""

    advice = "It may not be there yet, or its group keeps logs for a limited time only."


class InvalidTokenError(InvalidRequestError):
    """AWS does not take the token of a page: it has expired (a day for CloudWatch Logs)."""

    advice = "Reading again from the last line seen."


class MalformedAnswerError(AwsError):
    """Something answered that does not speak the protocol: a proxy, a captive portal, a cut connection."""

    advice = "A proxy or another service may be answering; trying again by itself."


class AmbiguousError(AwsError):
    """What must be done once was sent, and then the answer was lost: it may or may not have been done.

    Doing it again could do it twice, so nobody does that unasked. ``code`` tells how the answer was lost.
    """

    advice = "It may or may not have been done: look at the jobs before trying again."


class ReadOnlyError(AwsError):
    """An operation that changes something was refused here, before it was sent."""

    condition = "read-only"
    advice = "Start without --read-only to change anything."
