"""Signature Version 4 as AWS checks it: that a request was signed with the account's own key, and as it came."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<scope>[^,\s]+/aws4_request),\s*"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_ALWAYS_SIGNED = ("host", "x-amz-date")


class Authorization(NamedTuple):
    """What a request's header of that name says."""

    key: str
    scope: str
    headers: str
    signature: str


def authorization_of(header: str) -> Authorization | None:
    """What the header says; None where it is no signature."""
    found = _AUTHORIZATION.fullmatch(header.strip())
    return Authorization(**found.groupdict()) if found else None


def is_signed(
    authorization: Authorization, secret: str, *, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Whether the signature is that of the secret key over this request.

    Args:
        authorization: What the request says of itself.
        secret: The secret access key.
        method: Such as ``POST``.
        path: As it came, with its query.
        headers: By names whose case does not matter.
        body: As it came.
    """
    names = authorization.headers.split(";")
    if any(name not in names for name in _ALWAYS_SIGNED):
        return False
    plain, _, query = path.partition("?")
    canonical = "\n".join(
        (
            method,
            quote(plain, safe="/~"),
            "&".join(sorted(query.split("&"))),
            *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names),
            "",
            authorization.headers,
            hashlib.sha256(body).hexdigest(),
        )
    )
    hashed = hashlib.sha256(canonical.encode(errors="replace")).hexdigest()
    moment = headers.get("x-amz-date", "")
    told = "\n".join(("AWS4-HMAC-SHA256", moment, authorization.scope, hashed))
    key = f"AWS4{secret}".encode()
    for part in authorization.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, told.encode(), "sha256").hexdigest(), authorization.signature)
