"""Each error of botocore becomes one of ours, with what to do."""

import pytest
from botocore import exceptions as botocore
from botocore.parsers import ResponseParserError

from batchtui.aws import errors
from batchtui.aws.error_mapping import aws_error, may_have_been_done


def client_error(code: str, status: int = 400, message: str = "no") -> botocore.ClientError:
    return botocore.ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r-1"},
        },
        "ListJobs",
    )


@pytest.mark.parametrize(
    ("error", "ours", "condition"),
    [
        (client_error("TooManyRequestsException", 429), errors.ThrottledError, "throttled"),
        (client_error("ThrottlingException"), errors.ThrottledError, "throttled"),
        (client_error("429", 429), errors.ThrottledError, "throttled"),
        (client_error("ExpiredTokenException", 403), errors.ExpiredCredentialsError, "credentials expired"),
        (
            client_error("UnrecognizedClientException", 403),
            errors.RejectedCredentialsError,
            "credentials expired or rejected",
        ),
        (client_error("AccessDeniedException", 403), errors.AccessDeniedError, "access denied"),
        (client_error("ServerException", 500), errors.ServiceFaultError, "stale"),
        (client_error("503", 503), errors.ServiceFaultError, "stale"),
        (client_error("404", 404), errors.UnsupportedOperationError, "stale"),
        (client_error("ClientException"), errors.InvalidRequestError, "stale"),
        (botocore.NoCredentialsError(), errors.MissingCredentialsError, "no credentials"),
        (botocore.NoRegionError(), errors.NotConfiguredError, "not configured"),
        (botocore.ProfileNotFound(profile="x"), errors.NotConfiguredError, "not configured"),
        (botocore.SSOTokenLoadError(error_msg="x"), errors.ExpiredCredentialsError, "credentials expired"),
        (botocore.UnauthorizedSSOTokenError(), errors.ExpiredCredentialsError, "credentials expired"),
        (
            botocore.TokenRetrievalError(provider="sso", error_msg="x"),
            errors.ExpiredCredentialsError,
            "credentials expired",
        ),
        (
            botocore.CredentialRetrievalError(provider="p", error_msg="x"),
            errors.ExpiredCredentialsError,
            "credentials expired",
        ),
        (botocore.EndpointConnectionError(endpoint_url="http://x"), errors.UnreachableError, "offline"),
        (botocore.ReadTimeoutError(endpoint_url="http://x"), errors.UnreachableError, "offline"),
        (botocore.ConnectTimeoutError(endpoint_url="http://x"), errors.UnreachableError, "offline"),
        (ConnectionResetError("gone"), errors.UnreachableError, "offline"),
        (TimeoutError(), errors.UnreachableError, "offline"),
        (ResponseParserError("<html>"), errors.MalformedAnswerError, "stale"),
        (client_error("InternalFailure", 501), errors.UnsupportedOperationError, "stale"),
        (botocore.ParamValidationError(report="x"), errors.InvalidRequestError, "stale"),
    ],
)
def test_mapping(error: Exception, ours: type[errors.AwsError], condition: str) -> None:
    mapped = aws_error("ListJobs", error)
    assert type(mapped) is ours
    assert mapped.condition == condition
    assert mapped.operation == "ListJobs"
    assert mapped.what_to_do
    assert "\n" not in str(mapped)


def test_code_and_request_id_are_kept() -> None:
    mapped = aws_error("ListJobs", client_error("ClientException"))
    assert (mapped.code, mapped.request_id, mapped.detail) == ("ClientException", "r-1", "no")


def test_the_command_that_renews_stands_in_the_error() -> None:
    for error in (client_error("ExpiredTokenException", 403), botocore.UnauthorizedSSOTokenError()):
        assert aws_error("ListJobs", error, renewal="Run this.").what_to_do == "Run this."


def test_a_wrong_clock_is_named() -> None:
    mapped = aws_error("ListJobs", client_error("InvalidSignatureException", 403, "Signature expired: 2026"))
    assert "clock" in mapped.what_to_do


def test_an_html_page_does_not_fill_the_screen() -> None:
    mapped = aws_error("ListJobs", client_error("502", 502, "<html>" + "\x1b[2J x" * 10_000))
    assert len(mapped.detail) <= 300
    assert "\x1b" not in mapped.detail


def test_our_own_errors_pass_unchanged() -> None:
    error = errors.ThrottledError("slow down")
    assert aws_error("ListJobs", error) is error


def test_an_unknown_error_never_escapes() -> None:
    assert type(aws_error("ListJobs", KeyError("x"))) is errors.MalformedAnswerError


@pytest.mark.parametrize(
    ("error", "perhaps"),
    [
        (client_error("ServerException", 500), True),
        (client_error("502", 502), True),
        (ResponseParserError("<html>"), True),
        (botocore.ReadTimeoutError(endpoint_url="http://x"), True),
        (botocore.ConnectionClosedError(endpoint_url="http://x"), True),
        (botocore.EndpointConnectionError(endpoint_url="http://x", error=ConnectionResetError()), True),
        (botocore.EndpointConnectionError(endpoint_url="http://x"), True),
        (KeyError("a mistake of ours"), True),
        (botocore.EndpointConnectionError(endpoint_url="http://x", error=ConnectionRefusedError()), False),
        (botocore.ConnectTimeoutError(endpoint_url="http://x"), False),
        (botocore.SSLError(endpoint_url="http://x", error="x"), False),
        (botocore.ProxyConnectionError(proxy_url="http://x"), False),
        (botocore.ParamValidationError(report="x"), False),
        (botocore.NoCredentialsError(), False),
        (client_error("TooManyRequestsException", 429), False),
        (client_error("SlowDown", 503), False),
        (client_error("AccessDeniedException", 403), False),
        (client_error("ClientException"), False),
        (client_error("501", 501), False),
    ],
)
def test_whether_it_may_have_been_done(error: Exception, perhaps: bool) -> None:
    assert may_have_been_done(error, aws_error("SubmitJob", error)) is perhaps
