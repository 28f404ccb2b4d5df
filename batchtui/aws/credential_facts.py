"""What can be told of credentials without telling them, and of the moment by AWS's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from batchtui.aws.connection import Connection
from batchtui.aws.error_mapping import aws_error
from batchtui.aws.errors import AwsError
from batchtui.model import fields
from batchtui.model.fields import Api
from batchtui.model.text import clean

_SHOWN: Final = 4
_LEAST: Final = 3 * _SHOWN
"""Of a shorter id, which AWS has none of, too much would be told."""


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """Of the credentials in use."""

    method: str
    """botocore's word for where they come from."""
    access_key_id: str
    """Shortened: its first and last four characters."""
    is_temporary: bool
    expires_at: float | None
    """Epoch seconds, where that is told."""


async def credential_facts(connection: Connection) -> CredentialFacts | None:
    """The credentials in use; None where they were given by this program itself.

    Raises:
        AwsError: There are none, or they cannot be read.
    """
    session = await connection.session()
    if connection.settings.is_self_contained:
        return None
    try:
        credentials = await session.get_credentials()
        frozen = await credentials.get_frozen_credentials()
    except Exception as error:
        raise aws_error("", error, renewal=connection.renewal) from error
    expires = getattr(credentials, "_expiry_time", None)  # botocore has no other way to it
    return CredentialFacts(
        method=str(credentials.method or "credentials"),
        access_key_id=shortened(str(frozen.access_key or "")),
        is_temporary=bool(frozen.token),
        expires_at=expires.timestamp() if isinstance(expires, datetime) else None,
    )


def shortened(access_key_id: str) -> str:
    """``AKIA…WXYZ``: enough to know it again."""
    text = clean(access_key_id)
    return f"{text[:_SHOWN]}…{text[-_SHOWN:]}" if len(text) >= _LEAST else "…"


def answered_at(answer: Api) -> float | None:
    """When AWS answered, by its own clock (epoch seconds); None where it does not say."""
    headers = fields.mapping(fields.mapping(answer, "ResponseMetadata"), "HTTPHeaders")
    return _moment(headers)


def refused_at(error: AwsError) -> float | None:
    """The same of a refusal."""
    cause = error.__cause__
    if not isinstance(cause, ClientError):
        return None
    response: Any = cause.response
    return answered_at(response) if isinstance(response, dict) else None


def _moment(headers: Mapping[str, Any]) -> float | None:
    text = headers.get("date")
    try:
        return parsedate_to_datetime(text).timestamp() if isinstance(text, str) else None
    except (ValueError, OverflowError):
        return None
