"""Page tokens: opaque to the caller, good for the one listing that they came from."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any, TypeVar
from zlib import crc32

from .definitions import JSON
from .errors import client_error

T = TypeVar("T")


def token(listing: Sequence[object], position: Any) -> str:
    """A token for the page after this position of this listing."""
    return base64.urlsafe_b64encode(json.dumps([_mark(listing), position]).encode()).decode()


def position(listing: Sequence[object], given: str | None) -> Any:
    """The position in a token.

    Raises:
        ApiError: when the token is no token, or another listing's.
    """
    if given is None:
        return None
    try:
        mark, where = json.loads(base64.urlsafe_b64decode(given.encode()))
    except (ValueError, TypeError, binascii.Error):
        raise client_error("Invalid nextToken") from None
    if mark != _mark(listing):
        raise client_error("nextToken does not belong to this request")
    return where


def _mark(listing: Sequence[object]) -> int:
    return crc32(repr(listing).encode())


def page_size(given: object, most: int) -> int:
    """How many results a page has: as many as asked for, and at most what AWS allows.

    Raises:
        ApiError: when asked for none.
    """
    if given is None:
        return most
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise client_error("maxResults must be at least 1")
    return min(given, most)


def paged(items: list[T], request: JSON, listing: Sequence[object], most: int = 100) -> tuple[list[T], JSON]:
    """One page of something that does not change, and the `nextToken` member if there is more."""
    begin = position(listing, request.get("nextToken")) or 0
    end = begin + page_size(request.get("maxResults"), most)
    return items[begin:end], {"nextToken": token(listing, end)} if end < len(items) else {}
