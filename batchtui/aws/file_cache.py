"""What the AWS CLI and we both keep of sessions and tokens on the disk."""

from contextlib import suppress
from typing import Any

from botocore.utils import JSONFileCache


class FileCache(JSONFileCache):  # type: ignore[misc]  # botocore has no types
    """botocore's, where a home that cannot be written costs no session: it is read, and what is new is not kept.

    By itself botocore takes credentials that it could not save for none at all.
    """

    def __setitem__(self, cache_key: str, value: Any) -> None:
        with suppress(OSError):
            super().__setitem__(cache_key, value)
