"""What AWS says when it refuses, and the three forms in which its protocols say it."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape


class ApiError(Exception):
    """A refusal with AWS's code, its sentence and its HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def client_error(message: str) -> ApiError:
    """Batch's one error for everything that the caller got wrong."""
    return ApiError("ClientException", message)


def rest_json_error(error: ApiError) -> str:
    """The body of an error of rest-json; its code travels in the header `x-amzn-ErrorType`."""
    return json.dumps({"message": error.message})


def json_error(error: ApiError) -> str:
    """The body of an error of json 1.1."""
    return json.dumps({"__type": error.code, "message": error.message})


def query_error(error: ApiError, request_id: str) -> str:
    """The body of an error of the query protocol."""
    side = "Sender" if error.status < 500 else "Receiver"
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<Error><Type>{side}</Type><Code>{escape(error.code)}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
